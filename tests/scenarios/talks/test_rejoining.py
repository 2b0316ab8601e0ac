"""A browser drops out of a talk: its operator comes back, or does not."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import Callee, Pickup, Press, Stay
from ivr.actions.talk_controls import inviting, rejoining, talk
from ivr.actions.talks.running import run
from ivr.core.model.claim import Interruption
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ContactId, LegId
from ivr.core.model.operator import Reach, State
from ivr.core.talk.events import Joined, RoomBegan
from tests.dsl.doing import (
    CREATE,
    MOVE,
    NOTICES,
    OTHER_OPERATOR,
    call_in,
    carrier_says,
    claim_now,
    facts_named,
    fault,
    has_heard,
    heard,
    says,
    stage_of,
    state_of,
    until_stage,
)
from tests.dsl.faults.invariants import assert_everybody_is_somewhere, outbound_legs
from tests.dsl.talking import (
    ANNA,
    BELA,
    PICKS_UP,
    in_talk,
    refusal,
    seat,
    talks_on,
)
from tests.world import LINE, World

REFUSES = [FaultKind.TOO_MANY, FaultKind.BROKEN]
AMBIGUOUS = [FaultKind.BROKEN_AFTER, FaultKind.HANG_AFTER]


def dropped(world: World, *deeds: object) -> tuple[Leg, Leg]:
    """A browser that has just dropped out of a talk, and the caller."""
    operator, caller = in_talk(world, *deeds, reach=Reach.BROWSER)  # type: ignore[arg-type]
    world.exchange.hang_up(operator)
    world.exchange.run_for(0.2)
    return operator, caller


def rejoin(world: World) -> None:
    rejoining.rejoin_talk(world.ports, LINE, ANNA)


def is_whole(world: World) -> bool:
    return claim_now(world).interruption is Interruption.NONE


def test_apart_caller_hears_sentence_and_tone(
    world: World,
) -> None:
    _, caller = dropped(world)
    world.exchange.run_for(12)

    assert claim_now(world).interruption is Interruption.OPERATOR_DROPPED
    assert stage_of(world, caller) is Stage.CONNECTED
    assert state_of(world) is State.TALKING
    assert heard(caller).count(says(world, "rejoin.wait")) == 1
    assert_everybody_is_somewhere(world.ports.store, world.redis)


def test_operator_who_comes_back_talks_on(world: World) -> None:
    operator, caller = dropped(world)
    world.exchange.run_for(4)

    rejoin(world)
    rejoin(world)
    world.exchange.run_until(lambda: is_whole(world), limit=10)
    rejoined = outbound_legs(world)[-1]

    assert rejoined is not operator
    assert len(outbound_legs(world)) == 2
    assert talks_on(world, caller, rejoined)
    assert world.operator_now().leg == rejoined.sid
    assert facts_named(world, "talk-ended") == []
    assert len(facts_named(world, "offer-rung")) == 1
    assert len(facts_named(world, "caller-connected")) == 1
    world.exchange.run_for(30)
    assert talks_on(world, caller, rejoined)


def test_operator_may_drop_and_return_repeatedly(world: World) -> None:
    _, caller = dropped(world)
    for _ in range(2):
        rejoin(world)
        world.exchange.run_until(lambda: is_whole(world), limit=10)
        world.exchange.hang_up(outbound_legs(world)[-1])
        world.exchange.run_for(1)
        assert claim_now(world).interruption is Interruption.OPERATOR_DROPPED

    rejoin(world)
    world.exchange.run_until(lambda: is_whole(world), limit=10)
    assert talks_on(world, caller, outbound_legs(world)[-1])


def test_unreturned_operators_caller_asked_finally(
    world: World,
) -> None:
    _, caller = dropped(world)
    begun = world.clock.now()

    until_stage(world, caller, Stage.AFTER, limit=30)

    assert 19 <= (world.clock.now() - begun).total_seconds() <= 22
    assert state_of(world) is State.WRAP_UP
    world.exchange.run_for(2)
    assert has_heard(world, caller, "after.ended")
    (ended,) = facts_named(world, "talk-ended")
    assert getattr(ended, "by", "") == "operator"
    assert refusal(rejoining.rejoin_talk, world.ports, LINE, ANNA) == "call-over"


def test_nobody_rung_again_who_ended_talk(world: World) -> None:
    _, caller = in_talk(world, reach=Reach.BROWSER)

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(2)

    assert stage_of(world, caller) is Stage.AFTER
    assert refusal(rejoining.rejoin_talk, world.ports, LINE, ANNA) == "call-over"


@pytest.mark.parametrize("reach", [Reach.PHONE, Reach.STANDING])
def test_put_down_telephone_ends_talk(world: World, reach: Reach) -> None:
    operator, caller = in_talk(world, reach=reach)

    world.exchange.hang_up(operator)
    world.exchange.run_for(2)

    assert stage_of(world, caller) is Stage.AFTER


def test_nobody_returns_into_going_talk(world: World) -> None:
    operator, caller = in_talk(world, reach=Reach.BROWSER)

    assert refusal(rejoining.rejoin_talk, world.ports, LINE, ANNA) == "not-now"
    assert talks_on(world, operator, caller)


def test_caller_leaving_apart_ends_talk(world: World) -> None:
    _, caller = dropped(world)
    world.exchange.run_for(3)

    world.exchange.hang_up(caller)
    world.exchange.run_for(1)

    assert stage_of(world, caller) is Stage.ENDED
    assert state_of(world) is State.WRAP_UP
    assert refusal(rejoining.rejoin_talk, world.ports, LINE, ANNA) == "call-over"


def test_caller_leaving_stops_browsers_ringing(
    world: World,
) -> None:
    slow = Callee(after=8.0, deeds=(Stay(),))
    world.operator("anna", PICKS_UP, slow, reach=Reach.BROWSER, clicks=True)
    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)
    world.exchange.hang_up(outbound_legs(world)[0])
    world.exchange.run_for(1)
    rejoin(world)
    world.exchange.run_for(2)

    world.exchange.hang_up(caller)
    world.exchange.run_for(1)

    assert outbound_legs(world)[-1].ended
    assert state_of(world) is State.WRAP_UP


def test_return_ends_hold_and_keeps_mute(world: World) -> None:
    operator, caller = in_talk(world, reach=Reach.BROWSER)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    talk.mute_operator(world.ports, LINE, ANNA, on=True)
    world.exchange.run_for(1)

    world.exchange.hang_up(operator)
    world.exchange.run_for(1)

    assert not claim_now(world).participants.held
    assert has_heard(world, caller, "rejoin.wait")
    assert len(facts_named(world, "caller-unheld")) == 1
    world.reconcile()
    rejoin(world)
    world.exchange.run_until(lambda: is_whole(world), limit=10)
    world.reconcile()
    assert claim_now(world).participants.muted
    assert seat(world, outbound_legs(world)[-1]).muted
    talk.mute_operator(world.ports, LINE, ANNA, on=False)
    assert not seat(world, outbound_legs(world)[-1]).muted


def test_nothing_done_while_operator_apart(world: World) -> None:
    dropped(world)

    for act in (talk.hold_caller, talk.mute_operator):
        assert refusal(act, world.ports, LINE, ANNA, on=True) == "not-now"
    assert refusal(talk.end_talk, world.ports, LINE, ANNA) == "not-now"
    assert (
        refusal(inviting.invite_colleague, world.ports, LINE, ANNA, BELA) == "not-now"
    )


# --- what the carrier does not do, or does not tell ---------------------------------


@pytest.mark.parametrize("kind", [FaultKind.DELAYED, FaultKind.LOST, FaultKind.DOUBLED])
def test_operator_comes_back_whatever_carrier_tells(
    world: World, kind: FaultKind
) -> None:
    operator, caller = in_talk(world, reach=Reach.BROWSER)
    fault(world, kind, NOTICES, seconds=3)
    world.exchange.hang_up(operator)
    world.exchange.run_for(1)
    assert has_heard(world, caller, "rejoin.wait")

    rejoin(world)
    world.exchange.run_for(16)

    assert talks_on(world, caller, outbound_legs(world)[-1])
    assert is_whole(world)


@pytest.mark.parametrize("kind", REFUSES)
def test_unrung_browser_can_be_rung_again(world: World, kind: FaultKind) -> None:
    _, caller = dropped(world)
    fault(world, kind, CREATE, times=1)

    if kind is FaultKind.TOO_MANY:
        assert refusal(rejoining.rejoin_talk, world.ports, LINE, ANNA) == "carrier"
        assert claim_now(world).interruption is Interruption.OPERATOR_DROPPED
        rejoin(world)
        world.exchange.run_until(lambda: is_whole(world), limit=10)
        assert talks_on(world, caller, outbound_legs(world)[-1])
    else:
        rejoin(world)
        until_stage(world, caller, Stage.AFTER, limit=30)


@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_unconfirmed_leg_comes_in(world: World, kind: FaultKind) -> None:
    _, caller = dropped(world)
    fault(world, kind, CREATE, times=1)

    rejoin(world)
    world.exchange.run_until(lambda: is_whole(world), limit=10)

    assert talks_on(world, caller, outbound_legs(world)[-1])


@pytest.mark.parametrize("kind", [*REFUSES, FaultKind.HANG, *AMBIGUOUS])
def test_unmoved_caller_comes_by_asking(world: World, kind: FaultKind) -> None:
    _, caller = dropped(world)
    fault(world, kind, MOVE, times=1)

    rejoin(world)
    world.exchange.run_for(10)

    assert talks_on(world, caller, outbound_legs(world)[-1])


@pytest.mark.parametrize("kind", REFUSES)
def test_unfetchable_caller_told_at_asking(world: World, kind: FaultKind) -> None:
    _, caller = dropped(world)
    fault(world, kind, MOVE)

    world.exchange.run_for(27)

    assert stage_of(world, caller) is Stage.AFTER
    assert has_heard(world, caller, "after.ended")


def test_unanswering_browser_can_be_rung_again(world: World) -> None:
    absent = Callee(pickup=Pickup.FAILED)
    comes = PICKS_UP, absent, PICKS_UP
    world.operator("anna", *comes, reach=Reach.BROWSER, clicks=True)
    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)
    world.exchange.hang_up(outbound_legs(world)[0])
    world.exchange.run_for(1)

    rejoin(world)
    world.exchange.run_for(3)
    assert claim_now(world).interruption is Interruption.OPERATOR_DROPPED
    rejoin(world)
    world.exchange.run_until(lambda: is_whole(world), limit=10)

    assert talks_on(world, caller, outbound_legs(world)[-1])


def test_lost_legs_late_request_ends_nothing(world: World) -> None:
    operator, caller = dropped(world)
    claim = claim_now(world).id
    rejoin(world)
    world.exchange.run_until(lambda: is_whole(world), limit=10)

    over = {"CallStatus": "completed"}
    carrier_says(world, f"/voice/offer/over?claim={claim}", operator.sid, over)
    carrier_says(world, f"/voice/status?claim={claim}", operator.sid, over)

    assert is_whole(world)
    assert talks_on(world, caller, outbound_legs(world)[-1])


def test_late_joins_begin_no_ended_talk(
    world: World,
) -> None:
    operator, caller = dropped(world)
    claim = claim_now(world).id
    rejoin(world)
    world.exchange.hang_up(caller)
    world.exchange.run_for(1)
    assert stage_of(world, caller) is Stage.ENDED

    for leg in (caller.sid, operator.sid, outbound_legs(world)[-1].sid):
        run(world.ports, LINE, Joined(claim=claim, leg=LegId(leg)))
    run(world.ports, LINE, RoomBegan(claim=claim))

    assert len(facts_named(world, "caller-connected")) == 1


def test_lost_leg_ringing_late_not_bound(
    world: World,
) -> None:
    operator, caller = dropped(world)
    claim = claim_now(world).id
    rings = {"CallStatus": "ringing"}

    carrier_says(world, f"/voice/status?claim={claim}", operator.sid, rings)
    assert claim_now(world).leg is None
    rejoin(world)
    carrier_says(world, f"/voice/status?claim={claim}", operator.sid, rings)
    world.exchange.run_until(lambda: is_whole(world), limit=10)

    assert talks_on(world, caller, outbound_legs(world)[-1])


def test_carriers_request_for_lost_leg_harmless(
    world: World,
) -> None:
    operator, caller = in_talk(world, reach=Reach.BROWSER)
    claim = claim_now(world).id
    fault(world, FaultKind.LOST, NOTICES)

    over = {"CallStatus": "completed"}
    carrier_says(world, f"/voice/offer/over?claim={claim}", operator.sid, over)

    assert claim_now(world).interruption is Interruption.OPERATOR_DROPPED
    world.exchange.hang_up(operator)
    world.exchange.run_for(1)
    rejoin(world)
    world.exchange.run_until(lambda: is_whole(world), limit=20)
    assert talks_on(world, caller, outbound_legs(world)[-1])


def test_doubled_question_keeps_return(world: World) -> None:
    _, caller = dropped(world)
    rejoin(world)
    world.exchange.run_until(lambda: is_whole(world), limit=10)

    for address in ("/voice/after?round=1", "/voice/after"):
        carrier_says(world, address, caller.sid)
        world.exchange.run_for(21)

    assert talks_on(world, caller, outbound_legs(world)[-1])
    assert is_whole(world)


def test_claim_outlives_process_and_ends_by_itself(world: World) -> None:
    _, caller = dropped(world)
    world.jobs.are_lost = True

    world.exchange.run_for(25)

    assert stage_of(world, caller) is Stage.AFTER


def test_leg_lost_while_entering_can_return(world: World) -> None:
    _, caller = dropped(world)
    fault(world, FaultKind.DELAYED, "/voice/room-events", seconds=5)
    rejoin(world)
    world.exchange.run_until(
        lambda: claim_now(world).interruption is Interruption.REJOINING, limit=10
    )
    world.exchange.hang_up(outbound_legs(world)[-1])
    world.exchange.run_for(1)

    rejoin(world)
    world.exchange.state.faults.clear()
    world.exchange.run_until(lambda: is_whole(world), limit=20)

    assert talks_on(world, caller, outbound_legs(world)[-1])


def test_lone_caller_not_left_in_silence(world: World) -> None:
    _, caller = dropped(world)
    rejoin(world)
    world.exchange.run_until(lambda: claim_now(world).leg)
    again = outbound_legs(world)[-1]
    # The browser picks up, and is cut off before its document comes.
    fault(world, FaultKind.LOST, "/voice/room-events")
    world.exchange.run_until(
        lambda: claim_now(world).interruption is Interruption.REJOINING
    )
    world.exchange.hang_up(again)
    world.exchange.run_for(1)

    assert claim_now(world).interruption is Interruption.OPERATOR_DROPPED
    assert all(
        len(room.participants) != 1
        for room in world.exchange.state.conferences.values()
    )
    until_stage(world, caller, Stage.AFTER, limit=30)


# --- with a colleague -----------------------------------------------------------------


def test_colleague_who_comes_in_meanwhile_has_caller(world: World) -> None:
    operator, caller = in_talk(world, reach=Reach.BROWSER)
    colleague = Callee(after=6.0, deeds=(Press(digits="1"), Stay()))
    world.operator("bela", colleague, phone=OTHER_OPERATOR)
    inviting.invite_colleague(world.ports, LINE, ANNA, BELA)
    world.work()
    world.exchange.run_for(2)

    world.exchange.hang_up(operator)
    world.exchange.run_for(15)

    assert talks_on(world, caller, outbound_legs(world)[-1])
    assert claim_now(world).operator == "bela"
    assert state_of(world) is State.WRAP_UP
    assert refusal(rejoining.rejoin_talk, world.ports, LINE, ANNA) == "call-over"


def test_guest_whose_browser_drops_has_left(world: World) -> None:
    operator, caller = in_talk(world)
    enrolled = {"phone": OTHER_OPERATOR, "reach": Reach.BROWSER, "clicks": True}
    world.operator("bela", PICKS_UP, **enrolled)  # type: ignore[arg-type]
    inviting.invite_colleague(world.ports, LINE, ANNA, BELA)
    world.work()
    world.exchange.run_until(lambda: state_of(world, "bela") is State.TALKING)

    world.exchange.hang_up(outbound_legs(world)[-1])
    world.exchange.run_for(2)

    assert talks_on(world, operator, caller)
    assert state_of(world, "bela") is State.WRAP_UP


def test_returned_and_left_is_logged_once(
    world: World,
) -> None:
    _, caller = dropped(world)
    rejoin(world)
    world.exchange.run_until(lambda: is_whole(world), limit=10)
    world.exchange.run_for(20)

    world.exchange.hang_up(caller)
    world.exchange.run_for(2)

    record = world.record(caller)
    assert record.outcome == "answered"
    assert record.operator == "anna"
    assert record.offers == 1
    assert record.talk_seconds == pytest.approx(25, abs=8)
    assert world.ports.contacts.call(LINE, ContactId(caller.sid)) is not None
