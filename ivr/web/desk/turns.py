"""Few at a time: whoever floods the door must not keep callers waiting."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.core.errors import Unavailable

PLACES = 4
"""Of the eight threads of a process: the others answer the carrier."""

_places = threading.BoundedSemaphore(PLACES)


@contextmanager
def in_turn() -> Iterator[None]:
    """Do what takes its time, as hashing does on purpose; Unavailable when it is full.

    Nobody waits here for a place: waiting itself would take up a thread.
    """
    if not _places.acquire(blocking=False):
        raise Unavailable("too many are at the door; try again in a moment")
    try:
        yield
    finally:
        _places.release()
