"""Twilio's REST interface: create, move, end and look at legs."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.adapters.twilio_voice.leg_locations import ENDED, TwilioLegLocations, own_legs
from ivr.adapters.twilio_voice.media import TWILIO, MediaClient
from ivr.adapters.twilio_voice.reaching import reach_carrier
from ivr.adapters.twilio_voice.recordings import list_recorded
from ivr.adapters.twilio_voice.webhook_codec import IDENTIFIER, OUTBOUND
from ivr.core.model.address import Address, PhoneNumber, Softphone
from ivr.core.model.claim import Claim
from ivr.core.model.errors import NotFound
from ivr.core.model.identifiers import CallId, ClaimId, LineKey
from ivr.core.model.privacy import caller_number
from ivr.core.upkeep.orphaned_legs import LegLocation, LiveLeg
from ivr.core.upkeep.recordings import Recorded

PAGE = 1000

LIVE = ("queued", "ringing", "in-progress")

TRIES_FOR = timedelta(minutes=2)
"""A leg that only tries a telephone needs no longer."""

# https://www.twilio.com/docs/voice/api/call-resource: To
CLIENT = "client:"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSettings:
    """How to reach the carrier, and where it reaches us.

    ``timeout`` bounds every request: the library itself waits for ever. A
    webhook that moves a caller must answer within three seconds. ``leg_limit``
    ends a leg that everybody has forgotten, ``shift_limit`` a standing one.
    """

    account_sid: str
    auth_token: str
    api_url: str
    public_url: str
    timeout: timedelta = timedelta(seconds=2)
    leg_limit: timedelta = timedelta(hours=4)
    shift_limit: timedelta = timedelta(hours=12)


class BasedHttpClient(TwilioHttpClient):  # type: ignore[misc]
    """The library's own client, at another base address and with a time limit."""

    def __init__(self, base: str, timeout: timedelta) -> None:
        super().__init__(timeout=timeout.total_seconds())
        self._base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """Send a request to the base address in place of Twilio's."""
        return super().request(
            method, url.replace(TWILIO, self._base, 1), *args, **kwargs
        )


Fetch = Callable[[str, tuple[str, str]], bytes]
"""The bytes at an address of Twilio's, for a user name and a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addresses:
    """Where a leg that we create asks and tells us, and how long it may last."""

    answered: str
    failed: str
    status: str
    limit: timedelta | None = None


_NO_ENVIRONMENT = {"TWILIO_REGION": "", "TWILIO_EDGE": ""}
"""In place of the process's own, which the library would read: our address has the
region and the edge already, or is somebody else's."""

EVENTS = ["initiated", "ringing", "answered", "completed"]


