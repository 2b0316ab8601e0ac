"""Clients of the stores of tests."""

from redis import Redis

from tests.processes.hotline import PATIENCE


def patient_client(url: str) -> Redis:
    """A client that does not give up on a machine that is slow for a while."""
    return Redis.from_url(url, socket_timeout=PATIENCE)
