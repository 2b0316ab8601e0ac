"""A Valkey that is away, hangs, is full, or may not be written to."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ivr.adapters.redis_store import RedisStore
from ivr.adapters.vault import KeyVault
from ivr.core.call import CallId
from ivr.core.errors import Unavailable
from ivr.ports import Change
from tests.adapters.store_people import (
    LINE,
    at,
    waiting,
)
from tests.fakes import StillClock
from tests.scenarios.wire import Wire


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(redis: Redis, clock: StillClock) -> RedisStore:
    return RedisStore(redis, KeyVault.made(), clock)


# --- a server that is away, full, or may not be written to ------------------


@pytest.fixture
def lonely(clock: StillClock) -> Iterator[RedisStore]:
    """A store whose server is not there."""
    client = Redis(port=1, retry=Retry(NoBackoff(), 0), socket_connect_timeout=0.3)
    yield RedisStore(client, KeyVault.made(), clock)
    client.close()


def test_absent_server_is_unavailable_whatever_is_asked(lonely: RedisStore) -> None:
    asked = (
        lambda: lonely.call(LINE, CallId("c1")),
        lambda: lonely.operators(LINE),
        lambda: lonely.snapshot(LINE, 4),
        lambda: lonely.commit(LINE, Change(save=(waiting("c1", 0),))),
        lambda: lonely.wake(LINE),
        lambda: lonely.served(LINE, 1, None),
        lambda: lonely.leg_slot(at(0), 1.0),
        lambda: lonely.due(LINE, at(0)),
        lambda: lonely.take(LINE, 1),
        lambda: lonely.rule_versions(LINE),
    )
    for ask in asked:
        with pytest.raises(Unavailable):
            ask()


def test_server_that_did_not_answer_is_left_alone_for_a_second(
    redis: Redis, valkey_url: str, clock: StillClock
) -> None:
    assert redis.ping()
    wire = Wire(valkey_url)
    store = RedisStore(wire.client, KeyVault.made(), clock)
    wire.cut()
    with pytest.raises(Unavailable):
        store.wake(LINE)
    wire.mend()

    with pytest.raises(Unavailable):
        store.wake(LINE)
    clock.pass_by(timedelta(seconds=1))
    assert store.wake(LINE)
    wire.client.close()


@pytest.fixture
def read_only(redis: Redis) -> Iterator[None]:
    """A server that has become a replica of nobody."""
    redis.replicaof("127.0.0.1", 1)
    yield
    redis.replicaof("NO", "ONE")


@pytest.mark.usefixtures("read_only")
def test_server_that_may_not_be_written_to_is_unavailable(store: RedisStore) -> None:
    with pytest.raises(Unavailable):
        store.commit(LINE, Change(save=(waiting("c1", 0),)))


@pytest.fixture
def full(redis: Redis) -> Iterator[None]:
    """A server without any room."""
    redis.config_set("maxmemory", "1")
    yield
    redis.config_set("maxmemory", "0")


@pytest.mark.usefixtures("full")
def test_server_that_is_full_is_unavailable(store: RedisStore) -> None:
    with pytest.raises(Unavailable):
        store.commit(LINE, Change(save=(waiting("c1", 0),)))


@pytest.fixture
def hung(redis: Any) -> Iterator[None]:
    """A server that takes every command and answers none."""
    redis.execute_command("CLIENT", "PAUSE", "2000", "ALL")
    yield
    redis.execute_command("CLIENT", "UNPAUSE")


@pytest.fixture
def impatient(valkey_url: str, clock: StillClock) -> Iterator[RedisStore]:
    """A store as a webhook uses it: it waits for a moment, once."""
    client = Redis.from_url(valkey_url, retry=Retry(NoBackoff(), 0), socket_timeout=0.2)
    client.ping()
    yield RedisStore(client, KeyVault.made(), clock)
    client.close()


def test_server_that_hangs_is_unavailable(
    impatient: RedisStore, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("hung")
    with pytest.raises(Unavailable):
        impatient.call(LINE, CallId("c1"))


def test_fault_of_our_own_is_not_mistaken_for_an_absent_server(
    store: RedisStore, redis: Redis
) -> None:
    redis.set(f"hotline:{{{LINE}}}:call:c1", "not a hash")

    with pytest.raises(Exception, match="WRONGTYPE") as found:
        store.call(LINE, CallId("c1"))
    assert not isinstance(found.value, Unavailable)
