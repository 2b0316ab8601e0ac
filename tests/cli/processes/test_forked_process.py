"""Forked processes: each a program of its own, with nothing of its parent's."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from ivr.cli.forked_process import ForkedProcess

NOBODY = 2**22 + 1
"""No process of ours: Linux gives no such number."""

ENV = {"PYTHONPATH": ":".join(sys.path), "PATH": os.defpath}

PARENT = """
import os, signal, sys
from ivr.cli.forked_process import Child, preload_modules
_, module, *arguments = sys.argv
pipe = os.pipe()
signal.signal(signal.SIGTERM, lambda *_: None)
preload_modules(["gunicorn.util"])
before = (sys.argv, os.getpgid(0), dict(os.environ))
child = Child(name="teller-1", module=module, arguments=tuple(arguments),
              env={"ONLY": "this"})
process = child.start_process()
process.wait_for_end()
assert before == (sys.argv, os.getpgid(0), dict(os.environ))
assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())
print("ended", process.exit_code)
"""
"""A process of one thread that holds a pipe and hears a signal."""


def run_forked(*words: str) -> subprocess.CompletedProcess[str]:
    """A module with its arguments, run by a forked process, to its end."""
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", PARENT, *words],
        env=ENV,
        input="for the parent",
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a forked process says of itself."""
    file = tmp_path_factory.mktemp("forked") / "told"
    assert run_forked("tests.cli.processes.tells", str(file), "7").stdout == "ended 7\n"
    said: dict[str, Any] = json.loads(file.read_text())
    return said | {"file": str(file)}


def test_child_gets_own_arguments_and_environment(told: dict[str, Any]) -> None:
    assert told["words"] == [told["file"], "7"]
    assert told["env"] == {"ONLY": "this"}


def test_child_has_own_name_and_group(told: dict[str, Any]) -> None:
    assert told["name"] == "hotline teller-1"
    assert told["leads"]
    assert "PYTHONPATH" in told["first_env"]


def test_child_holds_no_file_of_parent(told: dict[str, Any]) -> None:
    # The folder of descriptors itself is open while it is read.
    *held, _ = told["open"]
    assert held == [0, 1, 2]
    assert told["input"] == ""


def test_child_hears_signals_as_fresh_process(told: dict[str, Any]) -> None:
    assert told["ends"]
    assert told["blocked"] == []


def test_missing_module_named() -> None:
    done = run_forked("there.is.none")

    assert done.stdout == "ended 1\n"
    assert "'there'" in done.stderr


def test_failing_child_told_by_own_hook() -> None:
    done = run_forked("tests.cli.processes.hides")

    assert done.stdout == "ended 1\n"
    assert done.stderr == "[hidden]\n"


def test_end_that_others_waited_for_counts() -> None:
    assert ForkedProcess(NOBODY).exit_code == 0


def test_killed_child_tells_signal() -> None:
    kills_itself = f"import os; os.kill(os.getpid(), {signal.SIGKILL:d})"

    done = run_forked("tests.cli.processes.coded", kills_itself)

    assert done.stdout == f"ended -{signal.SIGKILL:d}\n"
