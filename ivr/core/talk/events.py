"""What happens in the life of a talk: a closed set, told by carrier, desk and clock.

Each names the claim whose address was asked, or whose room is told of, and the leg; so
what comes late can be told from what is new.
"""

from dataclasses import dataclass
from enum import StrEnum

from ivr.core.model.claim import PendingExit
from ivr.core.model.identifiers import CallId, ClaimId, OperatorId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimEvent:
    """Something that happens to a claim."""

    claim: ClaimId


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEvent(ClaimEvent):
    """Something that happens on a leg, to a claim."""

    leg: CallId


# --- offers -----------------------------------------------------------------------


class OfferDue(ClaimEvent):
    """It is time to ring the operator."""


class OperatorEngaged(ClaimEvent):
    """The operator's telephone turned out to be in use, before it was rung."""


class LegCreated(LegEvent):
    """The carrier has the operator's leg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegNotCreated(ClaimEvent):
    """The operator was not rung: never will be (``permanent``), or perhaps was."""

    permanent: bool = False
    ambiguous: bool = False


class PickedUp(LegEvent):
    """The operator's leg was picked up and asks for its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(LegEvent):
    """The operator has pressed keys, or none at all, when asked."""

    keys: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectAsked(LegEvent):
    """The operator's leg was moved on, or asks once more for the caller."""

    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerNotMoved(ClaimEvent):
    """The carrier has not moved the caller, or not called the person."""

    attempt: int
    permanent: bool = False


class CallerGone(ClaimEvent):
    """The carrier knows the caller's leg no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedAtDesk(ClaimEvent):
    """An operator accepts at the desk."""

    operator: OperatorId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclinedAtDesk(ClaimEvent):
    """An operator declines at the desk."""

    operator: OperatorId


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMovedOn(ClaimEvent):
    """The leg of an operator who accepted at the desk was not moved; ``gone``: over."""

    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(LegEvent):
    """The operator's leg is over; ``how``: completed, busy, no-answer or failed."""

    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledOff(ClaimEvent):
    """Somebody has ended an offer or a taken claim, for a ``reason``."""

    reason: str


class LeaseExpired(ClaimEvent):
    """The time of a claim is over in which something had to happen."""


# --- people who are called back ---------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWanted(ClaimEvent):
    """The person of a taken claim is to be called; ``attempt`` counts how often."""

    attempt: int
    is_standing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLegCreated(LegEvent):
    """The carrier has the person's leg; ``is_ours``: by its answer to our request."""

    is_ours: bool = False


class PersonPickedUp(LegEvent):
    """Somebody has picked up where the person was called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLegEnded(LegEvent):
    """The person's leg is over; ``how``: completed, busy, no-answer or failed."""

    how: str


# --- standing lines ---------------------------------------------------------------


class CallerPutThrough(ClaimEvent):
    """The caller is on the way to the room of a standing operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerNotPutThrough(ClaimEvent):
    """The carrier has not moved the caller, or not called the person."""

    permanent: bool = False


class OperatorNotMoved(ClaimEvent):
    """The carrier has not moved the operator's standing leg."""


class OperatorMoved(LegEvent):
    """The operator's standing leg was moved, and asks for its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingLegEnded:
    """A leg is over by which an operator stands on the line."""

    operator: OperatorId
    leg: CallId


# --- rooms ------------------------------------------------------------------------


class Joined(LegEvent):
    """A leg has entered the room that a claim names."""


class RoomBegan(ClaimEvent):
    """The carrier says that the conversation has begun: both are inside."""


class LeftRoom(LegEvent):
    """A leg has left the room that a claim names."""


class RoomEnded(ClaimEvent):
    """The conversation has ended, and it is not told by whose leaving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomInspected(ClaimEvent):
    """The carrier was asked who is in the room of a claim whose lease is over."""

    legs: frozenset[CallId]


