"""Legs that live at the carrier and that no state of ours knows.

They come of a lost store, or of notices that were lost. A strange leg is only a
suspicion: a talk goes on well without us. So nothing is done to a leg that is with
somebody, and a caller's leg is never ended, whatever it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ivr.core.model.identifiers import CallId

SUSPICIOUS = timedelta(seconds=60)
"""For less than this a strange leg means nothing: lists lag, legs begin and end."""

LONGEST_DOCUMENT = timedelta(minutes=5)
"""Longer than any answer of ours lasts before the caller's leg asks again, but for
a message that is being recorded. Who asks becomes known."""

LOOKS = 20
"""How many strange legs are looked at in one go: each costs requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLeg:
    """A leg of ours at the carrier: of somebody who rang us, or whom we rang."""

    id: CallId
    rang_us: bool


class LegLocation(StrEnum):
    """Where a leg is, by the carrier's word about that one leg."""

    OVER = "over"
    TOGETHER = "together"
    """In a room with somebody, or with somebody whom a document of ours dialled."""
    QUEUED = "queued"
    """In the carrier's queue, which asks us by itself what is to be heard next."""
    ALONE = "alone"
    """In a room with nobody."""
    NOWHERE = "nowhere"
    """With a document of ours, or with none any more: the carrier does not tell."""


AT_EASE = frozenset({LegLocation.TOGETHER, LegLocation.QUEUED})
"""Where a leg is well looked after without us."""


class LegAction(StrEnum):
    """What is done about a strange leg."""

    RESCUED = "rescued"
    """A caller was sent to us, where the call begins again."""
    ENDED = "ended"
    """A leg that we had created, and that holds somebody's telephone for nothing."""


def legs_to_check(
    legs: Sequence[LiveLeg], since: Mapping[CallId, datetime], now: datetime
) -> list[LiveLeg]:
    """The legs to be looked at now, the longest strange ones first."""
    due = (leg for leg in legs if now - since[leg.id] >= SUSPICIOUS)
    return sorted(due, key=lambda leg: (since[leg.id], leg.id))[:LOOKS]


def action_for(
    leg: LiveLeg, place: LegLocation, strange_for: timedelta, message_limit: timedelta
) -> LegAction | None:
    """What to do about a leg that is strange for so long; None: leave it alone."""
    if place is LegLocation.ALONE:
        return LegAction.RESCUED if leg.rang_us else LegAction.ENDED
    if place is not LegLocation.NOWHERE:
        return None
    if not leg.rang_us:
        return LegAction.ENDED
    is_silent = strange_for >= LONGEST_DOCUMENT + message_limit
    return LegAction.RESCUED if is_silent else None
