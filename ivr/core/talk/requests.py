"""What a decision asks to be done outside, in small values: mostly of the carrier.

Each is done once the decision is saved. What comes of it is the next event.
"""

from dataclasses import dataclass

from ivr.core.model.identifiers import CallId, ClaimId, OperatorId
from ivr.core.talk.events import Switch


@dataclass(frozen=True, slots=True)
class RingOperator:
    """Create the operator's leg for a claim, unless the telephone is in use by now."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class ConnectCaller:
    """Move the caller to the room of a claim; or call the person who asked for it.

    ``attempt`` counts how often it was asked for, from 1.
    """

    claim: ClaimId
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class ConnectOperator:
    """Move the operator's leg on, as the claim was accepted at the desk."""

    claim: ClaimId
    leg: CallId


@dataclass(frozen=True, slots=True)
class ReturnCaller:
    """Bring a caller who sits elsewhere back to where the call stands.

    ``soon_again``: the call, where that is to be looked at soon when it fails.
    """

    leg: CallId
    soon_again: CallId | None = None


@dataclass(frozen=True, slots=True)
class EndLeg:
    """End a leg, whatever it does."""

    leg: CallId


@dataclass(frozen=True, slots=True)
class InformOperator:
    """Say on an operator's leg that the claim is over, and why."""

    claim: ClaimId
    leg: CallId


@dataclass(frozen=True, slots=True)
class WriteToOperator:
    """Write to an operator who was sent away for missing too many offers, if so."""

    operator: OperatorId


@dataclass(frozen=True, slots=True)
class SharePlace:
    """Let the calls of one number hold one place in the queue."""

    call: CallId


@dataclass(frozen=True, slots=True)
class RejoinCaller:
    """Move a caller, who waits for the operator to come back, into the room."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class TakeOutCaller:
    """Take a caller out of a room, which ends it, to where there are words."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class TakeOffHold:
    """Let the caller hear and be heard."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class KeepRoom:
    """Let a room go on without the operator; if it fails, it is entered once more."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class EndRoomWithOperator:
    """Let a room end with the operator."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class CheckCaller:
    """Ask whether the caller's leg is over, for the operator's leg that waits."""

    claim: ClaimId
    leg: CallId


@dataclass(frozen=True, slots=True)
class InspectRoom:
    """Ask who is in the room of a claim."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class DismissUninvited:
    """Say to an operator whose invitation was over by then that it is over."""

    claim: ClaimId
    leg: CallId


@dataclass(frozen=True, slots=True)
class SpareCallbacks:
    """Call nobody who talks: an operator may just be asked to do so."""

    call: CallId


@dataclass(frozen=True, slots=True)
class PutThroughCaller:
    """Move the caller to the room of a standing operator, or call the person."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class FetchOperator:
    """Move an operator's standing leg to the claim that it is put through for."""

    claim: ClaimId
    leg: CallId


@dataclass(frozen=True, slots=True)
class DialPerson:
    """Create the leg of the person of a claim, for an operator who waits for it."""

    claim: ClaimId
    attempt: int
    is_standing: bool = False


@dataclass(frozen=True, slots=True)
class PlaceOffer:
    """Have the operator of a claim rung, by whichever worker is free."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class RingBrowser:
    """Ring the browser of an operator that dropped out; it picks up by itself."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class MoveOutCaller:
    """Take the caller out of the room of a talk that its operator ends."""

    claim: ClaimId


@dataclass(frozen=True, slots=True)
class MoveOutOperator:
    """Take an operator out of a talk that goes on; ``informs``: with words."""

    claim: ClaimId
    leg: CallId
    informs: bool


@dataclass(frozen=True, slots=True)
class TurnSwitch:
    """Turn hold or mute ``on``, or off."""

    claim: ClaimId
    switch: Switch
    on: bool


@dataclass(frozen=True, slots=True)
class CheckSwitch:
    """Ask whether hold or mute is on; ``wanted``: what was asked for just before."""

    claim: ClaimId
    switch: Switch
    wanted: bool | None = None


Request = (
    RingOperator
    | ConnectCaller
    | ConnectOperator
    | ReturnCaller
    | EndLeg
    | InformOperator
    | WriteToOperator
    | RejoinCaller
    | TakeOutCaller
    | TakeOffHold
    | KeepRoom
    | EndRoomWithOperator
    | CheckCaller
    | InspectRoom
    | DismissUninvited
    | SpareCallbacks
    | PutThroughCaller
    | FetchOperator
    | DialPerson
    | PlaceOffer
    | RingBrowser
    | MoveOutCaller
    | MoveOutOperator
    | TurnSwitch
    | CheckSwitch
    | SharePlace
)