class TwilioCarrier:
    """``ports.Carrier`` for Twilio."""

    def __init__(
        self,
        settings: TwilioSettings,
        http: HttpClient | None = None,
        fetch: Fetch | None = None,
    ) -> None:
        self._settings = settings
        self._client = Client(
            settings.account_sid,
            settings.auth_token,
            http_client=http or BasedHttpClient(settings.api_url, settings.timeout),
            environment=_NO_ENVIRONMENT,
        )
        media = MediaClient(settings.api_url, settings.timeout)
        self._fetch = fetch or media.fetch

    def ring(
        self, claim: Claim, to: Address, caller_id: str, ring: timedelta
    ) -> CallId:
        """Create the operator's leg for a claim; its identifier."""
        addresses = _Addresses(
            answered=self._address_of("/voice/offer", claim.id),
            failed=self._address_of("/voice/offer/over", claim.id),
            status=self._address_of("/voice/status", claim.id),
        )
        return self._create_leg(to, caller_id, ring, addresses)

    def call_back(
        self, claim: Claim, to: PhoneNumber, caller_id: str, ring: timedelta
    ) -> CallId:
        """Create the leg of a person who asked to be called back; its identifier."""
        asked = self._address_of("/voice/back", claim.id)
        addresses = _Addresses(
            answered=asked,
            # The person is asked first, here too: nothing else is said before.
            failed=asked,
            status=self._address_of("/voice/back/status", claim.id),
        )
        return self._create_leg(to, caller_id, ring, addresses)

    def send_to_room(self, leg: CallId, claim: ClaimId) -> None:
        """Move a live caller from the queue to the room of a claim."""
        self._move_leg(
            leg, self._address_of("/voice/room", claim), self._fallback_address
        )

    def put_through(self, leg: CallId, claim: ClaimId) -> None:
        """Move a live caller to the room of a claim on a standing line."""
        self._move_leg(
            leg, self._address_of("/voice/standing/room", claim), self._fallback_address
        )

    def call_in(
        self, to: PhoneNumber, caller_id: str, token: str, ring: timedelta
    ) -> CallId:
        """Create a leg that asks an operator to come on the line; its identifier."""
        asked = self._token_address("/voice/standing/called", token)
        addresses = _Addresses(
            answered=asked,
            failed=asked,
            status=f"{self._settings.public_url}/voice/status",
            limit=self._settings.shift_limit,
        )
        return self._create_leg(to, caller_id, ring, addresses)

    def try_ring(
        self, to: Address, caller_id: str, token: str, ring: timedelta
    ) -> CallId:
        """Create a leg that says a sentence and hangs up; its identifier."""
        asked = self._token_address("/voice/try", token)
        addresses = _Addresses(
            answered=asked,
            failed=asked,
            status=self._token_address("/voice/try/status", token),
            limit=TRIES_FOR,
        )
        return self._create_leg(to, caller_id, ring, addresses)

    def _create_leg(
        self, to: Address, caller_id: str, ring: timedelta, addresses: "_Addresses"
    ) -> CallId:
        limit = addresses.limit or self._settings.leg_limit
        with reach_carrier():
            leg = self._client.calls.create(
                to=_dialled_form(to),
                from_=caller_id,
                url=addresses.answered,
                method="POST",
                fallback_url=addresses.failed,
                fallback_method="POST",
                status_callback=addresses.status,
                status_callback_method="POST",
                status_callback_event=EVENTS,
                timeout=int(ring.total_seconds()),
                time_limit=int(limit.total_seconds()),
            )
        return CallId(leg.sid)

    def fetch_operator(self, leg: CallId, token: str, claim: ClaimId) -> None:
        """Move a standing leg to the claim that it is put through for."""
        here = self._token_address("/voice/standing", token)
        self._move_leg(leg, f"{here}&{urlencode({'claim': claim})}", here)

    def _token_address(self, path: str, token: str) -> str:
        return f"{self._settings.public_url}{path}?{urlencode({'t': token})}"

    def connect_operator(self, leg: CallId, claim: ClaimId) -> None:
        """Move an operator's live leg on to a claim that was accepted at the desk."""
        asked = self._address_of("/voice/offer/connect", claim)
        words = self._address_of("/voice/offer/over", claim)
        self._move_leg(leg, f"{asked}&attempt=1", words)

    def send_back(self, leg: CallId) -> None:
        """Move a live caller back to where the call stands."""
        resume = f"{self._settings.public_url}/voice/resume"
        self._move_leg(leg, resume, self._fallback_address)

    def eject_caller(self, leg: CallId, claim: ClaimId) -> None:
        """Move a live caller out of a claim's room, which ends it, to what follows."""
        after = self._address_of("/voice/after", claim)
        self._move_leg(leg, after, after)

    def hold(self, claim: Claim) -> None:
        """Let the caller of a talk hear our hold document, and nobody else."""
        # It names the line, for this request need not name a number of ours.
        asked = urlencode({"claim": claim.id, "line": claim.line})
        self._update_participant(
            claim.room,
            claim.party,
            hold=True,
            hold_url=f"{self._settings.public_url}/voice/hold?{asked}",
            hold_method="POST",
        )

    def unhold(self, claim: Claim) -> None:
        """Let the caller of a talk hear and be heard again."""
        self._update_participant(claim.room, claim.party, hold=False)

    def mute(self, claim: Claim) -> None:
        """Let the operator of a claim not be heard in the room."""
        self._update_participant(claim.room, claim.leg, muted=True)

    def unmute(self, claim: Claim) -> None:
        """Let the operator of a claim be heard in the room again."""
        self._update_participant(claim.room, claim.leg, muted=False)

    def keep_room(self, claim: Claim) -> None:
        """Let the room go on when the operator of a claim leaves it."""
        self._update_participant(claim.room, claim.leg, end_conference_on_exit=False)

    def end_room_with(self, claim: Claim) -> None:
        """Let the room end for everybody when the operator of a claim leaves it."""
        self._update_participant(claim.room, claim.leg, end_conference_on_exit=True)

    def is_held(self, claim: Claim) -> bool:
        """Whether the caller of a talk is on hold, by the carrier's word."""
        with reach_carrier():
            return bool(self._find_participant(claim.room, claim.party).fetch().hold)

    def is_muted(self, claim: Claim) -> bool:
        """Whether the operator of a claim is muted, by the carrier's word."""
        with reach_carrier():
            return bool(self._find_participant(claim.room, claim.leg).fetch().muted)

    def _update_participant(
        self, room: ClaimId, leg: CallId | None, **values: object
    ) -> None:
        with reach_carrier():
            self._find_participant(room, leg).update(**values)

    def _find_participant(self, room: ClaimId, leg: CallId | None) -> Any:
        found = self._live_rooms(room)
        if leg is None or not found:
            raise NotFound("nobody is in such a room")
        return self._client.conferences(found[0].sid).participants(leg)

    def _live_rooms(self, name: ClaimId) -> Any:
        """The one conversation of that name that goes on, if there is one."""
        return self._client.conferences.list(
            friendly_name=name, status="in-progress", limit=1
        )

    def move_to_explanation(self, leg: CallId, claim: ClaimId) -> None:
        """Move an operator's live leg to the words that say why it is over."""
        words = self._address_of("/voice/offer/over", claim)
        self._move_leg(leg, words, words)

    @property
    def _fallback_address(self) -> str:
        return f"{self._settings.public_url}/voice/fallback"

    def _move_leg(self, leg: CallId, url: str, fallback: str) -> None:
        # A moved call forgets its number's fallback: it has its own or none.
        with reach_carrier():
            self._client.calls(leg).update(
                url=url,
                method="POST",
                fallback_url=fallback,
                fallback_method="POST",
            )

    def end(self, leg: CallId) -> None:
        """End a leg whatever it does; a leg that is gone is fine.

        "completed" ends a leg that rings or waits to be dialled as well as one
        that was picked up just now; "canceled" would miss the latter.
        """
        try:
            with reach_carrier():
                self._client.calls(leg).update(status="completed")
        except NotFound:
            return

    def is_over(self, leg: CallId) -> bool:
        """Whether the carrier says that the leg has ended, or does not know it."""
        try:
            return self.end_of(leg) is not None
        except NotFound:
            return True

    def end_of(self, leg: CallId) -> str | None:
        """How the leg has ended: completed, busy, no-answer …; None while it lives.

        NotFound where the carrier does not know it, or not yet.
        """
        with reach_carrier():
            status = str(self._client.calls(leg).fetch().status)
        return status if status in ENDED else None

    def number_of(self, leg: CallId) -> PhoneNumber | None:
        """The number of the person on a leg, over or not; None when it is withheld."""
        person, _ = self._ends_of(leg)
        return caller_number(person)

    def own_number_of(self, leg: CallId) -> str:
        """The number on a leg, over or not, that is not the person's: perhaps ours."""
        _, own = self._ends_of(leg)
        return own

    def _ends_of(self, leg: CallId) -> tuple[str, str]:
        with reach_carrier():
            shown = self._client.calls(leg).fetch()
        ends = (shown._from or "", shown.to or "")  # noqa: SLF001 - the library's name for it
        return ends[::-1] if (shown.direction or "").startswith(OUTBOUND) else ends

    def live_legs(self) -> set[CallId]:
        """The legs that the carrier believes to be live; may lag behind."""
        with reach_carrier():
            return {CallId(leg.sid) for leg in self._live_legs()}

    def _live_legs(self) -> Iterator[Any]:
        for status in LIVE:
            yield from self._client.calls.stream(status=status, page_size=PAGE)

    def engaged(self) -> set[Address]:
        """The numbers and browsers that live legs ring or talk to.

        All live legs are listed: a search by number would put it into an address.
        """
        with reach_carrier():
            return {_address_in(leg.to) for leg in self._live_legs()}

    def legs_of(self, numbers: Collection[str]) -> list[LiveLeg]:
        """The live legs that rang one of these numbers, or that we rang from one.

        The list may lag behind. Legs that a document dials are left out: they live
        and end with the leg that dials them.
        """
        with reach_carrier():
            return own_legs(self._live_legs(), numbers)

    def leg_locations(
        self, legs: Collection[CallId], queue: LineKey
    ) -> dict[CallId, LegLocation]:
        """Where each of these legs is now; left out is one that cannot be found.

        ``queue`` names the carrier's queue in which our callers wait.
        """
        with reach_carrier():
            found = TwilioLegLocations.looked_up(self._client, queue)
            places = {
                leg: LegLocation.OVER if self.is_over(leg) else found.of(leg)
                for leg in legs
            }
        return {leg: place for leg, place in places.items() if place is not None}

    def in_room(self, claim: ClaimId) -> set[CallId]:
        """The legs in the room of a claim, once its conversation has begun."""
        with reach_carrier():
            return {
                CallId(participant.call_sid)
                for room in self._live_rooms(claim)
                for participant in self._client.conferences(
                    room.sid
                ).participants.list()
            }

    def text(self, to: PhoneNumber, sender: str, body: str) -> None:
        """Send a text message."""
        with reach_carrier():
            self._client.messages.create(to=to.reveal(), from_=sender, body=body)

    def recording(self, key: str) -> bytes:
        """A recorded message as a WAV file."""
        account = self._settings.account_sid
        sound = f"/2010-04-01/Accounts/{account}/Recordings/{_check_sid(key)}.wav"
        with reach_carrier():
            return self._fetch(TWILIO + sound, (account, self._settings.auth_token))

    def recordings(self, since: datetime | None) -> list[Recorded]:
        """What documents have asked people to say since then, the oldest first.

        Also what was said on calls of others who share the account.
        """
        bound = {} if since is None else {"date_created_after": since}
        with reach_carrier():
            return list_recorded(
                self._client.recordings.stream(page_size=PAGE, **bound)
            )

    def forget_recording(self, key: str) -> None:
        """Delete a recorded message at the carrier; one that is gone is fine."""
        try:
            with reach_carrier():
                self._client.recordings(_check_sid(key)).delete()
        except NotFound:
            return

    def _address_of(self, path: str, claim: ClaimId) -> str:
        return f"{self._settings.public_url}{path}?{urlencode({'claim': claim})}"


def _dialled_form(to: Address) -> str:
    return CLIENT + to.identity if isinstance(to, Softphone) else to.reveal()


def _address_in(dialled: str) -> Address:
    if dialled.startswith(CLIENT):
        return Softphone(dialled.removeprefix(CLIENT))
    return PhoneNumber(dialled)


def _check_sid(key: str) -> str:
    # It goes into an address, so that anything else could name another resource.
    if not IDENTIFIER.fullmatch(key):
        raise NotFound("no recording: the key is none that a carrier gives")
    return key
