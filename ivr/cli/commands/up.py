"""``hotline up``: the whole service in the foreground, as the Procfile lists it."""

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import click

from ivr.actions import rules as rule_sets
from ivr.actions.operators.roster import load_roster
from ivr.bootstrap.app import note_exchange, note_public_url, open_app, sql_url
from ivr.bootstrap.job_worker import FACTS, OFFERS, ROUTING
from ivr.bootstrap.lines import check_lines as faults_of_lines
from ivr.bootstrap.lines import load_lines
from ivr.bootstrap.machine import SystemClock, pause
from ivr.bootstrap.storage import bundled_valkey, migrate_database
from ivr.cli.exchange_program import EXCHANGE, load_exchange
from ivr.cli.forked_process import Child, preload_modules
from ivr.cli.opening import AT_THE_DESK
from ivr.cli.processes import (
    Supervisor,
    find_free_port,
    is_port_free,
    print_to_stderr,
    require_free_port,
)
from ivr.core.model.errors import Faults, HotlineError
from ivr.core.rules.rule_set import parse_rules
from ivr.settings import Secrets, Settings, inherited_environment
from ivr.web.desk.render import vendor

LOOPBACK = "127.0.0.1"
EXCHANGE_PORT = 8010
# Offers have two workers: one that waits for a slow carrier must not hold up the
# next operator's telephone.
WORKERS = (ROUTING, OFFERS, OFFERS, FACTS)

PROGRAMS = (
    *("ivr.cli.web", "ivr.cli.live", "ivr.cli.commands.tick"),
    *("workers.routing", "workers.offers", "workers.call_log"),
    *("gunicorn.app.wsgiapp", "ivr.cli.serving"),
)
"""The modules of the processes, by name: this package does not know them."""


SERVED = (
    *("--log-level", "warning", "--no-control-socket", "--umask", "077"),
    # None: a header of that name would be taken for the server's own word of the path.
    *("--forwarder-headers", ""),
    # A process has 1024 descriptors as a rule. Answers are sent from memory.
    *("--worker-connections", "400", "--no-sendfile"),
    *("--logger-class", "ivr.adapters.logs.server.ServerLog"),
)
"""The options for every gunicorn that we run here."""


