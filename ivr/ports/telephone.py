"""The carrier: its requests and our answers, and what we ask of it, by subject.

What is asked raises NotFound for a leg that is gone, else Unavailable.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ivr.core.dialogue.carrier_event import CarrierEvent
from ivr.core.dialogue.instructions import Instruction
from ivr.core.line.menu import Line
from ivr.core.model.address import Address, PhoneNumber
from ivr.core.model.claim import Claim
from ivr.core.model.identifiers import CallId, ClaimId, LineKey, OperatorId
from ivr.core.upkeep.orphaned_legs import LegLocation, LiveLeg
from ivr.core.upkeep.recordings import Recorded

Form = Mapping[str, Sequence[str]]
"""A form as it was sent: every value of every field, decoded."""


class WebhookCodec(Protocol):
    """How the carrier's requests are read and answered."""

    @property
    def signature_header(self) -> str:
        """The name of the header that carries the carrier's signature."""
        ...

    def is_genuine(self, address: str, form: Form, signature: str) -> bool:
        """Whether the carrier itself sent this form to this address."""
        ...

    def read(self, form: Mapping[str, str]) -> CarrierEvent:
        """The request in our words; whatever is missing or absurd is left out."""
        ...

    def write(self, line: Line, instructions: Sequence[Instruction]) -> str:
        """The answer document for instructions."""
        ...


class BrowserPhone(Protocol):
    """The carrier's telephone in an operator's browser."""

    @property
    def script(self) -> str:
        """The address of the script that is the telephone; "" when there is none."""
        ...

    @property
    def edge(self) -> str:
        """The edge of the carrier's network to register at; "" the nearest."""
        ...

    @property
    def origins(self) -> Mapping[str, Sequence[str]]:
        """What a page with it must be let to reach: directives of its policy."""
        ...

    def token(self, key: OperatorId) -> str:
        """A token with which the operator's browser can be rung for an hour."""
        ...


class Dialling(Protocol):
    """Legs that we create, and end."""

    def ring(
        self, claim: Claim, to: Address, caller_id: str, ring: timedelta
    ) -> CallId:
        """Create the operator's leg for a claim; its identifier."""
        ...

    def call_back(
        self, claim: Claim, to: PhoneNumber, caller_id: str, ring: timedelta
    ) -> CallId:
        """Create the leg of a person who asked to be called back; its identifier.

        An ambiguous Unavailable: the person may be rung all the same.
        """
        ...

    def call_in(
        self, to: PhoneNumber, caller_id: str, token: str, ring: timedelta
    ) -> CallId:
        """Create a leg that asks an operator to come on the line; its identifier."""
        ...

    def try_ring(
        self, to: Address, caller_id: str, token: str, ring: timedelta
    ) -> CallId:
        """Create a leg that says a sentence and hangs up; its identifier."""
        ...

    def end(self, leg: CallId) -> None:
        """End a leg whatever it does; a leg that is gone is fine."""
        ...


class Transfers(Protocol):
    """Live legs that are moved to another document of ours."""

    def send_to_room(self, leg: CallId, claim: ClaimId) -> None:
        """Move a live caller from the queue to the room of a claim."""
        ...

    def put_through(self, leg: CallId, claim: ClaimId) -> None:
        """Move a live caller to the room of a claim on a standing line."""
        ...

    def fetch_operator(self, leg: CallId, token: str, claim: ClaimId) -> None:
        """Move a standing leg to the claim that it is put through for."""
        ...

    def connect_operator(self, leg: CallId, claim: ClaimId) -> None:
        """Move an operator's live leg on to a claim that was accepted at the desk."""
        ...

    def eject_caller(self, leg: CallId, claim: ClaimId) -> None:
        """Move a live caller out of a claim's room, which ends it, to what follows."""
        ...

    def send_back(self, leg: CallId) -> None:
        """Move a live caller from a room back to where the call stands."""
        ...

    def move_to_explanation(self, leg: CallId, claim: ClaimId) -> None:
        """Move an operator's live leg to the words that say why it is over."""
        ...


class Legs(Protocol):
    """What the carrier knows of legs."""

    def is_over(self, leg: CallId) -> bool:
        """Whether the carrier says that the leg has ended, or does not know it."""
        ...

    def end_of(self, leg: CallId) -> str | None:
        """How the leg has ended: completed, busy, no-answer …; None while it lives.

        NotFound where the carrier does not know it, or not yet.
        """
        ...

    def number_of(self, leg: CallId) -> PhoneNumber | None:
        """The number of the person on a leg, over or not; None when it is withheld."""
        ...

    def own_number_of(self, leg: CallId) -> str:
        """The number on a leg, over or not, that is not the person's: perhaps ours."""
        ...

    def live_legs(self) -> set[CallId]:
        """The legs that the carrier believes to be live; may lag behind."""
        ...

    def legs_of(self, numbers: Collection[str]) -> list[LiveLeg]:
        """The live legs that rang one of these numbers, or that we rang from one."""
        ...

    def leg_locations(
        self, legs: Collection[CallId], queue: LineKey
    ) -> Mapping[CallId, LegLocation]:
        """Where each leg is now, in ``queue`` for one; left out: those not found."""
        ...

    def engaged(self) -> set[Address]:
        """The numbers and browsers that live legs ring or talk to."""
        ...


class Rooms(Protocol):
    """The rooms in which people talk, and who is heard in them."""

    def in_room(self, claim: ClaimId) -> set[CallId]:
        """The legs in the room of a claim."""
        ...

    def hold(self, claim: Claim) -> None:
        """Let the caller of a talk hear our hold document, and nobody else."""
        ...

    def unhold(self, claim: Claim) -> None:
        """Let the caller of a talk hear and be heard again."""
        ...

    def is_held(self, claim: Claim) -> bool:
        """Whether the caller of a talk is on hold, by the carrier's word."""
        ...

    def mute(self, claim: Claim) -> None:
        """Let the operator of a claim not be heard in the room."""
        ...

    def unmute(self, claim: Claim) -> None:
        """Let the operator of a claim be heard in the room again."""
        ...

    def is_muted(self, claim: Claim) -> bool:
        """Whether the operator of a claim is muted, by the carrier's word."""
        ...

    def keep_room(self, claim: Claim) -> None:
        """Let the room go on when the operator of a claim leaves it."""
        ...

    def end_room_with(self, claim: Claim) -> None:
        """Let the room end for everybody when the operator of a claim leaves it."""
        ...


class Recordings(Protocol):
    """What people have said to be heard later."""

    def recording(self, key: str) -> bytes:
        """A recorded message as a WAV file.

        NotFound when it is gone, was never made, or is not ready yet: a carrier
        may take some seconds. Unavailable for good when it is far too long.
        """
        ...

    def recordings(self, since: datetime | None) -> list[Recorded]:
        """What documents have asked people to say since then, the oldest first.

        Also what was said on calls of others who share the account.
        """
        ...

    def forget_recording(self, key: str) -> None:
        """Delete a recorded message at the carrier; one that is gone is fine."""
        ...


class Texts(Protocol):
    """Text messages."""

    def text(self, to: PhoneNumber, sender: str, body: str) -> None:
        """Send a text message."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """The telephone network, by subject; ``Ports`` has each by itself."""

    dialling: Dialling
    transfers: Transfers
    legs: Legs
    rooms: Rooms
    recordings: Recordings
    texts: Texts
