"""The pace of created calls, the server's own timers, and rules that change."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from redis import Redis

from exchange.state.people import Callee, Press, Stay, Talk, accepting_operator
from ivr.actions.operators.roster import choose_state
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import State
from tests.dsl.doing import (
    OTHER_CALLER,
    TO_THE_QUEUE,
    call_in,
    call_of,
    stage_of,
    state_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.faults.settling import settle
from tests.dsl.rules import publish
from tests.world import LINE, World, build_world


@pytest.fixture
def slow_world(redis: Redis, tmp_path: Path) -> Iterator[World]:
    """A hotline whose carrier creates one call in a second."""
    with build_world(redis, tmp_path, pace=1.0) as built:
        yield built
        settle(built)


def test_legs_created_no_faster_than_carrier_allows(
    slow_world: World,
) -> None:
    world = slow_world
    for number in range(5):
        world.operator(
            f"op{number}", accepting_operator(), phone=f"+4477009002{number:02d}"
        )
    callers = [
        world.dial(*TO_THE_QUEUE, Stay(), from_=f"+4477009001{number:02d}")
        for number in range(5)
    ]
    for caller in callers:
        until_stage(world, caller, Stage.CONNECTED, limit=60)

    legs = outbound_legs(world)
    assert len(legs) == 5
    gaps = [after.created - before.created for before, after in pairwise(legs)]
    assert min(gaps) >= 0.999
    assert max(gaps) <= 2.5
    assert [leg.queue_time for leg in legs] == [0] * 5


def test_pace_reserves_no_operator(
    slow_world: World,
) -> None:
    world = slow_world
    for number in range(3):
        world.operator(
            f"op{number}", accepting_operator(), phone=f"+4477009002{number:02d}"
        )
    for number in range(3):
        world.dial(*TO_THE_QUEUE, Stay(), from_=f"+4477009001{number:02d}")
    world.exchange.run_until(lambda: len(outbound_legs(world)) == 1)

    states = sorted(state_of(world, f"op{number}").value for number in range(3))
    assert states == ["available", "available", "ringing"]


def test_no_wrap_up_frees_at_once(world: World) -> None:
    publish(world, seconds="0")
    world.operator("anna", accepting_operator())
    caller = call_in(world, Talk(seconds=5))
    until_stage(world, caller, Stage.ENDED)

    assert state_of(world) is State.AVAILABLE


def test_next_rung_only_after_wrap_up(world: World) -> None:
    world.operator("anna", accepting_operator())
    first = call_in(world, Talk(seconds=5))
    second = call_in(world, from_=OTHER_CALLER)
    until_stage(world, first, Stage.ENDED)
    over = world.exchange.now

    until_stage(world, second, Stage.CLAIMED)

    assert 29 <= (world.exchange.now - over).total_seconds() <= 32


def test_operator_who_says_available_ends_wrap_up(world: World) -> None:
    world.operator("anna", accepting_operator())
    first = call_in(world, Talk(seconds=5))
    second = call_in(world, from_=OTHER_CALLER)
    until_stage(world, first, Stage.ENDED)

    choose_state(world.ports, LINE, OperatorId("anna"), State.AVAILABLE, "test")
    world.work()

    assert stage_of(world, second) is Stage.CLAIMED


def test_wish_for_away_fulfilled_after_talk(
    world: World,
) -> None:
    world.operator("anna", accepting_operator())
    caller = call_in(world, Talk(seconds=10))
    until_stage(world, caller, Stage.CONNECTED)
    choose_state(world.ports, LINE, OperatorId("anna"), State.AWAY, "test")
    assert state_of(world) is State.TALKING

    until_stage(world, caller, Stage.ENDED)

    assert state_of(world) is State.AWAY


def test_rules_published_count_for_waiters(world: World) -> None:
    """Nobody is free but one operator, whom the evening keeps for the urgent."""
    keys = (Press(digits="1"), Press(digits="2"), Press(digits="0"))
    relative = world.dial(*keys, Stay())
    world.exchange.run_until(lambda: relative.queue)
    world.operator("anna", accepting_operator())
    world.exchange.run_for(5)
    assert call_of(world, relative).need.urgency == "family"
    assert stage_of(world, relative) is Stage.WAITING

    publish(world, reserve="{ urgent = 0 }")

    assert stage_of(world, relative) is Stage.CLAIMED


def test_rules_published_leave_offer_alone(
    world: World,
) -> None:
    world.operator("anna", accepting_operator(after=10))
    caller = call_in(world)
    claim = call_of(world, caller).talk.claim

    publish(world, ring_seconds="5")
    until_stage(world, caller, Stage.CONNECTED)

    assert call_of(world, caller).talk.claim == claim


def test_held_caller_not_fetched_for_place(
    world: World,
) -> None:
    """An offer that fails must not make the next poll seem overdue."""
    publish(world, announce_every="300")
    declines_late = Callee(after=18, deeds=(Press(digits="2"), Stay()))
    world.operator("anna", declines_late)
    caller = call_in(world)
    choose_state(world.ports, LINE, OperatorId("anna"), State.AWAY, "test")
    until_state(world, State.AWAY)
    world.exchange.run_for(200)

    assert stage_of(world, caller) is Stage.WAITING
    assert "caller fetched back" not in world.notes.events()
