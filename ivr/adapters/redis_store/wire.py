"""Scripts are run over connections that are kept, one for each that asks at once.

The library's pipeline takes a connection of its pool for each round trip, counts it,
gives it back, counts again, and asks a policy of repeating that never repeats here:
more than the round trip itself costs this process. And its reading of
an answer goes through five functions: here the answers are read from the socket.
"""

import os
import select
import socket
from collections import deque
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from hiredis import PushNotification, Reader, pack_command
from redis import ConnectionPool, Redis
from redis.connection import DefaultParser
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import InvalidResponse, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

KEPT = 8
"""Connections kept idle: after a rush the pool has the others."""

AT_ONCE = 16 * 1024
"""The most bytes that are read in one call."""

Command = tuple[Any, ...]
"""A command's name and its arguments."""

_NOT_YET = object()
"""A mark for an answer that is not complete yet."""

_WIRES: WeakKeyDictionary[Redis, "Wire"] = WeakKeyDictionary()
"""One for each client: what it keeps idle is lost to the pool for everybody else."""


def wire_of(client: Redis) -> "Wire":
    """The way to the server of a client, however many ask for it."""
    return _WIRES.setdefault(client, Wire(client.connection_pool))


class Wire:
    """A way to the server; threads may use it at once."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._idle: deque[_Line] = deque()

    def run_commands(self, commands: Sequence[Command]) -> list[Any]:
        """The server's answer to each command, in one round trip; its errors as values.

        If something keeps it from answering, that is raised, as by the library.
        """
        line = self._take_line()
        try:
            answers = line.exchange(
                b"".join(map(pack_command, commands)), len(commands)
            )
        except BaseException:
            # The rest of the answers belongs to no command any more.
            line.connection.disconnect()
            self._pool.release(line.connection)
            raise
        if len(self._idle) < KEPT:
            self._idle.append(line)
        else:
            self._pool.release(line.connection)
        return answers

    def _take_line(self) -> "_Line":
        while self._idle:
            try:
                line = self._idle.pop()
            except IndexError:  # another thread has taken the last one
                break
            if line.is_ready:
                return line
            self._pool.release(line.connection)
        return _Line(self._pool.get_connection())


class _Line:
    """A connection of the pool: it was opened by the library, and is read by us."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        # The library has no public name for it.
        self._sock: socket.socket = connection._sock  # noqa: SLF001
        self._reader = Reader(
            protocolError=InvalidResponse,
            replyError=DefaultParser.parse_error,
            notEnoughData=_NOT_YET,
        )
        self._unread = select.poll()
        self._unread.register(self._sock, select.POLLIN)

    @property
    def is_ready(self) -> bool:
        """Whether it is ours still, stands, and has nothing that nobody has read."""
        connection = self.connection
        if connection.pid != os.getpid() or not connection.is_connected:
            return False
        return not (self._reader.has_data() or self._unread.poll(0))

    def exchange(self, packed: bytes, count: int) -> list[Any]:
        """Send commands, and read as many answers as ``count``."""
        try:
            self.connection.send_packed_command([packed])
            return [self._read_answer() for _ in range(count)]
        except TimeoutError as error:
            raise RedisTimeoutError("The server did not answer in time.") from error
        except OSError as error:
            raise RedisConnectionError(f"The connection broke: {error}.") from error

    def _read_answer(self) -> Any:
        while True:
            answer = self._reader.gets()
            if answer is _NOT_YET:
                self._read_more()
            elif isinstance(answer, Exception) and not isinstance(
                answer, ResponseError
            ):
                raise answer
            elif not isinstance(answer, PushNotification):
                return answer

    def _read_more(self) -> None:
        came = self._sock.recv(AT_ONCE)
        if not came:
            raise RedisConnectionError("The server closed the connection.")
        self._reader.feed(came)
