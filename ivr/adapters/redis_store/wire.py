"""Scripts are run over connections that are kept, one for each that asks at once.

The library's pipeline takes a connection of its pool for each round trip, counts it,
gives it back, counts again, and asks a policy of repeating that never repeats here:
more than the round trip itself costs this process.
"""

import os
from collections import deque
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from hiredis import pack_command
from redis import ConnectionPool, Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

KEPT = 8
"""Connections kept idle: after a rush the pool has the others."""

Command = tuple[Any, ...]
"""A command's name and its arguments."""


_WIRES: WeakKeyDictionary[Redis, "Wire"] = WeakKeyDictionary()
"""One for each client: what it keeps idle is lost to the pool for everybody else."""


def wire_of(client: Redis) -> "Wire":
    """The way to the server of a client, however many ask for it."""
    return _WIRES.setdefault(client, Wire(client.connection_pool))


class Wire:
    """A way to the server; threads may use it at once."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._idle: deque[Any] = deque()

    def run_commands(self, commands: Sequence[Command]) -> list[Any]:
        """What the server answers to each, in one round trip; its errors as values.

        What keeps it from answering is raised, as by the library.
        """
        connection = self._take_connection()
        try:
            connection.send_packed_command([b"".join(map(pack_command, commands))])
            answers = [_read_answer(connection) for _ in commands]
        except BaseException:
            # What is left of the answers belongs to nobody.
            connection.disconnect()
            self._pool.release(connection)
            raise
        if len(self._idle) < KEPT:
            self._idle.append(connection)
        else:
            self._pool.release(connection)
        return answers

    def _take_connection(self) -> Any:
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread has taken the last one
                break
            if _is_ready(connection):
                return connection
            self._pool.release(connection)
        return self._pool.get_connection()


def _is_ready(connection: Any) -> bool:
    """Whether it is ours still, stands, and has nothing that nobody has read."""
    if connection.pid != os.getpid() or not connection.is_connected:
        return False
    try:
        return not connection.can_read(0)
    except (RedisConnectionError, RedisTimeoutError, OSError):
        return False


def _read_answer(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ResponseError as error:
        return error
