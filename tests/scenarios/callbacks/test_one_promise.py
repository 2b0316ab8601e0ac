"""A number is promised one call at a time, and is rung no oftener than it may be."""

from datetime import timedelta
from typing import Any

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
)
from ivr.actions import callees
from ivr.actions.calls import callbacks
from ivr.actions.operators.roster import choose_state, load_roster
from ivr.core.dialogue.exit_menu import promised_fact
from ivr.core.model.address import PhoneNumber
from ivr.core.model.callee import note_ring
from ivr.core.model.contact.callback import CallbackRequest
from ivr.core.model.contact.exit_menu import ExitMenu
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import State
from ivr.core.model.values import replace
from ivr.ports import Change
from tests.dsl.callbacks import (
    ASKS,
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
    OTHER_CALLER,
    OTHER_OPERATOR,
    THIRD_OPERATOR,
    TO_THE_QUEUE,
    by_the_minute,
    call_in,
    call_of,
    has_heard,
    is_known,
    stage_of,
    until_stage,
    until_state,
)
from tests.dsl.rules import publish
from tests.dsl.ways_out import rings_again
from tests.web.contents import of_redis
from tests.world import CALLER, LINE, World

CALLERS = (CALLER, OTHER_CALLER, "+447700900125", "+447700900126")
NOT_THERE = Callee(pickup=Pickup.NO_ANSWER)
BUSY = Callee(pickup=Pickup.BUSY)
HESITATES = Callee(after=15.0, deeds=(Stay(),))
IN_WRITING = (Press(digits="3"),)
AT_NIGHT = (Press(digits="2"), Press(digits="3"), Press(digits="4"))


def binding(world: World) -> list[str]:
    """The calls whose promise binds, by the log."""
    world.log()
    return [str(each.promise.call) for each in world.ports.promises.callbacks(LINE)]


def typed(number: str) -> tuple[Press, ...]:
    digits = Press(digits=f"{number.removeprefix('+')}#")
    return (Press(digits="1", after=3), Press(digits="2"), digits, SAY_YES, SAY_YES)


def three_operators_to_come(world: World) -> tuple[str, ...]:
    names = ("anna", "borys", "vira")
    phones = ("+447700900201", OTHER_OPERATOR, THIRD_OPERATOR)
    for name, phone in zip(names, phones, strict=True):
        world.operator(name, accepting_operator(), phone=phone)
        choose_state(world.ports, LINE, OperatorId(name), State.AWAY, "test")
    return names


def test_four_calls_ring_number_once(world: World) -> None:
    names = three_operators_to_come(world)
    world.exchange.put_person(OTHER, BUSY, BUSY, BUSY, BUSY)
    calls = [promised(world, *TO_OTHER, from_=caller) for caller in CALLERS]
    assert binding(world) == [calls[-1].sid]

    for name in names:
        come(world, name)
    world.exchange.run_for(120)

    assert len(persons_legs(world, OTHER)) == 1
    assert reasons(world) == ["renewed"] * 3


def test_later_promise_has_earliest_arrival(world: World) -> None:
    first = promised(world, *TO_OTHER, from_=CALLER)
    between = call_in(world, from_="+447700900127")
    second = promised(world, *TO_OTHER, from_=OTHER_CALLER)

    assert call_of(world, second).arrival.at == call_of(world, first).arrival.at
    assert call_of(world, second).arrival.at < call_of(world, between).arrival.at  # type: ignore[operator]
    assert [call.id for call in world.ports.queues.waiting(LINE)] == [
        second.sid,
        between.sid,
    ]


def test_standing_promise_keeps_callers_place(world: World) -> None:
    """An operator was rung for the first one while the same caller asked anew."""
    operator_to_come(world, NOT_THERE, NOT_THERE)
    first, second = promised_while_offered(world)
    until_stage(world, first, Stage.ENDED, limit=300)
    assert stage_of(world, second) is Stage.PROMISED
    arrived = call_of(world, second).arrival.at

    again = rings_again(world)

    assert call_of(world, again).arrival.at == arrived
    assert stage_of(world, second) is Stage.ENDED


