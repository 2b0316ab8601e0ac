"""Twilio's knowledge of legs, live and over."""

from collections.abc import Collection, Iterator
from typing import Any

from twilio.rest import Client

from ivr.adapters.twilio_voice.rest.client import PAGE
from ivr.adapters.twilio_voice.rest.dialled_form import read_dialled
from ivr.adapters.twilio_voice.rest.leg_locations import (
    ENDED,
    TwilioLegLocations,
    own_legs,
)
from ivr.adapters.twilio_voice.rest.reaching import reach_carrier
from ivr.adapters.twilio_voice.webhook_codec import OUTBOUND
from ivr.core.model.address import Address, PhoneNumber
from ivr.core.model.errors import NotFound
from ivr.core.model.identifiers import LegId, LineKey
from ivr.core.model.privacy import caller_number
from ivr.core.upkeep.orphaned_legs import LegLocation, LiveLeg

LIVE = ("queued", "ringing", "in-progress")


class TwilioLegs:
    """``ports.Legs`` for Twilio."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def is_over(self, leg: LegId) -> bool:
        """Whether the carrier says that the leg has ended, or does not know it."""
        try:
            return self.end_of(leg) is not None
        except NotFound:
            return True

    def end_of(self, leg: LegId) -> str | None:
        """How the leg has ended: completed, busy, no-answer …; None while it lives.

        NotFound where the carrier does not know it, or not yet.
        """
        with reach_carrier():
            status = str(self._client.calls(leg).fetch().status)
        return status if status in ENDED else None

    def number_of(self, leg: LegId) -> PhoneNumber | None:
        """The number of the person on a leg, over or not; None when it is withheld."""
        person, _ = self._ends_of(leg)
        return caller_number(person)

    def own_number_of(self, leg: LegId) -> str:
        """The number on a leg, over or not, that is not the person's: perhaps ours."""
        _, own = self._ends_of(leg)
        return own

    def _ends_of(self, leg: LegId) -> tuple[str, str]:
        with reach_carrier():
            shown = self._client.calls(leg).fetch()
        ends = (shown._from or "", shown.to or "")  # noqa: SLF001 - the library's name for it
        return ends[::-1] if (shown.direction or "").startswith(OUTBOUND) else ends

    def live_legs(self) -> set[LegId]:
        """The legs that the carrier believes to be live; may lag behind."""
        with reach_carrier():
            return {LegId(leg.sid) for leg in self._live_legs()}

    def _live_legs(self) -> Iterator[Any]:
        for status in LIVE:
            yield from self._client.calls.stream(status=status, page_size=PAGE)

    def engaged(self) -> set[Address]:
        """The numbers and browsers that live legs ring or talk to.

        All live legs are listed: a search by number would put it into an address.
        """
        with reach_carrier():
            return {read_dialled(leg.to) for leg in self._live_legs()}

    def legs_of(self, numbers: Collection[str]) -> list[LiveLeg]:
        """The live legs that rang one of these numbers, or that we rang from one.

        The list may lag behind. Legs that a document dials are left out: they live
        and end with the leg that dials them.
        """
        with reach_carrier():
            return own_legs(self._live_legs(), numbers)

    def leg_locations(
        self, legs: Collection[LegId], queue: LineKey
    ) -> dict[LegId, LegLocation]:
        """Where each of these legs is now; legs that cannot be found are left out.

        ``queue`` names the carrier's queue where our callers wait.
        """
        with reach_carrier():
            found = TwilioLegLocations.looked_up(self._client, queue)
            places = {
                leg: LegLocation.OVER if self.is_over(leg) else found.of(leg)
                for leg in legs
            }
        return {leg: place for leg, place in places.items() if place is not None}
