"""A claim: one caller and one operator promised to each other, for a time."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey, OperatorId
from ivr.core.model.values import replace


class ClaimState(StrEnum):
    """How far the promise has come."""

    MADE = "made"
    """Both sides are promised; nobody has been rung yet."""
    DIALLING = "dialling"
    """One process is creating the operator's leg."""
    RINGING = "ringing"
    """The leg exists at the carrier."""
    ANSWERED = "answered"
    """The telephone was picked up; the whisper plays; nobody has agreed yet."""
    TAKEN = "taken"
    """The operator pressed 1, or is on a standing line; both go to the room."""
    CONNECTED = "connected"
    OVER = "over"


OFFERED = frozenset(
    {ClaimState.MADE, ClaimState.DIALLING, ClaimState.RINGING, ClaimState.ANSWERED}
)

DECLINED = "declined"
BUSY = "busy"
REFUSED_NUMBER = "failed"
"""The carrier will not ring this number, now or later: the operator must know."""

ENGAGED = "engaged"
"""The operator's telephone is in use for another call that we know of."""

RELOADED = "reloaded"
"""The operator left or reloaded the page in which the telephone rang."""

MISSED = frozenset({"no-answer", BUSY, REFUSED_NUMBER, "expired", "canceled"})
"""Endings that count as an unanswered offer; the rest is nobody's fault."""

OFFER_ENDS = MISSED | {
    *(DECLINED, ENGAGED, RELOADED, "carrier", "withdrawn", "disabled"),
    *("caller-left", "not-reached", "operator-left"),
}
"""Every reason why an offer came to nothing."""

# How long a claim may stay in a state before it is given back. The carrier adds
# up to 5 s to the ringing time that it was asked for (Calls.Timeout).
MADE_LEASE = timedelta(seconds=1.5)
CARRIER_GRACE = timedelta(seconds=5)
WHISPER_LEASE = timedelta(seconds=40)
TAKEN_LEASE = timedelta(seconds=20)


class ExitKind(StrEnum):
    """What an operator has decided about the talk."""

    END = "end"
    LEAVE = "leave"
    """The colleague who was brought in keeps the caller."""
    WITHDRAW = "withdraw"
    """The host asks a guest to leave."""
    QUEUE = "queue"
    OPERATOR = "operator"
    TEAM = "team"


class Interruption(StrEnum):
    """Why a talk that has not ended is not in its room."""

    NONE = ""
    OPERATOR_DROPPED = "lost"
    """The operator's browser has dropped out, and may come back for a while."""
    RECONNECTING = "coming"
    """A new leg to the browser is on its way."""
    REJOINING = "gathering"
    """The room has ended, and both are on their way back into it."""


WITHOUT_OPERATOR = frozenset({Interruption.OPERATOR_DROPPED, Interruption.RECONNECTING})
"""The caller waits, in no room, for an operator to come back."""

COMING_BACK = frozenset({Interruption.RECONNECTING, Interruption.REJOINING})
"""Operator or caller, or both, are on the way back into the room."""

RECONNECT_LEASE = timedelta(seconds=20)
"""How long a caller waits for an operator whose browser has dropped out."""

REJOINING_LEASE = timedelta(seconds=10)
"""Both must be back in the room within this time; nobody is left alone in it."""


