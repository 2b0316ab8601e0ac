"""The carrier's list of recordings, and those in it that a document asked for."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ivr.core.model.identifiers import CallId
from ivr.core.upkeep.recordings import Recorded

# https://www.twilio.com/docs/voice/api/recording: source, status. Whole calls and
# conversations are recorded by others who share the account, never by us.
BY_RECORD = frozenset({"RecordVerb", "", None})
READY, IN_WORK = "completed", frozenset({"in-progress", "paused", "processing"})


def list_recorded(listed: Iterable[Any]) -> list[Recorded]:
    """The recordings of a list that a Record verb has made, the oldest first."""
    return sorted(_read_recorded(listed), key=lambda each: (each.began, each.key))


def _read_recorded(listed: Iterable[Any]) -> Iterator[Recorded]:
    for each in listed:
        is_made = each.status == READY or each.status in IN_WORK
        if each.source not in BY_RECORD or not each.call_sid or not is_made:
            continue
        yield Recorded(
            key=each.sid,
            leg=CallId(each.call_sid),
            began=_began_at(each),
            length=_length_of(each),
        )


def _began_at(each: Any) -> datetime:
    told = each.start_time or each.date_created
    if not isinstance(told, datetime):
        return datetime.fromtimestamp(0, UTC)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _length_of(each: Any) -> timedelta | None:
    told = str(each.duration or "0")
    if each.status != READY or not told.isdecimal():
        return None
    return timedelta(seconds=int(told))
