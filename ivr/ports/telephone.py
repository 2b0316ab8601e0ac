"""The carrier: its requests and our answers, and what we ask of it, by subject.

What we ask raises NotFound for a leg that is gone, else Unavailable.
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
from ivr.core.model.identifiers import ClaimId, LegId, LineKey, OperatorId
from ivr.core.upkeep.orphaned_legs import LegLocation, LiveLeg
from ivr.core.upkeep.recordings import Recorded

Form = Mapping[str, Sequence[str]]
"""A form as it was sent: every value of every field, decoded."""


class WebhookCodec(Protocol):
    """The carrier's requests and our answers, in its own format."""

    @property
    def signature_header(self) -> str:
        """The name of the header that carries the carrier's signature."""
        ...

    def is_genuine(self, address: str, form: Form, signature: str) -> bool:
        """Whether the carrier itself sent this form to this address."""
        ...

    def read(self, form: Mapping[str, str]) -> CarrierEvent:
        """The request in our words; anything missing or absurd is left out."""
        ...

    def write(self, line: Line, instructions: Sequence[Instruction]) -> str:
        """The answer document for instructions."""
        ...


class BrowserPhone(Protocol):
    """The carrier's telephone in an operator's browser."""

    @property
    def script(self) -> str:
        """The address of the script of the telephone; "" when there is none."""
        ...

    @property
    def edge(self) -> str:
        """The edge of the carrier's network to register at; "" the nearest."""
        ...

    @property
    def origins(self) -> Mapping[str, Sequence[str]]:
        """What a page with the telephone may reach: directives of its policy."""
        ...

    def token(self, key: OperatorId) -> str:
        """A token with which the operator's browser can be rung for an hour."""
        ...


class Dialling(Protocol):
    """Legs that we create, and end."""

    def ring(self, claim: Claim, to: Address, caller_id: str, ring: timedelta) -> LegId:
        """Create the operator's leg for a claim; return its identifier."""
        ...

    def call_back(
        self, claim: Claim, to: PhoneNumber, caller_id: str, ring: timedelta
    ) -> LegId:
        """Create the leg of a person who asked to be called back.

        Return its identifier.

        An ambiguous Unavailable: the person may be rung all the same.
        """
        ...

    def call_in(
        self, to: PhoneNumber, caller_id: str, token: str, ring: timedelta
    ) -> LegId:
        """Create a leg that asks an operator to come on the line.

        Return its identifier.
        """
        ...

    def try_ring(
        self, to: Address, caller_id: str, token: str, ring: timedelta
    ) -> LegId:
        """Create a leg that says a sentence and hangs up; return its identifier."""
        ...

    def end(self, leg: LegId) -> None:
        """End a leg whatever it does; a leg that is gone is fine."""
        ...


class Transfers(Protocol):
    """Live legs that are moved to another document of ours."""

    def send_to_room(self, leg: LegId, claim: ClaimId) -> None:
        """Move a live caller from the queue to the room of a claim."""
        ...

    def put_through(self, leg: LegId, claim: ClaimId) -> None:
        """Move a live caller to the room of a claim on a standing line."""
        ...

    def fetch_operator(self, leg: LegId, token: str, claim: ClaimId) -> None:
        """Move a standing leg to the claim whose caller is put through to it."""
        ...

    def connect_operator(self, leg: LegId, claim: ClaimId) -> None:
        """Move an operator's live leg on to a claim that was accepted at the desk."""
        ...

    def eject_caller(self, leg: LegId, claim: ClaimId) -> None:
        """Move a live caller out of a claim's room, which ends it, to what follows."""
        ...

    def send_back(self, leg: LegId) -> None:
        """Move a live caller from a room back to where the call stands."""
        ...

    def move_to_explanation(self, leg: LegId, claim: ClaimId) -> None:
        """Move an operator's live leg to a document that says why the claim is over."""
        ...


class Legs(Protocol):
    """The carrier's knowledge of legs."""

    def is_over(self, leg: LegId) -> bool:
        """Whether the leg has ended, or the carrier does not know it."""
        ...

    def end_of(self, leg: LegId) -> str | None:
        """How the leg has ended: completed, busy, no-answer …; None while it lives.

        NotFound where the carrier does not know it, or not yet.
        """
        ...

    def number_of(self, leg: LegId) -> PhoneNumber | None:
        """The number of the person on a leg, over or not; None when it is withheld."""
        ...

    def own_number_of(self, leg: LegId) -> str:
        """The other number on a leg, over or not: not the person's, perhaps ours."""
        ...

    def live_legs(self) -> set[LegId]:
        """The legs that the carrier believes to be live; this may lag behind."""
        ...

    def legs_of(self, numbers: Collection[str]) -> list[LiveLeg]:
        """The live legs that rang one of these numbers, or that we rang from one."""
        ...

    def leg_locations(
        self, legs: Collection[LegId], queue: LineKey
    ) -> Mapping[LegId, LegLocation]:
        """Where each leg is now, such as in ``queue``; legs not found are left out."""
        ...

    def engaged(self) -> set[Address]:
        """The numbers and browsers that live legs ring or talk to."""
        ...


class Rooms(Protocol):
    """The rooms in which people talk, and who is heard in them."""

    def in_room(self, claim: ClaimId) -> set[LegId]:
        """The legs in the room of a claim."""
        ...

    def hold(self, claim: Claim) -> None:
        """Let the caller of a talk hear our hold document, and nobody else."""
        ...

    def unhold(self, claim: Claim) -> None:
        """Let the caller of a talk hear and be heard again."""
        ...

    def is_held(self, claim: Claim) -> bool:
        """Whether the caller of a talk is on hold, as the carrier says."""
        ...

    def mute(self, claim: Claim) -> None:
        """Keep the operator of a claim from being heard in the room."""
        ...

    def unmute(self, claim: Claim) -> None:
        """Let the operator of a claim be heard in the room again."""
        ...

    def is_muted(self, claim: Claim) -> bool:
        """Whether the operator of a claim is muted, as the carrier says."""
        ...

    def keep_room(self, claim: Claim) -> None:
        """Let the room go on when the operator of a claim leaves it."""
        ...

    def end_room_with(self, claim: Claim) -> None:
        """Let the room end for everybody when the operator of a claim leaves it."""
        ...


class Recordings(Protocol):
    """Messages that people have left."""

    def recording(self, key: str) -> bytes:
        """A recorded message as a WAV file.

        NotFound when it is gone, was never made, or is not ready yet: a carrier may
        take some seconds. A permanent Unavailable when it is far too long.
        """
        ...

    def recordings(self, since: datetime | None) -> list[Recorded]:
        """The messages that documents have recorded since then, the oldest first.

        Calls of others who share the account are included.
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
    """The telephone network, as one adapter offers it.

    Nobody uses it directly: ``Ports`` has each port by itself.
    """

    dialling: Dialling
    transfers: Transfers
    legs: Legs
    rooms: Rooms
    recordings: Recordings
    texts: Texts
