"""``hotline demo``: an evening on a hotline, in about a minute.

Everything is the real service in its own processes: signed webhooks, TwiML,
Redis, RQ workers, SQL. Only the telephone network is the exchange, and the
clocks of both run faster.
"""

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import requests
from rich.console import Console
from rich.live import Live

from ivr.actions import rules as rule_sets
from ivr.actions.operators.roster import choose_state, load_roster
from ivr.actions.records import write_facts
from ivr.bootstrap.app import AppContext, open_app, sql_url
from ivr.bootstrap.machine import SystemClock, elapsed, pause, seeded_random
from ivr.bootstrap.storage import migrate_database
from ivr.cli import dashboard, demo_script
from ivr.cli.commands.queue import queue_rows_of
from ivr.cli.exchange_program import load_exchange
from ivr.cli.opening import AT_THE_DESK
from ivr.cli.processes import find_free_port
from ivr.cli.telephone import ExchangeTelephone
from ivr.core.history.call_log import CallRecord
from ivr.core.model.address import PhoneNumber
from ivr.core.model.errors import HotlineError, Unavailable
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, State
from ivr.settings import Settings, inherited_environment

SPEED = 30.0
"""Seconds of the evening in one real second."""

SEED = 1830
READY_WITHIN = 60.0
QUIET_WITHIN = 120.0
"""Real seconds that the last callers may take after the last one has rung."""

REFRESH = 0.5

ZONE, BEGINS = "Europe/Kyiv", time(17, 50)
"""Ten minutes before the shipped rules turn to the evening's weights."""


@click.command("demo")
@click.option("--stay", is_flag=True, help="Keep the service running afterwards.")
@click.option(
    "--speed",
    default=SPEED,
    show_default=True,
    help="Seconds of the evening in one real second.",
)
def play_demo(*, stay: bool, speed: float) -> None:
    """Play an evening on a hotline and report on it."""
    load_exchange()
    console = Console()
    settings = _make_settings(speed)
    console.print(
        f"An evening on the hotline, {speed:g} times as fast. All of it is the real"
        " service; only the telephone network is ours."
    )
    with _run_service(settings) as ports, open_app(settings, AT_THE_DESK) as context:
        stage = DemoContext(
            context=context,
            telephone=ExchangeTelephone(ports.exchange),
            console=console,
        )
        faults = run_script(stage)
        if stay:
            _stay_up(console, ports)
    sys.exit(1 if faults else 0)


# --- the service ----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAddresses:
    """The addresses of this demonstration's service and exchange."""

    service: str
    exchange: str


def _make_settings(speed: float) -> Settings:
    """Settings of the demonstration's own: a fresh folder, and a faster clock."""
    folder = Path("var/demo").absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # The service's log has all of this too; here it would disturb the show.
    return Settings.from_environ({"LOG_LEVEL": "ERROR"}).model_copy(
        update={
            "data": folder,
            "clock_speed": speed,
            "clock_origin": clock_origin(SystemClock().now(), speed),
        }
    )


def clock_origin(now: datetime, speed: float) -> datetime:
    """The origin of a clock of this speed, so that the evening begins now.

    Such a clock shows ``origin + (now - origin) * speed``.
    """
    local = now.astimezone(ZoneInfo(ZONE))
    begins = datetime.combine(local.date(), BEGINS, local.tzinfo)
    if begins < local:
        begins += timedelta(days=1)
    return now - (begins - local) / (speed - 1) if speed > 1 else now


@contextmanager
def _run_service(settings: Settings) -> Iterator[DemoAddresses]:
    port, exchange_port = find_free_port(), find_free_port()
    log = settings.data / "service.log"
    command = [sys.executable, "-m", "ivr.cli", "up", "--with-exchange"]
    command += ["--port", str(port), "--exchange-port", str(exchange_port)]
    migrate_database(sql_url(settings))
    with log.open("w") as out:
        process = subprocess.Popen(  # noqa: S603 - our own words
            command, env=_service_environment(settings), stdout=out, stderr=out
        )
        try:
            where = DemoAddresses(
                service=f"http://127.0.0.1:{port}",
                exchange=f"http://127.0.0.1:{exchange_port}",
            )
            _wait_until_ready(process, where, log)
            yield where
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _service_environment(settings: Settings) -> dict[str, str]:
    own = ("PUBLIC_URL", "REDIS_URL", "DATABASE_URL")
    kept = {
        name: value
        for name, value in inherited_environment().items()
        if not name.startswith(("TWILIO_", "HOTLINE_", "TELEGRAM_")) and name not in own
    }
    origin = settings.clock_origin
    return {
        **kept,
        "HOTLINE_DATA": str(settings.data),
        "HOTLINE_CLOCK_SPEED": str(settings.clock_speed),
        "HOTLINE_CLOCK_ORIGIN": str(origin.timestamp() if origin else 0),
    }


def _wait_until_ready(
    process: "subprocess.Popen[bytes]", where: DemoAddresses, log: Path
) -> None:
    def is_ready() -> bool:
        if process.poll() is not None:
            raise Unavailable(
                f"the service did not start; see {log}\n{_last_lines(log)}"
            )
        return _does_answer(f"{where.service}/readyz") and _does_answer(
            f"{where.exchange}/exchange"
        )

    if not _wait_for(is_ready, READY_WITHIN):
        raise Unavailable(f"the service is not ready after a minute; see {log}")


def _does_answer(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:])


