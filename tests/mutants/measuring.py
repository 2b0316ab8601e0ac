"""Mutants that the core's own tests let live: ``make mutants``.

A mutant is the code with one small change: a comparison turned, an ``and`` made an
``or``, a sign, a constant or a word altered, a named argument left out (see
``tests/mutants/mutations.py``). mutmut makes them and runs ``tests/core`` on each,
without the thousands of walks through talks; those that live go the first hundreds of
them, but not the changes that nobody can see. In ``pyproject.toml`` stands which
modules are changed (``[tool.mutmut]``), and which changes nobody can see, and why
(``[tool.mutants]``). It leaves alone what is decorated,
and what stands outside of functions.
"""

import argparse
import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]
WORKPLACE = ROOT / "build" / "mutants"
LOG = ROOT / "build" / "mutants.log"
COPIED = ("ivr", "tests", "pyproject.toml")
"""What the tests need beside what ``also_copy`` names."""

MUTMUT = (sys.executable, "-P", "tests/mutants/mutations.py")
"""The tool, with the changes that are tried here."""

WALKS = "tests/core/talk/walks/test_few_walks.py"
"""What those are tried with that the quicker tests let live."""

WITH_MUTANT = (sys.executable, "-P", "../tests/mutants/mutations.py", "walk")
"""Runs pytest with a mutant of that name."""

WALKS_MOST = 120
"""Seconds for these walks; a mutant that takes longer lives."""

PROGRESS = re.compile(r"(\d+)/(\d+)")
STEPS = 20
"""In how many steps it is told how far it has come."""

ALIVE = {0, 5, 33}
"""Exit codes of a mutant that all of its tests passed, or that has no test."""

NAME = re.compile(
    r"(?P<module>[\w.]+)\.(?:xǁ(?P<owner>\w+)ǁ|x_)(?P<function>\w+?)__mutmut_\d+"
)
HUNK = re.compile(r"@@ -(\d+)")


@dataclass(frozen=True, slots=True)
class Change:
    """What a mutant changes: lines of a file that ``was``, and what it ``becomes``."""

    path: str
    line: int
    was: str
    becomes: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}\n    - {self.was}\n    + {self.becomes}"


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change that nobody can see, ``because`` of what is said."""

    path: str
    was: str
    becomes: str
    because: str

    def names(self, change: Change) -> bool:
        """Whether a mutant is this one."""
        told = (self.path, self.was, self.becomes)
        return told == (change.path, change.was, change.becomes)


# --- the configuration ----------------------------------------------------


def read_settings(tool: str) -> Mapping[str, Any]:
    """A tool's table of ``pyproject.toml``."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    table: Mapping[str, Any] = tomllib.loads(text)["tool"][tool]
    return table


def find_modules(pattern: str) -> list[Path]:
    """The modules that a pattern of ``only_mutate`` names."""
    return sorted(each for each in ROOT.glob(pattern) if each.name != "__init__.py")


def read_equivalents() -> list[Equivalent]:
    """The changes that nobody can see."""
    return [
        Equivalent(**each) for each in read_settings("mutants").get("equivalent", [])
    ]


# --- what the tool found --------------------------------------------------


def run_mutmut(names: Sequence[str], processes: str) -> None:
    """Make all mutants in a copy of this project, and run the tests on them.

    Nothing of a run before is used: its answers would be those of other tests.
    """
    shutil.rmtree(WORKPLACE, ignore_errors=True)
    WORKPLACE.mkdir(parents=True)
    for name in (*COPIED, *read_settings("mutmut")["also_copy"]):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, WORKPLACE / name)
    with subprocess.Popen(  # noqa: S603 - our own words
        [*MUTMUT, "run", "--max-children", processes, *names],
        cwd=WORKPLACE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        if running.stdout is None:
            raise ValueError("mutmut runs without an output: give it a pipe")
        with LOG.open("w", encoding="utf-8") as log:
            follow(running.stdout, log)


def follow(output: Iterable[str], log: IO[str]) -> None:
    """Keep what the tool says, and say now and then how far it has come."""
    told = -1
    for line in output:
        log.write(line)
        found = PROGRESS.search(line)
        if found is None:
            continue
        tried, made = int(found[1]), int(found[2])
        if STEPS * tried // made != told:
            told = STEPS * tried // made
            say(f"{tried} of {made} tried")


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 - that is its purpose


def find_walkers(names: Iterable[str], processes: int) -> set[str]:
    """The mutants that live through walks, too: events of talks in any order."""
    found = sorted(names)
    say(f"{len(found)} live so far, and go some walks")
    with ThreadPoolExecutor(processes) as pool:
        lived = pool.map(lives_through_walks, found)
        return {name for name, lives in zip(found, lived, strict=True) if lives}


def lives_through_walks(name: str) -> bool:
    """Whether the walks do not notice a mutant; nor do they one that takes too long."""
    options = read_settings("mutmut")["pytest_add_cli_args"]
    kept = [each for each in options if not each.endswith(WALKS)]
    try:
        walked = subprocess.run(  # noqa: S603 - our own words
            [*WITH_MUTANT, name, "-q", "-x", *kept, WALKS],
            cwd=WORKPLACE / "mutants",
            capture_output=True,
            check=False,
            timeout=WALKS_MOST,
        )
    except subprocess.TimeoutExpired:
        return True
    return walked.returncode in ALIVE


def read_exit_codes() -> dict[str, int | None]:
    """How the tests ended on each mutant, by its name; None where none were run."""
    codes: dict[str, int | None] = {}
    for meta in sorted((WORKPLACE / "mutants").rglob("*.py.meta")):
        codes |= json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    return codes


def show_change(name: str) -> Change:
    """What a mutant changes, and where."""
    shown = subprocess.run(  # noqa: S603 - our own words
        [*MUTMUT, "show", name],
        cwd=WORKPLACE,
        capture_output=True,
        text=True,
        check=True,
    )
    return read_change(name, shown.stdout, WORKPLACE)


def read_change(name: str, shown: str, root: Path) -> Change:
    """The change that ``mutmut show`` shows, whose lines count from the function."""
    path, first = find_function(name, root)
    begin = HUNK.search(shown)
    if begin is None:
        raise ValueError(f"mutmut shows no change of {name}: {shown}")
    lines = shown[begin.end() :].splitlines()[1:]
    before = next(place for place, line in enumerate(lines) if line[0] in "-+")
    line = first + int(begin[1]) - 1 + before
    return Change(path, line, _joined(lines, "-"), _joined(lines, "+"))


def find_function(name: str, root: Path) -> tuple[str, int]:
    """The file of a mutant's function, and the line in which the function begins."""
    found = NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"mutmut names its mutants in another way now: {name}")
    path = found["module"].replace(".", "/") + ".py"
    tree: ast.Module | ast.ClassDef = ast.parse((root / path).read_text("utf-8"))
    if found["owner"]:
        tree = next(each for each in _defined(tree) if each.name == found["owner"])
    matches = (each for each in _defined(tree) if each.name == found["function"])
    return path, next(matches).lineno


