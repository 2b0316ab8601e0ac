"""Talks, in the words of the tests."""

from collections.abc import Callable

import pytest

from exchange.state.conferences import Conference, Participant, RoomStatus
from exchange.state.leg import Leg
from exchange.state.people import Callee, Deed, Stay, accepting_operator
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Stale
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Reach
from tests.dsl.doing import call_in, until_stage
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.line_people import on_line
from tests.world import World

ANNA, BELA, CLARA = OperatorId("anna"), OperatorId("bela"), OperatorId("clara")
PICKS_UP = Callee(after=1.0, deeds=(Stay(),))

PARTICIPANT = r"/Participants/CA"
ROOMS = r"/Conferences\.json"

REACHES = [Reach.PHONE, Reach.BROWSER, Reach.STANDING]


def refusal(act: Callable[..., object], *args: object, **more: object) -> str:
    """Why an action is refused."""
    with pytest.raises(Stale) as refused:
        act(*args, **more)
    return refused.value.reason


def in_talk(
    world: World, *deeds: Deed, reach: Reach = Reach.PHONE, name: str = "anna"
) -> tuple[Leg, Leg]:
    """An operator and a caller who talk; their legs."""
    if reach is Reach.STANDING:
        operator = on_line(world, name)
    else:
        clicks = reach is Reach.BROWSER
        callee = PICKS_UP if clicks else accepting_operator(after=1)
        world.operator(name, callee, reach=reach, clicks=clicks)
    caller = call_in(world, *deeds)
    until_stage(world, caller, Stage.CONNECTED)
    return operator if reach is Reach.STANDING else outbound_legs(world)[-1], caller


def room_of(world: World) -> Conference:
    """The one room in which somebody talks."""
    (room,) = (
        each
        for each in world.exchange.state.conferences.values()
        if each.status is RoomStatus.IN_PROGRESS
    )
    return room


def seat(world: World, leg: Leg) -> Participant:
    """Somebody's place in the room."""
    found = room_of(world).find(leg.sid)
    assert found is not None
    return found


def inside(world: World) -> set[str]:
    """The legs in the one room."""
    return {each.leg.sid for each in room_of(world).participants}


def talks_on(world: World, *legs: Leg) -> bool:
    """Whether exactly these are together in one room."""
    rooms = [
        {each.leg.sid for each in room.participants}
        for room in world.exchange.state.conferences.values()
        if room.status is RoomStatus.IN_PROGRESS
    ]
    return rooms == [{leg.sid for leg in legs}]
