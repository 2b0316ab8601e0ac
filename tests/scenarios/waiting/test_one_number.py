"""Several calls of one number at once, and an old line that is believed to be up."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import Moment, Press, Stay, Until, Wait, accepting_operator
from ivr.actions.operators.roster import choose_state
from ivr.actions.rules import in_force
from ivr.actions.talk_controls import talk, transfer
from ivr.core.history.report import queue_rows
from ivr.core.model.contact.exit_menu import Page
from ivr.core.model.contact.stage import Stage
from ivr.core.model.operator import State
from tests.dsl.callbacks import promised
from tests.dsl.doing import (
    CALLER_STATUS,
    OTHER_CALLER,
    TO_THE_QUEUE,
    call_in,
    call_of,
    facts_named,
    fault,
    has_heard,
    heard,
    is_known,
    queued,
    stage_of,
    state_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.rules import publish
from tests.dsl.talking import ANNA
from tests.world import CALLER, LINE, World

WITHHELD = "anonymous"
STAR = (Press(digits="*"),)


def placed(world: World) -> list[str]:
    """Who has a place in the queue."""
    return [call.id for call in world.ports.queues.waiting(LINE)]


def several(world: World, number: int = 4) -> list[Leg]:
    return [call_in(world) for _ in range(number)]


def drops_unheard(world: World, leg: Leg) -> None:
    """The line breaks off, and the carrier's notice of it does not come."""
    fault(world, FaultKind.LOST, CALLER_STATUS)
    fault(world, FaultKind.DELAYED, "/voice/left", seconds=3600)
    world.exchange.hang_up(leg)
    world.exchange.run_for(1)
    assert call_of(world, leg).is_live


# --- one waits, the others beside it ---------------------------------------------


def test_numbers_four_calls_hold_one_place(world: World) -> None:
    first, *others = several(world)
    world.exchange.run_for(5)

    assert placed(world) == [first.sid]
    for leg in others:
        assert has_heard(world, leg, "wait.beside")
        assert not leg.ended
        assert stage_of(world, leg) is Stage.WAITING
        assert world.record(leg).queued is None
    assert len(facts_named(world, "caller-queued")) == 1


@pytest.mark.parametrize("language", ["uk", "ru", "en"])
def test_waiting_beside_told_in_each_language(world: World, language: str) -> None:
    call_in(world)
    key = {"uk": "1", "ru": "2", "en": "3"}[language]
    leg: Leg = world.dial(Press(digits=key), *TO_THE_QUEUE[1:], Stay())
    world.exchange.run_for(120)

    said = world.ports.content.text(LINE, language, "wait.beside", {})
    assert heard(leg).count(said) >= 2, "in the queue, and in each round on hold"


def test_place_passes_when_waiter_ends(world: World) -> None:
    first, second, third = several(world, 3)
    arrived = call_of(world, first).arrival.at
    world.exchange.run_for(30)

    world.exchange.hang_up(first)
    world.exchange.run_for(1)

    assert placed(world) == [second.sid]
    assert call_of(world, second).arrival.at == arrived
    world.exchange.hang_up(second)
    world.exchange.run_for(1)
    assert placed(world) == [third.sid]
    assert call_of(world, third).arrival.at == arrived


def test_next_call_arrives_anew_after_talk(world: World) -> None:
    first, second = several(world, 2)
    world.exchange.run_for(20)
    other = call_in(world, from_=OTHER_CALLER)
    world.operator("anna", accepting_operator())

    until_stage(world, first, Stage.CONNECTED)

    assert placed(world) == [other.sid, second.sid]
    talk.end_talk(world.ports, LINE, ANNA)
    until_stage(world, other, Stage.CONNECTED)


def test_promise_of_call_beside_is_kept(world: World) -> None:
    """The place went to another call of the number while this one was promised."""
    world.operator("anna", accepting_operator(talks=20))
    keys = (Until(moment=Moment.CONNECTED), Press(digits="1", after=2), Stay())
    first = call_in(world, *keys)
    until_stage(world, first, Stage.CONNECTED)
    second = call_in(world, Press(digits="1", after=5), Wait(seconds=3600))
    world.exchange.run_until(
        lambda: call_of(world, second).exit_menu.page is Page.NUMBER
    )
    until_state(world, State.WRAP_UP)
    choose_state(world.ports, LINE, ANNA, State.AWAY, "test")
    world.exchange.run_until(lambda: call_of(world, second).wait.beside)

    for _ in ("this number", "at any hour"):
        world.exchange.press(second, "1")
        world.exchange.run_for(5)
    assert stage_of(world, second) is Stage.PROMISED
    world.exchange.hang_up(second)
    world.exchange.run_for(1)

    assert second.sid in placed(world)


