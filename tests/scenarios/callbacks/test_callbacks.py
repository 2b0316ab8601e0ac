"""A call back is promised, keeps its place, and is kept."""

from datetime import timedelta

import pytest

from exchange.state.leg import Leg
from exchange.state.people import (
    Callee,
    HangUp,
    Pickup,
    Press,
    Stay,
    Wait,
    accepting_operator,
    answering_machine,
)
from ivr.actions.calls import callbacks
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import CallStarted
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import State
from tests.dsl.callbacks import (
    IS_CALLED,
    SAY_YES,
    come,
    operator_to_come,
    persons_legs,
    promised,
    rows,
)
from tests.dsl.doing import (
    OTHER_CALLER,
    TO_THE_QUEUE,
    by_the_minute,
    call_in,
    call_of,
    facts_named,
    has_heard,
    heard,
    is_known,
    stage_of,
    state_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.rules import publish
from tests.web.contents import of_redis
from tests.world import CALLER, HOTLINE, LINE, World


def test_operator_agrees_first_and_then_person_called(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    caller = promised(world)

    assert has_heard(world, caller, "back.promised")
    assert rows(world) == [(caller.sid, "callback")]
    assert world.record(caller).outcome == "callback"
    come(world)
    until_state(world, State.TALKING)

    first, second = outbound_legs(world)
    assert second.to == CALLER
    assert second.from_ == HOTLINE
    assert has_heard(world, first, "operator.callback")
    assert has_heard(world, first, "operator.calling")
    assert has_heard(world, second, "wait.connecting")
    assert stage_of(world, caller) is Stage.CONNECTED
    world.exchange.hang_up(second)
    until_state(world, State.WRAP_UP)
    assert stage_of(world, caller) is Stage.ENDED
    record = world.record(caller)
    assert (record.outcome, record.operator) == ("callback", "anna")
    assert record.answered is not None
    assert [fact.reason for fact in facts_named(world, "callback-ended")] == ["kept"]  # type: ignore[attr-defined]


def test_callback_keeps_place_and_passes_nobody(world: World) -> None:
    operator_to_come(world, accepting_operator(talks=10))
    world.exchange.put_person(CALLER, IS_CALLED)
    earlier = call_in(world, from_=OTHER_CALLER)
    promised_one = promised(world)
    later = call_in(world, from_="+447700900125")

    assert rows(world) == [
        (earlier.sid, "waiting"),
        (promised_one.sid, "callback"),
        (later.sid, "waiting"),
    ]
    come(world)
    until_stage(world, earlier, Stage.CONNECTED)
    assert not persons_legs(world)
    until_stage(world, promised_one, Stage.CONNECTED)
    assert stage_of(world, later) is Stage.WAITING


@pytest.mark.parametrize(
    "callee",
    [
        Callee(pickup=Pickup.NO_ANSWER),
        Callee(pickup=Pickup.BUSY),
        answering_machine(),
        Callee(after=2.0, deeds=(Wait(seconds=1), HangUp())),
    ],
    ids=["no answer", "busy", "mailbox", "hangs up"],
)
def test_unreached_retried_later_finally_given_up(world: World, callee: Callee) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, callee)
    caller = promised(world)
    come(world)

    world.exchange.run_until(lambda: call_of(world, caller).stage is Stage.PROMISED)
    assert state_of(world) is State.AVAILABLE
    assert has_heard(world, outbound_legs(world)[0], "operator.not-reached")
    world.exchange.run_until(lambda: stage_of(world, caller) is Stage.ENDED, 3600)

    assert len(persons_legs(world)) == 3
    first, second, third = facts_named(world, "callback-tried")
    assert second.at - first.at >= timedelta(minutes=5)
    assert third.at - second.at >= timedelta(minutes=15)
    assert [fact.reason for fact in facts_named(world, "callback-ended")] == [  # type: ignore[attr-defined]
        "given-up"
    ]
    assert world.record(caller).outcome == "callback"
    assert world.record(caller).answered is None


def test_person_reached_second_time(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, Callee(pickup=Pickup.NO_ANSWER), IS_CALLED)
    caller = promised(world)
    come(world)

    until_stage(world, caller, Stage.CONNECTED, limit=900)

    assert len(persons_legs(world)) == 2


def test_refusing_person_never_called_again(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(
        CALLER, Callee(after=2.0, deeds=(Press(digits="2"), Stay()))
    )
    caller = promised(world)
    come(world)

    until_stage(world, caller, Stage.ENDED)

    (leg,) = persons_legs(world)
    assert has_heard(world, leg, "back.not-again")
    until_state(world, State.AVAILABLE)
    assert [fact.reason for fact in facts_named(world, "callback-ended")] == [  # type: ignore[attr-defined]
        "refused"
    ]


def test_other_number_typed_read_back_called(world: World) -> None:
    other = "+447700900177"
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(other, IS_CALLED)
    typed = (
        Press(digits="1", after=3),
        Press(digits="2"),
        Press(digits="00447700900177#"),
        SAY_YES,
        SAY_YES,
    )
    caller = promised(world, *typed)
    come(world)

    until_stage(world, caller, Stage.CONNECTED)

    assert not persons_legs(world)
    assert len(persons_legs(world, other)) == 1


def test_whoever_withholds_number_types_one(world: World) -> None:
    caller = promised(
        world,
        Press(digits="1", after=3),
        Press(digits="447700900177#"),
        SAY_YES,
        SAY_YES,
        from_="anonymous",
    )

    wish = call_of(world, caller).callback.preferences
    assert wish is not None
    assert world.ports.vault.unseal_number(wish.number).reveal() == "+447700900177"


@pytest.mark.parametrize(
    "number",
    [
        "449098790000",  # it costs whoever calls it
        "3800000000",  # possible inside its country only
        "881612345678",  # a satellite
        "870773111632",
        "00931234567",  # a range that nobody has
    ],
)
def test_forbidden_number_not_taken(world: World, number: str) -> None:
    leg: Leg = world.dial(
        *TO_THE_QUEUE,
        Press(digits="1", after=3),
        Press(digits="2"),
        Press(digits=f"{number}#"),
        Press(digits=f"{number}#"),
        Stay(),
    )

    world.exchange.run_until(lambda: has_heard(world, leg, "back.odd"), 120)
    world.exchange.run_for(30)

    assert call_of(world, leg).callback.preferences is None
    assert stage_of(world, leg) is Stage.WAITING


def test_national_number_belongs_to_lines_country(
    world: World,
) -> None:
    typed, right = Press(digits="0931234567#"), Press(digits="1", after=12)
    asks = (Press(digits="1", after=3), Press(digits="2"), typed, right, SAY_YES)
    caller = promised(world, *asks)

    wish = call_of(world, caller).callback.preferences
    assert "Ви набрали: 3, 8, 0, 9, 3, 1, 2, 3, 4, 5, 6, 7." in heard(caller)
    assert "Країна: Україна." in heard(caller)
    assert wish is not None
    assert world.ports.vault.unseal_number(wish.number).reveal() == "+380931234567"


def test_hours_that_were_wished_for_are_kept(world: World) -> None:
    # It is 19:00 in Kyiv; the wish is from 21 to 22.
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    wishes = (
        Press(digits="1", after=3),
        SAY_YES,
        Press(digits="2"),
        Press(digits="21"),
        Press(digits="22"),
    )
    caller = promised(world, *wishes)
    come(world)
    world.exchange.run_for(60)
    assert stage_of(world, caller) is Stage.PROMISED
    assert not persons_legs(world)

    with by_the_minute(world):
        until_stage(world, caller, Stage.CONNECTED, limit=3 * 3600)

    assert world.clock.now().hour == 19  # 21 in Kyiv


def test_quiet_hours_hold_unless_any_wished(world: World) -> None:
    publish(world, quiet='{ from = "19:00", to = "07:00" }')
    silent = (Press(digits="1", after=3), SAY_YES)
    asleep = promised(world, *silent, from_=CALLER)
    awake = promised(world, from_=OTHER_CALLER)

    assert stage_of(world, asleep) is Stage.PROMISED
    assert stage_of(world, awake) is Stage.WAITING


def test_person_to_be_written_never_called(world: World) -> None:
    operator_to_come(world, accepting_operator())
    wishes = (Press(digits="1", after=3), SAY_YES, Press(digits="3"))
    caller = promised(world, *wishes)
    come(world)
    world.exchange.run_for(600)

    assert has_heard(world, caller, "back.written")
    assert stage_of(world, caller) is Stage.PROMISED
    assert outbound_legs(world) == []
    callbacks.end_callback(world.ports, LINE, ContactId(caller.sid), "done")
    assert stage_of(world, caller) is Stage.ENDED


def test_free_operator_beats_call_back(
    world: World,
) -> None:
    operator_to_come(world, accepting_operator(after=6.0))
    caller = call_in(world, Press(digits="1", after=3), SAY_YES, Stay())
    world.exchange.run_until(lambda: call_of(world, caller).exit_menu.page == "when")
    come(world)

    until_stage(world, caller, Stage.CONNECTED)

    assert call_of(world, caller).callback.request is None


def test_no_promise_while_reaching_operator(world: World) -> None:
    operator_to_come(world, Callee(after=20.0, deeds=(SAY_YES, Stay())))
    caller = call_in(
        world, Press(digits="1", after=3), SAY_YES, Press(digits="1", after=8), Stay()
    )
    world.exchange.run_until(lambda: call_of(world, caller).exit_menu.page == "when")
    come(world)

    until_stage(world, caller, Stage.CONNECTED)

    assert has_heard(world, caller, "back.operator-coming")
    assert facts_named(world, "callback-promised") == []


def test_operator_leaving_while_ringing_loses_nobody(
    world: World,
) -> None:
    operator_to_come(
        world,
        Callee(after=2.0, deeds=(SAY_YES, Wait(seconds=3), HangUp())),
        accepting_operator(),
    )
    world.exchange.put_person(CALLER, Callee(after=15.0, deeds=(SAY_YES, Stay())))
    caller = promised(world)
    come(world)

    world.exchange.run_until(lambda: len(persons_legs(world)) == 1)
    world.exchange.run_until(lambda: persons_legs(world)[0].ended)

    until_stage(world, caller, Stage.CONNECTED, limit=300)
    assert len(persons_legs(world)) == 2


def test_agreed_person_kept_without_operator(
    world: World,
) -> None:
    operator_to_come(
        world,
        Callee(after=2.0, deeds=(SAY_YES, Wait(seconds=9), HangUp())),
        accepting_operator(),
    )
    world.exchange.put_person(CALLER, Callee(after=2.0, deeds=(SAY_YES, Stay())))
    caller = promised(world)
    come(world)
    until_stage(world, caller, Stage.CONNECTED)
    (leg,) = persons_legs(world)
    until_stage(world, caller, Stage.AFTER)

    world.exchange.press(leg, "1")
    until_stage(world, caller, Stage.CONNECTED, limit=300)

    assert not leg.ended
    assert len(persons_legs(world)) == 1


@pytest.mark.parametrize(
    ("asks_again", "outcome"), [(True, "abandoned"), (False, "answered")]
)
def test_hung_up_callback_told_as_gone(
    world: World,
    asks_again: bool,  # noqa: FBT001
    outcome: str,
) -> None:
    talks = (SAY_YES, Wait(seconds=9), HangUp())
    operator_to_come(world, Callee(after=2.0, deeds=talks))
    world.exchange.put_person(CALLER, Callee(after=2.0, deeds=(SAY_YES, Stay())))
    caller = promised(world)
    come(world)
    until_stage(world, caller, Stage.CONNECTED)
    (leg,) = persons_legs(world)
    until_stage(world, caller, Stage.AFTER)
    if asks_again:
        world.exchange.press(leg, "1")
        until_stage(world, caller, Stage.WAITING)

    world.exchange.hang_up(leg)
    until_stage(world, caller, Stage.ENDED)

    (left,) = facts_named(world, "person-left")
    assert (left.call, getattr(left, "outcome", "")) == (caller.sid, outcome)
    assert world.record(caller).outcome == "callback"


def test_promised_caller_ringing_has_place(world: World) -> None:
    before = promised(world)
    arrived = call_of(world, before).arrival.at

    again = world.dial(Press(digits="*"), Stay())
    world.exchange.run_until(lambda: again.queue)

    assert call_of(world, again).arrival.at == arrived
    assert rows(world) == [(again.sid, "waiting")]
    assert has_heard(world, again, "wait.back")
    assert [fact.reason for fact in facts_named(world, "callback-ended")] == [  # type: ignore[attr-defined]
        "caller-rang"
    ]


def test_promise_cancelled_while_operator_rung(world: World) -> None:
    operator_to_come(world, Callee(after=15.0, deeds=(SAY_YES, Stay())))
    caller = promised(world)
    come(world)
    until_state(world, State.RINGING)

    callbacks.end_callback(world.ports, LINE, ContactId(caller.sid), "cancelled")
    world.exchange.run_for(20)

    assert state_of(world) is State.AVAILABLE
    assert stage_of(world, caller) is Stage.ENDED
    assert not persons_legs(world)


def test_called_number_stays_sealed_without_store(
    world: World,
) -> None:
    """On such a leg the person is the one who is dialled, and we are who calls."""
    operator_to_come(world, accepting_operator())
    promised(world)
    world.exchange.put_person(CALLER, IS_CALLED)
    come(world)
    (persons,) = called_and_connected(world)
    world.redis.flushall()
    (operators,) = (leg for leg in outbound_legs(world) if leg is not persons)
    world.exchange.hang_up(operators)
    world.exchange.run_until(lambda: is_known(world, persons), limit=60)

    call = call_of(world, persons)
    (started,) = (
        fact for fact in facts_named(world, "call-started") if fact.call == persons.sid
    )
    assert call.caller.dialled == HOTLINE
    assert isinstance(started, CallStarted)
    assert started.number == HOTLINE
    assert call.caller.pseudonym == world.ports.vault.pseudonym(PhoneNumber(CALLER))
    assert CALLER not in repr(of_redis(world.redis))
    world.exchange.hang_up(persons)


def called_and_connected(world: World) -> list[Leg]:
    world.exchange.run_until(
        lambda: any(leg.is_connected for leg in persons_legs(world)), 120
    )
    return persons_legs(world)
