"""The carrier's queue has no room: callers wait in ours, and every deadline is kept."""

from typing import cast

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import NOBODY, Press, Stay, accepting_operator
from exchange.state.queues import QueueResult
from ivr.core.line.menu import CallLimits, Line
from ivr.core.model.contact.exit_menu import Page
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import LineKey
from ivr.core.model.values import replace
from tests.dsl.doing import (
    MOVE,
    TO_THE_QUEUE,
    call_in,
    call_of,
    carrier_says,
    fault,
    has_heard,
    is_known,
    queued,
    stage_of,
    until_stage,
)
from tests.dsl.rules import publish
from tests.world import LINE, World

LONGEST = 300


def without_room(world: World) -> None:
    """The carrier's queue takes nobody, ever."""
    world.exchange.state.add_queue(LINE, 0)


def make_room(world: World) -> None:
    queue = world.exchange.state.queue_named(LINE)
    assert queue is not None
    queue.max_size = 100


def led_out(world: World, leg: Leg) -> bool:
    return (
        call_of(world, leg).exit_menu.max_wait_reached
        or stage_of(world, leg) is Stage.GOODBYE
    )


def test_full_queue_offers_exits_finally(world: World) -> None:
    without_room(world)
    publish(world, longest_wait=str(LONGEST))
    caller = call_in(world)
    since = call_of(world, caller).wait.since
    assert since is not None
    world.exchange.run_until(lambda: led_out(world, caller), limit=LONGEST + 60)

    assert (world.clock.now() - since).total_seconds() < LONGEST + 10
    world.exchange.run_until(lambda: has_heard(world, caller, "way.too-long"))


def test_caller_refused_by_queue_keeps_place_and_keys(
    world: World,
) -> None:
    without_room(world)
    caller = call_in(world)
    place, asked = call_of(world, caller).arrival.at, len(world.asked)
    world.exchange.run_for(180)

    assert "tone.wav" in " ".join(event.url for event in caller.transcript)
    assert len(world.asked) - asked < 20, "a loop that is too tight"
    assert call_of(world, caller).arrival.at == place
    world.exchange.press(caller, "1")
    world.exchange.run_until(
        lambda: call_of(world, caller).exit_menu.page is Page.NUMBER
    )


def test_operator_gets_caller_whom_full_queue_refuses(world: World) -> None:
    without_room(world)
    caller = call_in(world)
    world.exchange.run_for(60)
    world.operator("anna", accepting_operator())

    until_stage(world, caller, Stage.CONNECTED)
    world.exchange.run_until(lambda: caller.is_connected)


def test_caller_requeued_once_room(world: World) -> None:
    without_room(world)
    caller = call_in(world)
    world.exchange.run_for(60)
    make_room(world)

    world.exchange.run_until(lambda: bool(caller.queue), limit=300)
    assert stage_of(world, caller) is Stage.WAITING


@pytest.mark.parametrize(
    "result", [QueueResult.ERROR, QueueResult.QUEUE_FULL, QueueResult.SYSTEM_ERROR]
)
def test_each_queue_failure_leads_outside(world: World, result: QueueResult) -> None:
    caller = call_in(world)
    world.exchange.run_until(lambda: bool(caller.queue))
    token = next(u.partition("t=")[2] for _, u in reversed(world.asked) if "wait?" in u)

    answer = carrier_says(
        world,
        f"/voice/left?t={token}",
        caller.sid,
        {"QueueResult": result, "CallStatus": "in-progress"},
    )

    assert b"<Play" in answer.data
    assert b"outside=2" in answer.data
    assert b"<Enqueue" not in answer.data


def test_lost_store_returns_outside_place(world: World) -> None:
    without_room(world)
    caller = call_in(world)
    place = call_of(world, caller).arrival.at
    world.redis.flushall()
    world.exchange.run_until(lambda: is_known(world, caller), limit=90)

    assert call_of(world, caller).arrival.at == place
    assert stage_of(world, caller) is Stage.WAITING