@click.command("up")
@click.option("--port", default=8000, show_default=True, help="Port on loopback.")
@click.option(
    "--with-exchange",
    is_flag=True,
    help="Also run the exchange, a telephone network of our own: no account needed.",
)
@click.option("--exchange-port", default=EXCHANGE_PORT, show_default=True)
@click.option(
    "--live-port", type=int, help="Port of the live events; by default the next one."
)
@click.option(
    "--desk-port",
    type=int,
    help="Also run the desk apart, for a proxy that sends it all requests but the"
    " carrier's: deploy/nginx.conf.",
)
def run_service(
    *,
    port: int,
    with_exchange: bool,
    exchange_port: int,
    live_port: int | None,
    desk_port: int | None,
) -> None:
    """Run the whole service until SIGTERM or Ctrl-C."""
    exchange = exchange_port if with_exchange else None
    live = live_port or _pick_live_port(port, exchange, desk_port)
    doors = Addresses(web=port, live=live, desk=desk_port, exchange=exchange)
    sys.exit(run_processes(_check_settings(doors), doors))


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The ports on loopback; without ``exchange`` the carrier is a real one.

    ``web`` answers everything. ``desk`` answers the same, where a proxy sends it all
    requests but the carrier's, so that the carrier has ``web`` for itself.
    """

    web: int
    live: int
    desk: int | None = None
    exchange: int | None = None


def _pick_live_port(port: int, *others: int | None) -> int:
    """The port after this one, or any other that is free."""
    taken, beside = {port, *others}, port + 1
    while beside in taken or not is_port_free(LOOPBACK, beside):
        beside = find_free_port()
    return beside


def run_processes(settings: Settings, doors: Addresses) -> int:
    """Run every process of the service; return the exit status."""
    with ExitStack() as stack:
        each_second: Callable[[], object] = _do_nothing
        if settings.redis_url is None:
            each_second = stack.enter_context(
                bundled_valkey(settings.data)
            ).ensure_running
        _load_lines(settings)
        note_public_url(settings)
        exchange = _exchange_url(doors)
        note_exchange(settings, exchange)
        children = list(_list_children(settings, doors))
        preload_modules(PROGRAMS)
        print_to_stderr(f"answering at http://{LOOPBACK}:{doors.web}")
        if exchange is not None:
            print_to_stderr(f"the exchange is at {exchange}; call with: hotline call")
        never = threading.Event()
        return Supervisor(
            children,
            wait=lambda seconds: pause(never, seconds),
            each_second=each_second,
        ).run_children()


def _exchange_url(doors: Addresses) -> str | None:
    return None if doors.exchange is None else f"http://{LOOPBACK}:{doors.exchange}"


def _do_nothing() -> None:
    """Do nothing: a store that others run is theirs to look after."""


def _check_settings(doors: Addresses) -> Settings:
    """The settings, after checking everything that can be wrong at the start."""
    settings, faults = Settings.from_process(), []
    for warning in (*settings.get_warnings(), *vendor.missing_files()):
        click.echo(f"hotline: warning: {warning}", err=True)
    faults += faults_of_lines(settings.lines)
    checks: list[Callable[[], object]] = [
        lambda: require_free_port(LOOPBACK, doors.web),
        lambda: require_free_port(LOOPBACK, doors.live, "--live-port"),
        lambda: Secrets.load_secrets(settings),
        lambda: migrate_database(sql_url(settings)),
    ]
    if (desk := doors.desk) is not None:
        checks.append(lambda: require_free_port(LOOPBACK, desk, "--desk-port"))
    if (exchange := doors.exchange) is not None:
        port = "--exchange-port"
        checks.append(lambda: require_free_port(LOOPBACK, exchange, port))
        checks.append(load_exchange)
    if settings.redis_url is not None and not faults:
        checks.append(lambda: _require_store(settings))
    for check in checks:
        faults += _collect_faults(check)
    if faults:
        raise Faults(faults)
    return _complete_settings(settings, doors)


def _collect_faults(check: Callable[[], object]) -> list[str]:
    try:
        check()
    except Faults as faults:
        return list(faults.faults)
    except HotlineError as error:
        return [str(error)]
    return []


def _require_store(settings: Settings) -> None:
    with open_app(settings, AT_THE_DESK) as context:
        try:
            context.ports.operators.operators(next(iter(context.ports.content.lines())))
        except HotlineError as error:
            remedy = "start it, or leave REDIS_URL out to use the bundled one"
            fault = f"REDIS_URL: the store does not answer ({error}); {remedy}"
            raise Faults([fault]) from error


def _complete_settings(settings: Settings, doors: Addresses) -> Settings:
    values: dict[str, Any] = {}
    public = settings.public_url or f"http://{LOOPBACK}:{doors.web}"
    values["public_url"] = public
    # A proxy in front leads to the live process; else browsers go there directly.
    if settings.live_url is None and urlsplit(public).scheme == "http":
        values["live_url"] = f"http://{urlsplit(public).hostname}:{doors.live}"
    if exchange := _exchange_url(doors):
        values["twilio_api_url"] = exchange
    if settings.clock_origin is None:
        # Processes agree on a fast time only if it begins at the same moment.
        values["clock_origin"] = SystemClock().now()
    return settings.model_copy(update=values)


def _load_lines(settings: Settings) -> None:
    """Put rules in force and operators in the live state before the first call."""
    with open_app(settings, AT_THE_DESK) as context:
        for line in context.ports.content.lines():
            parse_rules(rule_sets.text_in_force(context.ports, line))
            load_roster(context.ports, line)


def _list_children(settings: Settings, doors: Addresses) -> Iterator[Child]:
    env = child_environment(settings)
    if doors.exchange is not None:
        wires, known = (
            _exchange_arguments(settings, doors),
            env | _api_key_variables(settings),
        )
        yield _make_child("exchange", known, EXCHANGE, *wires)
    yield _make_child("web", env, "gunicorn", *web_arguments(doors.web))
    if doors.desk is not None:
        apart = web_arguments(doors.desk, "hotline-desk", 1)
        yield _make_child("desk", env, "gunicorn", *apart)
    yield _make_child("live", env, "gunicorn", *live_arguments(doors.live))
    for number, queue in enumerate(WORKERS):
        yield _make_child(f"worker-{queue}-{number}", env, "workers.run", queue)
    yield _make_child("clock", env, "ivr.cli", "tick")


def _make_child(
    name: str, env: Mapping[str, str], module: str, *arguments: str
) -> Child:
    return Child(name=name, module=module, arguments=arguments, env=env)


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of the processes: our own, made complete."""
    secrets = Secrets.load_secrets(settings)
    values = {
        **inherited_environment(),
        "PUBLIC_URL": settings.public_url or "",
        "TWILIO_API_URL": settings.twilio_api_url,
        "LIVE_URL": settings.live_url or "",
        "HOTLINE_CLOCK_ORIGIN": _as_seconds(settings.clock_origin),
        "TWILIO_ACCOUNT_SID": secrets.account_sid,
        "HOTLINE_DATA": str(settings.data),
        "HOTLINE_LINES": str(settings.lines),
    }
    # The token may come as a file's name; the processes get it in one form.
    values.pop("TWILIO_AUTH_TOKEN_FILE", None)
    return {**values, "TWILIO_AUTH_TOKEN": secrets.auth_token.get_secret_value()}


