"""Twilio's conferences: who is in them, who is heard, and what ends them."""

from typing import Any

from twilio.rest import Client

from ivr.adapters.twilio_voice.rest.addresses import OwnAddresses
from ivr.adapters.twilio_voice.rest.reaching import reach_carrier
from ivr.core.model.claim import Claim
from ivr.core.model.errors import NotFound
from ivr.core.model.identifiers import ClaimId, LegId


class TwilioRooms:
    """``ports.Rooms`` for Twilio."""

    def __init__(self, client: Client, addresses: OwnAddresses) -> None:
        self._client = client
        self._addresses = addresses

    def in_room(self, claim: ClaimId) -> set[LegId]:
        """The legs in the room of a claim, once its conversation has begun."""
        with reach_carrier():
            return {
                LegId(participant.call_sid)
                for room in self._live_rooms(claim)
                for participant in self._client.conferences(
                    room.sid
                ).participants.list()
            }

    def hold(self, claim: Claim) -> None:
        """Let the caller of a talk hear our hold document, and nobody else."""
        self._update_participant(
            claim.room,
            claim.party,
            hold=True,
            hold_url=self._addresses.of_hold(claim.id, claim.line),
            hold_method="POST",
        )

    def unhold(self, claim: Claim) -> None:
        """Let the caller of a talk hear and be heard again."""
        self._update_participant(claim.room, claim.party, hold=False)

    def is_held(self, claim: Claim) -> bool:
        """Whether the caller of a talk is on hold, by the carrier's word."""
        with reach_carrier():
            return bool(self._find_participant(claim.room, claim.party).fetch().hold)

    def mute(self, claim: Claim) -> None:
        """Let the operator of a claim not be heard in the room."""
        self._update_participant(claim.room, claim.leg, muted=True)

    def unmute(self, claim: Claim) -> None:
        """Let the operator of a claim be heard in the room again."""
        self._update_participant(claim.room, claim.leg, muted=False)

    def is_muted(self, claim: Claim) -> bool:
        """Whether the operator of a claim is muted, by the carrier's word."""
        with reach_carrier():
            return bool(self._find_participant(claim.room, claim.leg).fetch().muted)

    def keep_room(self, claim: Claim) -> None:
        """Let the room go on when the operator of a claim leaves it."""
        self._update_participant(claim.room, claim.leg, end_conference_on_exit=False)

    def end_room_with(self, claim: Claim) -> None:
        """Let the room end for everybody when the operator of a claim leaves it."""
        self._update_participant(claim.room, claim.leg, end_conference_on_exit=True)

    def _update_participant(
        self, room: ClaimId, leg: LegId | None, **values: object
    ) -> None:
        with reach_carrier():
            self._find_participant(room, leg).update(**values)

    def _find_participant(self, room: ClaimId, leg: LegId | None) -> Any:
        found = self._live_rooms(room)
        if leg is None or not found:
            raise NotFound("nobody is in such a room")
        return self._client.conferences(found[0].sid).participants(leg)

    def _live_rooms(self, name: ClaimId) -> Any:
        """The one conversation of that name that goes on, if there is one."""
        return self._client.conferences.list(
            friendly_name=name, status="in-progress", limit=1
        )