class PendingExit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An operator's decision that is being carried out.

    ``to``: the operator or the team that the caller is handed to. ``topic`` and
    ``language`` replace what the caller had chosen.

    The decision stands from before we ask the carrier to move the caller until the talk
    is over. However we notice the end of the talk first, it ends as decided.
    """

    way: ExitKind
    to: str = ""
    topic: str | None = None
    language: str | None = None


class ClaimOffer(Struct, frozen=True):
    """How the call is offered to the operator, and what they have answered.

    ``why`` is the routing's explanation, as JSON. ``attempts`` counts how often we
    asked the carrier for the leg. ``ring`` is how long we asked it to ring, and
    ``rung`` when it had the leg. ``agreed``: the operator has accepted at the desk, and
    the leg is on the way. ``taken`` is when the leg accepted.
    """

    why: str = ""
    attempts: int = 0
    ring: timedelta | None = None
    rung: datetime | None = None
    agreed: bool = False
    taken: datetime | None = None


class CalledPerson(Struct, frozen=True):
    """The person who is called back: their leg, and how often we dialled.

    Each request dials once. A caller who called us is on the leg that they rang on.
    """

    leg: LegId | None = None
    dialled: int = 0


class Participants(Struct, frozen=True):
    """Who is in the room, and who of them hears and is heard.

    ``held``: the caller is on hold, or may be, since ``held_since``; ``muted``: the
    operator is muted, or may be. ``dropped`` is a leg of the operator's that was cut
    off: late notices about it concern no other leg.
    """

    caller_in: bool = False
    operator_in: bool = False
    held: bool = False
    held_since: datetime | None = None
    muted: bool = False
    dropped: LegId | None = None

    @property
    def are_together(self) -> bool:
        """Whether caller and operator are both in the room."""
        return self.caller_in and self.operator_in

    def outside(self) -> "Participants":
        """Nobody in the room or on hold; an operator who was muted comes back muted."""
        return Participants(muted=self.muted, dropped=self.dropped)


class Companions(Struct, frozen=True):
    """The other claims and operators of the talk.

    ``host`` is the claim of the talk that this one invites to. The host's claim has
    this one as its ``guest``; afterwards it says why the last invitation came to
    nothing (``refused``), or which operator was inside (``left``).

    ``entered`` is the room of the talk where it is not the claim's own: an invited
    colleague who keeps the caller stays in it. ``goes_on``: the room may go on when
    this operator leaves it, so that somebody must look after the caller.
    """

    host: ClaimId | None = None
    guest: ClaimId | None = None
    refused: str = ""
    left: OperatorId | None = None
    entered: ClaimId | None = None
    goes_on: bool = False


class Claim(Struct, frozen=True):
    """The promise itself: a lease that ends at ``deadline``, even if a process dies.

    ``leg`` is the carrier's identifier of the operator's leg; on a standing line it is
    set once the caller is on the way, so that the operator hears nothing before.
    ``going``: how the operator ends the talk. An interrupted talk is back in its room
    by the ``deadline``, or over. ``reason`` says why the claim is over: it answers a
    late key press.
    """

    id: ClaimId
    line: LineKey
    call: ContactId
    operator: OperatorId
    made: datetime
    state: ClaimState = ClaimState.MADE
    deadline: datetime | None = None
    leg: LegId | None = None
    going: PendingExit | None = None
    offer: ClaimOffer = ClaimOffer()
    person: CalledPerson = CalledPerson()
    participants: Participants = Participants()
    interruption: Interruption = Interruption.NONE
    companions: Companions = Companions()
    reason: str = ""
    rev: int = 0

    @property
    def is_offered(self) -> bool:
        """Whether the operator has not agreed yet."""
        return self.state in OFFERED

    @property
    def room(self) -> ClaimId:
        """The name of the room in which they talk: the id of its first claim."""
        return self.companions.entered or self.id

    @property
    def is_interrupted(self) -> bool:
        """Whether a talk that has not ended is not in its room."""
        return self.interruption is not Interruption.NONE

    @property
    def is_invitation(self) -> bool:
        """Whether the claim invites to another operator's talk, also once inside."""
        return self.companions.host is not None

    @property
    def rings_until(self) -> datetime | None:
        """When the ringing ends by itself; None while nothing rings, or nobody knows.

        This is no lease: that lasts longer, as the carrier may ring longer.
        """
        rung, ring = self.offer.rung, self.offer.ring
        if self.state is not ClaimState.RINGING or self.offer.agreed:
            return None
        return None if rung is None or ring is None else rung + ring

    @property
    def is_talk(self) -> bool:
        """Whether the operator is in the room, with a caller or as a guest."""
        return self.state is ClaimState.CONNECTED

    @property
    def party(self) -> LegId:
        """The caller's leg."""
        return self.person.leg or leg_of_contact(self.call)

    @property
    def is_open(self) -> bool:
        """Whether the promise still binds both sides."""
        return self.state is not ClaimState.OVER


def moved(claim: Claim, state: ClaimState, deadline: datetime | None) -> Claim:
    """The claim in its next state, with that state's own deadline."""
    return replace(claim, state=state, deadline=deadline)


def start_dialling(claim: Claim, ring: timedelta, deadline: datetime) -> Claim:
    """The claim while the carrier is asked to ring for the time ``ring``."""
    asked = replace(claim.offer, attempts=claim.offer.attempts + 1, ring=ring)
    return replace(moved(claim, ClaimState.DIALLING, deadline), offer=asked)


