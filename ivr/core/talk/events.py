"""The events of a talk: a closed set, told by the carrier, the desk and the clock.

Each event names its leg and a claim: the one whose address was asked, or whose room the
carrier tells of. So the decider can tell a late event from a new one.
"""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from ivr.core.model.claim import PendingExit
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId


class ClaimEvent(Struct, frozen=True, kw_only=True):
    """Something that happens to a claim."""

    claim: ClaimId


class LegEvent(ClaimEvent, frozen=True, kw_only=True):
    """Something that happens on a leg, to a claim."""

    leg: LegId


# --- offers -----------------------------------------------------------------------


class OfferDue(ClaimEvent, frozen=True):
    """It is time to ring the operator."""


class OperatorEngaged(ClaimEvent, frozen=True):
    """The operator's telephone turned out to be in use, before it was rung."""


class LegCreated(LegEvent, frozen=True):
    """The carrier has the operator's leg."""


class LegNotCreated(ClaimEvent, frozen=True, kw_only=True):
    """The operator was not rung: never will be (``permanent``), or perhaps was."""

    permanent: bool = False
    ambiguous: bool = False


class PickedUp(LegEvent, frozen=True):
    """The operator's leg was picked up and asks for its words."""


class KeyPressed(LegEvent, frozen=True, kw_only=True):
    """The operator was asked for a key and has pressed ``keys``; "" for none at all."""

    keys: str


class ConnectAsked(LegEvent, frozen=True, kw_only=True):
    """The operator's leg was moved on, or asks once more for the caller."""

    attempt: int


class CallerNotMoved(ClaimEvent, frozen=True, kw_only=True):
    """The carrier has not moved the caller, or not called the person."""

    attempt: int
    permanent: bool = False


class CallerGone(ClaimEvent, frozen=True):
    """The carrier does not know the caller's leg any more."""


class AcceptedAtDesk(ClaimEvent, frozen=True, kw_only=True):
    """An operator accepts at the desk."""

    operator: OperatorId


class DeclinedAtDesk(ClaimEvent, frozen=True, kw_only=True):
    """An operator declines at the desk."""

    operator: OperatorId


class NotMovedOn(ClaimEvent, frozen=True, kw_only=True):
    """The leg of an operator who accepted at the desk was not moved; ``gone``: over."""

    gone: bool


class LegEnded(LegEvent, frozen=True, kw_only=True):
    """The operator's leg is over; ``how``: completed, busy, no-answer or failed."""

    how: str


class CalledOff(ClaimEvent, frozen=True, kw_only=True):
    """Somebody has ended an offer or a taken claim, for a ``reason``."""

    reason: str


class LeaseExpired(ClaimEvent, frozen=True):
    """The deadline of a claim has passed, and what had to happen has not."""


# --- people who are called back ---------------------------------------------------


class PersonWanted(ClaimEvent, frozen=True, kw_only=True):
    """An operator has taken the claim and waits for the person.

    ``attempt`` counts from 1.
    """

    attempt: int
    is_standing: bool = False


class PersonLegCreated(LegEvent, frozen=True):
    """The carrier has the person's leg: by its answer to our request, or a notice."""


class PersonPickedUp(LegEvent, frozen=True):
    """Somebody has picked up the telephone at which the person was called."""


class PersonLegEnded(LegEvent, frozen=True, kw_only=True):
    """The person's leg is over; ``how``: completed, busy, no-answer or failed."""

    how: str


# --- standing lines ---------------------------------------------------------------


class CallerPutThrough(ClaimEvent, frozen=True):
    """The caller is on the way to the room of a standing operator."""


class CallerNotPutThrough(ClaimEvent, frozen=True, kw_only=True):
    """The carrier has not moved the caller, or not called the person."""

    permanent: bool = False


class OperatorNotMoved(ClaimEvent, frozen=True):
    """The carrier has not moved the operator's standing leg."""


class OperatorMoved(LegEvent, frozen=True):
    """The operator's standing leg was moved, and asks for its words."""


class StandingLegEnded(Struct, frozen=True, kw_only=True):
    """The leg that keeps an operator on the line for the whole shift is over."""

    operator: OperatorId
    leg: LegId


# --- rooms ------------------------------------------------------------------------


class Joined(LegEvent, frozen=True):
    """A leg has entered the room that a claim names."""


class RoomBegan(ClaimEvent, frozen=True):
    """The carrier says that the conversation has begun: both are inside."""


class LeftRoom(LegEvent, frozen=True):
    """A leg has left the room that a claim names."""


class RoomEnded(ClaimEvent, frozen=True):
    """The conversation has ended; the carrier does not say who left."""


class RoomInspected(ClaimEvent, frozen=True, kw_only=True):
    """The carrier says who is in the room of a claim whose lease is over."""

    legs: frozenset[LegId]


class RoomNotInspected(ClaimEvent, frozen=True):
    """The carrier was asked who is in a room, and did not answer."""


class OperatorCameOut(LegEvent, frozen=True, kw_only=True):
    """The operator's leg asks what is next; ``is_up``: somebody is on it."""

    is_up: bool = True


