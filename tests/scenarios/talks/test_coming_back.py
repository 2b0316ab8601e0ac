"""Who comes back after a talk comes back once, and starves nobody who waits."""

import pytest

from exchange.state.leg import Leg
from exchange.state.people import (
    Callee,
    Moment,
    Press,
    Stay,
    Talk,
    Until,
    accepting_operator,
)
from ivr.actions.desk.scheduled_callback import schedule_callback
from ivr.actions.talk_controls import talk, transfer
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import Reach
from ivr.core.queue.arrival import MOST_HANDED_ON
from tests.dsl.desk_work import account
from tests.dsl.doing import (
    TO_THE_QUEUE,
    call_in,
    call_of,
    facts_named,
    has_heard,
    is_known,
    until_stage,
)
from tests.dsl.rules import publish
from tests.dsl.talking import ANNA
from tests.dsl.ways_out import rings_again
from tests.world import CALLER, LINE, World, later

NUMBERS = [f"+4477009001{number:02}" for number in range(50, 60)]
PRESSES_ONE = (Until(moment=Moment.CONNECTED), Press(digits="1", after=2)) * 9
"""Was cut off, as it seems, after each talk."""


def talks(world: World) -> list[ContactId | None]:
    """Whose talks there were, one after the other."""
    found = sorted(facts_named(world, "caller-connected"), key=lambda fact: fact.at)
    return [fact.call for fact in found]


def until_talks(world: World, number: int, limit: float = 1200) -> None:
    world.exchange.run_until(lambda: len(talks(world)) >= number, limit)


def who_waits(world: World, number: int = 2) -> list[str]:
    """Callers who wait while somebody talks, in the order in which they came."""
    return [call_in(world, from_=each).sid for each in NUMBERS[:number]]


def in_talk(world: World, *deeds: object, callee: Callee, number: str = CALLER) -> Leg:
    world.operator("anna", callee)
    leg = call_in(world, *(deeds or (Stay(),)), from_=number)  # type: ignore[arg-type]
    until_stage(world, leg, Stage.CONNECTED)
    return leg


# --- by key 1, and by ringing again ---------------------------------------------


def test_pressing_one_comes_back_once(world: World) -> None:
    first = in_talk(world, *PRESSES_ONE, callee=accepting_operator(talks=20))
    others = who_waits(world)

    until_talks(world, 5)

    assert talks(world)[:5] == [first.sid, first.sid, *others, first.sid]


def test_two_returning_callers_hold_up_nobody(world: World) -> None:
    first = in_talk(world, *PRESSES_ONE, callee=accepting_operator(talks=5))
    second = call_in(world, *PRESSES_ONE, from_=NUMBERS[-1])
    others = who_waits(world, 4)

    until_talks(world, 8)

    served = talks(world)[:8]
    assert (
        served.count(ContactId(first.sid)) == served.count(ContactId(second.sid)) == 2
    )
    assert served[4:] == others


def test_ringing_after_talks_returns_once(world: World) -> None:
    first = in_talk(world, Talk(seconds=20), callee=accepting_operator())
    others = who_waits(world)
    world.exchange.run_until(lambda: first.ended)

    second = rings_again(world, Talk(seconds=20))
    until_stage(world, second, Stage.CONNECTED)
    world.exchange.run_until(lambda: second.ended)
    third = call_in(world, *TO_THE_QUEUE, Stay())

    assert not has_heard(world, third, "flow.return")
    until_stage(world, third, Stage.WAITING)
    until_talks(world, 3)
    assert talks(world) == [first.sid, second.sid, others[0]]


def test_key_and_star_are_one_return_together(world: World) -> None:
    first = in_talk(world, *PRESSES_ONE, callee=accepting_operator(talks=20))
    others = who_waits(world)
    until_talks(world, 2)
    world.exchange.hang_up(first)

    second: Leg = world.dial(Press(digits="*"), Stay(), from_=CALLER)
    world.exchange.run_for(20)

    assert not has_heard(world, second, "flow.return")
    until_talks(world, 4)
    assert talks(world)[2:4] == others


def test_rewaited_place_still_returned_to(world: World) -> None:
    first = in_talk(world, *PRESSES_ONE, callee=accepting_operator(talks=20))
    who_waits(world, 1)
    until_stage(world, first, Stage.AFTER)
    until_stage(world, first, Stage.WAITING)
    world.exchange.hang_up(first)

    second = rings_again(world)

    call = call_of(world, second)
    assert call.arrival.at == call_of(world, first).arrival.at
    assert call.arrival.given_back


