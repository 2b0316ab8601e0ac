"""Connections that a test can cut and mend: the wire to Redis, the database's file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

NOWHERE: dict[str, object] = {"port": 1, "path": "/nowhere"}
"""Where nothing of this machine listens."""


class Wire:
    """A client's connection to its server, which can be cut and mended."""

    def __init__(self, url: str) -> None:
        patience = Retry(NoBackoff(), 0)
        self.client = Redis.from_url(url, retry=patience, socket_timeout=0.5)
        self._pool = self.client.connection_pool
        kwargs = self._pool.connection_kwargs
        self._there = {name: kwargs[name] for name in NOWHERE if name in kwargs}

    def cut(self) -> None:
        """From here on nobody answers."""
        self._turn({name: NOWHERE[name] for name in self._there})

    def mend(self) -> None:
        """The server answers again."""
        self._turn(self._there)

    def _turn(self, place: dict[str, object]) -> None:
        self._pool.disconnect()
        self._pool.reset()
        self._pool.connection_kwargs.update(place)


@contextmanager
def broken_database(folder: Path) -> Iterator[None]:
    """The database in the folder cannot be read meanwhile."""
    aside = folder / "aside"
    aside.mkdir()
    files = list(folder.glob("hotline.db*"))
    for file in files:
        file.rename(aside / file.name)
    (folder / "hotline.db").write_bytes(b"this is no database" * 100)
    try:
        yield
    finally:
        (folder / "hotline.db").unlink()
        for file in files:
            (aside / file.name).rename(file)
