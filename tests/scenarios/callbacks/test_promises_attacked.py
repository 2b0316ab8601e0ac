"""Promised call backs on a bad day: late, doubled, misused, and not twice."""

from datetime import timedelta

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import (
    Callee,
    HangUp,
    Pickup,
    Press,
    Stay,
    Wait,
    accepting_operator,
)
from ivr.actions.calls import callbacks
from ivr.actions.operators.roster import choose_state
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import State
from tests.dsl.callbacks import (
    IS_CALLED,
    OTHER,
    SAY_YES,
    TO_OTHER,
    come,
    operator_to_come,
    persons_legs,
    promised,
    reasons,
)
from tests.dsl.doing import (
    CREATE,
    OTHER_CALLER,
    OTHER_OPERATOR,
    TO_THE_QUEUE,
    by_the_minute,
    call_in,
    call_of,
    claim_now,
    facts_named,
    fault,
    has_heard,
    stage_of,
    state_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.rules import publish
from tests.world import CALLER, LINE, World


def test_wished_hours_end_for_queue_too(
    world: World,
) -> None:
    # It is 19:00 in Kyiv; the wish is from 18 to 20, and nobody is there till 21.
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    caller = promised(
        world,
        Press(digits="1", after=3),
        SAY_YES,
        Press(digits="2"),
        Press(digits="18"),
        Press(digits="20"),
    )
    assert stage_of(world, caller) is Stage.WAITING
    with by_the_minute(world):
        world.exchange.run_for(2 * 3600)
    come(world)
    world.exchange.run_for(60)

    assert not persons_legs(world)
    assert stage_of(world, caller) is Stage.PROMISED
    with by_the_minute(world):
        until_stage(world, caller, Stage.CONNECTED, limit=24 * 3600)
    assert world.clock.now().hour == 16  # 18 in Kyiv


def test_published_quiet_hours_hold_at_once(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    caller = promised(world, Press(digits="1", after=3), SAY_YES)
    assert stage_of(world, caller) is Stage.WAITING
    publish(world, quiet='{ from = "19:00", to = "07:00" }')
    come(world)

    world.exchange.run_for(60)

    assert not persons_legs(world)
    assert stage_of(world, caller) is Stage.PROMISED


def test_promise_that_ended_is_due_no_more(world: World) -> None:
    caller = promised(
        world,
        Press(digits="1", after=3),
        SAY_YES,
        Press(digits="2"),
        Press(digits="21"),
        Press(digits="22"),
    )
    callbacks.end_callback(world.ports, LINE, ContactId(caller.sid), "cancelled")

    later = world.clock.now() + timedelta(days=1)

    assert "call" not in {due.kind for due in world.ports.deadlines.due(LINE, later)}


def test_talked_not_called_after_loss(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    caller = promised(world)
    come(world)
    until_stage(world, caller, Stage.CONNECTED)
    assert reasons(world) == ["kept"]
    world.redis.flushall()

    world.exchange.run_for(60)

    assert len(persons_legs(world)) == 1
    assert world.ports.queues.waiting(LINE) == []


def test_talked_not_called_despite_late_room(
    world: World,
) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(
        CALLER, Callee(after=2.0, deeds=(SAY_YES, Wait(seconds=6), HangUp()))
    )
    caller = promised(world)
    fault(world, FaultKind.DELAYED, "/voice/room-events", seconds=30.0)
    world.reconciles = False
    come(world)

    world.exchange.run_until(lambda: bool(persons_legs(world)))
    world.exchange.run_until(lambda: persons_legs(world)[0].ended)
    world.exchange.run_for(3600)

    assert len(persons_legs(world)) == 1
    assert stage_of(world, caller) is Stage.ENDED
    assert reasons(world) == ["kept"]


@pytest.mark.parametrize("seconds", [0.0, 1.5, 6.0])
def test_doubled_second_asking_dials_person_once(world: World, seconds: float) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(
        CALLER, Callee(after=5.0, deeds=(Press(digits="1", after=3), Stay()))
    )
    caller = promised(world)
    fault(world, FaultKind.DOUBLED, "/voice/", seconds=seconds)
    come(world)
    world.exchange.run_until(lambda: state_of(world) is State.RINGING)
    world.exchange.run_until(lambda: claim_now(world).leg is not None)
    fault(world, FaultKind.TOO_MANY, CREATE, method="POST", times=1)

    until_stage(world, caller, Stage.CONNECTED)

    (leg,) = persons_legs(world)
    assert has_heard(world, leg, "wait.connecting")
    assert facts_named(world, "callback-tried") == []


def test_unreadable_wish_holds_up_nobody(world: World) -> None:
    operator_to_come(world, accepting_operator())
    caller = promised(world)
    other = call_in(world, from_=OTHER_CALLER)
    key = f"hotline:{{{LINE}}}:call:{caller.sid}"
    doc = world.redis.hget(key, "doc")
    wish = call_of(world, caller).callback.preferences
    assert wish is not None
    assert isinstance(doc, bytes)
    world.redis.hset(key, "doc", doc.replace(wish.number.encode(), b"not ours"))
    come(world)

    until_stage(world, other, Stage.CONNECTED, limit=60)

    assert stage_of(world, caller) is Stage.PROMISED
    assert not world.notes.failures


@pytest.mark.parametrize("own", ["12025550101", "12025550102"])
def test_number_of_our_own_not_called_back(world: World, own: str) -> None:
    leg: Leg = world.dial(
        *TO_THE_QUEUE,
        Press(digits="1", after=3),
        Press(digits="2"),
        Press(digits=f"{own}#"),
        SAY_YES,
        Stay(),
    )

    world.exchange.run_until(lambda: has_heard(world, leg, "back.odd"), 120)

    assert call_of(world, leg).callback.preferences is None


def test_refuser_spared_promises_to_number(
    world: World,
) -> None:
    operator_to_come(world, accepting_operator())
    no = Callee(after=2.0, deeds=(Press(digits="2"), Stay()))
    world.exchange.put_person(OTHER, no, no)
    first = promised(world, *TO_OTHER, from_=CALLER)
    second = promised(world, *TO_OTHER, from_=OTHER_CALLER)
    come(world)

    until_stage(world, second, Stage.ENDED)
    world.exchange.run_for(120)

    assert stage_of(world, first) is Stage.ENDED
    assert stage_of(world, second) is Stage.ENDED
    assert len(persons_legs(world, OTHER)) == 1
    assert sorted(reasons(world)) == ["refused", "renewed"]


def test_other_numbers_promise_outlives_ringing(
    world: World,
) -> None:
    """Whoever lent the telephone rings: that is not the one who was promised a call."""
    before = promised(world, *TO_OTHER)

    lender = call_in(world)

    assert stage_of(world, before) is Stage.WAITING
    assert not has_heard(world, lender, "wait.back")
    assert call_of(world, lender).arrival.at != call_of(world, before).arrival.at


def test_ringing_while_called_settles_promise(
    world: World,
) -> None:
    operator_to_come(world, accepting_operator())
    world.operator("borys", accepting_operator(), phone=OTHER_OPERATOR)
    choose_state(world.ports, LINE, OperatorId("borys"), State.AWAY, "test")
    world.exchange.put_person(CALLER, Callee(pickup=Pickup.BUSY), IS_CALLED, IS_CALLED)
    before = promised(world)
    come(world)
    world.exchange.run_until(lambda: stage_of(world, before) is Stage.CLAIMED)
    again: Leg = world.dial(*TO_THE_QUEUE, Stay())
    until_stage(world, before, Stage.PROMISED)
    come(world, "borys")
    until_stage(world, again, Stage.CONNECTED, limit=300)
    world.exchange.hang_up(again)

    world.exchange.run_for(3600)

    assert len(persons_legs(world)) == 1
    assert stage_of(world, before) is Stage.ENDED
    assert reasons(world) == ["caller-rang"]


def test_operator_leaving_keeps_promise_first(
    world: World,
) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, Callee(after=9.0, deeds=(SAY_YES, Stay())))
    caller = promised(world)
    come(world)
    world.exchange.run_until(lambda: bool(persons_legs(world)))
    choose_state(world.ports, LINE, OperatorId("anna"), State.OFFLINE, "test")

    until_stage(world, caller, Stage.CONNECTED)
    world.exchange.hang_up(persons_legs(world)[0])

    until_state(world, State.OFFLINE)


def test_two_operators_call_person_once(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.operator("borys", accepting_operator(), phone=OTHER_OPERATOR)
    choose_state(world.ports, LINE, OperatorId("borys"), State.AWAY, "test")
    world.exchange.put_person(CALLER, IS_CALLED, IS_CALLED)
    caller = promised(world)
    come(world)
    come(world, "borys")

    until_stage(world, caller, Stage.CONNECTED)

    assert len(persons_legs(world)) == 1
    assert len(outbound_legs(world)) == 2
    assert State.AVAILABLE in {state_of(world), state_of(world, "borys")}


def test_promise_outlives_call_without_talk(
    world: World,
) -> None:
    """Rung again, by whom it was promised or by whoever shows that number."""
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    before = promised(world)
    arrived = call_of(world, before).arrival.at
    again: Leg = world.dial(Press(digits="*"), Wait(seconds=20), HangUp())
    world.exchange.run_until(lambda: again.ended)
    world.exchange.run_for(1)
    come(world)
    world.exchange.run_for(120)
    assert not persons_legs(world), "whoever has just hung up is given a pause"

    until_stage(world, again, Stage.CONNECTED, limit=900)

    assert call_of(world, again).arrival.at == arrived
    assert world.record(again).outcome == "callback"
    assert sorted(reasons(world)) == ["caller-rang", "kept"]
