"""Alive, ready, degraded: what the house says of itself, and how many are in it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from redis import Redis

from exchange.state.people import Callee, Stay
from ivr.core.model.values import replace
from tests.dsl.doing import TO_THE_QUEUE
from tests.dsl.faults.wire import Wire, broken_database
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


def test_house_without_redis_takes_calls(house: World, wire: Wire) -> None:
    client = house.app.test_client()
    wire.cut()

    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()) == (200, {"status": "degraded"})
    metrics = client.get("/metrics")
    assert metrics.status_code == 200
    assert b"hotline_store_up 0.0" in metrics.data


REFUSALS = {
    "maxmemory": ("1", "0"),
    "min-replicas-to-write": ("1", "0"),
}
"""A setting with which a store takes nothing more, and the usual one."""


@pytest.mark.parametrize("setting", REFUSALS)
def test_unwritable_stores_house_is_degraded(
    house: World, redis: Redis, setting: str
) -> None:
    client = house.app.test_client()
    refusing, usual = REFUSALS[setting]
    redis.config_set(setting, refusing)

    ready, metrics = client.get("/readyz"), client.get("/metrics")

    redis.config_set(setting, usual)
    assert (ready.status_code, ready.get_json()) == (200, {"status": "degraded"})
    assert b"hotline_store_up 0.0" in metrics.data
    house.clock.pass_by(timedelta(seconds=1))
    assert client.get("/readyz").get_json() == {"status": "ready"}
    assert b"hotline_store_up 1.0" in client.get("/metrics").data


def test_house_without_database_degraded(house: World, tmp_path: Path) -> None:
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


TOKEN = {"Authorization": "Bearer a token for watchers"}
STRANGERS = {
    "proxy": ({"X-Forwarded-For": "203.0.113.9"}, {}),
    "another proxy": ({"Forwarded": "for=203.0.113.9"}, {}),
    "proxy of few words": ({"Via": "1.1 front"}, {}),
    "plain nginx": ({}, {"SERVER_PROTOCOL": "HTTP/1.0"}),
    "public name": ({"Host": "hotline.example"}, {}),
    "name of another": ({"Host": "127.0.0.1.rebound.example:8000"}, {}),
    "another machine": ({}, {"REMOTE_ADDR": "203.0.113.9"}),
}


def with_token(world: World, token: str = "a token for watchers") -> FlaskClient:  # noqa: S107
    inside = world.app.extensions["hotline"]
    world.app.extensions["hotline"] = replace(inside, metrics_token=token)
    return world.app.test_client()


@pytest.mark.parametrize("who", STRANGERS)
def test_figures_are_not_for_street(house: World, who: str) -> None:
    headers, environ = STRANGERS[who]
    given = house.app.test_client().get(
        "/metrics", headers=headers, environ_overrides=environ
    )

    assert given.status_code == 401
    assert b"hotline_" not in given.data
    assert "METRICS_TOKEN" in given.text


@pytest.mark.parametrize("who", STRANGERS)
def test_figures_are_for_whoever_has_token(house: World, who: str) -> None:
    headers, environ = STRANGERS[who]
    given = with_token(house).get(
        "/metrics", headers={**headers, **TOKEN}, environ_overrides=environ
    )

    assert given.status_code == 200
    assert b"hotline_store_up" in given.data


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", "Bearer a", "Basic a token for watchers"]
)
def test_figures_token_needed_on_machine_too(house: World, given: str) -> None:
    client = with_token(house)

    assert client.get("/metrics", headers={"Authorization": given}).status_code == 401


def test_local_figures_without_token(house: World) -> None:
    client = house.app.test_client()

    for host in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000", "127.0.0.1"):
        assert client.get("/metrics", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("who", STRANGERS)
def test_readiness_is_one_word_for_everybody(house: World, who: str) -> None:
    headers, environ = STRANGERS[who]
    given = house.app.test_client().get(
        "/readyz", headers=headers, environ_overrides=environ
    )

    assert (given.status_code, given.get_json()) == (200, {"status": "ready"})
