"""Orphaned legs: live at the carrier, and unknown to every state of ours.

They come from a lost store, or from lost notices. An orphaned leg is only a suspicion:
a talk goes on well without us. So we do nothing to a leg that is with somebody, and
never end a caller's leg, whatever it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ivr.core.model.identifiers import LegId

SUSPICIOUS = timedelta(seconds=60)
"""A leg that is unknown for less time means nothing: lists lag, legs begin and end."""

LONGEST_DOCUMENT = timedelta(minutes=5)
"""Longer than any answer of ours lasts before the caller's leg asks again, except
a message that is being recorded. A leg that asks becomes known."""

LOOKS = 20
"""The most orphaned legs in one go: each costs requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLeg:
    """A leg of ours at the carrier: somebody rang us, or we rang them."""

    id: LegId
    rang_us: bool


class LegLocation(StrEnum):
    """Where a leg is, as the carrier says about that one leg."""

    OVER = "over"
    TOGETHER = "together"
    """In a room with somebody, or with a person that a document of ours dialled."""
    QUEUED = "queued"
    """In the carrier's queue, which asks us by itself what comes next."""
    ALONE = "alone"
    """In a room with nobody."""
    NOWHERE = "nowhere"
    """With a document of ours, or with none any more: the carrier does not say."""


AT_EASE = frozenset({LegLocation.TOGETHER, LegLocation.QUEUED})
"""Locations at which a leg needs nothing from us."""


class LegAction(StrEnum):
    """What we do about an orphaned leg."""

    RESCUED = "rescued"
    """A caller was sent to us, where the call begins again."""
    ENDED = "ended"
    """A leg that we created, and that blocks somebody's telephone for nothing."""


def legs_to_check(
    legs: Sequence[LiveLeg], since: Mapping[LegId, datetime], now: datetime
) -> list[LiveLeg]:
    """The legs to look at now, the longest unknown ones first."""
    due = (leg for leg in legs if now - since[leg.id] >= SUSPICIOUS)
    return sorted(due, key=lambda leg: (since[leg.id], leg.id))[:LOOKS]


def action_for(
    leg: LiveLeg, place: LegLocation, strange_for: timedelta, message_limit: timedelta
) -> LegAction | None:
    """What to do about a leg that is unknown for this long; None: leave it alone."""
    if place is LegLocation.ALONE:
        return LegAction.RESCUED if leg.rang_us else LegAction.ENDED
    if place is not LegLocation.NOWHERE:
        return None
    if not leg.rang_us:
        return LegAction.ENDED
    is_silent = strange_for >= LONGEST_DOCUMENT + message_limit
    return LegAction.RESCUED if is_silent else None
