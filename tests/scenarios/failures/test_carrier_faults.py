"""The carrier's REST interface refuses, fails, or does not answer."""

import pytest

from exchange.kernel.http_types import RestRequest
from exchange.state.faults import FaultKind
from exchange.state.people import Callee, Press, Stay, accepting_operator
from ivr.core.model.claim import ClaimState
from ivr.core.model.contact.stage import Stage
from ivr.core.model.operator import State
from tests.dsl.doing import (
    CREATE,
    MOVE,
    OTHER_OPERATOR,
    call_in,
    call_of,
    claim_now,
    facts_named,
    fault,
    has_heard,
    stage_of,
    state_of,
    until_rung,
    until_stage,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.world import World

THINKS = Callee(after=2.0, deeds=(Press(digits="1", after=3), Stay()))


def created(world: World) -> int:
    """How often the carrier was asked to create a leg."""
    return len(creations(world))


def creations(world: World) -> list[RestRequest]:
    """The requests that asked for a leg, whatever came of them."""
    asked = [request for request, _ in world.rest.traffic]
    return [
        one for one in asked if one.method == "POST" and one.path.endswith("Calls.json")
    ]


def test_refused_creation_tried_again_until_leg_exists(world: World) -> None:
    world.operator("anna", accepting_operator())
    fault(world, FaultKind.TOO_MANY, CREATE, method="POST", times=2)

    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)

    assert created(world) == 3
    assert len(outbound_legs(world)) == 1
    assert len(facts_named(world, "offer-made")) == 1


@pytest.mark.parametrize("kind", [FaultKind.BROKEN_AFTER, FaultKind.HANG_AFTER])
def test_unanswered_creation_not_repeated(world: World, kind: FaultKind) -> None:
    world.operator("anna", accepting_operator())
    fault(world, kind, CREATE, method="POST", times=1)

    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)

    assert created(world) == 1
    assert len(outbound_legs(world)) == 1


@pytest.mark.parametrize("kind", [FaultKind.BROKEN, FaultKind.HANG])
def test_doubtful_creation_not_repeated_for_offer(
    world: World, kind: FaultKind
) -> None:
    world.operator("anna", accepting_operator())
    fault(world, kind, CREATE, method="POST", times=1)

    caller = call_in(world)
    first = call_of(world, caller).talk.claim
    world.exchange.run_for(20)
    assert created(world) == 1
    until_stage(world, caller, Stage.CONNECTED)

    assert claim_now(world).id != first
    assert created(world) == 2


@pytest.mark.parametrize("kind", [FaultKind.HANG, FaultKind.BROKEN, FaultKind.TOO_MANY])
def test_outage_of_carrier_sends_no_operator_away(
    world: World, kind: FaultKind
) -> None:
    world.operator("anna", accepting_operator())
    fault(world, kind, CREATE, method="POST")
    caller = call_in(world)
    world.exchange.run_for(240)

    assert state_of(world) is not State.AWAY, "nobody has missed a call"
    world.exchange.state.faults.clear()
    until_stage(world, caller, Stage.CONNECTED)


@pytest.mark.parametrize("refusals", [1, 2])
def test_refused_move_tried_again(world: World, refusals: int) -> None:
    world.operator("anna", THINKS)
    caller = call_in(world)
    fault(world, FaultKind.TOO_MANY, MOVE, method="POST", times=refusals)

    until_stage(world, caller, Stage.CONNECTED)

    assert len(outbound_legs(world)) == 1
    assert len(facts_named(world, "offer-taken")) == 1


def test_operator_released_when_caller_cannot_be_moved(world: World) -> None:
    world.operator("anna", THINKS)
    caller = call_in(world)
    place = call_of(world, caller).arrival.at
    # Three moves and the way back are refused.
    fault(world, FaultKind.TOO_MANY, MOVE, method="POST", times=4)
    leg = until_rung(world)
    world.exchange.run_until(lambda: leg.ended)

    assert has_heard(world, leg, "operator.failed")
    assert stage_of(world, caller) is Stage.WAITING
    assert call_of(world, caller).arrival.at == place
    until_stage(world, caller, Stage.CONNECTED)
    assert len(outbound_legs(world)) == 2


@pytest.mark.parametrize(
    "kind", [FaultKind.BROKEN_AFTER, FaultKind.HANG_AFTER, FaultKind.HANG]
)
def test_move_without_answer_still_brings_both_together(
    world: World, kind: FaultKind
) -> None:
    world.operator("anna", THINKS)
    caller = call_in(world)
    fault(world, kind, MOVE, method="POST", times=1)

    until_stage(world, caller, Stage.CONNECTED)
    world.exchange.run_for(30)

    assert stage_of(world, caller) is Stage.CONNECTED
    assert caller.conference
    assert len(facts_named(world, "caller-connected")) == 1


def test_reconciling_that_fails_ends_nobody(world: World) -> None:
    world.operator("anna", accepting_operator())
    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)
    fault(world, FaultKind.BROKEN, "", method="GET")

    world.exchange.run_for(60)

    assert stage_of(world, caller) is Stage.CONNECTED
    assert "not reconciled" in world.notes.events()


def test_every_created_leg_has_own_end(world: World) -> None:
    world.operator("anna", accepting_operator())
    until_stage(world, call_in(world), Stage.CONNECTED)

    (asked,) = creations(world)
    assert int(asked.get("TimeLimit")) <= 4 * 3600
    assert int(asked.get("Timeout")) == 20


def test_full_queue_gives_place_back(world: World) -> None:
    full = world.exchange.state.add_queue("example", 0)
    caller = world.dial(Press(digits="1"), Press(digits="1"), Press(digits="0"), Stay())
    world.exchange.run_for(60)
    assert stage_of(world, caller) is Stage.WAITING
    assert not caller.ended

    full.max_size = 100
    world.exchange.run_until(lambda: bool(caller.queue), limit=300)
    world.operator("bela", accepting_operator(), phone=OTHER_OPERATOR)
    until_stage(world, caller, Stage.CONNECTED)


def test_silent_offers_lease_runs_out(world: World) -> None:
    world.operator("anna", Callee(after=3))
    fault(world, FaultKind.HANG, CREATE, method="POST", times=1)
    world.reconciles = False
    caller = call_in(world)
    assert claim_now(world).state is ClaimState.DIALLING

    until_stage(world, caller, Stage.WAITING, limit=30)
