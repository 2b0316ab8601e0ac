"""The requests of a decision: small values, mostly for the carrier.

Each is done once the decision is saved. What comes back is the next event.
"""

from msgspec import Struct

from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.talk.events import Switch


class RingOperator(Struct, frozen=True):
    """Create the operator's leg for a claim, unless the telephone is in use by now."""

    claim: ClaimId


class ConnectCaller(Struct, frozen=True):
    """Move the caller to the room of a claim; or call the person who asked for it.

    ``attempt`` counts from 1.
    """

    claim: ClaimId
    attempt: int = 1


class ConnectOperator(Struct, frozen=True):
    """Move on the operator's leg of a claim that was accepted at the desk."""

    claim: ClaimId
    leg: LegId


class ReturnCaller(Struct, frozen=True):
    """Bring a caller who sits elsewhere back to where the call stands.

    ``soon_again``: the call to look at again soon if this fails.
    """

    leg: LegId
    soon_again: ContactId | None = None


class EndLeg(Struct, frozen=True):
    """End a leg, whatever it does."""

    leg: LegId


class InformOperator(Struct, frozen=True):
    """Say on an operator's leg that the claim is over, and why."""

    claim: ClaimId
    leg: LegId


class WriteToOperator(Struct, frozen=True):
    """Write to an operator if they are away because of too many missed offers."""

    operator: OperatorId


class SharePlace(Struct, frozen=True):
    """Let the calls of one number hold one place in the queue."""

    call: ContactId


class RejoinCaller(Struct, frozen=True):
    """Move a caller who waits for the operator to come back into the room."""

    claim: ClaimId


class TakeOutCaller(Struct, frozen=True):
    """Take a caller out of a room, which ends it, to a document that speaks."""

    claim: ClaimId


class TakeOffHold(Struct, frozen=True):
    """Let the caller hear and be heard."""

    claim: ClaimId


class KeepRoom(Struct, frozen=True):
    """Let a room go on without the operator; if it ends all the same, reopen it."""

    claim: ClaimId


class EndRoomWithOperator(Struct, frozen=True):
    """Let a room end with the operator."""

    claim: ClaimId


class CheckCaller(Struct, frozen=True):
    """Ask whether the caller's leg is over, while the operator's leg waits."""

    claim: ClaimId
    leg: LegId


class InspectRoom(Struct, frozen=True):
    """Ask who is in the room of a claim."""

    claim: ClaimId


class DismissUninvited(Struct, frozen=True):
    """Tell an operator who came in too late that the invitation is over."""

    claim: ClaimId
    leg: LegId


class SpareCallbacks(Struct, frozen=True):
    """Call off operators who are asked to call back a person who talks now."""

    call: ContactId


class PutThroughCaller(Struct, frozen=True):
    """Move the caller to the room of a standing operator, or call the person."""

    claim: ClaimId


class FetchOperator(Struct, frozen=True):
    """Move an operator's standing leg to the room of its next claim."""

    claim: ClaimId
    leg: LegId


class DialPerson(Struct, frozen=True):
    """Create the leg of the person of a claim, for an operator who waits."""

    claim: ClaimId
    attempt: int
    is_standing: bool = False


class PlaceOffer(Struct, frozen=True):
    """Have the operator of a claim rung, by any worker that is free."""

    claim: ClaimId


class RingBrowser(Struct, frozen=True):
    """Ring an operator's browser that dropped out; it picks up by itself."""

    claim: ClaimId


class MoveOutCaller(Struct, frozen=True):
    """Take the caller out of the room of a talk that its operator ends."""

    claim: ClaimId


class MoveOutOperator(Struct, frozen=True):
    """Take an operator out of a talk that goes on; ``informs``: tell them why."""

    claim: ClaimId
    leg: LegId
    informs: bool


class TurnSwitch(Struct, frozen=True):
    """Turn hold or mute ``on``, or off."""

    claim: ClaimId
    switch: Switch
    on: bool


class CheckSwitch(Struct, frozen=True):
    """Ask whether hold or mute is on; ``wanted``: what the operator just asked for."""

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
