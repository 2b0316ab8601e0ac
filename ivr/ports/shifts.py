"""When operators are to be there, kept for good."""

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

        A shift is given back when it is in the way of one of them: none was kept.
        """
        ...

    def find(self, key: ShiftId) -> Shift | None:
        """The shift, or None."""
        ...

    def named(self, beginning: str, most: int = 2) -> list[Shift]:
        """The shifts whose identifier begins so; some of them when there are many."""
        ...

    def between(self, line: LineKey, since: datetime, until: datetime) -> list[Shift]:
        """The line's shifts of which a part lies in between, in order of begin."""
        ...

    def save(self, shift: Shift, facts: Sequence[Fact] = ()) -> bool:
        """Save it, with what happened, unless somebody has changed it since."""
        ...

    def mark_shown(self, keys: Sequence[ShiftId], at: datetime) -> None:
        """Keep that operators have seen these; the first time counts."""
        ...
