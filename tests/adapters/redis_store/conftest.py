"""The store of the suite that every store of the live state passes."""

import pytest
from redis import Redis

from ivr.adapters.redis_store import RedisStore
from ivr.adapters.vault import KeyVault
from tests.adapters.redis_store.store_people import LiveState
from tests.ports.fakes import StillClock
from tests.ports.memory_store import MemoryStore


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(params=["redis", "memory"])
def store(request: pytest.FixtureRequest, clock: StillClock) -> LiveState:
    """The real store on a real Valkey, and the one in memory."""
    if request.param == "memory":
        return MemoryStore(KeyVault.with_fresh_keys(), clock)
    redis: Redis = request.getfixturevalue("redis")
    return RedisStore(redis, KeyVault.with_fresh_keys(), clock)