def test_earlier_arrival_kept_for_two_waiters(
    world: World,
) -> None:
    world.operator("anna", accepting_operator(talks=20))
    keys = (Until(moment=Moment.CONNECTED), Press(digits="1", after=2), Stay())
    first = call_in(world, *keys)
    second = call_in(world)
    arrived = call_of(world, first).arrival.at
    until_stage(world, first, Stage.CONNECTED)
    assert placed(world) == [second.sid]

    until_stage(world, first, Stage.WAITING)

    assert placed(world) == [first.sid]
    assert call_of(world, first).arrival.at == arrived
    assert call_of(world, second).wait.beside


def test_handed_caller_shares_numbers_place(world: World) -> None:
    world.operator("anna", accepting_operator())
    first, second = several(world, 2)
    until_stage(world, first, Stage.CONNECTED)

    transfer.to_queue(world.ports, LINE, ANNA)

    assert placed(world) == [first.sid]
    assert call_of(world, second).wait.beside


def test_few_of_many_legs_asked_about(world: World) -> None:
    several(world, 5)
    world.exchange.run_for(5)
    asked = len(_looks(world))

    call_in(world)
    world.exchange.run_for(2)

    assert len(_looks(world)) - asked == 1


def _looks(world: World) -> list[str]:
    """The legs that the carrier was asked about, one by one."""
    return [
        asked.path
        for asked, _ in world.rest.traffic
        if asked.method == "GET" and "/Calls/CA" in asked.path
    ]


def test_call_beside_leaves_by_message_alone(world: World) -> None:
    call_in(world)
    leg = call_in(world)
    world.exchange.run_for(60)

    call_back = world.ports.content.text(LINE, "uk", "way.call-back", {"key": "1"})
    message = world.ports.content.text(LINE, "uk", "way.message", {"key": "2"})
    assert message in heard(leg)
    assert call_back not in heard(leg)


def test_hangup_beside_leaves_no_place(world: World) -> None:
    first = call_in(world)
    second = call_in(world)
    world.exchange.hang_up(second)

    third = call_in(world)

    assert call_of(world, third).wait.beside
    assert placed(world) == [first.sid]


def test_two_at_once_share_place_too(world: World) -> None:
    legs = [world.dial(*TO_THE_QUEUE, Stay()) for _ in range(3)]
    world.exchange.run_for(60)

    assert len(placed(world)) == 1
    assert {stage_of(world, leg) for leg in legs} == {Stage.WAITING}


def test_withheld_numbers_are_each_their_own(world: World) -> None:
    legs = [call_in(world, from_=WITHHELD) for _ in range(4)]

    assert placed(world) == [leg.sid for leg in legs]


def test_calls_of_switchboard_each_have_place(world: World) -> None:
    publish(world, switchboards=f'["{CALLER}"]')

    legs = several(world)

    assert placed(world) == [leg.sid for leg in legs]


def test_shown_queue_counts_place_once(world: World) -> None:
    first, *_ = several(world)
    waiting, rules = world.ports.queues.waiting(LINE), in_force(world.ports, LINE)

    rows = queue_rows(waiting, {}, rules, world.clock.now())

    assert [(row["call"], row["place"]) for row in rows] == [(first.sid, 1)]


def test_lost_state_gives_call_beside_nothing(world: World) -> None:
    first = call_in(world)
    world.exchange.run_for(30)
    second = call_in(world)
    world.exchange.run_until(lambda: bool(second.queue))
    beside_at = call_of(world, second).started
    world.redis.flushall()
    world.exchange.run_until(lambda: is_known(world, first) and is_known(world, second))

    arrived = call_of(world, second).arrival.at
    assert arrived is not None
    assert arrived >= beside_at


def test_several_calls_share_place_after_loss(
    world: World,
) -> None:
    first, *others = several(world)
    arrived = call_of(world, first).arrival.at
    world.exchange.run_until(lambda: all(leg.queue for leg in (first, *others)))
    world.redis.flushall()
    world.exchange.run_for(120)

    assert placed(world) == [first.sid]
    assert call_of(world, first).arrival.at == arrived
    assert call_of(world, first).caller.is_reachable, (
        "may be called back at this number"
    )


# --- the old line is believed to be up --------------------------------------------