def _defined(tree: ast.Module | ast.ClassDef) -> Iterator[Any]:
    kinds = ast.ClassDef | ast.FunctionDef
    return (each for each in tree.body if isinstance(each, kinds))


def _joined(lines: Iterable[str], sign: str) -> str:
    return " ".join(each[1:].strip() for each in lines if each[:1] == sign)


# --- the answer -----------------------------------------------------------


def module_of(name: str) -> str:
    """The module that a mutant is of."""
    return name.rpartition(".")[0]


def room_of(name: str) -> str:
    """The folder of the core that a mutant is of."""
    return ".".join(name.split(".")[:3])


def format_scores(names: Collection[str], alive: Collection[str]) -> Iterator[str]:
    """A line for each module, each room, and all: killed, of how many, in per cent."""
    for part_of in (module_of, room_of):
        made = Counter(part_of(each) for each in names)
        left = Counter(part_of(each) for each in alive)
        for part in sorted(made):
            yield _score(part, made[part], left[part])
    yield _score("all", len(names), len(alive))


def _score(name: str, made: int, left: int) -> str:
    return f"{name:38} {made - left:5} of {made:5}  {rate(made, left):5.1f} %"


def rate(made: int, left: int) -> float:
    """Mutants killed, in per cent; none made, none killed."""
    return 100 * (made - left) / made if made else 0.0


def leave_out_equivalents(lived: Mapping[str, Change]) -> dict[str, Change]:
    """The changes that somebody could see, and no test has seen yet."""
    named = read_equivalents()
    return {
        name: change
        for name, change in lived.items()
        if not any(each.names(change) for each in named)
    }


def format_answer(
    seen: Collection[str], alive: Mapping[str, Change], unseen: int
) -> Iterator[str]:
    """The survivors and the scores, as they are printed."""
    for name, change in sorted(alive.items()):
        yield f"{change}\n      {name}"
    yield from format_scores(seen, alive)
    yield f"{unseen} more change nothing that can be seen."


def is_enough(names: Collection[str], alive: Collection[str]) -> bool:
    """Whether of each room so many mutants were killed as there must be."""
    made = Counter(room_of(each) for each in names)
    left = Counter(room_of(each) for each in alive)
    least: float = read_settings("mutants")["least"]
    return bool(made) and all(rate(made[each], left[each]) >= least for each in made)


def find_tried(patterns: Sequence[str]) -> dict[str, int | None]:
    """The mutants that were asked for, and how the tests ended on each."""
    return {
        name: code
        for name, code in read_exit_codes().items()
        if any(fnmatch(name, pattern) for pattern in patterns or ["*"])
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Make and try the mutants; 0 when enough were killed."""
    parser = argparse.ArgumentParser(prog="tests.mutants")
    parser.add_argument("--processes", default="2", help="how many at a time")
    parser.add_argument("names", nargs="*", help="these alone: ivr.core.queue.*")
    asked = parser.parse_args(arguments)
    run_mutmut(asked.names, asked.processes)
    tried = find_tried(asked.names)
    if not tried or None in tried.values():
        sys.exit(f"*** NOT ALL MUTANTS WERE TRIED: the end of {LOG} says why.")
    quick = {name: show_change(name) for name, code in tried.items() if code in ALIVE}
    left = leave_out_equivalents(quick)
    walkers = find_walkers(left, int(asked.processes))
    alive = {name: left[name] for name in walkers}
    seen = tried.keys() - (quick.keys() - left.keys())
    say("\n".join(format_answer(seen, alive, len(tried) - len(seen))))
    return 0 if is_enough(seen, alive) else 1
