"""Redis is wiped, or away: callers go on waiting and keep their places."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from exchange.state.leg import Leg
from exchange.state.people import Press, Stay, Talk, accepting_operator
from ivr.core.model.contact.stage import Stage
from ivr.core.model.operator import State
from tests.dsl.doing import (
    OTHER_CALLER,
    TO_THE_QUEUE,
    call_in,
    call_of,
    carrier_says,
    has_heard,
    heard,
    is_known,
    says,
    stage_of,
    state_of,
    until_rung,
    until_stage,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.faults.settling import settle
from tests.dsl.faults.wire import Wire
from tests.dsl.line_people import on_line, stands
from tests.world import HOTLINE, LINE, World, build_world

BREAKER_OPEN = 2
"""Seconds after which the store is asked again for certain."""


@pytest.fixture
def wire(valkey_url: str, redis: Redis) -> Iterator[Wire]:
    """A wire of its own to the emptied store."""
    assert redis.dbsize() == 0
    made = Wire(valkey_url)
    yield made
    made.client.close()


@pytest.fixture
def cut_world(wire: Wire, tmp_path: Path) -> Iterator[World]:
    """A hotline whose wire to Redis can be cut."""
    with build_world(wire.client, tmp_path) as built:
        yield built
        settle(built)


@contextmanager
def away(world: World, wire: Wire) -> Iterator[None]:
    """Redis does not answer meanwhile; the ticker, which needs it, stands still."""
    wire.cut()
    world.ticks = False
    yield
    world.ticks = True
    wire.mend()
    world.exchange.run_for(BREAKER_OPEN)


def test_wiped_stores_callers_regain_places(world: World) -> None:
    first = call_in(world)
    world.exchange.run_for(7)
    second = call_in(world, from_=OTHER_CALLER)
    places = [call_of(world, leg).arrival.at for leg in (first, second)]

    world.redis.flushall()
    world.exchange.run_until(lambda: is_known(world, first), limit=70)
    world.exchange.run_until(lambda: is_known(world, second), limit=70)

    assert [call_of(world, leg).arrival.at for leg in (first, second)] == places
    order = [call.id for call in world.ports.queues.waiting(LINE)]
    assert order == [first.sid, second.sid]
    assert world.notes.events().count("place restored") == 2


def test_wiped_stores_operators_take_callers(
    world: World,
) -> None:
    caller = call_in(world)
    world.redis.flushall()
    world.operator("anna", accepting_operator())
    world.redis.flushall()
    assert world.ports.operators.operators(LINE) == []

    until_stage_of_known(world, caller)
    assert world.operator_now().profile.languages == ("uk", "ru", "en")


def until_stage_of_known(world: World, caller: Leg) -> None:
    world.exchange.run_until(lambda: is_known(world, caller), limit=70)
    until_stage(world, caller, Stage.CONNECTED)


def test_unsigned_place_is_no_place(world: World) -> None:
    caller = call_in(world)
    world.exchange.run_until(lambda: caller.queue)
    token = next(
        url.partition("t=")[2]
        for _, url in reversed(world.asked)
        if "/voice/wait?t=" in url
    )
    world.redis.flushall()
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")

    answer = carrier_says(world, f"/voice/wait?t={forged}", caller.sid, {"To": HOTLINE})

    assert answer.status_code == 200
    if is_known(world, caller):
        assert stage_of(world, caller) is not Stage.WAITING
    world.redis.flushall()
    world.exchange.run_until(lambda: is_known(world, caller), limit=70)
    assert stage_of(world, caller) is Stage.WAITING


def test_wiped_stores_offer_made_again(
    world: World,
) -> None:
    world.operator("anna", accepting_operator(after=5), accepting_operator())
    caller = call_in(world)
    until_rung(world)

    world.redis.flushall()
    until_stage_of_known(world, caller)

    assert len(outbound_legs(world)) == 2


def test_talk_goes_on_when_store_wiped(world: World) -> None:
    world.operator("anna", accepting_operator())
    caller = call_in(world, Talk(seconds=40))
    until_stage(world, caller, Stage.CONNECTED)

    world.redis.flushall()
    world.exchange.run_for(30)

    assert caller.conference
    world.exchange.run_until(lambda: caller.ended)
    world.exchange.run_for(20)


def test_wiped_talkers_not_rung(
    world: World,
) -> None:
    world.operator("anna", accepting_operator())
    talking = call_in(world)
    until_stage(world, talking, Stage.CONNECTED)

    world.redis.flushall()
    call_in(world, from_=OTHER_CALLER)
    world.exchange.run_for(40)

    assert len(outbound_legs(world)) == 1, "a second call to somebody who talks"
    # Who talks is not rebuilt: the talk goes on, and is known again when it ends.
    world.exchange.hang_up(talking)
    world.exchange.run_for(20)
    assert state_of(world) is not State.OFFLINE


def test_waiter_outlasts_redis_outage(cut_world: World, wire: Wire) -> None:
    caller = call_in(cut_world)
    place = call_of(cut_world, caller).arrival.at
    with away(cut_world, wire):
        cut_world.exchange.run_for(90)
        assert caller.queue
        assert has_heard(cut_world, caller, "wait.stay")
    cut_world.operator("anna", accepting_operator())

    until_stage(cut_world, caller, Stage.CONNECTED)
    assert call_of(cut_world, caller).arrival.at == place


def test_new_caller_apologised_then_served(cut_world: World, wire: Wire) -> None:
    with away(cut_world, wire):
        caller = cut_world.dial(*TO_THE_QUEUE, Stay())
        cut_world.exchange.run_for(6)
        assert has_heard(cut_world, caller, "flow.sorry")
        assert not caller.ended
    cut_world.exchange.run_until(
        lambda: is_known(cut_world, caller) and caller.queue, limit=120
    )

    assert stage_of(cut_world, caller) is Stage.WAITING
    assert not cut_world.exchange.complaints


def test_new_caller_held_during_outage(cut_world: World, wire: Wire) -> None:
    with away(cut_world, wire):
        caller = cut_world.dial(Stay())
        rang = cut_world.clock.now()
        cut_world.exchange.run_for(900)
        assert not caller.ended
        assert heard(caller).count(says(cut_world, "flow.sorry")) == 1
    cut_world.exchange.run_until(lambda: is_known(cut_world, caller), limit=20)

    arrived = call_of(cut_world, caller).arrival.at
    assert arrived is not None
    assert arrived - rang < timedelta(seconds=5)


def test_key_during_outage_not_lost(cut_world: World, wire: Wire) -> None:
    caller = cut_world.dial(Press(digits="3", after=3), Stay())
    cut_world.exchange.run_until(lambda: is_known(cut_world, caller))
    with away(cut_world, wire):
        cut_world.exchange.run_until(
            lambda: has_heard(cut_world, caller, "flow.sorry", "en"), limit=60
        )
    cut_world.exchange.run_for(60)

    assert call_of(cut_world, caller).need.language == "en"


def test_acceptance_during_outage_gets_call(cut_world: World, wire: Wire) -> None:
    world = cut_world
    world.operator("anna", accepting_operator(after=2))
    caller = call_in(world)
    leg = until_rung(world)
    world.exchange.run_until(lambda: any(e.kind == "gather" for e in leg.transcript))
    with away(world, wire):
        world.exchange.run_for(3)
    until_stage(world, caller, Stage.CONNECTED, limit=30)

    assert len(outbound_legs(world)) == 1


def test_talk_ending_in_outage_frees_later(cut_world: World, wire: Wire) -> None:
    cut_world.operator("anna", accepting_operator())
    caller = call_in(cut_world, Talk(seconds=10))
    until_stage(cut_world, caller, Stage.CONNECTED)
    with away(cut_world, wire):
        cut_world.exchange.run_until(lambda: caller.ended)
    cut_world.exchange.run_for(20)

    assert stage_of(cut_world, caller) is Stage.ENDED
    assert state_of(cut_world) in {State.WRAP_UP, State.AVAILABLE}
    assert cut_world.record(caller).outcome == "answered"


def test_line_operator_outlasts_outage(cut_world: World, wire: Wire) -> None:
    standing = on_line(cut_world)
    with away(cut_world, wire):
        cut_world.exchange.run_for(90)
        assert not standing.ended
        assert not has_heard(cut_world, standing, "flow.sorry")
    caller = call_in(cut_world)

    until_stage(cut_world, caller, Stage.CONNECTED)
    assert stands(cut_world, standing)


def test_standing_talk_ending_in_outage_stays(cut_world: World, wire: Wire) -> None:
    standing = on_line(cut_world)
    caller = call_in(cut_world, Talk(seconds=10))
    until_stage(cut_world, caller, Stage.CONNECTED)
    with away(cut_world, wire):
        cut_world.exchange.run_until(lambda: caller.ended)
        cut_world.exchange.run_for(20)
        assert not standing.ended
    cut_world.exchange.run_for(30)

    assert stands(cut_world, standing)
    assert state_of(cut_world) in {State.WRAP_UP, State.AVAILABLE}
