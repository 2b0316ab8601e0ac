"""A caller hangs up, at each of the worst moments."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.people import (
    Callee,
    HangUp,
    Press,
    Stay,
    Talk,
    Wait,
    accepting_operator,
)
from ivr.core.model.claim import ClaimState
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import State
from tests.dsl.doing import (
    CALLER_STATUS,
    MOVE,
    OTHER_CALLER,
    TO_THE_QUEUE,
    call_in,
    carrier_says,
    claim_now,
    fault,
    has_heard,
    stage_of,
    state_of,
    until_rung,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.world import LINE, World, later

SLOW_TO_ANSWER = Callee(after=15.0, deeds=(Press(digits="1"), Stay()))
THINKS_LONG = Callee(after=2.0, deeds=(Wait(seconds=12), Press(digits="1"), Stay()))


def test_gone_caller_stops_operators_telephone(
    world: World,
) -> None:
    world.operator("anna", SLOW_TO_ANSWER)
    caller = call_in(world)
    leg = until_rung(world)

    world.exchange.hang_up(caller)
    world.exchange.run_for(2)

    assert leg.status == "canceled"
    assert state_of(world) is State.AVAILABLE
    assert stage_of(world, caller) is Stage.ENDED
    assert world.record(caller).outcome == "abandoned"


def test_whispered_operator_hears_caller_left(
    world: World,
) -> None:
    world.operator("anna", THINKS_LONG)
    caller = call_in(world)
    world.exchange.run_until(lambda: claim_now(world).state is ClaimState.ANSWERED)

    world.exchange.hang_up(caller)
    world.exchange.run_for(8)

    (leg,) = outbound_legs(world)
    assert has_heard(world, leg, "operator.caller-left")
    assert leg.ended
    assert state_of(world) is State.AVAILABLE


def test_unstoppable_ring_hears_caller_left(
    world: World,
) -> None:
    world.operator("anna", SLOW_TO_ANSWER)
    caller = call_in(world)
    leg = until_rung(world)
    fault(world, FaultKind.TOO_MANY, MOVE, times=1)

    world.exchange.hang_up(caller)
    world.exchange.run_until(lambda: leg.ended)

    assert has_heard(world, leg, "operator.caller-left")
    assert state_of(world) is State.AVAILABLE


def test_late_accept_told_and_freed(world: World) -> None:
    world.operator("anna", THINKS_LONG)
    caller = call_in(world)
    # The carrier knows that the caller is gone and has not told us yet.
    fault(world, FaultKind.DELAYED, "/voice/left", seconds=30)
    fault(world, FaultKind.DELAYED, CALLER_STATUS, seconds=30)
    world.exchange.run_until(lambda: claim_now(world).state is ClaimState.ANSWERED)

    world.exchange.hang_up(caller)
    assert stage_of(world, caller) is Stage.CLAIMED
    world.exchange.run_until(lambda: stage_of(world, caller) is Stage.ENDED)
    world.exchange.run_for(8)

    (leg,) = outbound_legs(world)
    assert has_heard(world, leg, "operator.caller-left")
    assert leg.ended
    assert state_of(world) is State.AVAILABLE


def test_next_caller_served_after_leaver(
    world: World,
) -> None:
    world.operator("anna", THINKS_LONG, accepting_operator())
    gone = call_in(world)
    fault(world, FaultKind.DELAYED, "/voice/left", seconds=30)
    fault(world, FaultKind.DELAYED, CALLER_STATUS, seconds=30)
    world.exchange.run_until(lambda: claim_now(world).state is ClaimState.ANSWERED)
    world.exchange.hang_up(gone)

    following = call_in(world, from_=OTHER_CALLER)
    until_stage(world, following, Stage.CONNECTED)

    assert stage_of(world, gone) is Stage.ENDED


@pytest.mark.parametrize("deeds", range(3))
def test_hangup_in_menu_is_abandoned(world: World, deeds: int) -> None:
    caller = world.dial(Wait(seconds=1), *TO_THE_QUEUE[:deeds], HangUp())
    world.exchange.run_until(lambda: caller.ended)
    world.exchange.run_for(1)

    assert stage_of(world, caller) is Stage.ENDED
    assert world.record(caller).outcome == "abandoned"


def test_leaving_queue_caller_out_at_once(world: World) -> None:
    caller = call_in(world)

    world.exchange.hang_up(caller)
    world.exchange.run_for(1)

    assert stage_of(world, caller) is Stage.ENDED
    assert world.ports.queues.waiting(LINE) == []


def test_leaving_talk_frees_operator_for_wrap_up(
    world: World,
) -> None:
    world.operator()
    caller = call_in(world, Talk(seconds=20))
    until_stage(world, caller, Stage.ENDED)

    assert state_of(world) is State.WRAP_UP
    record = world.record(caller)
    assert record.outcome == "answered"
    assert record.talk_seconds == pytest.approx(20, abs=2)


def test_late_answer_for_ended_call_changes_nothing(world: World) -> None:
    caller = call_in(world)
    world.exchange.hang_up(caller)
    world.exchange.run_for(1)
    before = world.ports.contacts.call(LINE, ContactId(caller.sid))
    assert before is not None

    for path in (
        f"/voice/step?n={before.menu.step}",
        f"/voice/step?n={before.menu.step - 1}",
        "/voice/wait",
        "/voice/resume",
        "/voice/after",
    ):
        answer = carrier_says(world, path, caller.sid, {"Digits": "1"})
        assert answer.status_code == 200
        assert b"Hangup" in answer.data

    after = world.ports.contacts.call(LINE, ContactId(caller.sid))
    assert after is not None
    assert after.stage is Stage.ENDED
    assert world.ports.contacts.live_calls(LINE) == []
    assert world.record(caller).offers == 0


def test_thrice_told_end_ends_once(world: World) -> None:
    caller = call_in(world)
    world.exchange.hang_up(caller)
    world.exchange.run_for(1)
    ended = world.record(caller).ended

    world.clock.pass_by(later(5))
    for _ in range(2):
        carrier_says(world, "/voice/status", caller.sid, {"CallStatus": "completed"})

    assert world.record(caller).ended == ended


def test_leaver_frees_both_rung_in_turn(
    world: World,
) -> None:
    world.operator("anna", Callee(after=30.0))
    world.operator("bela", SLOW_TO_ANSWER, phone="+447700900202")
    caller = call_in(world)
    until_rung(world, 2)

    world.exchange.hang_up(caller)
    until_state(world, State.AVAILABLE, "anna")
    until_state(world, State.AVAILABLE, "bela")
