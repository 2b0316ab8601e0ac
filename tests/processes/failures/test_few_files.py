"""A worker where the system lets it open but few files."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import requests

from tests.processes.hotline import ROOT, eventually, free_port

FILES, TAKEN, CROWD = 128, 80, 200
"""The limit, how many the application takes of them, and connections of slow clients:
more than there is room for."""

APP = f"""
import os

TAKEN = [os.dup(0) for _ in range({TAKEN})]


def app(environ, start):
    start("200 OK", [])
    return [str(os.getpid()).encode()]
"""


LIMITS = {
    "few": f"ulimit -n {FILES}",
    "more if asked": f"ulimit -S -n {FILES}",
}


@pytest.fixture(params=LIMITS)
def port(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    """Where one worker of the web answers with its own number."""
    (tmp_path / "answers.py").write_text(APP)
    port, limited = free_port(), f'{LIMITS[request.param]} && exec "$@"'
    words = (
        *("--bind", f"127.0.0.1:{port}", "--pythonpath", f"{tmp_path},{ROOT}"),
        *("--worker-class", "ivr.cli.serving.WebWorker", "--worker-connections", "400"),
        *("--no-control-socket", "--graceful-timeout", "1", "answers:app"),
    )
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own words
            ["/bin/sh", "-c", limited, "sh", sys.executable, "-m", "gunicorn", *words],
            stdout=log,
            stderr=log,
        )
        try:
            assert eventually(lambda: is_up(port)), (tmp_path / "log").read_text()
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def is_up(port: int) -> bool:
    try:
        return bool(answer(port))
    except requests.RequestException:
        return False


def answer(port: int) -> str:
    return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=30).text


def test_crowd_beyond_file_limit_survives(port: int) -> None:
    before = answer(port)
    with ExitStack() as held:
        for _ in range(CROWD):
            made = socket.create_connection(("127.0.0.1", port), 30)
            held.enter_context(closing(made))
            made.sendall(b"POST /voice/inc")

        assert answer(port) == before
