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
from ivr.actions.operators import bring_in, choose_state
from ivr.actions.records import write_facts
from ivr.adapters.sql.schema import migrate
from ivr.adapters.system import SystemClock, elapsed, pause, seeded
from ivr.bootstrap import Opened, opened, sql_url
from ivr.cli import evening, scoreboard
from ivr.cli.exchange_program import load_exchange
from ivr.cli.opening import AT_THE_DESK
from ivr.cli.processes import any_port
from ivr.cli.queue import rows_of
from ivr.cli.telephone import Telephone
from ivr.core.history.call_log import CallRecord
from ivr.core.model.call import LineKey, OperatorId, PhoneNumber
from ivr.core.model.errors import HotlineError, Unavailable
from ivr.core.model.operator import Operator, State
from ivr.settings import Settings, inherited

SPEED = 30.0
"""Seconds of the evening in one real second."""

SEED = 1830
READY_WITHIN = 60.0
QUIET_WITHIN = 120.0
"""Real seconds that the last callers may take after the last one has rung."""

REFRESH = 0.5

ZONE, BEGINS = "Europe/Kyiv", time(17, 50)
"""Ten minutes before the shipped rules turn to the evening's weights."""


@click.command()
@click.option("--stay", is_flag=True, help="Keep the service running afterwards.")
@click.option(
    "--speed", default=SPEED, show_default=True, help="Evening's seconds a second."
)
def demo(*, stay: bool, speed: float) -> None:
    """Play an evening on a hotline and report on it."""
    load_exchange()
    console = Console()
    settings = _settings(speed)
    console.print(
        f"An evening on the hotline, {speed:g} times as fast. All of it is the real"
        " service; only the telephone network is ours."
    )
    with _service(settings) as ports, opened(settings, AT_THE_DESK) as here:
        stage = Stage(here=here, telephone=Telephone(ports.exchange), console=console)
        faults = play(stage)
        if stay:
            _stay(console, ports)
    sys.exit(1 if faults else 0)


# --- the service ----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the service and the exchange of this demonstration are."""

    service: str
    exchange: str


def _settings(speed: float) -> Settings:
    """Settings of the demonstration's own: a fresh folder, and a faster clock."""
    folder = Path("var/demo").absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # What is noted here is in the service's log too: this is a stage.
    return Settings.from_environ({"LOG_LEVEL": "ERROR"}).model_copy(
        update={
            "data": folder,
            "clock_speed": speed,
            "clock_origin": origin(SystemClock().now(), speed),
        }
    )


def origin(now: datetime, speed: float) -> datetime:
    """Where a clock of this speed must begin, so that the evening begins now.

    Such a clock shows ``origin + (now - origin) * speed``.
    """
    local = now.astimezone(ZoneInfo(ZONE))
    begins = datetime.combine(local.date(), BEGINS, local.tzinfo)
    if begins < local:
        begins += timedelta(days=1)
    return now - (begins - local) / (speed - 1) if speed > 1 else now


@contextmanager
def _service(settings: Settings) -> Iterator[Addresses]:
    port, exchange_port = any_port(), any_port()
    log = settings.data / "service.log"
    command = [sys.executable, "-m", "ivr.cli", "up", "--with-exchange"]
    command += ["--port", str(port), "--exchange-port", str(exchange_port)]
    migrate(sql_url(settings))
    with log.open("w") as out:
        process = subprocess.Popen(  # noqa: S603 - our own words
            command, env=_environment(settings), stdout=out, stderr=out
        )
        try:
            where = Addresses(
                service=f"http://127.0.0.1:{port}",
                exchange=f"http://127.0.0.1:{exchange_port}",
            )
            _wait_until_ready(process, where, log)
            yield where
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    own = ("PUBLIC_URL", "REDIS_URL", "DATABASE_URL")
    kept = {
        name: value
        for name, value in inherited().items()
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
    process: "subprocess.Popen[bytes]", where: Addresses, log: Path
) -> None:
    def is_ready() -> bool:
        if process.poll() is not None:
            raise Unavailable(f"the service did not start; see {log}\n{_tail(log)}")
        return _answers(f"{where.service}/readyz") and _answers(
            f"{where.exchange}/exchange"
        )

    if not _await(is_ready, READY_WITHIN):
        raise Unavailable(f"the service is not ready after a minute; see {log}")


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:])


def _await(holds: Callable[[], bool], seconds: float) -> bool:
    never, end = threading.Event(), elapsed() + seconds
    while not holds():
        if elapsed() > end:
            return False
        pause(never, 0.1)
    return True


