"""An operator hangs up, or does not take the call: the caller keeps the place."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.people import (
    NOBODY,
    Callee,
    HangUp,
    Pickup,
    Press,
    Stay,
    Talk,
    Wait,
    accepting_operator,
    answering_machine,
    declining_operator,
)
from ivr.core.model.contact.stage import Stage
from ivr.core.model.operator import State
from tests.dsl.doing import (
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
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.world import LINE, World

BUSY = Callee(pickup=Pickup.BUSY)
FAILS = Callee(pickup=Pickup.FAILED)
RUNS_AWAY = Callee(deeds=(Press(digits="1"), HangUp()))
"""Presses 1 and hangs up in the same moment, before the caller is moved."""


@pytest.mark.parametrize(
    "first",
    [
        BUSY,
        FAILS,
        NOBODY,
        answering_machine(),
        declining_operator(),
        accepting_operator(digits="7"),
        RUNS_AWAY,
    ],
    ids=["busy", "failed", "no-answer", "mailbox", "declines", "odd-key", "runs-away"],
)
def test_caller_keeps_place_and_next_operator_rung(world: World, first: Callee) -> None:
    world.operator("anna", first)
    caller = call_in(world)
    place = call_of(world, caller).arrival.at
    world.exchange.run_until(lambda: outbound_legs(world))
    world.operator("bela", accepting_operator(after=3), phone=OTHER_OPERATOR)

    until_stage(world, caller, Stage.CONNECTED)

    assert claim_now(world).operator == "bela"
    assert call_of(world, caller).arrival.at == place
    record = world.record(caller)
    assert record.operator == "bela"
    assert record.offers == 2
    assert len(facts_named(world, "caller-connected")) == 1


def test_runaway_operators_caller_is_back(
    world: World,
) -> None:
    world.operator("anna", RUNS_AWAY, accepting_operator())
    caller = call_in(world)
    leg = until_rung(world)
    world.exchange.run_until(lambda: leg.ended)
    assert stage_of(world, caller) is Stage.WAITING

    world.exchange.run_until(lambda: caller.queue, limit=20)
    assert caller.sid in [call.id for call in world.ports.queues.waiting(LINE)]
    until_stage(world, caller, Stage.CONNECTED)


def test_hangup_during_retried_move_loses_nobody(
    world: World,
) -> None:
    world.operator("anna", Callee(deeds=(Press(digits="1"), Wait(seconds=1), HangUp())))
    world.operator("bela", accepting_operator(after=3), phone=OTHER_OPERATOR)
    caller = call_in(world)
    fault(world, FaultKind.TOO_MANY, MOVE, times=1)

    until_stage(world, caller, Stage.CONNECTED)

    assert claim_now(world).operator == "bela"


def test_mailbox_never_gets_caller(world: World) -> None:
    world.operator("anna", answering_machine(greeting=60))
    caller = call_in(world)

    world.exchange.run_for(90)

    assert stage_of(world, caller) in {Stage.WAITING, Stage.CLAIMED}
    assert not facts_named(world, "offer-taken")
    assert not any(event.kind == "connected" for event in caller.transcript)


def test_three_misses_stop_ringing(
    world: World,
) -> None:
    world.operator("anna", NOBODY)
    caller = call_in(world)

    until_state(world, State.AWAY, limit=300)
    world.exchange.run_for(90)

    assert len(outbound_legs(world)) == 3
    assert state_of(world) is State.AWAY
    assert stage_of(world, caller) is Stage.WAITING


def test_decliner_left_alone_for_cool_down(world: World) -> None:
    world.operator("anna", declining_operator(after=1), accepting_operator())
    caller = call_in(world)
    until_rung(world)
    world.exchange.run_until(lambda: outbound_legs(world)[0].ended)
    declined = world.exchange.now

    second = until_rung(world, 2)

    # The shipped cool-down is 15 s; it runs from the key press.
    assert 10 <= second.created - declined.timestamp() <= 17
    assert world.operator_now().unanswered.missed == 0
    until_stage(world, caller, Stage.CONNECTED)


def test_caller_asked_when_operator_ends(
    world: World,
) -> None:
    world.operator("anna", accepting_operator(talks=10), accepting_operator())
    caller = call_in(world, Press(digits="1"), Talk(seconds=5))
    place = call_of(world, caller).arrival.at
    until_stage(world, caller, Stage.AFTER)
    until_stage(world, caller, Stage.WAITING)

    assert call_of(world, caller).arrival.at == place
    until_stage(world, caller, Stage.ENDED, limit=200)
    assert world.record(caller).outcome == "answered"


def test_silent_call_after_talk_is_logged(
    world: World,
) -> None:
    world.operator("anna", accepting_operator(talks=10))
    caller = call_in(world, Stay())
    world.exchange.run_until(lambda: caller.ended, limit=200)
    world.exchange.run_for(2)

    assert has_heard(world, caller, "after.goodbye")
    record = world.record(caller)
    assert record.outcome == "answered"
    assert record.ended is not None


def test_operator_of_unspoken_language_takes_call(
    world: World,
) -> None:
    world.operator("anna", accepting_operator(), languages=("pl", "uk"))
    caller = call_in(world)

    until_stage(world, caller, Stage.CONNECTED, limit=60)

    assert len(outbound_legs(world)) == 1
