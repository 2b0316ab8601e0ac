"""How long a webhook takes while what the house depends on hangs.

The server of the live state takes every command and answers none (SIGSTOP); or the
database is locked for everybody. Signed requests of calls from the ring into the queue,
one after the other, in turns with the same while both are well.
"""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import requests

from bench.figures.webhooks import taken
from bench.house import House, eventually, house
from bench.report import Figure, Say, milliseconds
from bench.scale import Scale

WITHIN = 3
"""Seconds in which a webhook is answered, whatever hangs."""

Harm = Callable[[], AbstractContextManager[None]]


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figures, for each thing that may hang."""
    say("hung: a house without workers")
    with TemporaryDirectory(prefix="bench-") as folder, house(Path(folder)) as built:
        built.web(built.port)
        (file,) = Path(folder, "var").glob("*.db")
        harms: dict[str, Harm] = {
            "the live state hangs": lambda: _stopped(built),
            "the database is locked": lambda: _locked(file),
        }
        for number, (what, harm) in enumerate(harms.items()):
            yield _measured(built, scale.hung, number, what, harm)
            say(f"hung: {what}, done")


def _measured(built: House, count: int, number: int, what: str, harm: Harm) -> Figure:
    well: list[float] = []
    harmed: list[float] = []
    for turn in range(count):
        place = 2 * (number * count + turn)
        well += taken(built, 1, place)
        with harm():
            harmed += taken(built, 1, place + 1)
        eventually(lambda: _is_well(built))
    return Figure(
        what=f"a webhook while {what}",
        value=f"p50 {milliseconds(median(harmed))}, worst {milliseconds(max(harmed))}",
        against=f"well: p50 {milliseconds(median(well))}, worst"
        f" {milliseconds(max(well))}",
        target=f"<= {WITHIN} s",
        met=max(harmed) <= WITHIN,
    )


def _is_well(built: House) -> bool:
    """Whether the live state is used again: it is left alone for a moment."""
    ready = requests.get(f"http://127.0.0.1:{built.port}/readyz", timeout=5)
    return '"ready"' in ready.text


@contextmanager
def _stopped(built: House) -> Iterator[None]:
    server = int(built.redis.info("server")["process_id"])
    os.kill(server, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server, signal.SIGCONT)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
        lock.execute("ROLLBACK")
