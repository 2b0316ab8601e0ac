"""What will happen, in the order of virtual time."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Any


class Agenda:
    """Deeds at their moments; those of one moment in the order they were noted."""

    def __init__(self) -> None:
        self._notes: list[tuple[datetime, int, Callable[..., None], Any]] = []
        self._numbers = count()

    def note(self, at: datetime, deed: Callable[..., None], *about: Any) -> None:
        """Have ``deed(at, *about)`` done at a moment."""
        heappush(self._notes, (at, next(self._numbers), deed, about))

    def run(self) -> datetime | None:
        """Do everything, also what is noted meanwhile; the moment of the last deed."""
        at = None
        while self._notes:
            at, _, deed, about = heappop(self._notes)
            deed(at, *about)
        return at
