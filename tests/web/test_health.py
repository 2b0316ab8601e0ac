"""Alive, ready, degraded: what the house says of itself, and how many are in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from ivr.exchange.people import Callee, Stay
from tests.scenarios.doing import TO_THE_QUEUE
from tests.scenarios.wire import Wire, broken_database
from tests.world import World, build_world


@pytest.fixture
def wire(valkey_url: str, redis: Redis) -> Iterator[Wire]:
    assert redis.ping()
    made = Wire(valkey_url)
    yield made
    made.client.close()


@pytest.fixture
def house(wire: Wire, tmp_path: Path) -> Iterator[World]:
    with build_world(wire.client, tmp_path) as built:
        yield built


def test_house_in_order_is_alive_and_ready(house: World) -> None:
    client = house.app.test_client()

    assert client.get("/healthz").get_json() == {"status": "alive"}
    assert client.get("/readyz").get_json() == {"status": "ready"}


def test_house_without_redis_is_alive_and_degraded_and_takes_calls(
    house: World, wire: Wire
) -> None:
    client = house.app.test_client()
    wire.cut()

    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()) == (200, {"status": "degraded"})
    metrics = client.get("/metrics")
    assert metrics.status_code == 200
    assert b"hotline_store_up 0.0" in metrics.data


def test_house_without_its_database_is_degraded(house: World, tmp_path: Path) -> None:
    with broken_database(tmp_path):
        ready = house.app.test_client().get("/readyz")

    assert (ready.status_code, ready.get_json()) == (200, {"status": "degraded"})
    assert house.app.test_client().get("/readyz").get_json() == {"status": "ready"}


def test_metrics_count_people_and_name_nobody(house: World) -> None:
    house.operator("anna-the-operator", Callee(after=18))
    caller = house.dial(*TO_THE_QUEUE, Stay())
    house.exchange.run_until(lambda: caller.queue)
    text = house.app.test_client().get("/metrics").get_data(as_text=True)

    assert "hotline_store_up 1.0" in text
    assert "hotline_waiting" in text
    assert "hotline_operators" in text
    assert "anna" not in text
    assert caller.sid not in text
