"""The house keeps its own rules: who knows whom, sizes, sentences."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

from ivr.adapters.job_queue import FUNCTIONS
from ivr.web import guards
from tests.shape import SERVICE as SOURCE
from tests.shape import nodes_of, tree_of
from tests.turns import LEFT_TO_ALL

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 470
FREE_OF_IO = ("ivr/core", "ivr/actions", "ivr/ports")


def functions() -> Iterator[ast.FunctionDef]:
    for node in nodes_of(SOURCE):
        if isinstance(node, ast.FunctionDef):
            yield node


def length(node: ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_imports_point_inwards() -> None:
    # In a process of its own: it turns off the loggers of the one it runs in.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    checked = subprocess.run(  # noqa: S603 - our own words
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", LEFT_TO_ALL)
def test_what_make_test_leaves_out_is_there(name: str) -> None:
    assert (ROOT / "tests" / f"{name}.py").exists()


@pytest.mark.parametrize("path", SOURCE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))


def test_no_file_has_become_god() -> None:
    sizes = {path.name: len(path.read_text().splitlines()) for path in SOURCE}

    assert {name: n for name, n in sizes.items() if n > LONGEST_FILE} == {}


def test_functions_stay_small() -> None:
    lengths = sorted(length(node) for node in functions())

    assert median(lengths) <= 10
    assert quantiles(lengths, n=10)[-1] <= 30


@pytest.mark.parametrize("name", FUNCTIONS.values())
def test_every_job_can_be_found(name: str) -> None:
    module, _, function = name.rpartition(".")

    assert callable(getattr(importlib.import_module(module), function))


def test_headers_forbid_scripts_and_frames() -> None:
    policy = guards.HEADERS["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


ASKS_THE_MACHINE = {
    "ivr/adapters/system.py": "the one door to the machine's clock",
    "exchange/kernel/clockwork.py": "the exchange's own, for it knows nothing of ours",
}
"""Files that may read the machine's clock; each one needs to."""

MACHINE = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}


def test_only_doors_ask_machine_for_time() -> None:
    asks = {str(p.relative_to(ROOT)) for p in SOURCE if reads_machine(tree_of(p))}

    assert asks == set(ASKS_THE_MACHINE)


def test_rules_told_time_and_actions_ask_port() -> None:
    in_core = {each for path in ROOT.glob("ivr/core/**/*.py") for each in clocks(path)}
    others = [
        path
        for name in ("actions", "ports")
        for path in ROOT.glob(f"ivr/{name}/**/*.py")
    ]

    assert in_core == set()
    assert {each for path in others for each in clocks(path)} == {"ports.clock.now"}


OURS_OR_CARRIERS = re.compile(r"/(voice|messages)\b|X-[A-Z]")
"""Addresses that the carrier asks for, and headers of requests."""


def test_only_faces_name_addresses_and_headers() -> None:
    inside = [path for room in FREE_OF_IO for path in ROOT.glob(f"{room}/**/*.py")]
    texts = {each for node in nodes_of(inside) for each in literal(node)}

    assert {text for text in texts if OURS_OR_CARRIERS.match(text)} == set()


def literal(node: ast.AST) -> Iterator[str]:
    """The text of a constant."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def clocks(path: Path) -> set[str]:
    """The clocks that a file asks for the time, as it writes them."""
    return {name for name in called(tree_of(path)) if name.endswith(".now")}


def reads_machine(tree: ast.Module) -> bool:
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    ends = {".".join(name.split(".")[-2:]) for name in called(tree)}
    return "time" in imported or bool(ends & MACHINE)


def called(tree: ast.Module) -> set[str]:
    """Every call by its dotted name."""
    return {
        ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)
    }
