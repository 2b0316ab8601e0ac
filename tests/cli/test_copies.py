"""Copies of a process: each a program of its own, with nothing of its original's."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from ivr.cli.copies import Copy

NOBODY = 2**22 + 1
"""No process of ours: Linux gives no such number."""

ENV = {"PYTHONPATH": ":".join(sys.path), "PATH": os.defpath}

ORIGINAL = """
import os, signal, sys
from ivr.cli.copies import Child, prepare
_, module, *arguments = sys.argv
pipe = os.pipe()
signal.signal(signal.SIGTERM, lambda *_: None)
prepare(["gunicorn.util"])
before = (sys.argv, os.getpgid(0), dict(os.environ))
child = Child(name="teller-1", module=module, arguments=tuple(arguments),
              env={"ONLY": "this"})
process = child.start()
process.join()
assert before == (sys.argv, os.getpgid(0), dict(os.environ))
assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())
print("ended", process.exitcode)
"""
"""A process of one thread that holds a pipe and hears a signal."""


def copied(*words: str) -> subprocess.CompletedProcess[str]:
    """A module with its arguments, run by a copy, to its end."""
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", ORIGINAL, *words],
        env=ENV,
        input="for the original",
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy says of itself."""
    file = tmp_path_factory.mktemp("copies") / "told"
    assert copied("tests.cli.tells", str(file), "7").stdout == "ended 7\n"
    said: dict[str, Any] = json.loads(file.read_text())
    return said | {"file": str(file)}


def test_copy_is_told_its_own_words_and_environment(told: dict[str, Any]) -> None:
    assert told["words"] == [told["file"], "7"]
    assert told["env"] == {"ONLY": "this"}


def test_copy_has_a_name_and_a_group_of_its_own(told: dict[str, Any]) -> None:
    assert told["name"] == "hotline teller-1"
    assert told["leads"]
    assert "PYTHONPATH" in told["first_env"]


def test_copy_holds_nothing_that_its_original_holds_open(told: dict[str, Any]) -> None:
    # The folder of descriptors itself is open while it is read.
    *held, _ = told["open"]
    assert held == [0, 1, 2]
    assert told["input"] == ""


def test_copy_ends_when_it_is_told_to(told: dict[str, Any]) -> None:
    assert told["ends"]
    assert told["blocked"] == []


def test_module_that_is_not_there_ends_with_a_fault_that_names_it() -> None:
    done = copied("there.is.none")

    assert done.stdout == "ended 1\n"
    assert "'there'" in done.stderr


def test_copy_that_fails_is_told_of_by_its_own_hook_and_ends_tidily() -> None:
    done = copied("tests.cli.hides")

    assert done.stdout == "ended 1\n"
    assert done.stderr == "[hidden]\ntidied\n"


def test_end_that_somebody_else_has_waited_for_is_an_end() -> None:
    assert Copy(NOBODY).exitcode == 0


def test_copy_that_is_killed_tells_the_signal() -> None:
    kills_itself = f"import os; os.kill(os.getpid(), {signal.SIGKILL:d})"

    done = copied("tests.cli.coded", kills_itself)

    assert done.stdout == f"ended -{signal.SIGKILL:d}\n"
