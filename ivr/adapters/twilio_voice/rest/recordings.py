"""Twilio's recordings: those that a document asked for."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.rest import Client

from ivr.adapters.twilio_voice.rest.client import PAGE
from ivr.adapters.twilio_voice.rest.media import TWILIO
from ivr.adapters.twilio_voice.rest.reaching import reach_carrier
from ivr.adapters.twilio_voice.webhook_codec import IDENTIFIER
from ivr.core.model.errors import NotFound
from ivr.core.model.identifiers import LegId
from ivr.core.upkeep.recordings import Recorded

# https://www.twilio.com/docs/voice/api/recording: source, status. Whole calls and
# conversations are recorded by others who share the account, never by us.
BY_RECORD = frozenset({"RecordVerb", "", None})
READY, IN_WORK = "completed", frozenset({"in-progress", "paused", "processing"})


Login = tuple[str, str]
"""A user name, which is the account, and a password."""

Fetch = Callable[[str, Login], bytes]
"""The bytes at an address of Twilio's."""


class TwilioRecordings:
    """``ports.Recordings`` for Twilio."""

    def __init__(self, client: Client, login: Login, fetch: Fetch) -> None:
        self._client = client
        self._login = login
        self._fetch = fetch

    def recording(self, key: str) -> bytes:
        """A recorded message as a WAV file."""
        account, _ = self._login
        sound = f"/2010-04-01/Accounts/{account}/Recordings/{_check_sid(key)}.wav"
        with reach_carrier():
            return self._fetch(TWILIO + sound, self._login)

    def recordings(self, since: datetime | None) -> list[Recorded]:
        """The messages that documents have recorded since then, the oldest first.

        Calls of others who share the account are included.
        """
        bound = {} if since is None else {"date_created_after": since}
        with reach_carrier():
            return _list_recorded(
                self._client.recordings.stream(page_size=PAGE, **bound)
            )

    def forget_recording(self, key: str) -> None:
        """Delete a recorded message at the carrier; one that is gone is fine."""
        try:
            with reach_carrier():
                self._client.recordings(_check_sid(key)).delete()
        except NotFound:
            return


def _list_recorded(listed: Iterable[Any]) -> list[Recorded]:
    """The recordings of a list that a Record verb has made, the oldest first."""
    return sorted(_read_recorded(listed), key=lambda each: (each.began, each.key))


def _read_recorded(listed: Iterable[Any]) -> Iterator[Recorded]:
    for each in listed:
        is_made = each.status == READY or each.status in IN_WORK
        if each.source not in BY_RECORD or not each.call_sid or not is_made:
            continue
        yield Recorded(
            key=each.sid,
            leg=LegId(each.call_sid),
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


def _check_sid(key: str) -> str:
    # It goes into an address, so that anything else could name another resource.
    if not IDENTIFIER.fullmatch(key):
        raise NotFound("no recording: the key is none that a carrier gives")
    return key