def promised_while_offered(world: World) -> tuple[Leg, Leg]:
    """A promise that an operator is rung for, and one to the same caller for later."""
    first = promised(world)
    come(world)
    until_stage(world, first, Stage.CLAIMED)
    to_information = (Press(digits="1"), Press(digits="3"), Press(digits="1"))
    hours = (Press(digits="2"), Press(digits="03"), Press(digits="04"))
    later = (Press(digits="1", after=3), SAY_YES, *hours)
    second: Leg = world.dial(*to_information, Press(digits="0"), *later, Stay())
    world.exchange.run_until(lambda: is_known(world, second) and second.ended, 60)
    return first, second


def test_talking_caller_called_for_no_promise(world: World) -> None:
    operator_to_come(world, HESITATES, accepting_operator())
    first, second = promised_while_offered(world)
    choose_state(world.ports, LINE, OperatorId("anna"), State.AWAY, "test")
    until_stage(world, first, Stage.WAITING)
    again = rings_again(world)
    assert stage_of(world, first) is Stage.ENDED

    come(world)
    until_stage(world, again, Stage.CONNECTED)

    assert stage_of(world, second) is Stage.ENDED
    assert reasons(world) == ["caller-rang", "caller-rang"]


def test_arrival_in_another_class_not_scored_anew(world: World) -> None:
    """Who waited for information has gathered little, whatever is chosen later."""
    to_information = (Press(digits="1"), Press(digits="3"), Press(digits="1"))
    leg: Leg = world.dial(*to_information, Press(digits="0"), *TO_OTHER, Stay())
    world.exchange.run_until(lambda: leg.ended, 300)
    world.exchange.run_for(600)
    second = promised(world, *TO_OTHER, from_=OTHER_CALLER)

    call, before = call_of(world, second), call_of(world, leg)
    assert (before.need.urgency, call.need.urgency) == ("information", "urgent")
    assert call.arrival.at == before.arrival.at
    assert call.arrival.counts_from is not None
    assert call.arrival.counts_from > before.arrival.at  # type: ignore[operator]


@pytest.mark.parametrize("when", [IN_WRITING, AT_NIGHT], ids=["written", "late"])
def test_strangers_put_off_no_promise(world: World, when: tuple[Press, ...]) -> None:
    operator_to_come(world, accepting_operator(talks=5))
    own = promised(world, *ASKS, from_=OTHER)
    promised(world, *TO_OTHER[:-1], *when)
    world.exchange.put_person(OTHER, IS_CALLED)
    come(world)

    until_stage(world, own, Stage.CONNECTED)
    with by_the_minute(world):
        world.exchange.run_for(12 * 3600)

    assert len(persons_legs(world, OTHER)) == 1
    assert own.sid not in binding(world)


def test_strangers_put_off_nothing_after_loss(world: World) -> None:
    own = promised(world, *ASKS, from_=OTHER)
    promised(world, *TO_OTHER[:-1], *IN_WRITING)
    world.log()
    world.redis.flushall()
    world.exchange.run_for(60)

    assert own.sid in [call.id for call in world.ports.queues.waiting(LINE)]
    assert own.sid in binding(world)


def test_talk_settles_persons_other_promises(world: World) -> None:
    operator_to_come(world, accepting_operator(talks=5))
    world.exchange.put_person(OTHER, IS_CALLED, IS_CALLED)
    promised(world, *TO_OTHER, from_=CALLER)
    promised(world, *TO_OTHER, from_=OTHER_CALLER)
    come(world)
    until_state(world, State.TALKING)
    until_state(world, State.WRAP_UP)

    with by_the_minute(world):
        world.exchange.run_for(2 * 3600)

    assert len(persons_legs(world, OTHER)) == 1
    assert binding(world) == []


def test_ringing_and_talking_settles_others_wishes(world: World) -> None:
    operator_to_come(world, accepting_operator(talks=5))
    in_the_evening = (Press(digits="2"), Press(digits="21"), Press(digits="22"))
    promised(world, *TO_OTHER[:-1], *in_the_evening, from_=CALLER)
    come(world)
    leg = call_in(world, from_=OTHER)
    until_stage(world, leg, Stage.CONNECTED)

    with by_the_minute(world):
        world.exchange.run_for(4 * 3600)

    assert persons_legs(world, OTHER) == []
    assert reasons(world) == ["caller-rang"]