class CallerChecked(LegEvent, frozen=True, kw_only=True):
    """The carrier says whether the caller's leg is over; the operator's leg waits."""

    is_over: bool


class CallerCameOut(Struct, frozen=True, kw_only=True):
    """A caller's leg asks what comes after the room ``of`` a claim.

    ``waited``: the caller already waits there for an operator who may come back.
    """

    leg: LegId
    of: ClaimId | None = None
    waited: bool = False


class RoomEndsWithOperator(ClaimEvent, frozen=True):
    """The carrier has changed the operator's leg: the room ends with it again."""


class TakenOffHold(ClaimEvent, frozen=True):
    """The carrier has taken the caller off hold."""


class RoomLingers(ClaimEvent, frozen=True):
    """A room may outlive its operator, and nobody needs that any more."""


# --- what an operator asks for at the desk ----------------------------------------


class DeskEvent(Struct, frozen=True, kw_only=True):
    """An operator asks for something in the talk that they are in."""

    operator: OperatorId


class EndAsked(DeskEvent, frozen=True):
    """The operator ends the talk."""


class PassOnAsked(DeskEvent, frozen=True, kw_only=True):
    """The operator sends the caller back to the queue, for the person or team named."""

    going: PendingExit


class LeaveAsked(DeskEvent, frozen=True):
    """The host leaves, and a colleague inside keeps the caller."""


class WithdrawAsked(DeskEvent, frozen=True):
    """The host takes an invitation back, or asks the colleague to leave."""


class InviteAsked(DeskEvent, frozen=True, kw_only=True):
    """The host asks a colleague into the talk; ``invitation`` names the new claim."""

    colleague: OperatorId
    invitation: ClaimId


class RejoinAsked(DeskEvent, frozen=True):
    """The operator's page is back after it dropped out, and wants to be rung."""


class Switch(StrEnum):
    """What an operator can turn on and off in a talk."""

    HOLD = "hold"
    MUTE = "mute"


class SwitchAsked(DeskEvent, frozen=True, kw_only=True):
    """The operator turns hold or mute ``on``, or off."""

    switch: Switch
    on: bool


# --- and what comes of it ---------------------------------------------------------


class SwitchTurned(ClaimEvent, frozen=True, kw_only=True):
    """The carrier has turned hold or mute ``on``, or off."""

    switch: Switch
    on: bool


class SwitchNotTurned(ClaimEvent, frozen=True, kw_only=True):
    """The carrier has not turned the switch, or perhaps has.

    ``gone``: the leg is not in the room any more.
    """

    switch: Switch
    on: bool
    gone: bool = False
    ambiguous: bool = False


class SwitchDoubted(ClaimEvent, frozen=True):
    """It is time to ask the carrier whether hold and mute are still on."""


class SwitchChecked(ClaimEvent, frozen=True, kw_only=True):
    """What the carrier says about a switch; ``is_on`` is None when it does not say.

    ``wanted``: what the operator asked for just before; None for a mere check.
    """

    switch: Switch
    is_on: bool | None
    wanted: bool | None = None


class CallerTakenOut(ClaimEvent, frozen=True):
    """The carrier has taken the caller out of the room, as an operator decided."""


class CallerNotTakenOut(ClaimEvent, frozen=True):
    """The carrier has not taken the caller out of the room."""


class OperatorNotOut(ClaimEvent, frozen=True, kw_only=True):
    """The carrier has not moved an operator out of the room, or perhaps has."""

    ambiguous: bool


class BrowserNotRung(ClaimEvent, frozen=True, kw_only=True):
    """The browser that dropped out was not rung, or perhaps was."""

    ambiguous: bool = False


class OperatorOut(ClaimEvent, frozen=True):
    """The carrier has taken an operator out of a talk that goes on, as decided."""


class TalkClosed(ClaimEvent, frozen=True, kw_only=True):
    """A talk was ended ``by`` somebody; ``going``: what its operator wants."""

    by: str
    going: PendingExit | None = None


# --- callers ----------------------------------------------------------------------


class SpokenMessage(Struct, frozen=True, kw_only=True):
    """A recording by the carrier's name, and its length; None or no length: silence."""

    recording: str | None
    length: timedelta


class CallerHungUp(Struct, frozen=True, kw_only=True):
    """A caller's leg is over; ``how``, in the carrier's words.

    ``message``: the carrier was recording one until then, and tells of both at once.
    """

    leg: LegId
    how: str = ""
    message: SpokenMessage | None = None


class CallbackRevoked(Struct, frozen=True, kw_only=True):
    """Somebody revokes a promise to call back, for a ``reason``."""

    call: ContactId
    reason: str


class PersonAgreed(Struct, frozen=True, kw_only=True):
    """The person who was called wants to be put through to the operator of a claim."""

    leg: LegId
    claim: ClaimId


CallerEvent = CallerHungUp | CallerCameOut | CallbackRevoked | PersonAgreed

TalkEvent = ClaimEvent | CallerEvent | DeskEvent | StandingLegEnded
"""Every event: the table has a row for each event of a claim and of the desk."""
