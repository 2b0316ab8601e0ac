"""A place in the queue: the moment it counts from, and for whom it is kept."""

from datetime import datetime
from typing import Self

from msgspec import Struct

from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.values import replace


class Arrival(Struct, frozen=True):
    """The moment from which a place in the queue counts, and what it was used for.

    ``at`` is the arrival that priority is counted from: it is kept through whatever
    breaks off. ``counts_from`` replaces it for priority once the caller has changed the
    class of urgency. ``spent`` says that a talk has used the arrival up, ``given_back``
    that its caller was cut off in a talk once and came back, ``handed_on`` how often an
    operator has handed the caller on in that place (see ``ivr.core.queue.arrival``).
    """

    at: datetime | None = None
    counts_from: datetime | None = None
    spent: bool = False
    given_back: bool = False
    handed_on: int = 0


class QueueWait(Struct, frozen=True):
    """The present wait in the queue, and the other calls that matter to it.

    ``since`` is when it began, ``told_until`` when it should be over by what the caller
    first heard. ``before`` is a call of the same caller that broke off just now: its
    place is kept. ``beside``: the call waits without a place, because another call of
    the same number holds it (see ``ivr.core.dialogue.one_number``).
    """

    since: datetime | None = None
    told_until: datetime | None = None
    before: ContactId | None = None
    beside: bool = False


class Affinity(Struct, frozen=True):
    """The operator or team for which a caller is kept, if any.

    ``operator`` is the one with whom a talk broke off, or to whom ``handed_by`` handed
    the caller over, until somebody else has talked to them. ``team`` is the team that
    the caller was handed to, at ``handed_at``.
    """

    operator: OperatorId | None = None
    team: str = ""
    handed_at: datetime | None = None
    handed_by: OperatorId | None = None

    def clear_team(self) -> Self:
        """For no team any more."""
        return replace(self, team="", handed_at=None)
