"""Future events, in the order of virtual time."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Any


class Scheduler:
    """Actions at their moments; at one moment, in the order of their scheduling."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, Callable[..., None], Any]] = []
        self._numbers = count()

    def schedule_action(
        self, at: datetime, action: Callable[..., None], *about: Any
    ) -> None:
        """Have ``action(at, *about)`` done at a moment."""
        heappush(self._entries, (at, next(self._numbers), action, about))

    def run_all(self) -> datetime | None:
        """Do everything, also what is added meanwhile; when the last was done."""
        at = None
        while self._entries:
            at, _, action, about = heappop(self._entries)
            action(at, *about)
        return at
