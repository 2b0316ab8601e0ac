"""Requests of the carrier that come twice, late, in the wrong order, or never."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import (
    Callee,
    Press,
    Stay,
    Talk,
    accepting_operator,
    declining_operator,
)
from ivr.actions.operators.roster import choose_state
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import State
from tests.dsl.doing import (
    CALLER_STATUS,
    NOTICES,
    call_in,
    call_of,
    carrier_says,
    facts_named,
    fault,
    stage_of,
    state_of,
    until_rung,
    until_stage,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.world import LINE, World

ONCE = (
    "call-started",
    "language-chosen",
    "topic-chosen",
    "location-told",
    "caller-queued",
    "offer-made",
    "offer-rung",
    "offer-taken",
    "caller-connected",
    "talk-ended",
    "call-ended",
)


@pytest.mark.parametrize("seconds", [0.0, 0.3, 4.0])
def test_every_request_sent_twice_changes_state_once(
    world: World, seconds: float
) -> None:
    world.operator("anna", accepting_operator())
    fault(world, FaultKind.DOUBLED, "/voice/", seconds=seconds)

    caller = call_in(world, Talk(seconds=30))
    until_stage(world, caller, Stage.ENDED)
    world.exchange.run_for(10)

    assert {name: len(facts_named(world, name)) for name in ONCE} == dict.fromkeys(
        ONCE, 1
    )
    assert len(outbound_legs(world)) == 1
    assert world.record(caller).outcome == "answered"


def test_doubled_accept_answered_alike(world: World) -> None:
    world.operator("anna", Callee(deeds=(Stay(),)))
    caller = call_in(world)
    leg = until_rung(world)
    world.exchange.run_for(3)
    path = f"/voice/offer/answer?claim={call_of(world, caller).talk.claim}"

    answers = [carrier_says(world, path, leg.sid, {"Digits": "1"}) for _ in range(2)]

    assert answers[0].data == answers[1].data
    assert b"<Conference" in answers[0].data
    assert len(facts_named(world, "offer-taken")) == 1


def test_second_accepting_telephone_told_gone(
    world: World,
) -> None:
    world.operator("anna", Callee(deeds=(Stay(),)))
    caller = call_in(world)
    leg = until_rung(world)
    world.exchange.run_for(3)
    path = f"/voice/offer/answer?claim={call_of(world, caller).talk.claim}"

    first = carrier_says(world, path, leg.sid, {"Digits": "1"})
    second = carrier_says(world, path, "CA" + "9" * 32, {"Digits": "1"})

    assert b"<Conference" in first.data
    assert b"<Conference" not in second.data
    assert b"<Hangup" in second.data
    assert len(facts_named(world, "offer-taken")) == 1


@pytest.mark.parametrize("digits", ["2", ""])
def test_strange_refusal_ends_no_offer(world: World, digits: str) -> None:
    world.operator("anna", Callee(after=2, deeds=(Stay(),)))
    caller = call_in(world)
    until_rung(world)
    path = f"/voice/offer/answer?claim={call_of(world, caller).talk.claim}"

    carrier_says(world, path, "CA" + "9" * 32, {"Digits": digits})

    assert stage_of(world, caller) is Stage.CLAIMED
    assert state_of(world) is State.RINGING


def test_progress_that_arrives_after_end_changes_nothing(world: World) -> None:
    world.operator("anna", declining_operator(after=1))
    caller = call_in(world)
    leg = until_rung(world)
    claim = call_of(world, caller).talk.claim
    world.exchange.run_until(lambda: leg.ended)
    world.exchange.run_for(1)
    before = (call_of(world, caller), world.operator_now())

    for status in ("initiated", "ringing", "in-progress", "completed", "no-answer"):
        path = f"/voice/status?claim={claim}"
        answer = carrier_says(world, path, leg.sid, {"CallStatus": status})
        assert answer.status_code == 204

    assert (call_of(world, caller), world.operator_now()) == before
    assert len(facts_named(world, "offer-ended")) == 1


def test_end_before_answer_frees_both(
    world: World,
) -> None:
    world.operator("anna", Callee(after=10))
    caller = call_in(world)
    leg = until_rung(world)
    claim = call_of(world, caller).talk.claim
    status, offer = f"/voice/status?claim={claim}", f"/voice/offer?claim={claim}"

    carrier_says(world, status, leg.sid, {"CallStatus": "completed"})
    late = carrier_says(world, offer, leg.sid, {"CallStatus": "in-progress"})

    assert b"<Hangup" in late.data
    assert stage_of(world, caller) is Stage.WAITING
    assert world.operator_now().claim is None


def test_untold_callers_end_found(
    world: World,
) -> None:
    caller = call_in(world)
    fault(world, FaultKind.LOST, CALLER_STATUS)
    fault(world, FaultKind.DELAYED, "/voice/left", seconds=600)
    world.exchange.hang_up(caller)
    world.exchange.run_for(16)

    assert stage_of(world, caller) is Stage.ENDED
    assert world.record(caller).outcome == "abandoned"
    assert "call was over unheard" in world.notes.events()


def test_noticeless_call_answered_and_ended(
    world: World,
) -> None:
    world.operator("anna", accepting_operator())
    fault(world, FaultKind.LOST, NOTICES)

    caller = call_in(world, Talk(seconds=70))
    until_stage(world, caller, Stage.CONNECTED, limit=30)
    world.exchange.run_until(lambda: caller.ended)
    world.exchange.run_for(16)

    assert stage_of(world, caller) is Stage.ENDED
    assert state_of(world) in {State.WRAP_UP, State.AVAILABLE}
    assert world.record(caller).outcome == "answered"


def test_untold_beginning_tears_no_talk(
    world: World,
) -> None:
    """Notices are lost and the carrier's lists fail; only the lease runs out."""
    world.operator("anna", accepting_operator())
    fault(world, FaultKind.LOST, NOTICES)
    fault(world, FaultKind.TOO_MANY, r"/Calls\.json", method="GET")

    caller = call_in(world, Talk(seconds=60))
    world.exchange.run_until(
        lambda: any(e.kind == "connected" for e in caller.transcript)
    )
    world.exchange.run_for(40)

    assert caller.conference, "caller and operator still talk"


