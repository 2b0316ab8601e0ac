"""SQL is away: callers are answered, and nobody pays for it afterwards."""

from pathlib import Path

from exchange.state.people import Press, Stay, Talk, accepting_operator
from ivr.core.model.contact.stage import Stage
from ivr.core.model.operator import State
from tests.dsl.doing import (
    OTHER_CALLER,
    TO_THE_QUEUE,
    call_in,
    call_of,
    has_heard,
    state_of,
    until_stage,
)
from tests.dsl.faults.wire import broken_database
from tests.dsl.line_people import PIN, enrol, rings_in, stands
from tests.world import World


def test_new_caller_comes_to_queue_without_database(
    world: World, tmp_path: Path
) -> None:
    call_in(world)
    world.jobs.are_lost = True
    with broken_database(tmp_path):
        second = call_in(world, from_=OTHER_CALLER)
        world.exchange.run_until(lambda: second.queue, limit=60)


def test_talk_outlives_database_and_is_written(world: World, tmp_path: Path) -> None:
    world.operator("anna", accepting_operator())
    caller = call_in(world, Talk(seconds=30))
    until_stage(world, caller, Stage.CONNECTED)
    world.jobs.are_lost = True
    with broken_database(tmp_path):
        world.reconciles = False
        until_stage(world, caller, Stage.ENDED)
        world.reconciles = True

    assert world.record(caller).outcome == "answered"


def test_outage_of_database_sends_no_operator_away(
    world: World, tmp_path: Path
) -> None:
    """The operator's number cannot be looked up: nobody has missed a call."""
    first = call_in(world)
    world.operator("anna", accepting_operator())
    until_stage(world, first, Stage.CONNECTED)
    world.exchange.hang_up(first)
    world.exchange.run_for(40)
    world.jobs.are_lost, world.reconciles = True, False
    with broken_database(tmp_path):
        caller = call_in(world, from_=OTHER_CALLER)
        world.exchange.run_for(240)
        assert state_of(world) is not State.AWAY, "nobody has missed a call"
    world.reconciles = True

    until_stage(world, caller, Stage.CONNECTED)


def test_calling_in_works_once_database_returns(world: World, tmp_path: Path) -> None:
    enrol(world)
    world.reconciles = False
    with broken_database(tmp_path):
        leg = rings_in(world, Press(digits=PIN), Stay())
        world.exchange.run_for(15)
        assert has_heard(world, leg, "flow.sorry")
        assert world.operator_now().telephone.mistyped == 0, (
            "nobody could look at the PIN"
        )
    world.reconciles = True

    world.exchange.run_until(lambda: stands(world, leg), limit=30)
    assert not has_heard(world, leg, "operator.pin-wrong")


def test_wiped_store_uses_shipped_rules(world: World, tmp_path: Path) -> None:
    world.jobs.are_lost, world.ticks = True, False
    with broken_database(tmp_path):
        caller = world.dial(*TO_THE_QUEUE, Stay())
        world.exchange.run_until(lambda: caller.queue, limit=60)
        world.exchange.run_for(100)

        assert call_of(world, caller).stage is Stage.WAITING
        said = [event.text for event in caller.transcript if event.kind == "say"]
        place = world.ports.content.text("example", "uk", "wait.place", {"place": 1})  # type: ignore[arg-type]
        assert place in said
