"""What a decision asks for, done outside: each request, and the event that follows.

A request of these that fails breaks nothing: what it leaves undone is noticed by the
carrier's next words, or when a lease is over.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ivr.actions import calling_back
from ivr.actions.legs import end_leg
from ivr.actions.one_number import share_place
from ivr.actions.operators import telephones
from ivr.actions.operators.roster import address_of, own_language
from ivr.actions.talks.tokens import token_of
from ivr.core.dialogue.whisper import SENT_AWAY
from ivr.core.model.call import Stage
from ivr.core.model.claim import Claim
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.operator import Operator, Reach
from ivr.core.talk.events import (
    CallbackRevoked,
    CallerChecked,
    CallerGone,
    CallerHungUp,
    CallerNotMoved,
    CallerNotPutThrough,
    CallerPutThrough,
    LegCreated,
    LegNotCreated,
    NotMovedOn,
    OperatorEngaged,
    OperatorNotMoved,
    RoomEndsWithOperator,
    RoomInspected,
    RoomNotInspected,
    StandingLegEnded,
    TakenOffHold,
    TalkEvent,
)
from ivr.core.talk.offering import MOVES, is_to_be_dialled
from ivr.core.talk.requests import (
    CheckCaller,
    ConnectCaller,
    ConnectOperator,
    DismissUninvited,
    EndLeg,
    EndRoomWithOperator,
    FetchOperator,
    InformOperator,
    InspectRoom,
    KeepRoom,
    PutThroughCaller,
    RejoinCaller,
    Request,
    ReturnCaller,
    RingOperator,
    SharePlace,
    SpareCallbacks,
    TakeOffHold,
    TakeOutCaller,
    WriteToOperator,
)
from ivr.core.talk.talk import Talk
from ivr.core.talk.undoing import is_sent_away
from ivr.ports import Ports

NOTHING: tuple[TalkEvent, ...] = ()


# --- operators --------------------------------------------------------------------


def _ring_operator(
    ports: Ports, talk: Talk, request: RingOperator
) -> Iterable[TalkEvent]:
    claim = talk.claims[request.claim]
    call, operator = talk.call_of(claim), talk.operator_of(claim)
    if operator is not None and telephones.is_outrun(ports, operator):
        return (OperatorEngaged(claim=claim.id),)
    try:
        to = None if operator is None else address_of(ports, operator)
    except Unavailable as error:
        ports.notes.warning("operator not rung", claim=claim.id, error=str(error))
        return (LegNotCreated(claim=claim.id),)
    if to is None or call is None or claim.ring is None:
        return (LegNotCreated(claim=claim.id, permanent=True),)
    ours = ports.content.lines()[claim.line].numbers
    caller_id = call.number if call.number in ours else ours[0]
    try:
        leg = ports.dialling.ring(claim, to, caller_id, claim.ring)
    except Unavailable as error:
        return (_note_not_created(ports, claim, error),)
    return (LegCreated(claim=claim.id, leg=leg),)


def _note_not_created(ports: Ports, claim: Claim, error: Unavailable) -> TalkEvent:
    refused = "number refused" if error.permanent else "operator not rung"
    what = "leg not heard of" if error.ambiguous else refused
    ports.notes.warning(what, claim=claim.id, error=str(error))
    return LegNotCreated(
        claim=claim.id, permanent=error.permanent, ambiguous=error.ambiguous
    )


def _connect_operator(
    ports: Ports, _: Talk, request: ConnectOperator
) -> Iterable[TalkEvent]:
    try:
        ports.transfers.connect_operator(request.leg, request.claim)
    except (NotFound, Unavailable) as error:
        _note(ports, "operator not moved on", request.claim, error)
        gone = isinstance(error, NotFound)
        return (NotMovedOn(claim=request.claim, gone=gone),)
    return NOTHING


def _inform_operator(
    ports: Ports, _: Talk, request: InformOperator
) -> Iterable[TalkEvent]:
    try:
        ports.transfers.tell_over(request.leg, request.claim)
    except NotFound:
        pass  # the operator has hung up meanwhile: there is nobody to tell
    except Unavailable as error:
        _note(ports, "operator not told", request.claim, error)
    return NOTHING


def _write_to_operator(
    ports: Ports, talk: Talk, request: WriteToOperator
) -> Iterable[TalkEvent]:
    """On a standing line the leg says it; by text where the line can send one."""
    operator, line = talk.operators[request.operator], ports.content.lines()[talk.line]
    stands = operator.reach is Reach.STANDING
    if is_sent_away(operator) and line.reminders_from and not stands:
        try:
            _write(ports, operator, line.reminders_from)
        except (NotFound, Unavailable) as error:
            ports.notes.warning(
                "operator not told", operator=operator.id, error=str(error)
            )
    return NOTHING


def _write(ports: Ports, operator: Operator, sender: str) -> None:
    language = own_language(ports, operator, operator.line)
    number = ports.roster.number(operator.id)
    if number is not None:
        count = {"calls": operator.missed}
        body = ports.content.text(operator.line, language, SENT_AWAY, count)
        ports.texts.text(number, sender, body)


def _dismiss_uninvited(
    ports: Ports, talk: Talk, request: DismissUninvited
) -> Iterable[TalkEvent]:
    for operator in ports.operators.operators(talk.line):
        if operator.leg != request.leg or operator.claim is not None:
            continue
        try:
            # What is told late is not of somebody who sits there now.
            if request.leg in ports.rooms.in_room(request.claim):
                ports.transfers.tell_over(request.leg, request.claim)
        except (NotFound, Unavailable) as error:
            _note(ports, "operator not told", request.claim, error)
    return NOTHING


# --- callers ----------------------------------------------------------------------


def _connect_caller(
    ports: Ports, talk: Talk, request: ConnectCaller
) -> Iterable[TalkEvent]:
    claim = talk.claims[request.claim]
    call = talk.call_of(claim)
    try:
        if call is not None and is_to_be_dialled(call):
            calling_back.dial(ports, claim, call, request.attempt)
        else:
            ports.transfers.send_to_room(claim.party, claim.id)
    except NotFound:
        return (CallerGone(claim=claim.id),)
    except Unavailable as error:
        _note(ports, "caller not brought", claim.id, error)
        return (
            CallerNotMoved(
                claim=claim.id, attempt=request.attempt, permanent=error.permanent
            ),
        )
    return NOTHING


def _return_caller(
    ports: Ports, talk: Talk, request: ReturnCaller
) -> Iterable[TalkEvent]:
    try:
        ports.transfers.send_back(request.leg)
    except NotFound:
        return (CallerHungUp(leg=request.leg),)
    except Unavailable as error:
        ports.notes.warning(
            "caller not fetched back", call=request.leg, error=str(error)
        )
        if request.soon_again is not None:
            ports.heartbeats.seen(talk.line, request.soon_again, ports.clock.now())
    return NOTHING


def _rejoin_caller(
    ports: Ports, talk: Talk, request: RejoinCaller
) -> Iterable[TalkEvent]:
    claim = talk.claims[request.claim]
    try:
        ports.transfers.send_to_room(claim.party, claim.id)
    except NotFound:
        return (CallerGone(claim=claim.id),)
    except Unavailable as error:
        # Asking again in some seconds, the caller is sent to the room.
        _note(ports, "caller not brought", claim.id, error)
    return NOTHING


def _take_out_caller(
    ports: Ports, talk: Talk, request: TakeOutCaller
) -> Iterable[TalkEvent]:
    claim = talk.claims[request.claim]
    try:
        ports.transfers.bring_out(claim.party, claim.id)
    except NotFound:
        return (CallerGone(claim=claim.id),)
    except Unavailable as error:
        _note(ports, "caller not brought out", claim.id, error)
    return NOTHING


def _take_off_hold(
    ports: Ports, talk: Talk, request: TakeOffHold
) -> Iterable[TalkEvent]:
    try:
        ports.rooms.unhold(talk.claims[request.claim])
    except (NotFound, Unavailable) as error:
        _note(ports, "not taken off hold", request.claim, error)
        return NOTHING
    return (TakenOffHold(claim=request.claim),)


def _check_caller(
    ports: Ports, talk: Talk, request: CheckCaller
) -> Iterable[TalkEvent]:
    is_over = False
    try:
        is_over = ports.legs.is_over(talk.claims[request.claim].party)
    except Unavailable as error:
        ports.notes.warning("leg not seen", error=str(error))
    return (CallerChecked(claim=request.claim, leg=request.leg, is_over=is_over),)


def _spare_callbacks(
    _: Ports, talk: Talk, request: SpareCallbacks
) -> Iterable[TalkEvent]:
    """Others are asked to call somebody who talks: their promises are past."""
    promised = (talk.calls[key] for key in talk.promised if key != request.call)
    return tuple(
        CallbackRevoked(call=each.id, reason="caller-rang")
        for each in promised
        if each.stage is Stage.CLAIMED
    )


# --- standing lines ---------------------------------------------------------------


def _put_through_caller(
    ports: Ports, talk: Talk, request: PutThroughCaller
) -> Iterable[TalkEvent]:
    claim = talk.claims[request.claim]
    call = talk.call_of(claim)
    try:
        if call is not None and is_to_be_dialled(call):
            calling_back.dial(ports, claim, call, attempt=1)
        else:
            _move_patiently(lambda: ports.transfers.put_through(claim.party, claim.id))
    except NotFound:
        return (CallerGone(claim=claim.id),)
    except Unavailable as error:
        _note(ports, "caller not brought", claim.id, error)
        return (CallerNotPutThrough(claim=claim.id, permanent=error.permanent),)
    return (CallerPutThrough(claim=claim.id),)


def _fetch_operator(
    ports: Ports, talk: Talk, request: FetchOperator
) -> Iterable[TalkEvent]:
    leg, key = request.leg, request.claim
    operator = talk.claims[key].operator
    token = token_of(ports, talk.line, operator, leg)
    try:
        _move_patiently(lambda: ports.transfers.fetch_operator(leg, token, key))
    except NotFound:
        return (StandingLegEnded(operator=operator, leg=leg),)
    except Unavailable as error:
        _note(ports, "operator not moved", key, error)
        return (OperatorNotMoved(claim=key),)
    return NOTHING


def _move_patiently(move: Callable[[], None]) -> None:
    """Ask again what was refused for certain; what may have been done is not."""
    for _ in range(MOVES - 1):
        try:
            move()
        except Unavailable as error:
            if error.ambiguous or error.permanent:
                raise
        else:
            return
    move()


# --- rooms ------------------------------------------------------------------------


def _keep_room(ports: Ports, talk: Talk, request: KeepRoom) -> Iterable[TalkEvent]:
    try:
        ports.rooms.keep_room(talk.claims[request.claim])
    except (NotFound, Unavailable) as error:
        _note(ports, "room not kept", request.claim, error)
    return NOTHING


def _end_room_with_operator(
    ports: Ports, talk: Talk, request: EndRoomWithOperator
) -> Iterable[TalkEvent]:
    try:
        ports.rooms.end_room_with(talk.claims[request.claim])
    except (NotFound, Unavailable) as error:
        _note(ports, "room not to end", request.claim, error)
        return NOTHING
    return (RoomEndsWithOperator(claim=request.claim),)


def _inspect_room(
    ports: Ports, talk: Talk, request: InspectRoom
) -> Iterable[TalkEvent]:
    claim = talk.claims[request.claim]
    try:
        legs = ports.rooms.in_room(claim.room)
    except Unavailable as error:
        _note(ports, "room not seen", claim.id, error)
        return (RoomNotInspected(claim=claim.id),)
    return (RoomInspected(claim=claim.id, legs=frozenset(legs)),)


def _note(ports: Ports, what: str, claim: str, error: Exception) -> None:
    ports.notes.warning(what, claim=claim, error=str(error))


# --- all of them ------------------------------------------------------------------


def _end_leg(ports: Ports, _: Talk, request: EndLeg) -> Iterable[TalkEvent]:
    end_leg(ports, request.leg)
    return NOTHING


def _share_place(ports: Ports, talk: Talk, request: SharePlace) -> Iterable[TalkEvent]:
    share_place(ports, talk.calls[request.call])
    return NOTHING


Done = Callable[[Ports, Talk, Any], Iterable[TalkEvent]]

DONE_BY: Mapping[type, Done] = {
    RingOperator: _ring_operator,
    ConnectCaller: _connect_caller,
    ConnectOperator: _connect_operator,
    ReturnCaller: _return_caller,
    EndLeg: _end_leg,
    InformOperator: _inform_operator,
    WriteToOperator: _write_to_operator,
    SharePlace: _share_place,
    RejoinCaller: _rejoin_caller,
    TakeOutCaller: _take_out_caller,
    TakeOffHold: _take_off_hold,
    KeepRoom: _keep_room,
    EndRoomWithOperator: _end_room_with_operator,
    CheckCaller: _check_caller,
    InspectRoom: _inspect_room,
    DismissUninvited: _dismiss_uninvited,
    SpareCallbacks: _spare_callbacks,
    PutThroughCaller: _put_through_caller,
    FetchOperator: _fetch_operator,
}


def carry_out(ports: Ports, talk: Talk, request: Request) -> Iterable[TalkEvent]:
    """Do what was asked for; the events that follow from it."""
    return DONE_BY[type(request)](ports, talk, request)
