"""``hotline operators`` in processes of its own, as somebody types it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

PHONE = "+12025550123"
ENROL = ("add", "anna", "--phone", PHONE, "--languages", "uk")


@pytest.fixture
def operators(tmp_path: Path) -> Run:
    """The command, in a house of its own."""
    house = tmp_path / "house"
    house.mkdir(mode=0o700)
    environment = {**os.environ, "HOTLINE_DATA": str(house)}  # noqa: TID251 - handed on

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ivr.cli", "operators", *words]
        return subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, check=False, env=environment
        )

    return run


def listed(operators: Run) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(operators("list", "--json").stdout)
    return rows


def test_pin_is_shown_once_and_can_be_made_anew(operators: Run) -> None:
    added = operators(*ENROL, "--reach", "standing")
    anew = operators("pin", "anna")

    pins = re.findall(r"\b\d{6}\b", added.stdout + anew.stdout)
    assert len(pins) == 2
    assert PHONE not in added.stdout + anew.stdout
    assert [row["reach"] for row in listed(operators)] == ["standing"]
    assert not any(pin in operators("list").stdout for pin in pins)


def test_reach_that_is_not_built_is_refused_with_a_remedy(operators: Run) -> None:
    done = operators(*ENROL, "--reach", "sip")

    assert done.returncode != 0
    assert "take phone, browser or standing" in done.stderr
    assert listed(operators) == []


def test_operator_by_phone_has_no_pin_and_is_not_called_in(operators: Run) -> None:
    assert operators(*ENROL).stdout.count("\n") == 1

    for words in (("pin", "anna"), ("call-in", "anna")):
        done = operators(*words)
        assert done.returncode != 0
        assert "--reach standing" in done.stderr
        assert "Traceback" not in done.stderr


def test_nobody_is_available_on_a_line_without_having_come(operators: Run) -> None:
    operators(*ENROL, "--reach", "standing")

    done = operators("status", "anna", "available")

    assert done.returncode != 0
    assert "call-in" in done.stderr
    (row,) = listed(operators)
    assert (row["state"], row["on_line"]) == ("offline", False)