def test_unreported_end_of_operator_found(
    world: World,
) -> None:
    world.operator("anna", Callee(after=4, deeds=(Stay(),)))
    caller = call_in(world)
    leg = until_rung(world)
    fault(world, FaultKind.LOST, NOTICES)
    world.exchange.run_for(6)
    world.exchange.hang_up(leg)
    world.exchange.run_for(16)

    assert call_of(world, caller).talk.claim is None
    assert world.operator_now().unanswered.missed == 1


def test_all_late_requests_still_connect(
    world: World,
) -> None:
    world.operator("anna", accepting_operator())
    fault(world, FaultKind.DELAYED, "/voice/", seconds=2)

    caller = call_in(world, Talk(seconds=40))
    until_stage(world, caller, Stage.ENDED, limit=300)
    world.exchange.run_for(10)

    assert world.record(caller).outcome == "answered"
    assert len(facts_named(world, "caller-connected")) == 1


def test_key_pressed_twice_counts_once(world: World) -> None:
    caller = world.dial(Press(digits="1"), Stay())
    world.exchange.run_until(lambda: len(facts_named(world, "language-chosen")) == 1)
    again = carrier_says(world, "/voice/step?n=0", caller.sid, {"Digits": "1"})

    call = world.ports.contacts.call(LINE, call_of(world, caller).id)
    assert call is not None
    assert call.menu.step == 1
    assert b"n=1" in again.data
    assert len(facts_named(world, "language-chosen")) == 1


def test_late_told_talk_is_answered(
    world: World,
) -> None:
    world.operator("anna", accepting_operator())
    fault(world, FaultKind.LOST, NOTICES)
    caller = call_in(world)
    world.exchange.run_until(
        lambda: any(e.kind == "connected" for e in caller.transcript)
    )
    claim = call_of(world, caller).talk.claim
    (leg,) = outbound_legs(world)
    world.exchange.state.faults.clear()
    world.exchange.hang_up(caller)
    world.exchange.run_for(1)

    for sid in (leg.sid, caller.sid):
        path = f"/voice/room-events?claim={claim}&line={LINE}"
        carrier_says(world, path, sid, {"StatusCallbackEvent": "participant-join"})

    assert world.record(caller).outcome == "answered"
    assert len(facts_named(world, "caller-connected")) == 1


def test_unheard_talks_promise_kept_by_none(world: World) -> None:
    """Whoever was cut off, waits again and asks to be called is to be called."""
    world.operator("anna", accepting_operator(talks=3))
    fault(world, FaultKind.LOST, NOTICES)
    caller = call_in(world)
    until_stage(world, caller, Stage.CLAIMED)
    claim = call_of(world, caller).talk.claim
    choose_state(world.ports, LINE, OperatorId("anna"), State.AWAY, "test")
    until_stage(world, caller, Stage.WAITING)
    (leg,) = outbound_legs(world)
    asks_to_be_called(world, caller)
    world.exchange.state.faults.clear()
    world.exchange.hang_up(caller)
    until_stage(world, caller, Stage.WAITING)

    for sid in (leg.sid, caller.sid):
        path = f"/voice/room-events?claim={claim}&line={LINE}"
        carrier_says(world, path, sid, {"StatusCallbackEvent": "participant-join"})

    assert stage_of(world, caller) is Stage.WAITING
    assert not facts_named(world, "callback-ended")


def asks_to_be_called(world: World, caller: Leg) -> None:
    carrier_says(world, "/voice/wait/key?t=x", caller.sid, {"Digits": "1"})
    for _ in ("on this number", "at any hour"):
        step = call_of(world, caller).menu.step
        carrier_says(world, f"/voice/step?n={step}", caller.sid, {"Digits": "1"})
    assert stage_of(world, caller) is Stage.PROMISED


def test_operator_holding_receiver_not_rung(world: World) -> None:
    """The words after a refusal are spoken still; the pause is shorter."""
    world.operator("anna", declining_operator(after=1))
    caller = call_in(world)
    leg = until_rung(world)
    fault(world, FaultKind.LOST, NOTICES)
    world.reconciles = False
    world.exchange.run_until(lambda: leg.ended)
    world.exchange.run_for(30)

    assert len(outbound_legs(world)) == 1, "the carrier has not told of the end"
    world.exchange.state.faults.clear()
    world.reconcile()
    world.exchange.run_for(1)

    assert len(outbound_legs(world)) == 2
    assert call_of(world, caller).talk.claim is not None
