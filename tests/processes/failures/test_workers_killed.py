"""Dead and hung workers: callers still reach operators, and nothing is lost."""

import os
import signal
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from tests.processes.carrier import Carrier
from tests.processes.hotline import Hotline, eventually, hotline
from tests.processes.people import lines, queue_up, talk

PHONES = ("+12025550120", "+12025550121")
WORKERS, CLOCK = "hotline worker-", "hotline clock"
"""Processes by their titles. The clock writes facts, too: those that were left."""


def add_up(service: Hotline, carrier: Carrier) -> list[object]:
    """What the log says of everybody who rang, in the order of ringing."""
    outcomes = {row["call"]: row["outcome"] for row in service.rows("calls")}
    return [outcomes.get(leg.sid, "missing") for leg in carrier.callers]


def strike(service: Hotline, number: signal.Signals, words: str = WORKERS) -> int:
    """Send a signal to every worker, or to others; how many there were."""
    pids = service.pids(words)
    send(pids, number)
    return len(pids)


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to processes; one that is gone needs none."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def converse(service: Hotline, carrier: Carrier, phone: str) -> None:
    """One conversation, ended by the caller; every one who waits is polled."""
    assert eventually(lambda: carrier.poll_until_rung(phone))
    operator, caller = talk(carrier, phone)
    assert eventually(service.talking)
    carrier.hang_up(caller)
    assert eventually(lambda: not operator.live)


def test_repeatedly_killed_workers_lose_nobody(
    tmp_path: Path,
) -> None:
    with hotline(tmp_path, HOTLINE_LINES=lines(tmp_path)) as (service, carrier, _):
        service.operator("Ann", PHONES[0])
        struck = 0
        for _round in range(2):
            queue_up(carrier)
            struck += strike(service, signal.SIGKILL)
            queue_up(carrier, "ru")
            strike(service, signal.SIGKILL)
            converse(service, carrier, PHONES[0])
            struck += strike(service, signal.SIGKILL)
            converse(service, carrier, PHONES[0])
        assert struck > 4
        assert eventually(lambda: service.waiting() == 0)
        wanted = ["answered"] * 4
        eventually(lambda: add_up(service, carrier) == wanted)
        assert add_up(service, carrier) == wanted
        assert not carrier.faults
        assert not carrier.odd
        assert eventually(lambda: len(service.pids(WORKERS)) >= 3)


def test_hung_workers_leave_callers_served(
    tmp_path: Path,
) -> None:
    with hotline(tmp_path, HOTLINE_LINES=lines(tmp_path)) as (service, carrier, _):
        service.operators(("Ann", PHONES[0], "uk,en"), ("Ben", PHONES[1], "ru"))
        assert strike(service, signal.SIGSTOP) >= 3
        for language, phone in (("uk", 0), ("ru", 1), ("en", 0)):
            queue_up(carrier, language)
            converse(service, carrier, PHONES[phone])
        assert not carrier.faults
        assert service.down() == 0
        assert service.pids() == []


def test_worker_hung_during_writing_loses_nothing(
    tmp_path: Path,
) -> None:
    """The log waits for the lock; the worker is ended in the end, or goes on."""
    with hotline(tmp_path, HOTLINE_LINES=lines(tmp_path)) as (service, carrier, _):
        (file,) = service.data.glob("*.db")
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.executescript(SLOW_WRITING)
        strike(service, signal.SIGSTOP, CLOCK)
        assert eventually(lambda: hung_in_writing(service, carrier, file))
        strike(service, signal.SIGCONT, CLOCK)
        carrier.dial()
        strike(service, signal.SIGCONT)
        wanted = {leg.sid for leg in carrier.callers}
        eventually(lambda: {r["call"] for r in service.rows("calls")} == wanted)
        assert {row["call"] for row in service.rows("calls")} == wanted


SLOW_WRITING = """
PRAGMA busy_timeout = 60000;
CREATE TABLE slowed (steps INTEGER);
CREATE VIEW steps AS
  WITH RECURSIVE step(n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < 5000000)
  SELECT n FROM step;
CREATE TRIGGER slow AFTER INSERT ON facts WHEN NOT EXISTS (SELECT 1 FROM slowed)
  BEGIN INSERT INTO slowed SELECT max(n) FROM steps; END;
"""
"""Whoever writes the next fact computes for a while, and holds the lock meanwhile."""


def hung_in_writing(service: Hotline, carrier: Carrier, file: Path) -> bool:
    """Hang the workers; False, and no harm done, when they had written already."""
    pids = service.pids(WORKERS)
    carrier.dial()  # gives them something to write
    assert eventually(lambda: is_held(file)), "nobody writes"
    send(pids, signal.SIGSTOP)
    if is_held(file):
        return True
    send(pids, signal.SIGCONT)
    with closing(sqlite3.connect(file, isolation_level=None, timeout=60)) as other:
        other.execute("DELETE FROM slowed")
    return False


def is_held(file: Path) -> bool:
    """Whether somebody is writing just now."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
    return False
