"""A place in the queue: from when it counts, since when, and for whom it is kept."""

from datetime import datetime
from typing import Self

from msgspec import Struct

from ivr.core.model.identifiers import CallId, OperatorId
from ivr.core.model.values import replace


class Arrival(Struct, frozen=True):
    """The moment from which a place in the queue counts, and what it was used for.

    ``at`` is the arrival that priority is counted from: it is kept through whatever
    breaks off. ``counts_from`` stands for it, as far as priority goes, once the class
    of urgency has been another. ``spent`` says that a talk has used it up,
    ``given_back`` that its caller was cut off in a talk once and came back,
    ``handed_on`` how often an operator has handed the caller on in that place (see
    ``ivr.core.queue.arrival``).
    """

    at: datetime | None = None
    counts_from: datetime | None = None
    spent: bool = False
    given_back: bool = False
    handed_on: int = 0


class QueueWait(Struct, frozen=True):
    """The present wait in the queue, and the other calls that it has to do with.

    ``since`` is when it began, ``told_until`` when it should be over by what the caller
    was told first. ``before`` is a call of the same caller that broke off just now: its
    place is kept. ``beside``: it waits without a place, for another call of the same
    number holds it (see ``ivr.core.dialogue.one_number``).
    """

    since: datetime | None = None
    told_until: datetime | None = None
    before: CallId | None = None
    beside: bool = False


class Affinity(Struct, frozen=True):
    """For whom a caller is kept, if not for anybody.

    ``operator`` is the one with whom a talk broke off, or to whom the caller was
    handed over, by ``handed_by``, until somebody else has talked to them; ``team`` the
    team to which that was, at ``handed_at``.
    """

    operator: OperatorId | None = None
    team: str = ""
    handed_at: datetime | None = None
    handed_by: OperatorId | None = None

    def clear_team(self) -> Self:
        """For no team any more."""
        return replace(self, team="", handed_at=None)
