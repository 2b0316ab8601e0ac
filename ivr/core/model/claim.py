"""A claim: one caller and one operator promised to each other, for a time."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from ivr.core.model.call import CallId, ClaimId, LineKey, OperatorId
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
"""The operator's telephone is in use for another call, which is known to us."""

RELOADED = "reloaded"
"""The operator left or reloaded the page in which the telephone rang."""

MISSED = frozenset({"no-answer", BUSY, REFUSED_NUMBER, "expired", "canceled"})
"""Endings that count as an unanswered offer; the rest is nobody's fault."""

OFFER_ENDS = MISSED | {
    *(DECLINED, ENGAGED, RELOADED, "carrier", "withdrawn", "disabled"),
    *("caller-left", "not-reached", "operator-left"),
}
"""All the reasons why an offer came to nothing."""

# How long a claim may stay in a state before it is given back. The carrier adds
# up to 5 s to the ringing time that it was asked for (Calls.Timeout).
MADE_LEASE = timedelta(seconds=1.5)
CARRIER_GRACE = timedelta(seconds=5)
WHISPER_LEASE = timedelta(seconds=40)
TAKEN_LEASE = timedelta(seconds=20)


class Way(StrEnum):
    """What an operator has decided about the talk."""

    END = "end"
    LEAVE = "leave"
    """The colleague who was brought in keeps the caller."""
    WITHDRAW = "withdraw"
    """The host asks a guest to leave."""
    QUEUE = "queue"
    OPERATOR = "operator"
    TEAM = "team"


class Apart(StrEnum):
    """Why a talk that has not ended is not in its room."""

    NO = ""
    LOST = "lost"
    """The operator's browser has dropped out, and may come back for a while."""
    COMING = "coming"
    """A new leg to the browser is on its way."""
    GATHERING = "gathering"
    """The room has ended, and both are on their way back into it."""


WITHOUT_OPERATOR = frozenset({Apart.LOST, Apart.COMING})
"""While the caller waits, in no room, for an operator to come back."""

REJOIN_LEASE = timedelta(seconds=20)
"""How long a caller waits for an operator whose browser has dropped out."""

GATHER_LEASE = timedelta(seconds=10)
"""Within this time both must be back in the room; nobody is left alone in it."""


