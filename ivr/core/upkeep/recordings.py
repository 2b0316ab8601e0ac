"""Recordings that lie at the carrier and of which no request has told us.

A request may be lost, refused while the live state was away, or never made: whoever is
fetched out of a message by an operator is not asked about it any more.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.core.model.identifiers import CallId

SETTLED = timedelta(minutes=1)
"""After which a recording that was made has been told of, if it ever is."""

LISTS_LAG = timedelta(hours=1)
"""How far back a list is read again: what is new may come into it late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recording at the carrier, made by a document that asked for one.

    ``leg`` is the leg on which somebody spoke. ``length`` is None while the carrier
    still works on it.
    """

    key: str
    leg: CallId
    began: datetime
    length: timedelta | None

    @property
    def ended(self) -> datetime:
        """When the last word was said."""
        return self.began + (self.length or timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """How far the carrier's list was read, and what in it is known to be no message.

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
    """What to remember of a look: the next one begins before what is undecided."""
    until = min((each.began for each in undecided), default=now) - LISTS_LAG
    listed = {each.key for each in found}
    return Looked(until=until, others=frozenset(listed & set(others)))
