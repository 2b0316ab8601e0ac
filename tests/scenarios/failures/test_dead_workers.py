"""Workers, the ticker, or all of them are dead: calls are still brought together."""

from exchange.state.people import Talk, accepting_operator
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import State
from tests.dsl.doing import (
    OTHER_CALLER,
    OTHER_OPERATOR,
    call_in,
    stage_of,
    state_of,
    until_stage,
    until_state,
)
from tests.world import LINE, World


def test_ticker_routes_without_jobs(world: World) -> None:
    world.operator("anna", accepting_operator())
    world.jobs.are_lost = True

    caller = call_in(world, Talk(seconds=10))
    until_stage(world, caller, Stage.CONNECTED, limit=20)
    until_stage(world, caller, Stage.ENDED)

    assert world.record(caller).outcome == "answered"


def test_ticker_rings_within_two_seconds(world: World) -> None:
    call_in(world)
    world.jobs.are_lost = True
    world.operator("anna", accepting_operator(after=5))
    began = world.exchange.now

    world.exchange.run_until(lambda: state_of(world) is State.RINGING, limit=10)
    world.exchange.run_until(lambda: is_rung(world), limit=10)

    assert (world.exchange.now - began).total_seconds() <= 2


def is_rung(world: World) -> bool:
    return world.operator_now().leg is not None


def test_ticker_serves_second_caller_without_jobs(world: World) -> None:
    world.operator("anna", accepting_operator())
    world.operator("bela", accepting_operator(), phone=OTHER_OPERATOR)
    world.jobs.are_lost = True

    first, second = call_in(world), call_in(world, from_=OTHER_CALLER)

    until_stage(world, first, Stage.CONNECTED, limit=20)
    until_stage(world, second, Stage.CONNECTED, limit=20)


def test_wait_polls_route_without_workers(
    world: World,
) -> None:
    caller = call_in(world)
    world.operator("anna", accepting_operator())
    world.jobs.are_lost, world.ticks = True, False

    until_stage(world, caller, Stage.CLAIMED, limit=70)


def test_wait_polls_ring_operators_without_workers(
    world: World,
) -> None:
    world.jobs.are_lost, world.ticks = True, False
    caller = call_in(world)
    world.operator("anna", accepting_operator())

    until_stage(world, caller, Stage.CONNECTED, limit=180)


def test_wrap_up_ends_without_jobs(world: World) -> None:
    world.operator("anna", accepting_operator(talks=5))
    call_in(world)
    world.jobs.are_lost = True
    until_state(world, State.WRAP_UP)
    began = world.exchange.now

    until_state(world, State.AVAILABLE)

    assert 29 <= (world.exchange.now - began).total_seconds() <= 32


def test_unwritten_facts_written_by_next_job(world: World) -> None:
    world.jobs.are_lost = True
    lost = call_in(world)
    world.exchange.hang_up(lost)
    world.exchange.run_for(2)
    world.jobs.are_lost = False
    # The second in which the lost job was trusted to come is over.
    world.redis.delete(f"hotline:{{{LINE}}}:asked:write")

    following = call_in(world, from_=OTHER_CALLER)
    world.exchange.hang_up(following)
    world.exchange.run_for(2)

    kept = {record.call: record for record in world.ports.call_search.calls()}
    assert kept[ContactId(lost.sid)].outcome == "abandoned"
    assert kept[ContactId(following.sid)].outcome == "abandoned"
    assert stage_of(world, lost) is Stage.ENDED


def test_without_jobs_nobody_rings_forever(world: World) -> None:
    world.operator("anna", accepting_operator(after=500))
    call_in(world)
    world.jobs.are_lost = True
    until_state(world, State.RINGING)

    world.exchange.run_until(lambda: state_of(world) is not State.RINGING, limit=40)