def _wait_for(holds: Callable[[], bool], seconds: float) -> bool:
    never, end = threading.Event(), elapsed() + seconds
    while not holds():
        if elapsed() > end:
            return False
        pause(never, 0.1)
    return True


# --- the evening ----------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class DemoContext:
    """The parts of the demonstration: the open service, a telephone, the terminal."""

    context: AppContext
    telephone: ExchangeTelephone
    console: Console

    @property
    def shown_line(self) -> LineKey:
        """The line that is shown."""
        return next(iter(self.context.ports.content.lines()))

    def current_operators(self) -> list[Operator]:
        """The operators now."""
        return self.context.ports.operators.operators(self.shown_line)


def run_script(stage: DemoContext) -> list[str]:
    """Play the evening, print the report, and return what does not add up."""
    _enrol_operators(stage)
    numbers = stage.context.ports.content.lines()[stage.shown_line].numbers
    plan = demo_script.script_callers(seeded_random(SEED), numbers)
    placed = _place_calls(stage, plan)
    quiet = _wait_until_quiet(stage, placed)
    write_facts(stage.context.ports, stage.shown_line)
    records = stage.context.ports.call_search.calls(line=stage.shown_line)
    faults = [] if quiet else ["some callers were still on the line at the end"]
    faults += find_unaccounted(placed, records) + _exchange_complaints(stage)
    _print_report(stage, records, faults)
    return faults


def _enrol_operators(stage: DemoContext) -> None:
    ports = stage.context.ports
    for each in demo_script.script_operators():
        now = ports.clock.now()
        operator = Operator(
            id=OperatorId(ports.ids.token()),
            line=stage.shown_line,
            profile=Profile(name=each.name, languages=tuple(each.languages.split(","))),
            since=now,
            idle_since=now,
        )
        stage.context.ports.roster.add(operator, PhoneNumber(each.phone))
        load_roster(ports, stage.shown_line)
        choose_state(
            ports, stage.shown_line, operator.id, State.AVAILABLE, "demonstration"
        )
        stage.telephone.staff_number(each.phone, each.attempts)


def _place_calls(
    stage: DemoContext, plan: list[demo_script.ScriptedCaller]
) -> list[str]:
    """Let everybody ring in their time, with the table moving meanwhile."""
    speed, begun, placed = stage.context.settings.clock_speed, elapsed(), list[str]()
    never = threading.Event()
    with Live(console=stage.console, auto_refresh=False, transient=True) as live:
        for caller in plan:
            while (ahead := caller.at / speed - (elapsed() - begun)) > 0:
                _update_dashboard(stage, live, placed)
                pause(never, min(ahead, REFRESH))
            placed.append(
                stage.telephone.place_call(caller.origin, caller.to, caller.script)
            )
    return placed


def _wait_until_quiet(stage: DemoContext, placed: list[str]) -> bool:
    """Wait until the last caller has gone and the last fact is written."""

    def is_quiet() -> bool:
        _update_dashboard(stage, live, placed)
        busy = stage.telephone.get_overview()["calls"]
        return not busy and not stage.context.ports.contacts.live_calls(
            stage.shown_line
        )

    with Live(console=stage.console, auto_refresh=False, transient=True) as live:
        return _wait_for(is_quiet, QUIET_WITHIN)


def _update_dashboard(stage: DemoContext, live: Live, placed: list[str]) -> None:
    ports = stage.context.ports
    clock = rule_sets.in_force(ports, stage.shown_line).local(ports.clock.now())
    try:
        rows = queue_rows_of(stage.context, stage.shown_line)
        busy = stage.telephone.get_overview()["calls"].get("in-progress", 0)
        done = f"{len(placed)} callers so far, {busy} legs up"
        shown = dashboard.live_tables(
            f"{clock:%H:%M:%S}", rows, stage.current_operators(), done
        )
        live.update(shown, refresh=True)
    except HotlineError as error:
        live.update(f"{clock:%H:%M:%S}  {error}", refresh=True)


def find_unaccounted(placed: list[str], records: list[CallRecord]) -> list[str]:
    """Find callers whose end the log does not have exactly once."""
    known = {record.call: record for record in records}
    faults = [f"call {key} is not in the log" for key in placed if key not in known]
    faults += [
        f"call {record.call} has no end in the log"
        for record in records
        if record.ended is None or record.outcome is None
    ]
    strangers = set(known) - set(placed)
    return faults + [f"call {key} was never placed" for key in sorted(strangers)]


def _exchange_complaints(stage: DemoContext) -> list[str]:
    found = stage.telephone.get_complaints()
    return [f"the exchange complains: {each['text']}" for each in found["complaints"]]


def _print_report(
    stage: DemoContext, records: list[CallRecord], faults: list[str]
) -> None:
    console, data = stage.console, stage.context.settings.data
    console.print(dashboard.final_report(records))
    console.print(f"The records: {data / 'hotline.db'}", soft_wrap=True)
    console.print(f"  HOTLINE_DATA={data} hotline calls --json", soft_wrap=True)
    for fault in faults:
        console.print(f"[red]{fault}[/red]")
    if not faults:
        console.print(f"All {len(records)} callers are accounted for.")


def _stay_up(console: Console, where: DemoAddresses) -> None:
    console.print(f"The service stays at {where.service}. Ring it from here:")
    console.print(f"  hotline call --exchange {where.exchange}")
    console.print("Ctrl-C ends it.")
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, _: told.append(signum))
    never = threading.Event()
    while not told:
        pause(never, REFRESH)
