"""An event that comes twice: nobody feels more of it than of the first one.

The carrier sends a request again whose answer was lost, and the clock looks from
several processes. What is done twice all the same is named here, with why it may be.
"""

from collections.abc import Iterator

from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.facts import CallerHeld
from ivr.core.model.operator import Operator
from ivr.core.talk.decision import Decision
from ivr.core.talk.events import (
    CallerGone,
    CallerPutThrough,
    CallerTakenOut,
    ConnectAsked,
    EndAsked,
    Joined,
    LeaseExpired,
    LeaveAsked,
    LegCreated,
    OperatorCameOut,
    PassOnAsked,
    PersonLegCreated,
    RoomInspected,
    RoomLingers,
    SwitchAsked,
    SwitchChecked,
    SwitchDoubted,
    SwitchNotTurned,
    SwitchTurned,
    TalkEvent,
    WithdrawAsked,
)
from ivr.core.talk.requests import (
    CheckCaller,
    CheckSwitch,
    ConnectCaller,
    DismissUninvited,
    EndLeg,
    EndRoomWithOperator,
    FetchOperator,
    InformOperator,
    InspectRoom,
    MoveOutCaller,
    MoveOutOperator,
    SharePlace,
    SpareCallbacks,
    TurnSwitch,
)
from ivr.core.talk.talk import Entity, phase_of
from tests.core.talk.talk_world import KINDS, TalkWorld

QUESTION = "it is a question, and moves nobody"
ONCE = "a leg ends once"
TOLD_AGAIN = "a leg that has no business in the room is told so again"
LATE_LOOK = "who is seen inside counts for a guest who has just become the host"
OWN = "it follows from what we did ourselves, and no carrier sends it"
ASKED_AGAIN = "who asks again asks the carrier for the same, which is done once"

DONE_TWICE: dict[tuple[type, type], str] = {
    (CallerGone, EndLeg): ONCE,
    (CallerPutThrough, FetchOperator): OWN,
    (CallerTakenOut, EndLeg): ONCE,
    (ConnectAsked, ConnectCaller): "a caller who is not inside is sent there again",
    (EndAsked, MoveOutCaller): ASKED_AGAIN,
    (EndAsked, MoveOutOperator): ASKED_AGAIN,
    (Joined, DismissUninvited): TOLD_AGAIN,
    (Joined, InformOperator): TOLD_AGAIN,
    (LeaseExpired, InspectRoom): QUESTION,
    (LeaveAsked, MoveOutOperator): ASKED_AGAIN,
    (LegCreated, EndLeg): ONCE,
    (OperatorCameOut, CheckCaller): QUESTION,
    (PassOnAsked, MoveOutCaller): ASKED_AGAIN,
    (PersonLegCreated, EndLeg): ONCE,
    (RoomInspected, InformOperator): TOLD_AGAIN,
    (RoomInspected, SharePlace): LATE_LOOK,
    (RoomInspected, SpareCallbacks): LATE_LOOK,
    (RoomInspected, Claim): LATE_LOOK,
    (RoomLingers, EndRoomWithOperator): "the carrier is asked until it has done it",
    (SwitchAsked, TurnSwitch): ASKED_AGAIN,
    (SwitchChecked, CallerHeld): OWN,
    (SwitchDoubted, CheckSwitch): QUESTION,
    (SwitchNotTurned, CheckSwitch): QUESTION,
    (SwitchTurned, CallerHeld): OWN,
    (WithdrawAsked, MoveOutOperator): ASKED_AGAIN,
}
"""What a doubled event asks for, or saves, once more: each with its reason."""


def doubled(
    second: Decision, world: TalkWorld, event: TalkEvent
) -> Iterator[tuple[type, type]]:
    """What the same event leads to when it has been saved: by event and kind."""
    for request in second.requests:
        yield type(event), type(request)
    for entity in second.saved:
        before = world.kept[f"{KINDS[type(entity)]}:{entity.id}"]
        if _felt(entity) != _felt(before):
            yield type(event), type(entity)
    for fact in second.facts:
        yield type(event), type(fact)


def _felt(entity: Entity) -> object:
    """What people notice of an entity; all else may be noted again."""
    match entity:
        case Claim():
            return phase_of(entity), entity.participants.held, entity.going
        case Contact():
            return entity.stage, entity.arrival.at, entity.affinity.operator
        case Operator():
            return entity.state, entity.unanswered.missed, entity.claim
        case Callee():
            return None
