"""Our state against the carrier's, when the carrier itself is not at its best."""

from ivr.core.call import Stage
from ivr.core.claim import ClaimState
from ivr.core.operator import State
from ivr.exchange.faults import FaultKind
from ivr.exchange.people import accepts
from tests.scenarios.doing import (
    MOVE,
    NOTICES,
    OTHER_CALLER,
    call_in,
    claim_now,
    fault,
    has_heard,
    stage_of,
    state_of,
    until_stage,
)
from tests.scenarios.invariants import outbound_legs
from tests.world import World


def test_call_that_the_carrier_will_not_tell_of_does_not_hide_the_others(
    world: World,
) -> None:
    first, second = call_in(world), call_in(world, from_=OTHER_CALLER)
    fault(world, FaultKind.LOST, NOTICES)
    fault(world, FaultKind.DELAYED, "/voice/left", seconds=600)
    fault(world, FaultKind.BROKEN, f"/Calls/{first.sid}", method="GET")
    for caller in (first, second):
        world.exchange.hang_up(caller)
    world.exchange.run_for(20)

    assert stage_of(world, first) is Stage.WAITING, "nobody has told of the end"
    assert stage_of(world, second) is Stage.ENDED
    assert "not reconciled" in world.notes.events()


def test_operator_who_was_left_in_an_empty_room_can_soon_be_rung_again(
    world: World,
) -> None:
    world.operator("anna", accepts())
    fault(world, FaultKind.DELAYED, "/voice/room$", seconds=5)
    caller = call_in(world)
    world.exchange.run_until(lambda: claim_now(world).state is ClaimState.TAKEN)
    world.exchange.run_for(1)
    fault(world, FaultKind.TOO_MANY, MOVE, times=1)
    world.exchange.hang_up(caller)
    (leg,) = outbound_legs(world)
    assert not leg.ended, "the operator hears nothing, and holds the receiver"

    world.exchange.run_for(60)

    assert leg.ended
    assert state_of(world) is State.AVAILABLE
    assert world.operator_now().leg is None


def test_caller_who_came_into_the_room_after_the_operator_had_left_is_fetched_out(
    world: World,
) -> None:
    world.operator("anna", accepts())
    fault(world, FaultKind.DELAYED, "/voice/room$", seconds=5)
    caller = call_in(world)
    world.exchange.run_until(lambda: claim_now(world).state is ClaimState.TAKEN)
    world.exchange.run_for(2)
    fault(world, FaultKind.LOST, "/voice/status")
    fault(world, FaultKind.DELAYED, "/voice/offer/over", seconds=600)
    (leg,) = outbound_legs(world)
    world.exchange.hang_up(leg)
    until_stage(world, caller, Stage.CONNECTED)
    assert caller.conference, "nobody has told that the operator is gone"

    world.exchange.run_for(100)

    assert not caller.conference
    assert len(outbound_legs(world)) == 1
    assert has_heard(world, caller, "after.ended")
