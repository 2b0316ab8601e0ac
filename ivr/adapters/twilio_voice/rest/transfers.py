"""Live legs that are moved at Twilio to another document of ours."""

from urllib.parse import urlencode

from twilio.rest import Client

from ivr.adapters.twilio_voice.rest.addresses import OwnAddresses
from ivr.adapters.twilio_voice.rest.reaching import reach_carrier
from ivr.core.model.identifiers import ClaimId, LegId


class TwilioTransfers:
    """``ports.Transfers`` for Twilio."""

    def __init__(self, client: Client, addresses: OwnAddresses) -> None:
        self._client = client
        self._addresses = addresses

    def send_to_room(self, leg: LegId, claim: ClaimId) -> None:
        """Move a live caller from the queue to the room of a claim."""
        room = self._addresses.of_claim("/voice/room", claim)
        self._move_leg(leg, room, self._addresses.fallback)

    def put_through(self, leg: LegId, claim: ClaimId) -> None:
        """Move a live caller to the room of a claim on a standing line."""
        room = self._addresses.of_claim("/voice/standing/room", claim)
        self._move_leg(leg, room, self._addresses.fallback)

    def fetch_operator(self, leg: LegId, token: str, claim: ClaimId) -> None:
        """Move a standing leg to the claim that it is put through for."""
        here = self._addresses.of_token("/voice/standing", token)
        self._move_leg(leg, f"{here}&{urlencode({'claim': claim})}", here)

    def connect_operator(self, leg: LegId, claim: ClaimId) -> None:
        """Move an operator's live leg on to a claim that was accepted at the desk."""
        asked = self._addresses.of_claim("/voice/offer/connect", claim)
        words = self._addresses.of_claim("/voice/offer/over", claim)
        self._move_leg(leg, f"{asked}&attempt=1", words)

    def eject_caller(self, leg: LegId, claim: ClaimId) -> None:
        """Move a live caller out of a claim's room, which ends it, to what follows."""
        after = self._addresses.of_claim("/voice/after", claim)
        self._move_leg(leg, after, after)

    def send_back(self, leg: LegId) -> None:
        """Move a live caller back to where the call stands."""
        self._move_leg(leg, self._addresses.resume, self._addresses.fallback)

    def move_to_explanation(self, leg: LegId, claim: ClaimId) -> None:
        """Move an operator's live leg to the words that say why it is over."""
        words = self._addresses.of_claim("/voice/offer/over", claim)
        self._move_leg(leg, words, words)

    def _move_leg(self, leg: LegId, url: str, fallback: str) -> None:
        # A moved call forgets its number's fallback: it has its own or none.
        with reach_carrier():
            self._client.calls(leg).update(
                url=url,
                method="POST",
                fallback_url=fallback,
                fallback_method="POST",
            )