class RoomNotInspected(ClaimEvent):
    """The carrier was asked so, and did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorCameOut(LegEvent):
    """The operator's leg asks what is next; ``is_up``: somebody holds it."""

    is_up: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerChecked(LegEvent):
    """The carrier was asked about the caller, for an operator's leg that waits."""

    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerCameOut:
    """A caller's leg asks what comes after the room ``of`` a claim.

    ``waited``: they wait there already for an operator who may come back.
    """

    leg: CallId
    of: ClaimId | None = None
    waited: bool = False


class RoomEndsWithOperator(ClaimEvent):
    """The carrier has changed the operator's leg: the room ends with it again."""


class TakenOffHold(ClaimEvent):
    """The carrier has taken the caller off hold."""


class RoomLingers(ClaimEvent):
    """A room may go on without its operator that nobody else needs any more."""


# --- what an operator asks for at the desk ----------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskEvent:
    """An operator asks for something in the talk that they are in."""

    operator: OperatorId


class EndAsked(DeskEvent):
    """The operator ends the talk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOnAsked(DeskEvent):
    """The operator sends the caller back to the queue, for the person or team named."""

    going: PendingExit


class LeaveAsked(DeskEvent):
    """The host leaves, and a colleague inside keeps the caller."""


class WithdrawAsked(DeskEvent):
    """The host takes an invitation back, or asks the colleague to leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteAsked(DeskEvent):
    """The host asks a colleague into the talk, by a claim of this new name."""

    colleague: OperatorId
    invitation: ClaimId


class RejoinAsked(DeskEvent):
    """The operator's page is back after it dropped out, and wants to be rung."""


class Switch(StrEnum):
    """What is turned on and off in a talk."""

    HOLD = "hold"
    MUTE = "mute"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchAsked(DeskEvent):
    """The operator turns hold or mute ``on``, or off."""

    switch: Switch
    on: bool


# --- and what comes of it ---------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchTurned(ClaimEvent):
    """The carrier has turned hold or mute ``on``, or off."""

    switch: Switch
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchNotTurned(ClaimEvent):
    """The carrier has not done so, or perhaps has; ``gone``: they are not there."""

    switch: Switch
    on: bool
    gone: bool = False
    ambiguous: bool = False


class SwitchDoubted(ClaimEvent):
    """It is time to look whether hold and mute are on still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchChecked(ClaimEvent):
    """Whether the carrier says that it is on; None: it does not tell.

    ``wanted``: what was asked for just before; None when it was only looked up.
    """

    switch: Switch
    is_on: bool | None
    wanted: bool | None = None


class CallerTakenOut(ClaimEvent):
    """The carrier has taken the caller out of the room, as an operator decided."""


class CallerNotTakenOut(ClaimEvent):
    """The carrier has not taken the caller out of the room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorNotOut(ClaimEvent):
    """The carrier has not moved an operator out of the room, or perhaps has."""

    ambiguous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserNotRung(ClaimEvent):
    """The browser that dropped out was not rung, or perhaps was."""

    ambiguous: bool = False


class OperatorOut(ClaimEvent):
    """An operator was taken out of the room of a talk that goes on, as decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkClosed(ClaimEvent):
    """A talk was ended, ``by`` whom; ``going``: as its operator would have it."""

    by: str
    going: PendingExit | None = None


# --- callers ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerHungUp:
    """A caller's leg is over, ``how`` the carrier tells."""

    leg: CallId
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRevoked:
    """A promise to call back is to bind no more, for a ``reason``."""

    call: CallId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAgreed:
    """The person who was called wants to be put through, for a claim."""

    leg: CallId
    claim: ClaimId


CallerEvent = CallerHungUp | CallerCameOut | CallbackRevoked | PersonAgreed

TalkEvent = ClaimEvent | CallerEvent | DeskEvent | StandingLegEnded
"""All of them: the table has a row for each of a claim, and of the desk."""