class Going(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A decision of the operator's that is being carried out.

    ``to``: the operator or the team that the caller is handed to. ``topic`` and
    ``language`` replace what the caller had chosen.

    It stands from before the carrier is asked to move the caller until the talk is
    over. By whatever the end of the talk is noticed first, it ends in this way.
    """

    way: Way
    to: str = ""
    topic: str | None = None
    language: str | None = None


class Claim(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The promise itself: a lease that ends at ``deadline`` whichever process died.

    ``leg`` is the carrier's identifier of the operator's leg; on a standing line it is
    set once the caller is on the way, so that nobody is told before. ``rung`` is when
    the carrier had that leg, and ``ring`` how long it was asked to ring it.
    ``caller_leg`` is that of a person who is called back: a caller is on the leg of the
    call itself, and ``dialled`` counts how often that person was dialled: each asking
    dials once. ``agreed``: the operator has accepted at the desk, and the leg is on the
    way. ``held``: the caller is on hold, or may be, ``held_since`` a moment; ``muted``
    likewise the operator. ``going``: how the operator ends the talk. ``apart`` tells
    why a talk is not in its room; it is again by the ``deadline``, or over. ``dropped``
    is a leg of the operator's that was cut off: what is told of it late means no other.
    ``reason`` tells, once the claim is over, why: a late key press is answered with it.

    An invitation ``joins`` the claim of another operator's talk, which knows it as
    its ``guest``, and afterwards, by ``refused``, why the last one came to nothing, or
    by ``left`` who it was that has been inside.
    ``entered`` is the room of the talk where it is not the claim's own: an invited
    colleague who is left with the caller stays in it. ``goes_on``: the room may go on
    when this operator leaves it, so that the caller must be seen to.
    """

    id: ClaimId
    line: LineKey
    call: CallId
    operator: OperatorId
    state: ClaimState = ClaimState.MADE
    made: datetime
    deadline: datetime | None = None
    leg: CallId | None = None
    ring: timedelta | None = None
    rung: datetime | None = None
    caller_leg: CallId | None = None
    attempts: int = 0
    dialled: int = 0
    agreed: bool = False
    taken: datetime | None = None
    caller_in: bool = False
    operator_in: bool = False
    held: bool = False
    held_since: datetime | None = None
    muted: bool = False
    going: Going | None = None
    apart: Apart = Apart.NO
    dropped: CallId | None = None
    joins: ClaimId | None = None
    guest: ClaimId | None = None
    refused: str = ""
    left: OperatorId | None = None
    entered: ClaimId | None = None
    goes_on: bool = False
    reason: str = ""
    why: str = ""
    rev: int = 0

    @property
    def is_offered(self) -> bool:
        """Whether the operator has not agreed yet."""
        return self.state in OFFERED

    @property
    def room(self) -> ClaimId:
        """The name of the room in which they talk: that of its first claim."""
        return self.entered or self.id

    @property
    def rings_until(self) -> datetime | None:
        """When the ringing ends by itself; None while nobody is rung, or knows when.

        No lease: that holds for longer, as the carrier may ring for longer.
        """
        if self.state is not ClaimState.RINGING or self.agreed:
            return None
        if self.rung is None or self.ring is None:
            return None
        return self.rung + self.ring

    @property
    def is_talk(self) -> bool:
        """Whether the operator is in the room, with a caller or as a guest."""
        return self.state is ClaimState.CONNECTED

    @property
    def party(self) -> CallId:
        """The caller's leg."""
        return self.caller_leg or self.call

    @property
    def is_open(self) -> bool:
        """Whether the promise still binds both sides."""
        return self.state is not ClaimState.OVER


def moved(claim: Claim, state: ClaimState, deadline: datetime | None) -> Claim:
    """The claim in its next state, with that state's own deadline."""
    return replace(claim, state=state, deadline=deadline)


def gathering(claim: Claim, now: datetime) -> Claim:
    """The claim of a talk whose room has ended; asked again, it gives no new time.

    Whoever was on hold is so no more; the operator who was muted comes back muted.
    """
    if claim.apart is Apart.GATHERING:
        return claim
    return replace(
        claim,
        apart=Apart.GATHERING,
        deadline=now + GATHER_LEASE,
        caller_in=False,
        operator_in=False,
        held=False,
        held_since=None,
        goes_on=False,
    )


def lost(claim: Claim, now: datetime, leg: CallId | None = None) -> Claim:
    """The claim of a talk whose operator's leg is gone; no new time if it was before.

    The room has ended with it, and so has any hold. Whoever was muted comes back muted:
    nobody must be heard unawares.
    ``leg`` when that is only concluded, and the leg may well be in the room still.
    """
    waits = claim.apart in WITHOUT_OPERATOR
    return replace(
        claim,
        apart=Apart.LOST,
        deadline=claim.deadline if waits else now + REJOIN_LEASE,
        leg=leg,
        dropped=claim.leg or claim.dropped,
        caller_in=False,
        operator_in=False,
        held=False,
        held_since=None,
        goes_on=False,
    )


def whole(claim: Claim) -> Claim:
    """The claim of a talk whose people are all in their room."""
    return replace(claim, apart=Apart.NO, deadline=None)


def on_hold(claim: Claim, now: datetime) -> Claim:
    """The claim of a talk whose caller is on hold from now on."""
    return replace(claim, held=True, held_since=now)


def off_hold(claim: Claim) -> Claim:
    """The claim of a talk whose caller is on hold no more."""
    return replace(claim, held=False, held_since=None)


def ended(claim: Claim, reason: str) -> Claim:
    """The claim that binds nobody any more.

    Of one that was no talk it is not known who is inside: both may be told of late.
    """
    over = replace(claim, state=ClaimState.OVER, deadline=None, reason=reason)
    return over if claim.is_talk else replace(over, caller_in=False, operator_in=False)
