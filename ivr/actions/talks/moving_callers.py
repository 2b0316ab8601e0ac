"""Requests to the carrier about a caller."""

from collections.abc import Callable, Iterable

from ivr.actions.talks.requesting import NOTHING, note_failure
from ivr.core.model.claim import Claim
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import ClaimId, LegId
from ivr.core.talk.events import (
    CallbackRevoked,
    CallerChecked,
    CallerGone,
    CallerHungUp,
    CallerNotMoved,
    TakenOffHold,
    TalkEvent,
)
from ivr.core.talk.requests import (
    CheckCaller,
    ConnectCaller,
    RejoinCaller,
    ReturnCaller,
    SpareCallbacks,
    TakeOffHold,
    TakeOutCaller,
)
from ivr.core.talk.talk import Talk
from ivr.ports import Ports


def connect_caller(
    ports: Ports, talk: Talk, request: ConnectCaller
) -> Iterable[TalkEvent]:
    """Move the caller to the room."""
    claim = talk.claims[request.claim]
    try:
        ports.transfers.send_to_room(claim.party, claim.id)
    except NotFound:
        return (CallerGone(claim=claim.id),)
    except Unavailable as error:
        note_failure(ports, "caller not brought", claim.id, error)
        return (
            CallerNotMoved(
                claim=claim.id, attempt=request.attempt, permanent=error.permanent
            ),
        )
    return NOTHING


def return_caller(
    ports: Ports, talk: Talk, request: ReturnCaller
) -> Iterable[TalkEvent]:
    """Bring the caller back to where the call stands."""
    try:
        ports.transfers.send_back(request.leg)
    except NotFound:
        return (CallerHungUp(leg=request.leg),)
    except Unavailable as error:
        ports.log.warning("caller not fetched back", call=request.leg, error=str(error))
        if request.soon_again is not None:
            ports.heartbeats.expect_poll(
                talk.line, request.soon_again, ports.clock.now()
            )
    return NOTHING


def rejoin_caller(
    ports: Ports, talk: Talk, request: RejoinCaller
) -> Iterable[TalkEvent]:
    """Move the caller into the room where the operator is back.

    If it fails, the caller asks again in some seconds, and goes to the room then.
    """
    claim = talk.claims[request.claim]
    return _move_caller(
        ports, claim, ports.transfers.send_to_room, "caller not brought"
    )


def take_out_caller(
    ports: Ports, talk: Talk, request: TakeOutCaller
) -> Iterable[TalkEvent]:
    """Take the caller out of a room that has lost its operator."""
    claim = talk.claims[request.claim]
    return _move_caller(
        ports, claim, ports.transfers.eject_caller, "caller not brought out"
    )


def _move_caller(
    ports: Ports, claim: Claim, move: Callable[[LegId, ClaimId], None], failed: str
) -> Iterable[TalkEvent]:
    """Move the caller, who may be gone; a move that fails is noted."""
    try:
        move(claim.party, claim.id)
    except NotFound:
        return (CallerGone(claim=claim.id),)
    except Unavailable as error:
        note_failure(ports, failed, claim.id, error)
    return NOTHING


def take_off_hold(
    ports: Ports, talk: Talk, request: TakeOffHold
) -> Iterable[TalkEvent]:
    """Let the caller hear and be heard."""
    try:
        ports.rooms.unhold(talk.claims[request.claim])
    except (NotFound, Unavailable) as error:
        note_failure(ports, "not taken off hold", request.claim, error)
        return NOTHING
    return (TakenOffHold(claim=request.claim),)


def check_caller(ports: Ports, talk: Talk, request: CheckCaller) -> Iterable[TalkEvent]:
    """Ask whether the caller is there; without an answer, assume it."""
    is_over = False
    try:
        is_over = ports.legs.is_over(talk.claims[request.claim].party)
    except Unavailable as error:
        ports.log.warning("leg not seen", error=str(error))
    return (CallerChecked(claim=request.claim, leg=request.leg, is_over=is_over),)


def spare_callbacks(
    _: Ports, talk: Talk, request: SpareCallbacks
) -> Iterable[TalkEvent]:
    """Revoke promises to somebody who talks, where an operator is on the way."""
    promised = (talk.calls[key] for key in talk.promised if key != request.call)
    return tuple(
        CallbackRevoked(call=each.id, reason="caller-rang")
        for each in promised
        if each.stage is Stage.CLAIMED
    )