def test_number_in_talk_not_called_for_others(world: World) -> None:
    world.operator("anna", accepting_operator(talks=120))
    talks = call_in(world, from_=OTHER)
    until_stage(world, talks, Stage.CONNECTED)
    world.exchange.put_person(OTHER, BUSY, BUSY)
    promised(world, *TO_OTHER)
    world.operator("borys", accepting_operator(), phone=OTHER_OPERATOR)

    with by_the_minute(world):
        world.exchange.run_for(3600)

    assert persons_legs(world, OTHER) == []
    assert reasons(world) == ["caller-rang"]


@pytest.mark.parametrize("is_wiped", [False, True])
def test_number_rung_no_oftener_than_rules_allow(
    world: World, *, is_wiped: bool
) -> None:
    publish(world, tries="9", delay_seconds="[60]", rings_per_hour="2")
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(OTHER, *[NOT_THERE] * 9)
    promised(world, *TO_OTHER)
    come(world)
    world.exchange.run_until(lambda: len(persons_legs(world, OTHER)) == 2, 900)
    world.exchange.run_until(lambda: persons_legs(world, OTHER)[1].ended, 900)
    if is_wiped:
        world.log()
        world.redis.flushall()
        world.exchange.run_for(30)
        come(world)

    with by_the_minute(world):
        world.exchange.run_for(45 * 60)
        assert len(persons_legs(world, OTHER)) == 2
        world.exchange.run_for(30 * 60)

    assert len(persons_legs(world, OTHER)) > 2


