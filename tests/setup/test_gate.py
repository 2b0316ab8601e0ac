"""What decides on a change gives the same answer for the same commit."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[2]


def said(*words: str) -> str:
    """What make would do for these words."""
    command = ["make", "--dry-run", *words]
    asked = subprocess.run(  # noqa: S603 - our own words
        command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return asked.stdout


@pytest.mark.parametrize("target", ["test", "test-all"])
def test_order_of_gate_fixed(target: str) -> None:
    assert "--randomly-seed=1 " in said(target)


def test_examples_of_gate_fixed() -> None:
    gate = settings.get_profile("gate")

    assert gate.derandomize
    assert gate.database is None


def test_soak_draws_anew_by_seed_it_prints() -> None:
    soak = said("soak", "EVENINGS=5", "WALKS=7", "SEED=42")

    assert "make soak EVENINGS=5 WALKS=7 SEED=42" in soak
    for option in ("--first-seed=", "--randomly-seed=", "--hypothesis-seed="):
        assert f"{option}42" in soak
    assert "--hypothesis-profile=soak" in soak
    assert not settings.get_profile("soak").derandomize
