"""Every figure can be measured; what it says at this size means nothing."""

import importlib.util
import io
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from bench.__main__ import NAMES, main
from bench.house import Arrival
from bench.report import Figure, percentile, show

ROOT = Path(__file__).parents[2]
DEMANDED = {
    "free": ("operator free", "standing line", "killed"),
    "desk": ("claim -> offer", "one webhook"),
}
PRESENT = [name for name in NAMES if importlib.util.find_spec(f"bench.figures.{name}")]


@pytest.mark.parametrize("name", PRESENT)
def test_figure_told_with_its_baseline(name: str) -> None:
    # In a process of its own: a house sets up the logs of the one it runs in.
    words = [sys.executable, "-m", "bench", "--trial", name]
    told = subprocess.run(  # noqa: S603 - our own words
        words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )

    assert told.returncode == 0, told.stdout + told.stderr
    figures = told.stdout.partition("against")[2]
    assert len(figures.splitlines()) > 1
    assert all(words in figures for words in DEMANDED.get(name, ()))


def test_unmeant_request_is_no_figure() -> None:
    came = Arrival(at=1.0, verb="POST", path="/Accounts/AC1/Calls/CA2.json")

    assert came.to("/Calls/CA2.json") is came
    with pytest.raises(RuntimeError, match=r"in place of …/Calls/CA1\.json"):
        came.to("/Calls/CA1.json")


def test_unknown_figure_refused_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["speed"]) == 2
    assert "free, gone, hung, decisions" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("met", "said"), [(True, "met"), (False, "MISSED"), (None, "a second")]
)
def test_table_says_what_is_missed(*, met: bool | None, said: str) -> None:
    out = io.StringIO()
    figure = Figure(what="w", value="1", against="2 a second", target="3", met=met)
    show([figure], Console(file=out, width=118))

    assert said in out.getvalue()
    assert ("MISSED" in out.getvalue()) is (met is False)


@pytest.mark.parametrize(("share", "found"), [(0.5, 2), (0.99, 4), (0.0, 1)])
def test_percentiles_are_values_that_were_measured(share: float, found: float) -> None:
    assert percentile([4, 1, 3, 2], share) == found
