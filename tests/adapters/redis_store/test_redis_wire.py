"""Commands over connections that are kept: what comes back, and after what."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import ConnectionPool, Redis
from redis.connection import UnixDomainSocketConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from ivr.adapters.redis_store.wire import KEPT, Wire, wire_of
from tests.ports.stores import patient_client


@pytest.fixture
def client(redis: Redis, valkey_url: str) -> Iterator[Redis]:
    """A client of its own; the fixture that it asks for has emptied the store."""
    redis.set("number", 7)
    client = patient_client(valkey_url)
    yield client
    client.close()


@pytest.fixture
def wire(client: Redis) -> Wire:
    return wire_of(client)


def own_id(wire: Wire) -> int:
    """The number that the server has given the connection."""
    (found,) = wire.run_commands([("CLIENT", "ID")])
    return int(found)


def test_answers_come_in_order(wire: Wire) -> None:
    asked = [("GET", "number"), ("ECHO", "x" * 70_000), ("GET", "nothing")]

    assert wire.run_commands(asked) == [b"7", b"x" * 70_000, None]


def test_connection_is_kept(wire: Wire) -> None:
    assert own_id(wire) == own_id(wire)


def test_wires_of_client_share_connections(client: Redis, wire: Wire) -> None:
    before = own_id(wire)

    assert own_id(wire_of(client)) == before


def test_rush_leaves_connections_to_pool(redis: Redis, valkey_url: str) -> None:
    path = valkey_url.removeprefix("unix://")
    kind, most = UnixDomainSocketConnection, KEPT + 2
    pool = ConnectionPool(connection_class=kind, path=path, max_connections=most)
    client = Redis(connection_pool=pool)
    wire = wire_of(client)
    with ThreadPoolExecutor(most) as threads:
        waiting = [
            threads.submit(wire.run_commands, [("BLPOP", "bell", 60)])
            for _ in range(most)
        ]
        while int(redis.info("clients")["blocked_clients"]) < most:
            pass
        redis.lpush("bell", *range(most))
        assert all(each.result() for each in waiting)

    assert client.ping()
    wire.run_commands([("PING",)])
    client.close()


def test_error_leaves_other_answers(wire: Wire) -> None:
    first, refused, last = wire.run_commands(
        [("GET", "number"), ("LPUSH", "number", "x"), ("GET", "number")]
    )

    assert (first, last) == (b"7", b"7")
    assert isinstance(refused, ResponseError)
    assert wire.run_commands([("GET", "number")]) == [b"7"]


def test_connection_that_server_closed_is_replaced(wire: Wire, redis: Redis) -> None:
    before = own_id(wire)
    redis.client_kill_filter(_id=str(before))

    assert own_id(wire) != before


def test_connection_cut_at_our_end_is_replaced(wire: Wire, client: Redis) -> None:
    before = own_id(wire)
    client.connection_pool.disconnect()

    assert own_id(wire) != before


def test_cut_in_mid_answer_is_told(wire: Wire) -> None:
    suicide = ("CLIENT", "KILL", "ID", str(own_id(wire)), "SKIPME", "no")
    with pytest.raises(RedisConnectionError):
        wire.run_commands([suicide, ("GET", "number"), ("GET", "number")])

    assert wire.run_commands([("GET", "number")]) == [b"7"]


def test_threads_have_answers_of_their_own(wire: Wire) -> None:
    words = [f"word-{number}" for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda word: wire.run_commands([("ECHO", word)]), words)

    assert [found for (found,) in answers] == [word.encode() for word in words]


def test_forked_process_has_connection_of_its_own(wire: Wire) -> None:
    before = own_id(wire)
    child = os.fork()
    if child == 0:
        os._exit(0 if own_id(wire) != before else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert own_id(wire) == before


def test_answer_that_is_late_is_waited_for_no_longer(valkey_url: str) -> None:
    with Redis.from_url(valkey_url, socket_timeout=0.05) as client:
        wire = wire_of(client)
        with pytest.raises(RedisTimeoutError):
            wire.run_commands([("BLPOP", "nobody rings", 60)])

        assert wire.run_commands([("ECHO", "on")]) == [b"on"]
