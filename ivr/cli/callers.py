"""Numbers to ring from: each time another one, from the ranges kept for fiction."""

import fcntl
from collections.abc import Collection
from pathlib import Path

from ivr.bootstrap.machine import secret_digits

FICTION = tuple(f"+1202555{last:04}" for last in range(100, 200))
"""+1 202 555 0100 to 0199 are given to nobody (NANPA, 555 line numbers)."""


def next_caller(folder: Path, taken: Collection[str]) -> str:
    """A number to ring from: the next after that of the last call from this folder.

    It is none of the ``taken`` numbers. Two calls at the same moment get two numbers.
    """
    free = [number for number in FICTION if number not in taken] or list(FICTION)
    with (folder / "next-caller").open("a+", encoding="ascii") as note:
        fcntl.flock(note, fcntl.LOCK_EX)
        note.seek(0)
        last = note.read().strip()
        number = next((each for each in free if each > last), free[0])
        note.truncate(0)
        note.write(number)
    return number


def pick_caller() -> str:
    """Pick a number to call a service from that is not in this folder."""
    return FICTION[int(secret_digits(2))]
