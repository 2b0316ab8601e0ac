"""Addresses that no call file asks: how often the live state is asked for each.

These numbers are only ever lowered. A new address stands here, or in a call file.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from exchange.state.people import accepting_operator
from ivr.actions.desk.self_test import ring_once
from ivr.actions.talk_controls import talk
from ivr.core.model.contact.stage import Stage
from ivr.core.model.operator import Reach
from tests.calls.asked import ASKED
from tests.dsl.doing import call_in, until_stage
from tests.dsl.talking import ANNA, PICKS_UP, in_talk
from tests.ports.stores import counting_client
from tests.web.audience import AUDIENCE, CARRIER
from tests.world import LINE, World, build_world

MOST_TRIPS = {
    "/voice/hold": 1,
    "/voice/offer/connect": 2,
    "/voice/standing": 2,
    "/voice/standing/back": 3,
    "/voice/standing/pin": 3,
    "/voice/try": 1,
    "/voice/try/status": 2,
}
"""Twice is enough, to read and to save; an operator who calls in, or comes back to the
standing line, costs a third."""

UNCOUNTED = {
    "/messages/twilio": "it is logged, and nothing is asked",
    "/voice/fallback": "it is answered as /voice/resume",
    "/voice/held": "it is asked while nothing can be read or saved",
    "/voice/held/dialled": "it is asked while nothing can be read or saved",
    "/voice/held/key": "it is asked while nothing can be read or saved",
    "/voice/held/over": "it is asked while nothing can be read or saved",
    "/voice/standing/called": "an operator is called once a shift",
    "/voice/standing/called/answer": "an operator is called once a shift",
    "/voice/standing/room": "the caller is let in as by /voice/room",
}
"""Addresses whose requests are not counted, and why."""


@pytest.fixture
def redis(valkey_url: str) -> Iterator[Redis]:
    """A client that counts."""
    client = counting_client(valkey_url)
    yield client
    client.close()


def hold(world: World) -> None:
    in_talk(world)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    world.exchange.run_for(1)


def accept_at_desk(world: World) -> None:
    world.operator("anna", PICKS_UP, clicks=True)
    until_stage(world, call_in(world), Stage.CONNECTED)


def try_telephone(world: World) -> None:
    world.operator("anna", accepting_operator())
    ring_once(world.ports, LINE, ANNA)
    world.exchange.run_for(60)


def talk_on_standing_line(world: World) -> None:
    _, caller = in_talk(world, reach=Reach.STANDING)
    world.exchange.hang_up(caller)
    world.exchange.run_for(5)


@pytest.mark.parametrize(
    ("happen", "paths"),
    [
        (hold, {"/voice/hold"}),
        (accept_at_desk, {"/voice/offer/connect"}),
        (try_telephone, {"/voice/try", "/voice/try/status"}),
        (
            talk_on_standing_line,
            {"/voice/standing", "/voice/standing/back", "/voice/standing/pin"},
        ),
    ],
)
def test_addresses_ask_store_no_oftener(
    redis: Redis, tmp_path: Path, happen: Callable[[World], None], paths: set[str]
) -> None:
    for each in ("first", "counted"):
        redis.flushall()
        (tmp_path / each).mkdir()
        with build_world(redis, tmp_path / each) as world:
            happen(world)

    trips = [each for each in world.trips if each[0] in paths]
    assert {path for path, _ in trips} == paths
    assert [each for each in trips if each[1] > MOST_TRIPS[each[0]]] == []


def test_carriers_addresses_all_listed() -> None:
    ours = {path for (_, path), who in AUDIENCE.items() if who == CARRIER}

    assert ASKED | MOST_TRIPS.keys() | UNCOUNTED.keys() == ours
    assert not MOST_TRIPS.keys() & (ASKED | UNCOUNTED.keys())