# --- the evening ----------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Stage:
    """What the evening is played on, and the calls that were placed."""

    here: Opened
    telephone: Telephone
    console: Console

    @property
    def line(self) -> LineKey:
        """The line that is shown."""
        return next(iter(self.here.content.lines()))

    def operators(self) -> list[Operator]:
        """The operators now."""
        return self.here.ports.store.operators(self.line)


def play(stage: Stage) -> list[str]:
    """Play the evening, report on it, and tell what does not add up."""
    _staff(stage)
    numbers = stage.here.content.lines()[stage.line].numbers
    plan = evening.callers(seeded(SEED), numbers)
    placed = _ring(stage, plan)
    quiet = _finish(stage, placed)
    write_facts(stage.here.ports, stage.line)
    records = stage.here.log.calls(line=stage.line)
    faults = [] if quiet else ["some callers were still on the line at the end"]
    faults += accounted(placed, records) + _complaints(stage)
    _tell(stage, records, faults)
    return faults


def _staff(stage: Stage) -> None:
    ports = stage.here.ports
    for each in evening.answerers():
        now = ports.clock.now()
        operator = Operator(
            id=OperatorId(ports.ids.token()),
            line=stage.line,
            name=each.name,
            languages=tuple(each.languages.split(",")),
            since=now,
            idle_since=now,
        )
        stage.here.roster.add(operator, PhoneNumber(each.phone))
        bring_in(ports, stage.line)
        choose_state(ports, stage.line, operator.id, State.AVAILABLE, "demonstration")
        stage.telephone.staff(each.phone, each.attempts)


def _ring(stage: Stage, plan: list[evening.Caller]) -> list[str]:
    """Let everybody ring in their time, with the table moving meanwhile."""
    speed, begun, placed = stage.here.settings.clock_speed, elapsed(), list[str]()
    never = threading.Event()
    with Live(console=stage.console, auto_refresh=False, transient=True) as live:
        for caller in plan:
            while (ahead := caller.at / speed - (elapsed() - begun)) > 0:
                _show(stage, live, placed)
                pause(never, min(ahead, REFRESH))
            placed.append(stage.telephone.dial(caller.origin, caller.to, caller.script))
    return placed


def _finish(stage: Stage, placed: list[str]) -> bool:
    """Wait until the last caller has gone and the last fact is written."""

    def is_quiet() -> bool:
        _show(stage, live, placed)
        busy = stage.telephone.overview()["calls"]
        return not busy and not stage.here.ports.store.live_calls(stage.line)

    with Live(console=stage.console, auto_refresh=False, transient=True) as live:
        return _await(is_quiet, QUIET_WITHIN)


def _show(stage: Stage, live: Live, placed: list[str]) -> None:
    ports = stage.here.ports
    clock = rule_sets.in_force(ports, stage.line).local(ports.clock.now())
    try:
        rows = rows_of(stage.here, stage.line)
        busy = stage.telephone.overview()["calls"].get("in-progress", 0)
        done = f"{len(placed)} callers so far, {busy} legs up"
        shown = scoreboard.live(f"{clock:%H:%M:%S}", rows, stage.operators(), done)
        live.update(shown, refresh=True)
    except HotlineError as error:
        live.update(f"{clock:%H:%M:%S}  {error}", refresh=True)


def accounted(placed: list[str], records: list[CallRecord]) -> list[str]:
    """Callers of whom the log does not know exactly one end."""
    known = {record.call: record for record in records}
    faults = [f"call {key} is not in the log" for key in placed if key not in known]
    faults += [
        f"call {record.call} has no end in the log"
        for record in records
        if record.ended is None or record.outcome is None
    ]
    strangers = set(known) - set(placed)
    return faults + [f"call {key} was never placed" for key in sorted(strangers)]


def _complaints(stage: Stage) -> list[str]:
    found = stage.telephone.complaints()
    return [f"the exchange complains: {each['text']}" for each in found["complaints"]]


def _tell(stage: Stage, records: list[CallRecord], faults: list[str]) -> None:
    console, data = stage.console, stage.here.settings.data
    console.print(scoreboard.report(records))
    console.print(f"The records: {data / 'hotline.db'}", soft_wrap=True)
    console.print(f"  HOTLINE_DATA={data} hotline calls --json", soft_wrap=True)
    for fault in faults:
        console.print(f"[red]{fault}[/red]")
    if not faults:
        console.print(f"All {len(records)} callers are accounted for.")


def _stay(console: Console, where: Addresses) -> None:
    console.print(f"The service stays at {where.service}. Ring it from here:")
    console.print(f"  hotline call --exchange {where.exchange}")
    console.print("Ctrl-C ends it.")
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, _: told.append(signum))
    never = threading.Event()
    while not told:
        pause(never, REFRESH)
