"""Recordings at the carrier that no request has told us of.

A request may be lost, refused while the live state was away, or never made: if an
operator fetches a caller out of a message, the carrier does not ask us about it any
more.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.core.model.identifiers import LegId

SETTLED = timedelta(minutes=1)
"""After this time we know of a recording, if we ever will."""

LISTS_LAG = timedelta(hours=1)
"""How far back a list is read again: new entries may come into it late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recording at the carrier, made by a document that asked for one.

    ``leg`` is the leg on which somebody spoke. ``length`` is None while the carrier
    still works on it.
    """

    key: str
    leg: LegId
    began: datetime
    length: timedelta | None

    @property
    def ended(self) -> datetime:
        """When the last word was said."""
        return self.began + (self.length or timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How far we have read the carrier's list, and which entries are no messages.

    ``until`` is None when it was never read, or nobody remembers.
    """

    until: datetime | None = None
    others: frozenset[str] = frozenset()


def is_settled(recorded: Recorded, now: datetime) -> bool:
    """Whether it is over, and long enough for any request about it to have come."""
    return recorded.length is not None and recorded.ended + SETTLED <= now


def note_scan(
    found: Collection[Recorded],
    undecided: Collection[Recorded],
    others: Collection[str],
    now: datetime,
) -> Looked:
    """What to remember of a look: the next one begins before the undecided entries."""
    until = min((each.began for each in undecided), default=now) - LISTS_LAG
    listed = {each.key for each in found}
    return Looked(until=until, others=frozenset(listed & set(others)))
