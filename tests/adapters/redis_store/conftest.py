"""The store of the suite that every store of the live state passes."""

import pytest
from redis import Redis

from ivr.adapters.vault import KeyVault
from ivr.bootstrap.live_state import make_store
from ivr.ports import Store
from tests.ports.fakes import StillClock
from tests.ports.memory_store import make_memory_store


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(params=["redis", "memory"])
def store(request: pytest.FixtureRequest, clock: StillClock) -> Store:
    """The real store on a real Valkey, and the one in memory."""
    if request.param == "memory":
        return make_memory_store(KeyVault.with_fresh_keys(), clock)
    redis: Redis = request.getfixturevalue("redis")
    return make_store(redis, KeyVault.with_fresh_keys(), clock)
