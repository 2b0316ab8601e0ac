"""Clients of the stores of tests."""

from redis import Redis

PATIENCE = 60.0  # seconds; no figure of the house, but more than a slow machine needs


def patient_client(url: str) -> Redis:
    """A client that does not give up on a machine that is slow for a while."""
    return Redis.from_url(url, socket_timeout=PATIENCE)