def test_promise_made_anew_rings_no_sooner(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(OTHER, BUSY, BUSY, BUSY)
    promised(world, *TO_OTHER)
    come(world)
    world.exchange.run_until(lambda: len(persons_legs(world, OTHER)) == 1, 300)
    rung = world.clock.now()
    until_state(world, State.AVAILABLE)
    choose_state(world.ports, LINE, OperatorId("anna"), State.AWAY, "test")
    again = promised(world, *TO_OTHER, from_=OTHER_CALLER)

    come(world)
    world.exchange.run_until(lambda: len(persons_legs(world, OTHER)) == 2, 900)

    assert world.clock.now() - rung >= timedelta(seconds=295)
    assert binding(world) == [again.sid]


def test_telephone_asks_for_limited_numbers(world: World) -> None:
    publish(world, other_numbers_per_day="2")
    for number in ("+447700900171", "+447700900172"):
        promised(world, *typed(number))

    leg: Leg = world.dial(*TO_THE_QUEUE, *typed("+447700900173"), Stay())
    world.exchange.run_until(lambda: has_heard(world, leg, "back.not-now"), 120)

    assert stage_of(world, leg) is Stage.WAITING
    world.exchange.hang_up(leg)
    world.exchange.run_for(1)
    own = promised(world, *ASKS)
    assert own.sid in binding(world)


def test_refuser_called_only_when_asking(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(
        OTHER, Callee(after=2.0, deeds=(Press(digits="2"), Stay())), IS_CALLED
    )
    promised(world, *TO_OTHER)
    come(world)
    world.exchange.run_until(lambda: reasons(world) == ["refused"], 120)
    choose_state(world.ports, LINE, OperatorId("anna"), State.AWAY, "test")

    leg: Leg = world.dial(*TO_THE_QUEUE, *TO_OTHER, Stay(), from_=OTHER_CALLER)
    world.exchange.run_until(lambda: has_heard(world, leg, "back.not-now"), 120)
    own = promised(world, *ASKS, from_=OTHER)

    assert binding(world) == [own.sid]


def test_refusal_counts_despite_number_change(world: World) -> None:
    promised(world, *TO_OTHER)
    (name,) = (each.promise.to for each in world.ports.promises.callbacks(LINE))
    assert name is not None
    refuses = next(
        call for call in world.ports.queues.waiting(LINE) if call.callback.request
    )

    meanwhile: Any = ChangesMeanwhile(world, name)
    store = replace(world.ports.store, changes=meanwhile)
    callbacks.note_refusal(replace(world.ports, store=store), refuses)

    number = world.ports.contacts.callee(LINE, name)
    assert number is not None
    assert number.refused
    assert number.rung


class ChangesMeanwhile:
    """Changes, and a number is rung just before the first of them."""

    def __init__(self, world: World, name: str) -> None:
        self._changes, self._world, self._name = world.ports.changes, world, name
        self._is_first = True

    def commit(self, line: LineKey, change: Change) -> Any:
        if self._is_first:
            self._is_first = False
            number = callees.known_callee(self._world.ports, line, self._name)
            now = self._world.clock.now()
            self._changes.commit(line, Change(save=(note_ring(number, now),)))
        return self._changes.commit(line, change)


def test_two_promises_survive_lost_store_as_one(world: World) -> None:
    promised(world, *TO_OTHER, from_=CALLER)
    world.log()
    world.redis.flushall()
    world.reconciles = False
    second = promised(world, *TO_OTHER, from_=OTHER_CALLER)
    assert len(binding(world)) == 2
    world.reconciles = True

    world.exchange.run_for(60)

    assert binding(world) == [second.sid]
    assert [call.id for call in world.ports.queues.waiting(LINE)] == [second.sid]


def test_talk_since_loss_prevents_call(world: World) -> None:
    operator_to_come(world, accepting_operator(talks=5))
    promised(world, *TO_OTHER, from_=CALLER)
    world.log()
    world.reconciles = False
    world.redis.flushall()
    load_roster(world.ports, LINE)
    second = promised(world, *TO_OTHER, from_=OTHER_CALLER)
    world.exchange.put_person(OTHER, IS_CALLED, IS_CALLED)
    come(world)
    until_stage(world, second, Stage.CONNECTED)
    world.exchange.run_for(30)
    world.reconciles = True
    world.exchange.run_for(600)

    assert len(persons_legs(world, OTHER)) == 1
    assert binding(world) == []


def test_no_number_stands_in_live_state(world: World) -> None:
    promised(world, *TO_OTHER)

    kept = repr(of_redis(world.redis))

    assert OTHER.removeprefix("+") not in kept
    assert CALLER.removeprefix("+") not in kept
    name = world.ports.vault.pseudonym(PhoneNumber(OTHER))
    assert world.ports.contacts.callee(LINE, name) is not None


def test_person_who_keeps_hanging_up_left_alone(world: World) -> None:
    operator_to_come(world, accepting_operator())
    hangs_up = Callee(after=1.0, deeds=(Wait(seconds=1), HangUp()))
    world.exchange.put_person(OTHER, *[hangs_up] * 9)
    come(world)
    for caller in (*CALLERS, *CALLERS):
        leg: Leg = world.dial(*TO_THE_QUEUE, *TO_OTHER, Stay(), from_=caller)
        world.exchange.run_for(60)
        world.exchange.hang_up(leg)

    world.exchange.run_for(600)

    assert len(persons_legs(world, OTHER)) <= 4


def test_simultaneous_promises_see_each_other(world: World) -> None:
    """As if by two processes: each has decided before the other one has saved."""
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(OTHER, BUSY, BUSY)
    asks = (*TO_THE_QUEUE, *TO_OTHER[:-1], Stay())
    legs = [world.dial(*asks, from_=caller) for caller in CALLERS[:2]]
    world.exchange.run_until(
        lambda: all(
            is_known(world, leg) and call_of(world, leg).callback.preferences
            for leg in legs
        )
    )
    changes = [promise_of(world, leg) for leg in legs]

    saved = [world.ports.changes.commit(LINE, change) for change in changes]

    assert [each is not None for each in saved] == [True, False]
    assert world.ports.changes.commit(LINE, promise_of(world, legs[1])) is not None
    for leg in legs:
        world.exchange.hang_up(leg)
    come(world)
    world.exchange.run_for(60)
    assert binding(world) == [legs[1].sid]
    assert len(persons_legs(world, OTHER)) == 1


def promise_of(world: World, leg: Leg) -> Change:
    call, now = call_of(world, leg), world.clock.now()
    wish, promise = call.callback.preferences, CallbackRequest(made=now)
    assert wish is not None
    call = replace(
        call,
        stage=Stage.PROMISED,
        exit_menu=ExitMenu(),
        callback=replace(call.callback, request=promise),
    )
    fact = promised_fact(call, wish, now)
    return callees.with_callee(world.ports, Change(save=(call,), facts=(fact,)))