def _api_key_variables(settings: Settings) -> dict[str, str]:
    """The key with which the exchange checks the browsers' tokens."""
    secrets = Secrets.load_secrets(settings)
    return {
        "TWILIO_API_KEY_SID": secrets.api_key,
        "TWILIO_API_KEY_SECRET": secrets.api_secret.get_secret_value(),
    }


def _as_seconds(moment: datetime | None) -> str:
    return "" if moment is None else repr(moment.timestamp())


def live_arguments(port: int) -> tuple[str, ...]:
    """The arguments for the live process: a thread for each open desk, no webhook."""
    return (
        *("--bind", f"{LOOPBACK}:{port}", "--name", "hotline-live"),
        *("--worker-class", "ivr.cli.serving.LiveWorker", "--workers", "1"),
        *("--graceful-timeout", "1", "--timeout", "30", "--keep-alive", "5"),
        *SERVED,
        "ivr.cli.live:application()",
    )


def web_arguments(
    port: int, name: str = "hotline-web", workers: int = 2
) -> tuple[str, ...]:
    """The arguments for gunicorn: threads, for a webhook mostly waits.

    No control socket.
    """
    return (
        *("--bind", f"{LOOPBACK}:{port}", "--name", name),
        *("--config", "python:ivr.cli.preloaded"),
        *("--worker-class", "ivr.cli.serving.WebWorker", "--workers", str(workers)),
        *("--keep-alive", "30", "--graceful-timeout", "4", "--timeout", "30"),
        *SERVED,
        "ivr.cli.web:application()",
    )


def _exchange_arguments(settings: Settings, doors: Addresses) -> Iterator[str]:
    """The arguments that give the exchange every number of every line."""
    yield from ("--port", str(doors.exchange))
    yield from ("--service", f"http://{LOOPBACK}:{doors.web}")
    yield from ("--public-url", settings.public_url or "")
    yield from ("--account", Secrets.load_secrets(settings).account_sid)
    yield from ("--speed", str(settings.clock_speed))
    yield from ("--calls-per-second", str(settings.calls_per_second))
    for line in load_lines(settings.lines).lines().values():
        for number in line.numbers:
            yield from ("--number", number)