# --- after a talk that somebody has ended -----------------------------------------


@pytest.mark.parametrize("reach", [Reach.PHONE, Reach.BROWSER])
def test_talk_ended_by_operator_arrives_anew(world: World, reach: Reach) -> None:
    world.operator("anna", accepting_operator(), reach=reach)
    first = call_in(world, *PRESSES_ONE)
    until_stage(world, first, Stage.CONNECTED)
    arrived = call_of(world, first).arrival.at
    others = who_waits(world)

    talk.end_talk(world.ports, LINE, ANNA)
    until_stage(world, first, Stage.WAITING)

    again = call_of(world, first).arrival.at
    assert arrived is not None
    assert again is not None
    assert again > arrived
    assert not call_of(world, first).arrival.given_back
    until_talks(world, 2)
    assert talks(world)[1] == others[0]


def test_hangup_after_operators_end_placeless(
    world: World,
) -> None:
    first = in_talk(world, callee=accepting_operator())
    talk.end_talk(world.ports, LINE, ANNA)
    until_stage(world, first, Stage.AFTER)
    world.exchange.hang_up(first)

    second = call_in(world)

    assert not has_heard(world, second, "flow.return")
    assert call_of(world, second).arrival.at != call_of(world, first).arrival.at


@pytest.mark.parametrize(("seconds", "returns"), [(50, True), (70, False)])
def test_short_hung_up_talk_counts_cut_off(
    world: World, seconds: float, *, returns: bool
) -> None:
    publish(world, short_talk="60")
    first = in_talk(world, Talk(seconds=seconds), callee=accepting_operator())
    world.exchange.run_until(lambda: first.ended)

    second: Leg = world.dial(Stay(), from_=CALLER)
    world.exchange.run_for(20)

    assert has_heard(world, second, "flow.return") is returns


def test_lost_browser_cuts_off_any_talk(world: World) -> None:
    publish(world, short_talk="5")
    anna = world.operator("anna", accepting_operator(), reach=Reach.BROWSER)
    first = call_in(world, *PRESSES_ONE)
    until_stage(world, first, Stage.CONNECTED)
    arrived = call_of(world, first).arrival.at
    world.exchange.run_for(30)
    leg = world.operator_now(anna).leg
    world.exchange.hang_up(world.exchange.state.legs[str(leg)])

    until_stage(world, first, Stage.AFTER)
    until_stage(world, first, Stage.WAITING)

    assert call_of(world, first).arrival.at == arrived
    assert call_of(world, first).arrival.given_back


# --- by what operators do ---------------------------------------------------------


def test_endless_handing_on_starves_nobody(world: World) -> None:
    first = in_talk(world, callee=accepting_operator())
    others = who_waits(world)

    for _ in range(MOST_HANDED_ON + 1):
        transfer.to_queue(world.ports, LINE, ANNA)
        number = len(talks(world)) + 1
        until_talks(world, number)

    place = MOST_HANDED_ON + 1
    assert talks(world) == [first.sid] * place + others[:1]


def test_call_promised_in_talk_arrives_then(
    world: World,
) -> None:
    first = in_talk(world, callee=accepting_operator())
    moment = world.clock.now()
    schedule_callback(world.ports, account(), ContactId(first.sid), moment + later(60))

    (again,) = [
        each for each in world.ports.queues.waiting(LINE) if each.callback.request
    ]

    assert again.arrival.at == moment


# --- when the live state is lost ----------------------------------------------------


def test_lost_state_gives_no_second_return(world: World) -> None:
    first = in_talk(world, *PRESSES_ONE, callee=accepting_operator(talks=20))
    until_stage(world, first, Stage.AFTER)
    until_stage(world, first, Stage.WAITING)
    arrived = call_of(world, first).arrival.at
    world.exchange.run_until(lambda: bool(first.queue))
    world.redis.flushall()
    world.exchange.run_until(lambda: is_known(world, first))

    call = call_of(world, first)
    assert (call.arrival.at, call.arrival.given_back) == (arrived, True)


def test_used_place_not_restored_after_loss(world: World) -> None:
    first = in_talk(world, callee=accepting_operator())
    arrived = call_of(world, first).arrival.at
    talk.end_talk(world.ports, LINE, ANNA)
    until_stage(world, first, Stage.AFTER)
    world.redis.flushall()

    world.exchange.run_until(lambda: is_known(world, first), 60)

    again = call_of(world, first).arrival.at
    assert arrived is not None
    assert again is None or again > arrived
