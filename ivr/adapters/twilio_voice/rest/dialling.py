"""Legs that we create at Twilio, and end."""

from dataclasses import dataclass
from datetime import timedelta

from twilio.rest import Client

from ivr.adapters.twilio_voice.rest.addresses import OwnAddresses
from ivr.adapters.twilio_voice.rest.client import TwilioSettings
from ivr.adapters.twilio_voice.rest.dialled_form import dialled_form
from ivr.adapters.twilio_voice.rest.reaching import reach_carrier
from ivr.core.model.address import Address, PhoneNumber
from ivr.core.model.claim import Claim
from ivr.core.model.errors import NotFound
from ivr.core.model.identifiers import LegId

TRIES_FOR = timedelta(minutes=2)
"""A leg that only tries a telephone needs no longer."""

EVENTS = ["initiated", "ringing", "answered", "completed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addresses:
    """Where a leg that we create asks and tells us, and how long it may last."""

    answered: str
    failed: str
    status: str
    limit: timedelta | None = None


class TwilioDialling:
    """``ports.Dialling`` for Twilio."""

    def __init__(
        self, client: Client, addresses: OwnAddresses, settings: TwilioSettings
    ) -> None:
        self._client = client
        self._addresses = addresses
        self._leg_limit = settings.leg_limit
        self._shift_limit = settings.shift_limit

    def ring(self, claim: Claim, to: Address, caller_id: str, ring: timedelta) -> LegId:
        """Create the operator's leg for a claim; its identifier."""
        addresses = _Addresses(
            answered=self._addresses.of_claim("/voice/offer", claim.id),
            failed=self._addresses.of_claim("/voice/offer/over", claim.id),
            status=self._addresses.of_claim("/voice/status", claim.id),
        )
        return self._create_leg(to, caller_id, ring, addresses)

    def call_back(
        self, claim: Claim, to: PhoneNumber, caller_id: str, ring: timedelta
    ) -> LegId:
        """Create the leg of a person who asked to be called back; its identifier."""
        asked = self._addresses.of_claim("/voice/back", claim.id)
        addresses = _Addresses(
            answered=asked,
            # The person is asked first, here too: nothing else is said before.
            failed=asked,
            status=self._addresses.of_claim("/voice/back/status", claim.id),
        )
        return self._create_leg(to, caller_id, ring, addresses)

    def call_in(
        self, to: PhoneNumber, caller_id: str, token: str, ring: timedelta
    ) -> LegId:
        """Create a leg that asks an operator to come on the line; its identifier."""
        asked = self._addresses.of_token("/voice/standing/called", token)
        addresses = _Addresses(
            answered=asked,
            failed=asked,
            status=self._addresses.status,
            limit=self._shift_limit,
        )
        return self._create_leg(to, caller_id, ring, addresses)

    def try_ring(
        self, to: Address, caller_id: str, token: str, ring: timedelta
    ) -> LegId:
        """Create a leg that says a sentence and hangs up; its identifier."""
        asked = self._addresses.of_token("/voice/try", token)
        addresses = _Addresses(
            answered=asked,
            failed=asked,
            status=self._addresses.of_token("/voice/try/status", token),
            limit=TRIES_FOR,
        )
        return self._create_leg(to, caller_id, ring, addresses)

    def _create_leg(
        self, to: Address, caller_id: str, ring: timedelta, addresses: _Addresses
    ) -> LegId:
        limit = addresses.limit or self._leg_limit
        with reach_carrier():
            leg = self._client.calls.create(
                to=dialled_form(to),
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
        return LegId(leg.sid)

    def end(self, leg: LegId) -> None:
        """End a leg whatever it does; a leg that is gone is fine.

        "completed" ends a leg that rings or waits to be dialled as well as one
        that was picked up just now; "canceled" would miss the latter.
        """
        try:
            with reach_carrier():
                self._client.calls(leg).update(status="completed")
        except NotFound:
            return
