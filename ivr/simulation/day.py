"""A simulated day: who calls and who answers.

Chance decides everything here, before a rule is asked: the same day under two rule sets
meets the same callers, the same talks and the same missed telephones, so any difference
comes from the rules.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from ivr.core.model.identifiers import OperatorId


class OfferResult(StrEnum):
    """An operator's answer to an offer."""

    TAKEN = "taken"
    DECLINED = "declined"
    MISSED = "missed"


class Response(Struct, frozen=True, kw_only=True):
    """How one offer goes, ``after`` this time of ringing.

    An offer that is not answered while the telephone rings is missed, whatever the
    answer would have been; a missed one rings to its end.
    """

    after: timedelta = timedelta()
    answer: OfferResult = OfferResult.TAKEN


AT_ONCE = (Response(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCaller:
    """Somebody who enters the queue at ``at``.

    ``patience`` is the longest wait before they hang up, None when they never do.
    ``offers`` tells how the first offers of this caller go, whichever operator gets
    them; all further ones go like the last.
    """

    at: datetime
    language: str
    urgency: str
    talk: timedelta
    patience: timedelta | None = None
    offers: tuple[Response, ...] = AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedShift:
    """An operator's time on duty; without an end it lasts.

    One operator has at most one shift at a time. ``back_after`` is how long
    somebody stays away who was sent there for missing too many offers.
    """

    operator: OperatorId
    languages: tuple[str, ...]
    start: datetime
    end: datetime | None = None
    back_after: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A time of any length: its callers and its shifts, in any order."""

    callers: tuple[SimulatedCaller, ...]
    shifts: tuple[SimulatedShift, ...]
