"""An operator answers an offer with a click at the desk: by browser, by telephone."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import Callee, Pickup, Press, Stay, Wait, accepting_operator
from ivr.actions.talks.accepting import decline_by_desk, take_by_desk
from ivr.core.model.claim import ClaimState
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Stale
from ivr.core.model.identifiers import ClaimId, OperatorId
from ivr.core.model.operator import Reach, State
from tests.dsl.doing import (
    MOVE,
    OTHER_OPERATOR,
    call_in,
    carrier_says,
    claim_now,
    facts_named,
    fault,
    has_heard,
    is_known,
    stage_of,
    state_of,
    until_rung,
    until_stage,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.line_people import on_line
from tests.world import LINE, World

ANNA, BELA = OperatorId("anna"), OperatorId("bela")
CLICKS = Callee(after=2.0, deeds=(Stay(),))
"""Somebody who picks up and presses no key."""
CLICKS_LATE = Callee(after=15.0, deeds=(Stay(),))


def rung(world: World, leg: Leg) -> ClaimId:
    """Let time pass until the operator is rung; the claim."""
    until_rung(world)
    assert is_known(world, leg)
    return claim_now(world).id


def answered(world: World) -> ClaimId:
    """Let time pass until the whisper plays; the claim."""
    world.exchange.run_until(lambda: claim_now(world).state is ClaimState.ANSWERED)
    return claim_now(world).id


def refusal(act: object, *args: object) -> str:
    with pytest.raises(Stale) as refused:
        act(*args)  # type: ignore[operator]
    return refused.value.reason


# --- by browser -----------------------------------------------------------


def test_click_then_pickup_takes_call(world: World) -> None:
    world.operator("anna", CLICKS, reach=Reach.BROWSER, clicks=True)
    caller = call_in(world)

    until_stage(world, caller, Stage.CONNECTED)

    (leg,) = outbound_legs(world)
    assert leg.to == "client:desk_2danna"
    assert leg.failures == []
    assert not has_heard(world, leg, "operator.offer")
    assert state_of(world) is State.TALKING
    assert world.record(caller).operator == "anna"


def test_browser_that_answers_itself_must_confirm(
    world: World,
) -> None:
    world.operator("anna", CLICKS, reach=Reach.BROWSER)
    world.operator("bela", accepting_operator(after=1), phone=OTHER_OPERATOR)
    caller = call_in(world)
    until_rung(world)
    assert claim_now(world).operator == "anna"

    until_stage(world, caller, Stage.CONNECTED)

    assert has_heard(world, outbound_legs(world)[0], "operator.offer")
    assert claim_now(world).operator == "bela"


def test_click_takes_self_answered_call(
    world: World,
) -> None:
    world.operator("anna", CLICKS, reach=Reach.BROWSER)
    caller = call_in(world)

    take_by_desk(world.ports, LINE, ANNA, answered(world))

    until_stage(world, caller, Stage.CONNECTED)


def test_browser_needs_no_number(world: World) -> None:
    world.operator("anna", CLICKS, reach=Reach.BROWSER, clicks=True)
    number = world.ports.roster.number(ANNA)
    assert number is not None
    caller = call_in(world)

    until_stage(world, caller, Stage.CONNECTED)

    assert all(number.reveal() not in leg.to for leg in outbound_legs(world))


def test_doubly_asking_browser_enters_once(world: World) -> None:
    world.operator("anna", CLICKS, reach=Reach.BROWSER, clicks=True)
    caller = call_in(world)
    fault(world, FaultKind.DOUBLED, "/voice/offer")

    until_stage(world, caller, Stage.CONNECTED)

    assert len(facts_named(world, "offer-taken")) == 1


def test_absent_browser_costs_no_place(world: World) -> None:
    gone = Callee(pickup=Pickup.FAILED)
    world.operator("anna", gone, reach=Reach.BROWSER)
    world.operator("bela", accepting_operator(after=3), phone=OTHER_OPERATOR)
    caller = call_in(world)

    until_stage(world, caller, Stage.CONNECTED)

    assert claim_now(world).operator == "bela"
    assert world.operator_now("anna").unanswered.missed == 1


def test_browsers_rung_at_carriers_pace(world: World) -> None:
    for name in ("anna", "bela"):
        world.operator(name, CLICKS_LATE, reach=Reach.BROWSER, clicks=True)
    slots: list[object] = []
    before = world.ports.carrier_memory.acquire_dial_slot(world.clock.now(), 0.1)
    caller = call_in(world)
    world.exchange.run_for(5)
    slots += outbound_legs(world)

    assert before is None
    assert slots == []
    world.exchange.run_until(lambda: outbound_legs(world), limit=20)
    until_stage(world, caller, Stage.CONNECTED)


def test_click_before_leg_takes_offer(
    world: World,
) -> None:
    world.operator("anna", CLICKS_LATE, reach=Reach.BROWSER)
    caller = call_in(world)
    claim = rung(world, caller)

    take_by_desk(world.ports, LINE, ANNA, claim)
    take_by_desk(world.ports, LINE, ANNA, claim)

    assert claim_now(world).offer.agreed
    assert claim_now(world).state is ClaimState.RINGING
    until_stage(world, caller, Stage.CONNECTED)


# --- by telephone -----------------------------------------------------------


def test_click_in_place_of_key_takes_call(world: World) -> None:
    world.operator("anna", CLICKS)
    caller = call_in(world)
    claim = answered(world)

    take_by_desk(world.ports, LINE, ANNA, claim)
    take_by_desk(world.ports, LINE, ANNA, claim)

    until_stage(world, caller, Stage.CONNECTED, limit=5)
    take_by_desk(world.ports, LINE, ANNA, claim)
    assert stage_of(world, caller) is Stage.CONNECTED
    assert len(facts_named(world, "offer-taken")) == 1


def test_click_while_telephone_still_rings_changes_nothing(world: World) -> None:
    world.operator("anna", CLICKS_LATE)
    claim = rung(world, call_in(world))
    before = claim_now(world)

    assert refusal(take_by_desk, world.ports, LINE, ANNA, claim) == "not-now"
    assert claim_now(world) == before


def test_click_and_key_accept_once(world: World) -> None:
    world.operator(
        "anna", Callee(after=2.0, deeds=(Wait(seconds=5), Press(digits="1")))
    )
    caller = call_in(world)
    claim = answered(world)
    (leg,) = outbound_legs(world)

    take_by_desk(world.ports, LINE, ANNA, claim)
    carrier_says(world, f"/voice/offer/answer?claim={claim}", leg.sid, {"Digits": "1"})

    until_stage(world, caller, Stage.CONNECTED, limit=10)
    assert len(facts_named(world, "offer-taken")) == 1


@pytest.mark.parametrize("kind", [FaultKind.BROKEN_AFTER, FaultKind.HANG_AFTER])
def test_unconfirmed_click_counts_if_carried_out(world: World, kind: FaultKind) -> None:
    world.operator("anna", CLICKS)
    caller = call_in(world)
    claim = answered(world)
    fault(world, kind, MOVE, times=1)

    assert refusal(take_by_desk, world.ports, LINE, ANNA, claim) == "carrier"

    until_stage(world, caller, Stage.CONNECTED, limit=10)
    assert len(facts_named(world, "offer-taken")) == 1


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY, FaultKind.BROKEN, FaultKind.HANG])
def test_refused_click_leaves_key_valid(world: World, kind: FaultKind) -> None:
    patient = Callee(after=2.0, deeds=(Press(digits="1", after=10), Stay()))
    world.operator("anna", patient)
    caller = call_in(world)
    claim = answered(world)
    fault(world, kind, MOVE, times=1)

    assert refusal(take_by_desk, world.ports, LINE, ANNA, claim) == "carrier"

    assert claim_now(world).state is ClaimState.ANSWERED
    assert not claim_now(world).offer.agreed
    until_stage(world, caller, Stage.CONNECTED)


def test_hung_up_operators_click_costs_nothing(
    world: World,
) -> None:
    world.operator("anna", CLICKS)
    caller = call_in(world)
    claim = answered(world)
    fault(world, FaultKind.DELAYED, "/voice/status", seconds=20)
    world.exchange.hang_up(outbound_legs(world)[0])

    assert refusal(take_by_desk, world.ports, LINE, ANNA, claim) == "offer-over"

    world.operator("bela", accepting_operator(after=1), phone=OTHER_OPERATOR)
    until_stage(world, caller, Stage.CONNECTED)


# --- declining, and clicks that come too late ---------------------------------


@pytest.mark.parametrize("reach", [Reach.PHONE, Reach.BROWSER])
def test_declining_at_desk_ends_offer_once(world: World, reach: Reach) -> None:
    world.operator("anna", CLICKS_LATE, reach=reach)
    caller = call_in(world)
    claim = rung(world, caller)

    decline_by_desk(world.ports, LINE, ANNA, claim)
    decline_by_desk(world.ports, LINE, ANNA, claim)
    world.exchange.run_for(2)

    (leg,) = outbound_legs(world)
    assert leg.status == "canceled"
    assert stage_of(world, caller) is Stage.WAITING
    assert world.operator_now().unanswered.missed == 0
    assert world.operator_now().is_cooling(world.clock.now())
    (ended,) = facts_named(world, "offer-ended")
    assert getattr(ended, "reason", "") == "declined"


def test_declined_after_receiver_picked_up_ends_leg(world: World) -> None:
    world.operator("anna", CLICKS)
    caller = call_in(world)
    claim = answered(world)

    decline_by_desk(world.ports, LINE, ANNA, claim)
    world.exchange.run_for(2)

    assert outbound_legs(world)[0].ended
    assert stage_of(world, caller) is Stage.WAITING


@pytest.mark.parametrize("act", [take_by_desk, decline_by_desk])
def test_click_of_somebody_else_changes_nothing(world: World, act: object) -> None:
    world.operator("anna", CLICKS_LATE)
    claim = rung(world, call_in(world))

    assert refusal(act, world.ports, LINE, BELA, claim) == "not-yours"
    assert claim_now(world).id == claim


@pytest.mark.parametrize("act", [take_by_desk, decline_by_desk])
def test_late_click_changes_nothing(world: World, act: object) -> None:
    world.operator("anna", Callee(pickup=Pickup.NO_ANSWER))
    claim = rung(world, call_in(world))
    world.exchange.run_until(
        lambda: claim not in world.ports.contacts.open_claims(LINE), limit=60
    )

    assert refusal(act, world.ports, LINE, ANNA, claim) == "offer-over"
    assert refusal(act, world.ports, LINE, ANNA, ClaimId("none")) == "offer-over"


@pytest.mark.parametrize("act", [take_by_desk, decline_by_desk])
def test_click_after_caller_has_left_changes_nothing(world: World, act: object) -> None:
    world.operator("anna", CLICKS_LATE)
    caller = call_in(world)
    claim = rung(world, caller)
    world.exchange.hang_up(caller)
    world.exchange.run_for(2)

    assert refusal(act, world.ports, LINE, ANNA, claim) == "call-over"


def test_talk_cannot_be_declined(world: World) -> None:
    world.operator("anna", accepting_operator())
    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)
    claim = claim_now(world).id

    assert refusal(decline_by_desk, world.ports, LINE, ANNA, claim) == "accepted"
    assert stage_of(world, caller) is Stage.CONNECTED


def test_standing_operators_click_finds_call_taken(
    world: World,
) -> None:
    standing = on_line(world)
    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)
    claim = claim_now(world).id

    take_by_desk(world.ports, LINE, ANNA, claim)

    assert refusal(decline_by_desk, world.ports, LINE, ANNA, claim) == "accepted"
    assert not standing.ended
