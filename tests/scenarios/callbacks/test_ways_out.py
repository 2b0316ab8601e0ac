"""Nobody waits for ever: a message, a goodbye, and a place kept for who is cut off."""

from datetime import timedelta

from exchange.state.leg import Leg
from exchange.state.people import (
    Callee,
    HangUp,
    Press,
    Silent,
    Speak,
    Stay,
    Wait,
    accepting_operator,
)
from ivr.actions.operators.roster import choose_state
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import State
from tests.dsl.callbacks import come, operator_to_come
from tests.dsl.doing import (
    OTHER_CALLER,
    TO_THE_QUEUE,
    call_in,
    call_of,
    facts_named,
    has_heard,
    heard,
    stage_of,
    state_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.rules import publish
from tests.dsl.ways_out import LONGEST, TO_A_MESSAGE, rings_again
from tests.world import CALLER, LINE, World


def test_message_recorded_and_caller_thanked(world: World) -> None:
    leg: Leg = world.dial(*TO_A_MESSAGE, Speak(text="We are two."), Press(digits="#"))

    world.exchange.run_until(lambda: leg.ended, 120)

    assert has_heard(world, leg, "message.thanks")
    record = world.record(leg)
    assert record.outcome == "message"
    (fact,) = facts_named(world, "message-left")
    assert fact.recording.startswith("RE")  # type: ignore[attr-defined]
    assert world.ports.queues.waiting(LINE) == []


def test_hanging_up_speaker_leaves_message(world: World) -> None:
    leg: Leg = world.dial(*TO_A_MESSAGE, Speak(text="We are two."), HangUp())

    world.exchange.run_until(lambda: leg.ended, 120)
    world.exchange.run_for(2)

    assert world.record(leg).outcome == "message"


def test_silence_for_message_keeps_queue(
    world: World,
) -> None:
    leg: Leg = world.dial(*TO_A_MESSAGE, Silent(), Stay())

    world.exchange.run_until(lambda: has_heard(world, leg, "message.none"), 120)
    world.exchange.run_until(lambda: leg.queue)

    assert stage_of(world, leg) is Stage.WAITING


def test_operator_takes_precedence_over_message(world: World) -> None:
    operator_to_come(world, accepting_operator(after=1.0))
    leg: Leg = world.dial(*TO_A_MESSAGE, Speak(text="We are " * 60), Stay())
    world.exchange.run_until(lambda: any(e.kind == "record" for e in leg.transcript))
    come(world)

    until_stage(world, leg, Stage.CONNECTED)

    assert facts_named(world, "message-left") == []


def test_longest_wait_brings_exits_then_goodbye(world: World) -> None:
    publish(world, longest_wait=str(LONGEST))
    leg = call_in(world, Stay())
    queued = world.clock.now()

    world.exchange.run_until(lambda: has_heard(world, leg, "way.too-long"), 900)
    assert world.clock.now() - queued < timedelta(seconds=LONGEST + 45)
    assert stage_of(world, leg) is Stage.WAITING
    world.exchange.run_until(lambda: leg.ended, 120)

    assert has_heard(world, leg, "way.goodbye")
    assert world.record(leg).outcome == "failed"


def test_last_moment_operator_gets_caller(
    world: World,
) -> None:
    publish(world, longest_wait=str(LONGEST))
    operator_to_come(world, accepting_operator(after=1.0))
    leg = call_in(world, Stay())
    world.exchange.run_until(lambda: has_heard(world, leg, "way.too-long"), 900)
    come(world)

    until_stage(world, leg, Stage.CONNECTED)


def test_after_longest_wait_only_call_back(
    world: World,
) -> None:
    publish(world, longest_wait=str(LONGEST))
    leg = call_in(
        world,
        Wait(seconds=LONGEST),
        Press(digits="1", after=2),
        Press(digits="1"),
        Press(digits="1"),
        Stay(),
    )

    world.exchange.run_until(lambda: leg.ended, 900)

    stay = world.ports.content.text(LINE, "uk", "way.stay", {"key": "0"})
    assert stay not in heard(leg)
    assert world.record(leg).outcome == "callback"


def test_unknown_exit_key_changes_nothing(world: World) -> None:
    leg = call_in(world, Press(digits="7", after=3), Stay())

    world.exchange.run_for(30)

    assert stage_of(world, leg) is Stage.WAITING
    assert leg.queue


def test_way_back_to_queue_keeps_place(world: World) -> None:
    leg = call_in(world, Press(digits="1", after=3), Press(digits="0"), Stay())
    arrived = call_of(world, leg).arrival.at

    world.exchange.run_for(30)

    assert leg.queue
    assert call_of(world, leg).arrival.at == arrived
    assert facts_named(world, "callback-promised") == []


def test_dropped_ringing_caller_regains_place(world: World) -> None:
    first = call_in(world)
    world.exchange.run_for(60)
    other = call_in(world, from_=OTHER_CALLER)
    world.exchange.hang_up(first)
    world.exchange.run_for(100)

    again = rings_again(world)
    world.operator("anna", accepting_operator())
    until_stage(world, again, Stage.CONNECTED)

    assert has_heard(world, again, "wait.back")
    assert stage_of(world, other) is Stage.WAITING
    assert world.record(again).language == "uk"
    assert len(facts_named(world, "caller-returned")) == 1


def test_place_kept_no_longer_than_grace_time(world: World) -> None:
    first = call_in(world)
    world.exchange.hang_up(first)
    world.exchange.run_for(301)

    again = call_in(world)

    assert not has_heard(world, again, "wait.back")
    assert call_of(world, again).arrival.at != call_of(world, first).arrival.at


def test_place_taken_over_once(world: World) -> None:
    first = call_in(world)
    world.exchange.hang_up(first)
    world.exchange.run_for(5)
    second = rings_again(world)
    third: Leg = world.dial(*TO_THE_QUEUE, Stay())
    world.exchange.run_until(lambda: third.queue)

    assert call_of(world, second).arrival.at == call_of(world, first).arrival.at
    assert call_of(world, third).arrival.at != call_of(world, first).arrival.at


def test_withheld_number_returns_to_no_place(world: World) -> None:
    first = call_in(world, from_="anonymous")
    world.exchange.hang_up(first)
    world.exchange.run_for(5)

    again = call_in(world, from_="anonymous")

    assert not has_heard(world, again, "wait.back")


def test_cut_off_talk_resumes_with_operator(world: World) -> None:
    world.operator("anna", accepting_operator())
    first = call_in(world)
    until_stage(world, first, Stage.CONNECTED)
    world.operator("borys", accepting_operator(), phone="+447700900202")
    world.exchange.hang_up(first)
    until_state(world, State.WRAP_UP)

    again = rings_again(world)
    until_stage(world, again, Stage.CONNECTED)

    assert state_of(world, "anna") is State.TALKING
    assert state_of(world, "borys") is State.AVAILABLE
    assert len(outbound_legs(world)) == 2


def test_cut_off_caller_without_operator_everybodys(
    world: World,
) -> None:
    world.operator("anna", accepting_operator())
    first = call_in(world)
    until_stage(world, first, Stage.CONNECTED)
    world.operator("borys", accepting_operator(), phone="+447700900202")
    world.exchange.hang_up(first)
    until_state(world, State.WRAP_UP)
    choose_state(world.ports, LINE, OperatorId("anna"), State.OFFLINE, "test")

    again = rings_again(world)
    until_stage(world, again, Stage.CONNECTED)

    assert state_of(world, "borys") is State.TALKING


def test_declined_returner_left_to_others(
    world: World,
) -> None:
    world.operator(
        "anna", accepting_operator(), Callee(after=2.0, deeds=(Press(digits="2"),))
    )
    first = call_in(world)
    until_stage(world, first, Stage.CONNECTED)
    world.operator("borys", accepting_operator(), phone="+447700900202")
    world.exchange.hang_up(first)
    until_state(world, State.WRAP_UP)

    again = rings_again(world)
    until_stage(world, again, Stage.CONNECTED)

    assert state_of(world, "borys") is State.TALKING


def test_empty_roster_told_before_anyone_queues(world: World) -> None:
    leg = call_in(world)
    world.exchange.run_until(lambda: leg.queue)

    assert has_heard(world, leg, "wait.nobody")
    assert not has_heard(world, leg, "wait.start")
    assert world.record(leg).outcome is None


def test_caller_sees_line_on_duty(world: World) -> None:
    operator_to_come(world, accepting_operator())
    choose_state(world.ports, LINE, OperatorId("anna"), State.AVAILABLE, "test")
    busy = call_in(world, from_=OTHER_CALLER)
    until_stage(world, busy, Stage.CONNECTED)

    leg = call_in(world, from_=CALLER)
    world.exchange.run_until(lambda: leg.queue)

    assert has_heard(world, leg, "wait.start")


def test_usual_keys_lead_to_old_arrival(world: World) -> None:
    first = call_in(world)
    world.exchange.hang_up(first)
    world.exchange.run_for(30)

    again = call_in(world)

    assert has_heard(world, again, "flow.return")
    assert call_of(world, again).arrival.at == call_of(world, first).arrival.at
    assert len(facts_named(world, "caller-returned")) == 1


def test_talked_unreturning_caller_is_new(world: World) -> None:
    world.operator("anna", accepting_operator())
    first = call_in(world)
    until_stage(world, first, Stage.CONNECTED)
    world.exchange.hang_up(first)
    world.exchange.run_for(30)

    again = call_in(world)

    assert call_of(world, again).arrival.at != call_of(world, first).arrival.at
    assert call_of(world, again).affinity.operator is None


def test_return_offered_in_former_language(world: World) -> None:
    first = call_in(world)
    world.exchange.hang_up(first)
    world.exchange.run_for(5)

    again: Leg = world.dial(Stay(), from_=CALLER)
    world.exchange.run_until(lambda: has_heard(world, again, "greeting"))

    assert has_heard(world, again, "flow.return", "uk")
    assert not has_heard(world, again, "flow.return", "ru")
