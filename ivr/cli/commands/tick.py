"""``hotline tick``: the server's clock. Leases, wrap-ups, late work, looking after.

It does nothing that another process could not do as well; several may run.
"""

import signal
import threading
from collections.abc import Callable

import click

from ivr.actions import records
from ivr.actions.calls import estimates
from ivr.actions.operators import shifts
from ivr.actions.upkeep import due_work
from ivr.bootstrap.app import AppContext, open_app
from ivr.bootstrap.machine import pause
from ivr.core.model.errors import HotlineError
from ivr.core.model.identifiers import LineKey
from ivr.ports import Ports
from ivr.settings import Settings

TICK = 0.2
"""Seconds between two looks at what is due."""

FACTS = 1.0
"""Seconds after which we write facts here that no worker has written."""

FIGURES = 30.0
"""Seconds between two looks whether the figures for the expected wait are old."""

REMINDERS = 30.0
"""Seconds between two looks for reminders of shifts."""


UNREAD = 600.0
"""Seconds between two looks whether facts that were kept unread can be read now."""


@click.command("tick")
def run_ticker() -> None:
    """Do what is due, until told to stop. Part of "hotline up"."""
    # A list, not an Event: a handler that sets one may wait for ever for the lock
    # that the code it has interrupted holds.
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda signum, _: told.append(signum))
    with open_app(Settings.from_process()) as context:
        keep_ticking(context, lambda: bool(told))


def keep_ticking(context: AppContext, is_over: Callable[[], bool]) -> None:
    """Tick in this thread, run longer work in others, until the stop."""
    speed, stop = context.settings.clock_speed, threading.Event()
    others = [
        _start_thread(
            context,
            stop,
            context.settings.reconcile_seconds / speed,
            due_work.reconcile_line,
        ),
        _start_thread(context, stop, FACTS / speed, _write_left_facts(context.ports)),
        _start_thread(context, stop, FIGURES / speed, estimates.renew_figures),
        _start_thread(context, stop, REMINDERS / speed, shifts.send_reminders),
        _start_thread(context, stop, UNREAD / speed, records.take_in_unread),
    ]
    while not is_over():
        pause(stop, max(TICK / speed, SHORTEST))
        _work_on_lines(context, due_work.do_due_work)
    stop.set()
    for other in others:
        other.join()


Work = Callable[[Ports, LineKey], object]

SHORTEST = 0.02
"""However fast the clock runs: a process must not spin."""


def _start_thread(
    context: AppContext, stop: threading.Event, seconds: float, work: Work
) -> threading.Thread:
    thread = threading.Thread(target=_repeat_work, args=(context, stop, seconds, work))
    thread.start()
    return thread


def _repeat_work(
    context: AppContext, stop: threading.Event, seconds: float, work: Work
) -> None:
    while not pause(stop, max(seconds, SHORTEST)):
        _work_on_lines(context, work)


def _work_on_lines(context: AppContext, work: Work) -> None:
    for line in context.ports.content.lines():
        _try_work(context.ports, line, work)


def _try_work(ports: Ports, line: LineKey, work: Work) -> None:
    try:
        work(ports, line)
    except HotlineError as error:
        ports.log.warning("upkeep failed", line=line, error=str(error))
    except Exception as error:  # noqa: BLE001 - the clock must go on; it is noted
        ports.log.failure("upkeep failed", error)


def _write_left_facts(ports: Ports) -> Work:
    """Make work that writes a line's facts if they are late.

    They are if the oldest one was in the stream at the previous look already.
    """
    left: dict[LineKey, str] = {}

    def write_left(_: Ports, line: LineKey) -> None:
        entries = ports.journal.take(line, 1)
        oldest = entries[0][0] if entries else ""
        if oldest and left.get(line) == oldest:
            records.write_facts(ports, line)
        left[line] = oldest

    return write_left