def mark_rung(claim: Claim, now: datetime) -> Claim:
    """The claim once the operator's leg exists, from now on."""
    offer = replace(claim.offer, rung=now)
    return replace(claim, state=ClaimState.RINGING, offer=offer)


def set_agreed(claim: Claim, *, agreed: bool) -> Claim:
    """The claim with whether the operator has accepted at the desk."""
    return replace(claim, offer=replace(claim.offer, agreed=agreed))


def mark_taken(claim: Claim, now: datetime, deadline: datetime) -> Claim:
    """The claim that the operator has taken; both are in the room by the deadline."""
    offer = replace(claim.offer, taken=now)
    return replace(moved(claim, ClaimState.TAKEN, deadline), offer=offer)


def set_dialled(claim: Claim, attempt: int) -> Claim:
    """The claim with the number of times that its person was dialled."""
    return replace(claim, person=replace(claim.person, dialled=attempt))


def bind_person_leg(claim: Claim, leg: LegId) -> Claim:
    """The claim with the leg of the person who is called back."""
    return replace(claim, person=replace(claim.person, leg=leg))


def note_invited(host: Claim, guest: ClaimId) -> Claim:
    """The host's claim once a colleague is invited; the one before is forgotten."""
    invited = replace(host.companions, guest=guest, refused="", left=None)
    return replace(host, companions=invited)


def note_guest_gone(host: Claim, refused: str, left: OperatorId | None) -> Claim:
    """The host's claim after an invitation came to nothing, or the guest has left."""
    alone = replace(host.companions, guest=None, refused=refused, left=left)
    return replace(host, companions=alone)


def set_goes_on(claim: Claim, *, goes_on: bool) -> Claim:
    """The claim with whether its room goes on without this operator."""
    if claim.companions.goes_on is goes_on:
        return claim
    return replace(claim, companions=replace(claim.companions, goes_on=goes_on))


def mark_rejoining(claim: Claim, now: datetime) -> Claim:
    """The claim of a talk whose room has ended; a second call gives no new time.

    A caller who was on hold is not any more; an operator who was muted comes back
    muted.
    """
    if claim.interruption is Interruption.REJOINING:
        return claim
    return replace(
        set_goes_on(claim, goes_on=False),
        interruption=Interruption.REJOINING,
        deadline=now + REJOINING_LEASE,
        participants=claim.participants.outside(),
    )


def mark_operator_dropped(
    claim: Claim, now: datetime, leg: LegId | None = None
) -> Claim:
    """The claim of a talk whose operator's leg is gone; no new time if it was before.

    The room has ended with the leg, and so has any hold. An operator who was muted
    comes back muted: nobody must be heard without knowing it.

    ``leg`` is given when the end is only concluded, and the leg may still be in the
    room.
    """
    waits = claim.interruption in WITHOUT_OPERATOR
    outside = claim.participants.outside()
    return replace(
        set_goes_on(claim, goes_on=False),
        deadline=claim.deadline if waits else now + RECONNECT_LEASE,
        leg=leg,
        interruption=Interruption.OPERATOR_DROPPED,
        participants=replace(outside, dropped=claim.leg or outside.dropped),
    )


def mark_restored(claim: Claim) -> Claim:
    """The claim of a talk once everybody is in its room."""
    return replace(claim, interruption=Interruption.NONE, deadline=None)


def seat(claim: Claim, *, caller_in: bool, operator_in: bool) -> Claim:
    """The claim with these people in the room, and nobody else."""
    inside = replace(claim.participants, caller_in=caller_in, operator_in=operator_in)
    return replace(claim, participants=inside)


def put_on_hold(claim: Claim, now: datetime) -> Claim:
    """The claim of a talk whose caller is on hold from now on."""
    held = replace(claim.participants, held=True, held_since=now)
    return replace(claim, participants=held)


def take_off_hold(claim: Claim) -> Claim:
    """The claim of a talk whose caller is not on hold any more."""
    unheld = replace(claim.participants, held=False, held_since=None)
    return replace(claim, participants=unheld)


def set_muted(claim: Claim, *, muted: bool) -> Claim:
    """The claim of a talk with whether its operator is muted."""
    return replace(claim, participants=replace(claim.participants, muted=muted))


def ended(claim: Claim, reason: str) -> Claim:
    """The claim that binds nobody any more.

    If it was no talk, we do not know who is inside: notices about both may come late.
    """
    over = replace(claim, state=ClaimState.OVER, deadline=None, reason=reason)
    return over if claim.is_talk else seat(over, caller_in=False, operator_in=False)
