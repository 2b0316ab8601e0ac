"""Whoever has talked is called for no promise of before, however we hear of it."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import Press, Talk, accepting_operator
from ivr.core.model.contact.stage import Stage
from tests.dsl.callbacks import (
    ASKS,
    SAY_YES,
    come,
    operator_to_come,
    persons_legs,
    promised,
    reasons,
)
from tests.dsl.doing import (
    NOTICES,
    call_in,
    call_of,
    carrier_says,
    facts_named,
    fault,
    stage_of,
    until_stage,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.world import CALLER, LINE, World

STRANGER = "+447700900155"
ASKED = Press(digits="1", after=3)
HOURS = (Press(digits="2"), Press(digits="20"), Press(digits="21"))
"""In an hour, by the clock on the wall."""
THAT_NUMBER = (Press(digits="2"), Press(digits=f"{CALLER.removeprefix('+')}#"), SAY_YES)


def talks(world: World, *, unheard: bool) -> Leg:
    """The caller rings and talks; of that a lost notice tells only after the end."""
    if unheard:
        fault(world, FaultKind.LOST, NOTICES)
    caller = call_in(world)
    until_stage(world, caller, Stage.WAITING)
    come(world)
    world.exchange.run_until(
        lambda: any(each.kind == "connected" for each in caller.transcript), 200
    )
    world.exchange.run_for(2)
    claim, (operator,) = call_of(world, caller).talk.claim, outbound_legs(world)
    world.exchange.state.faults.clear()
    world.exchange.hang_up(caller)
    world.exchange.run_for(1)
    for sid in (operator.sid, caller.sid):
        path = f"/voice/room-events?claim={claim}&line={LINE}"
        carrier_says(world, path, sid, {"StatusCallbackEvent": "participant-join"})
    assert len(facts_named(world, "caller-connected")) == 1
    return caller


@pytest.mark.parametrize("unheard", [False, True])
def test_caller_who_talked_is_not_called_back(world: World, unheard: bool) -> None:  # noqa: FBT001
    operator_to_come(world, accepting_operator())
    promised(world, ASKED, SAY_YES, *HOURS)

    caller = talks(world, unheard=unheard)

    assert stage_of(world, caller) is Stage.ENDED
    world.exchange.run_for(4000)
    assert not persons_legs(world)


@pytest.mark.parametrize("unheard", [False, True])
def test_others_wish_for_who_has_talked(world: World, unheard: bool) -> None:  # noqa: FBT001
    operator_to_come(world, accepting_operator())
    other = promised(world, ASKED, *THAT_NUMBER, *HOURS, from_=STRANGER)

    talks(world, unheard=unheard)
    world.exchange.run_for(4000)

    assert stage_of(world, other) is Stage.ENDED
    assert reasons(world) == ["caller-rang"]
    assert not persons_legs(world)


def test_others_wish_beside_ones_own(world: World) -> None:
    operator_to_come(world, accepting_operator())
    promised(world, *ASKS)
    other = promised(world, ASKED, *THAT_NUMBER, SAY_YES, from_=STRANGER)
    caller = call_in(world, Talk(seconds=20))
    until_stage(world, caller, Stage.WAITING)
    come(world)
    until_stage(world, caller, Stage.ENDED)

    world.exchange.run_for(600)

    assert stage_of(world, other) is Stage.ENDED
    assert not persons_legs(world)
