"""An operator tries their own telephone, and no caller is held up by it."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.people import NOBODY, Callee, Stay
from ivr.actions.desk.self_test import ring_once
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Stale
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Reach, State
from tests.dsl.doing import (
    call_in,
    fault,
    has_heard,
    stage_of,
    state_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.world import LINE, World

ANNA = OperatorId("anna")
LISTENS = Callee(after=3.0, deeds=(Stay(),))


@pytest.mark.parametrize("reach", [Reach.PHONE, Reach.BROWSER])
def test_operator_hears_sentence_and_is_free_again(world: World, reach: Reach) -> None:
    world.operator("anna", LISTENS, reach=reach)

    ring_once(world.ports, LINE, ANNA)
    (leg,) = outbound_legs(world)
    world.exchange.run_until(lambda: leg.ended)
    world.exchange.run_for(1)

    assert has_heard(world, leg, "operator.try")
    assert world.operator_now().leg is None
    assert state_of(world) is State.AVAILABLE


def test_no_caller_offered_while_telephone_tried(world: World) -> None:
    world.operator("anna", LISTENS)
    ring_once(world.ports, LINE, ANNA)
    caller = call_in(world)

    until_stage(world, caller, Stage.WAITING)

    assert len(outbound_legs(world)) == 1
    world.exchange.run_until(lambda: len(outbound_legs(world)) == 2)
    assert outbound_legs(world)[0].ended


def test_unanswered_try_misses_no_offer(world: World) -> None:
    world.operator("anna", NOBODY)

    ring_once(world.ports, LINE, ANNA)
    (leg,) = outbound_legs(world)
    world.exchange.run_until(lambda: leg.ended)
    world.exchange.run_for(1)

    now = world.operator_now()
    assert (now.state, now.unanswered.missed, now.leg) == (State.AVAILABLE, 0, None)


def test_nobody_tried_during_call(world: World) -> None:
    world.operator("anna")
    caller = call_in(world)
    until_state(world, State.TALKING)

    with pytest.raises(Stale) as refused:
        ring_once(world.ports, LINE, ANNA)

    assert refused.value.reason == "not-now"
    assert len(outbound_legs(world)) == 1
    assert stage_of(world, caller) is Stage.CONNECTED


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY, FaultKind.BROKEN])
def test_carrier_that_does_not_ring_is_said(world: World, kind: FaultKind) -> None:
    world.operator("anna")
    fault(world, kind, "Calls")

    with pytest.raises(Stale) as refused:
        ring_once(world.ports, LINE, ANNA)

    assert refused.value.reason == "carrier"
    assert world.operator_now().leg is None


def test_untold_end_frees_tried_telephone(
    world: World,
) -> None:
    world.operator("anna", LISTENS)
    fault(world, FaultKind.LOST, "/voice/try/status")

    ring_once(world.ports, LINE, ANNA)
    (leg,) = outbound_legs(world)
    world.exchange.run_until(lambda: leg.ended)
    world.exchange.run_until(lambda: world.operator_now().leg is None)

    assert state_of(world) is State.AVAILABLE
