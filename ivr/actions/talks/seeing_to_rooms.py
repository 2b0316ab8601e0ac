"""Requests about rooms: how they end, and who is inside."""

from collections.abc import Iterable

from ivr.actions.legs import end_leg
from ivr.actions.one_number import share_place
from ivr.actions.talks.requesting import NOTHING, note_failure
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.talk.events import (
    RoomEndsWithOperator,
    RoomInspected,
    RoomNotInspected,
    TalkEvent,
)
from ivr.core.talk.requests import (
    EndLeg,
    EndRoomWithOperator,
    InspectRoom,
    KeepRoom,
    SharePlace,
)
from ivr.core.talk.talk import Talk
from ivr.ports import Ports


def keep_room(ports: Ports, talk: Talk, request: KeepRoom) -> Iterable[TalkEvent]:
    """Let the room go on without the host."""
    try:
        ports.rooms.keep_room(talk.claims[request.claim])
    except (NotFound, Unavailable) as error:
        note_failure(ports, "room not kept", request.claim, error)
    return NOTHING


def end_room_with_operator(
    ports: Ports, talk: Talk, request: EndRoomWithOperator
) -> Iterable[TalkEvent]:
    """Let the room end with the operator."""
    try:
        ports.rooms.end_room_with(talk.claims[request.claim])
    except (NotFound, Unavailable) as error:
        note_failure(ports, "room not to end", request.claim, error)
        return NOTHING
    return (RoomEndsWithOperator(claim=request.claim),)


def inspect_room(ports: Ports, talk: Talk, request: InspectRoom) -> Iterable[TalkEvent]:
    """Ask who is inside."""
    claim = talk.claims[request.claim]
    try:
        legs = ports.rooms.in_room(claim.room)
    except Unavailable as error:
        note_failure(ports, "room not seen", claim.id, error)
        return (RoomNotInspected(claim=claim.id),)
    return (RoomInspected(claim=claim.id, legs=frozenset(legs)),)


def end_any_leg(ports: Ports, _: Talk, request: EndLeg) -> Iterable[TalkEvent]:
    """End a leg; one that is gone is fine."""
    end_leg(ports, request.leg)
    return NOTHING


def share_place_of(
    ports: Ports, talk: Talk, request: SharePlace
) -> Iterable[TalkEvent]:
    """Let the calls of one number hold one place."""
    share_place(ports, talk.calls[request.call])
    return NOTHING
