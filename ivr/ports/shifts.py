"""Shifts: when operators have to be there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import LineKey, ShiftId
from ivr.core.shifts.shift import Shift


class Shifts(Protocol):
    """The shifts of all operators. Raises Unavailable when they cannot be reached."""

    def add(self, shifts: Sequence[Shift]) -> Shift | None:
        """Keep new shifts of one operator, all or none of them.

        Returns a known shift that overlaps one of them: then none was kept.
        """
        ...

    def find(self, key: ShiftId) -> Shift | None:
        """The shift, or None."""
        ...

    def named(self, beginning: str, most: int = 2) -> list[Shift]:
        """The shifts whose identifier begins this way, at most ``most``."""
        ...

    def between(self, line: LineKey, since: datetime, until: datetime) -> list[Shift]:
        """The line's shifts that overlap this span, in order of their beginning."""
        ...

    def save(self, shift: Shift, facts: Sequence[Fact] = ()) -> bool:
        """Save the shift, with facts, unless somebody has changed it since."""
        ...

    def mark_shown(self, keys: Sequence[ShiftId], at: datetime) -> None:
        """Note that operators have seen these; the first time counts."""
        ...
