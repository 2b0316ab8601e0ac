"""What routing sees, as it changes between one look and the next."""

import pytest
from redis import Redis

from ivr.adapters.redis_store import RedisStore
from ivr.adapters.vault import KeyVault
from ivr.core.model.call import LineKey
from ivr.core.queue.routing import Snapshot
from tests.adapters.store_people import LINE, keep, operator, waiting
from tests.fakes import StillClock

DEPTH = 4


@pytest.fixture
def store(redis: Redis) -> RedisStore:
    return RedisStore(redis, KeyVault.made(), StillClock())


def seen(snapshot: Snapshot) -> tuple[set[str], set[str]]:
    callers = {head.call for queue in snapshot.heads for head in queue}
    return set(callers), {each.id for each in snapshot.operators}


def test_an_empty_line_is_seen_empty(store: RedisStore) -> None:
    assert seen(store.snapshot(LINE, DEPTH)) == (set(), set())


def test_the_first_look_sees_everybody(store: RedisStore) -> None:
    keep(store, waiting("c1", 0), operator("o1"))

    assert seen(store.snapshot(LINE, DEPTH)) == ({"c1"}, {"o1"})


def test_queues_and_operators_that_came_after_the_last_look_are_seen(
    store: RedisStore,
) -> None:
    keep(store, waiting("c1", 0), operator("o1"))
    store.snapshot(LINE, DEPTH)
    keep(store, waiting("c2", 1, "family"), waiting("c3", 2, language="en"))
    keep(store, operator("o2"))

    assert seen(store.snapshot(LINE, DEPTH)) == ({"c1", "c2", "c3"}, {"o1", "o2"})


def test_what_others_changed_is_seen_by_a_store_that_has_looked_before(
    redis: Redis, store: RedisStore
) -> None:
    store.snapshot(LINE, DEPTH)
    other = RedisStore(redis, KeyVault.made(), StillClock())
    keep(other, waiting("c1", 0), operator("o1"))

    assert seen(store.snapshot(LINE, DEPTH)) == seen(other.snapshot(LINE, DEPTH))


def test_a_wiped_store_is_seen_empty_by_one_that_remembers(
    redis: Redis, store: RedisStore
) -> None:
    keep(store, waiting("c1", 0), operator("o1"))
    store.snapshot(LINE, DEPTH)
    redis.flushall()

    assert seen(store.snapshot(LINE, DEPTH)) == (set(), set())


def test_one_line_is_never_seen_in_another(store: RedisStore) -> None:
    keep(store, waiting("c1", 0), operator("o1"))
    store.snapshot(LINE, DEPTH)

    assert seen(store.snapshot(LineKey("other"), DEPTH)) == (set(), set())


def test_a_second_look_costs_one_round_trip(redis: Redis, store: RedisStore) -> None:
    keep(store, waiting("c1", 0), operator("o1"))
    store.snapshot(LINE, DEPTH)
    before = redis.info("commandstats")["cmdstat_smembers"]["calls"]
    store.snapshot(LINE, DEPTH)

    assert redis.info("commandstats")["cmdstat_smembers"]["calls"] == before + 2