# --- the server's own clock -------------------------------------------------


def in_a_long_round(world: World) -> Leg:
    """A caller of whom nothing is heard for an hour."""
    publish(world, announce_every="3600")
    caller = call_in(world)
    world.exchange.run_until(lambda: bool(caller.queue))
    world.exchange.run_for(30)
    return caller


def test_silent_outsider_fetched_at_limit(
    world: World,
) -> None:
    caller = in_a_long_round(world)
    publish(world, longest_wait=str(LONGEST))

    world.exchange.run_until(lambda: led_out(world, caller), limit=LONGEST)
    world.exchange.run_until(lambda: has_heard(world, caller, "way.too-long"), limit=5)


def test_unfetched_caller_fetched_again(world: World) -> None:
    caller = in_a_long_round(world)
    publish(world, longest_wait=str(LONGEST))
    fault(world, FaultKind.BROKEN, MOVE, method="POST", times=1)

    world.exchange.run_until(lambda: led_out(world, caller), limit=LONGEST)
    assert not has_heard(world, caller, "way.too-long")
    world.exchange.run_until(
        lambda: has_heard(world, caller, "way.too-long"), limit=120
    )


def test_silent_in_menu_asked_again(world: World) -> None:
    caller = world.dial(Press(digits="1"), Stay())
    world.exchange.run_until(lambda: call_of_known(world, caller))
    step = call_of(world, caller).menu.step
    world.redis.zadd(
        f"hotline:{{{LINE}}}:polls", {caller.sid: world.clock.now().timestamp() - 1}
    )
    world.exchange.run_for(16)

    assert "caller fetched back" in world.notes.events()
    assert call_of(world, caller).menu.step >= step


def call_of_known(world: World, leg: Leg) -> bool:
    return is_known(world, leg) and call_of(world, leg).need.language == "uk"


def test_open_question_lets_nobody_be_fetched(world: World) -> None:
    caller = world.dial(*TO_THE_QUEUE, Press(digits="1"), Stay())
    world.exchange.run_until(lambda: is_known(world, caller) and queued(world, caller))
    world.exchange.run_for(200)

    assert "caller fetched back" not in world.notes.events()


def test_led_out_again_after_offer(world: World) -> None:
    publish(world, longest_wait=str(LONGEST), missed_to_away="1", ring_seconds="60")
    caller = call_in(world)
    world.exchange.run_until(
        lambda: call_of(world, caller).exit_menu.page is Page.OFFER, limit=LONGEST + 60
    )
    world.operator("anna", NOBODY)
    until_stage(world, caller, Stage.CLAIMED)
    world.exchange.run_until(lambda: not call_of(world, caller).exit_menu.is_open)

    # Nobody comes after all, and the caller must not hold on for ever.
    until_stage(world, caller, Stage.WAITING)
    world.exchange.run_until(
        lambda: call_of(world, caller).exit_menu.page is Page.OFFER
    )


def without_ways_out(world: World) -> None:
    """The line neither calls back nor takes messages."""
    lines = cast("dict[LineKey, Line]", world.ports.content.lines())
    lines[LINE] = replace(lines[LINE], calls_back=False, limits=CallLimits())


def test_unfetchable_goodbye_is_said(world: World) -> None:
    """The clock has ended the wait while the carrier moved nobody."""
    publish(world, longest_wait=str(LONGEST))
    without_ways_out(world)
    caller = call_in(world)
    world.exchange.run_for(20)
    fault(world, FaultKind.DELAYED, "/voice/wait", seconds=30)
    fault(world, FaultKind.BROKEN, MOVE)
    world.exchange.run_until(lambda: stage_of(world, caller) is Stage.GOODBYE, 600)
    world.exchange.run_for(5)
    world.exchange.state.faults.clear()

    world.exchange.run_until(lambda: caller.ended, 120)
    assert has_heard(world, caller, "way.goodbye")
