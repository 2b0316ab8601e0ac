"""Clients of the stores of tests."""

from typing import Any, ClassVar

from redis import ConnectionPool, Redis
from redis.connection import UnixDomainSocketConnection

from tests.processes.hotline import PATIENCE


def patient_client(url: str) -> Redis:
    """A client that does not give up on a machine that is slow for a while."""
    return Redis.from_url(url, socket_timeout=PATIENCE)


class CountedConnection(UnixDomainSocketConnection):
    """A connection that counts what is sent: each time is a round trip.

    What it says when it is made is none of a request's.
    """

    trips: ClassVar[int] = 0

    def connect_check_health(self, *args: Any, **more: Any) -> Any:
        """Connect, uncounted."""
        before = CountedConnection.trips
        made = super().connect_check_health(*args, **more)
        CountedConnection.trips = before
        return made

    def send_packed_command(self, *args: Any, **more: Any) -> Any:
        """Send a command, or a pipeline of them."""
        CountedConnection.trips += 1
        return super().send_packed_command(*args, **more)  # type: ignore[no-untyped-call]


def counting_client(url: str) -> Redis:
    """A patient client of a server on a socket, whose round trips are counted."""
    path = url.removeprefix("unix://")
    pool = ConnectionPool(
        connection_class=CountedConnection, path=path, socket_timeout=PATIENCE
    )
    return Redis(connection_pool=pool)


def counted_trips() -> int:
    """How many round trips counting clients have made so far."""
    return CountedConnection.trips