@pytest.mark.parametrize(
    "keys", [(Press(digits="*"),), TO_THE_QUEUE], ids=["*", "menu"]
)
def test_second_ring_takes_place_of_dropped_line(
    world: World, keys: tuple[Press, ...]
) -> None:
    world.reconciles = False
    first = call_in(world)
    arrived = call_of(world, first).arrival.at
    world.exchange.run_for(30)
    other = call_in(world, from_=OTHER_CALLER)
    drops_unheard(world, first)

    second: Leg = world.dial(*keys, Stay())
    world.exchange.run_until(
        lambda: is_known(world, second) and stage_of(world, second) is Stage.WAITING
    )
    world.exchange.run_for(2)

    assert call_of(world, second).arrival.at == arrived
    assert placed(world) == [second.sid, other.sid]
    assert stage_of(world, first) is Stage.ENDED
    assert len(facts_named(world, "caller-returned")) == 1


def test_dead_line_offered_to_nobody(world: World) -> None:
    world.reconciles = world.ticks = False
    first = call_in(world)
    second = call_in(world)
    drops_unheard(world, first)
    assert placed(world) == [first.sid]
    world.ticks = True

    world.operator("anna", accepting_operator())
    until_stage(world, second, Stage.CONNECTED)

    assert len(outbound_legs(world)) == 1


def test_live_line_keeps_place_from_rings(
    world: World,
) -> None:
    first = call_in(world)
    arrived = call_of(world, first).arrival.at
    second: Leg = world.dial(Press(digits="*"), Stay())
    world.exchange.run_until(
        lambda: is_known(world, second) and stage_of(world, second) is Stage.WAITING
    )

    world.exchange.run_for(60)

    assert has_heard(world, second, "wait.beside")
    assert not has_heard(world, second, "wait.back")
    assert (placed(world), call_of(world, first).arrival.at) == ([first.sid], arrived)
    world.operator("anna", accepting_operator())
    until_stage(world, first, Stage.CONNECTED)


def test_promised_place_goes_to_ringing_caller(
    world: World,
) -> None:
    """The promise binds again as the old line ends, and its caller is on the line."""
    arrived = call_of(world, promised(world)).arrival.at
    call_in(world, from_=OTHER_CALLER)
    world.reconciles = False
    old = _returns(world)
    drops_unheard(world, old)
    new = _returns(world)
    world.exchange.run_for(3)

    assert placed(world)[0] == new.sid
    assert call_of(world, new).arrival.at == arrived
    assert not call_of(world, old).is_live, "nobody is to be called"
    world.exchange.hang_up(new)
    world.exchange.run_for(1)
    assert placed(world)[0] == new.sid, "to be called back, as at first"


def _returns(world: World) -> Leg:
    leg: Leg = world.dial(*STAR, Stay())
    world.exchange.run_until(lambda: is_known(world, leg) and queued(world, leg))
    return leg


def test_star_beside_live_line_asks_nothing(world: World) -> None:
    call_in(world)

    second: Leg = world.dial(Press(digits="*"), Stay())
    world.exchange.run_until(
        lambda: is_known(world, second) and stage_of(world, second) is Stage.WAITING
    )

    call = call_of(world, second)
    assert (call.need.language, call.need.topic, call.wait.beside) == (
        "uk",
        "myself",
        True,
    )


def test_unheard_break_resumes_with_same_operator(
    world: World,
) -> None:
    world.reconciles = False
    world.operator("anna", accepting_operator())
    first = call_in(world)
    until_stage(world, first, Stage.CONNECTED)
    arrived = call_of(world, first).arrival.at
    other = call_in(world, from_=OTHER_CALLER)

    second: Leg = world.dial(Press(digits="*"), Stay())
    world.exchange.run_until(
        lambda: is_known(world, second) and stage_of(world, second) is Stage.WAITING
    )
    world.exchange.hang_up(first)
    until_state(world, State.WRAP_UP)

    call = call_of(world, second)
    assert (call.arrival.at, call.arrival.given_back, call.affinity.operator) == (
        arrived,
        True,
        "anna",
    )
    until_stage(world, second, Stage.CONNECTED)
    assert stage_of(world, other) is Stage.WAITING


def test_carrier_that_does_not_answer_moves_nobody(world: World) -> None:
    world.reconciles = False
    first = call_in(world)
    second = call_in(world)
    fault(world, FaultKind.BROKEN, r"/Calls/CA\w+\.json", method="GET")

    third = call_in(world)
    world.exchange.run_for(20)

    assert placed(world) == [first.sid]
    assert call_of(world, second).wait.beside
    assert call_of(world, third).wait.beside


def test_operator_is_free_though_both_lines_broke(world: World) -> None:
    first, second = several(world, 2)
    world.operator("anna", accepting_operator())
    until_stage(world, first, Stage.CONNECTED)
    world.exchange.hang_up(first)
    world.exchange.hang_up(second)

    world.exchange.run_for(60)

    assert placed(world) == []
    assert state_of(world) is State.AVAILABLE
