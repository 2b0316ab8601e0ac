"""The documents say what is so: every link, path, command, setting and key in them."""

import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import click
import pytest
import yaml
from pydantic import BaseModel

from ivr.cli import hotline_command
from ivr.core.model.contact.ending import Outcome
from ivr.core.rules.rule_set import RuleSet
from ivr.settings import Settings

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "bench" / "README.md"]
)
EXAMPLE = ROOT / "ivr" / "lines" / "example"
LONGEST_README = 150
NO_SETTING = {
    "NAME_FILE": "stands for any of them",
    "SCHED_IDLE": "a way of running threads that was tried",
}
LOOK_UPS = 5
"""So many steps a newcomer follows for one kind of change."""

FENCED = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PATH = re.compile(
    r"\b(?:ivr|workers|exchange|tests|docs|deploy|bench|requirements)(?:/[\w.<>*-]+)+"
)
SYMBOL = re.compile(r"`(\w+)`\s+(?:in|of)\s+`([\w/]+\.py)`")
TARGET = re.compile(r"^make((?: [a-z][a-z-]*)+)", re.MULTILINE)
SETTING = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
RECIPE = re.compile(r"^### (.+?)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)

every_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[str(each.relative_to(ROOT)) for each in DOCUMENTS]
)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose_of(document: Path) -> str:
    """A document without its blocks of code, in which a # is no heading."""
    return FENCED.sub("", document.read_text(encoding="utf-8"))


def code_of(document: Path) -> list[str]:
    """Everything that is written as code: blocks, and words in quotes."""
    blocks = FENCED.findall(document.read_text(encoding="utf-8"))
    quoted = QUOTED.findall(prose_of(document))
    return [*blocks, *(" ".join(each.split()) for each in quoted)]


# --- links and paths ------------------------------------------------------


def test_readme_is_short() -> None:
    assert len(read("README.md").splitlines()) <= LONGEST_README


def anchors(document: Path) -> set[str]:
    """The names by which headings are linked to, as GitHub makes them."""
    titles = HEADING.findall(prose_of(document))
    plain = (re.sub(r"[^\w\- ]", "", each.lower()) for each in titles)
    return {each.replace(" ", "-") for each in plain}


def is_dead(document: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    there = document.parent / name if name else document
    return not there.exists() or bool(anchor and anchor not in anchors(there))


@every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    links = [each for each in LINK.findall(prose_of(document)) if "://" not in each]

    assert [each for each in links if is_dead(document, each)] == []


def test_readme_leads_to_every_document() -> None:
    ours = [each for each in DOCUMENTS if each.name != "README.md"]
    linked = {(ROOT / each).resolve() for each in LINK.findall(read("README.md"))}

    assert [str(each) for each in ours if each not in linked] == []


def is_there(path: str) -> bool:
    """Whether there is such a file or folder; a drawing leaves out the .py."""
    wanted = re.sub(r"<\w+>|FILE", "*", path)
    return any(found for end in ("", ".py") for found in ROOT.glob(wanted + end))


@every_document
def test_every_path_exists(document: Path) -> None:
    named = [path for code in code_of(document) for path in PATH.findall(code)]

    assert [each for each in named if not is_there(each)] == []


@every_document
def test_every_named_symbol_exists(document: Path) -> None:
    named = SYMBOL.findall(prose_of(document))

    assert [
        (name, file)
        for name, file in named
        if not re.search(rf"\b{name}\b", read(file))
    ] == []


# --- commands and settings ------------------------------------------------


def targets() -> set[str]:
    """What may be said to make."""
    return set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))


@every_document
def test_every_make_target_exists(document: Path) -> None:
    said = "\n".join(code_of(document))

    words = {word for line in TARGET.findall(said) for word in line.split()}

    assert words - targets() == set()


def refused(command: click.Command, words: list[str]) -> str:
    """What of these words the command does not know; "" when it knows all."""
    options = {name for each in command.params for name in each.opts} | {"--help"}
    for place, word in enumerate(words):
        if word.startswith("--"):
            if word.partition("=")[0] not in options:
                return word
        elif isinstance(command, click.Group):
            known = command.get_command(click.Context(command), word)
            if known is not None:
                return refused(known, words[place + 1 :])
            # What follows an option may be its value.
            if place == 0:
                return word
    return ""


def commands_of(document: Path) -> Iterator[list[str]]:
    """Each `hotline ...` of a document, without what follows on its line."""
    for code in code_of(document):
        for line in code.splitlines():
            said = line.partition("#")[0].removeprefix(".venv/bin/").split(" > ")[0]
            if said.startswith("hotline "):
                yield re.sub(r'"[^"]*"', "X", said).split()[1:]


@every_document
def test_every_command_and_option_exists(document: Path) -> None:
    unknown = {
        " ".join(words): fault
        for words in commands_of(document)
        if (fault := refused(hotline_command, words))
    }

    assert unknown == {}


def test_unknown_commands_noticed() -> None:
    assert refused(hotline_command, ["nothing"]) == "nothing"
    assert refused(hotline_command, ["rules", "nothing"]) == "nothing"
    assert refused(hotline_command, ["rules", "simulate", "--nothing"]) == "--nothing"
    assert refused(hotline_command, ["callbacks", "--all"]) == ""


def settings() -> set[str]:
    return set(Settings.variable_names())


def is_in_the_code(name: str, source: str) -> bool:
    """Whether something is called so there, or asked for by this name."""
    return bool(re.search(rf'\b{name}(?::| =|\()|[".]{name}\b', source))


@every_document
def test_every_setting_exists(document: Path) -> None:
    named = {each for code in code_of(document) for each in SETTING.findall(code)}
    others = {each for each in named if each.removesuffix("_FILE") not in settings()}
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("ivr", "exchange", "bench", "tests")
        for path in ROOT.glob(f"{folder}/**/*.py")
        if path != Path(__file__)
    )

    unknown = {each for each in others if not is_in_the_code(each, source)}
    assert unknown - set(NO_SETTING) == set()


def test_every_setting_documented() -> None:
    documented = set(ROW.findall(read("docs/deployment.md")))

    assert settings() - documented == set()


def test_every_metric_documented() -> None:
    code = set(re.findall(r'"(hotline_\w+)"', read("ivr/web/health.py")))
    table = {each for each in ROW.findall(read("docs/ops.md")) if "_" in each}

    assert table == code
    assert "hotline_waiting" in table


def test_every_outcome_documented() -> None:
    log = read("docs/ops.md").partition("\n## The call log\n")[2].partition("\n## ")[0]

    assert ROW.findall(log) == [each.value for each in Outcome]


# --- lines ----------------------------------------------------------------


def keys_of(table: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Every key of a TOML file, by its tables; of a list of tables those of each."""
    for key, value in table.items():
        rows = value if isinstance(value, list) else [value]
        inner = [row for row in rows if isinstance(row, dict)]
        if not inner or f"{above}{key}" in RuleTables.VALUES:
            yield f"{above}{key}"
        for row in inner if f"{above}{key}" not in RuleTables.VALUES else ():
            yield from keys_of(row, f"{above}{key}.")


class RuleTables:
    """What of a rule set is written as a table and explained as one value."""

    VALUES = ("hours.weight", "hours.reserve", "callback.quiet")
    """Their keys are names of classes, or two times."""


def rule_keys(model: type[BaseModel] = RuleSet, above: str = "") -> Iterator[str]:
    """Every key that a rule set may have; a class is called NAME."""
    for name, field in model.model_fields.items():
        key = f"{above}{field.alias or name}"
        inner = list(models_in(field.annotation))
        if not inner or key in RuleTables.VALUES:
            yield key
            continue
        yield from rule_keys(inner[0], f"{key}.NAME." if key == "class" else f"{key}.")


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from models_in(each)


def explained_rules() -> set[str]:
    return set(ROW.findall(read("docs/lines.md").partition("\n## Rules\n")[2]))


def test_every_rule_explained() -> None:
    assert explained_rules() == set(rule_keys())


def test_example_rules_explained() -> None:
    table = tomllib.loads((EXAMPLE / "rules.toml").read_text(encoding="utf-8"))
    keys = {re.sub(r"^class\.\w+", "class.NAME", each) for each in keys_of(table)}

    assert len(keys) > 20
    assert keys - explained_rules() == set()


def test_example_line_explained() -> None:
    table = tomllib.loads((EXAMPLE / "line.toml").read_text(encoding="utf-8"))
    named = set(re.findall(r"[\w-]+", " ".join(code_of(ROOT / "docs" / "lines.md"))))
    chosen = {"topics", "languages", "node", "dispositions", "choices"}
    # Below these stand names that the line itself chooses.
    paths = [each.split(".") for each in keys_of(table)]
    keys = {
        part
        for path in paths
        for above, part in zip(["", *path], path, strict=False)
        if above not in chosen
    }

    assert len(keys) > 30
    assert keys - named == set()


# --- words ----------------------------------------------------------------


def test_words_that_go_still_occur() -> None:
    table = read("docs/glossary.md").partition("\n## Words that go\n")[2]
    source = "\n".join(
        f"{path.stem}\n{path.read_text(encoding='utf-8')}"
        for folder in ("ivr", "exchange")
        for path in ROOT.glob(f"{folder}/**/*.py")
    )
    rows = [
        QUOTED.findall(row.split("|")[1]) for row in table.splitlines() if "|" in row
    ]
    rows = [words for words in rows if words]

    used = set(re.findall(r"\w+", source))
    assert len(rows) > 5
    assert [words for words in rows if not used & set(words)] == []


# --- how to contribute ----------------------------------------------------


def test_each_change_takes_few_look_ups() -> None:
    recipes = dict(RECIPE.findall(read("CONTRIBUTING.md")))
    steps = {
        title: len(re.findall(r"^\d+\. ", text, re.MULTILINE))
        for title, text in recipes.items()
    }

    assert len(recipes) >= 15
    assert {title: n for title, n in steps.items() if not 2 <= n <= LOOK_UPS} == {}


def test_hooks_run_lint_commands() -> None:
    # Under make itself it would say where it is.
    quietly = ("--no-print-directory", "--dry-run", "--old-file=.venv/.checks")
    command = ["make", *quietly, "lint"]
    said = subprocess.run(  # noqa: S603 - our own words
        command, cwd=ROOT, capture_output=True, text=True, check=True
    )
    hooks = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]

    assert [each["repo"] for each in hooks] == ["local"]
    entries = [hook["entry"] for hook in hooks[0]["hooks"]]
    assert entries == said.stdout.splitlines()


def test_changelog_knows_version() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]

    assert "## [Unreleased]" in read("CHANGELOG.md")
    assert version in read("CHANGELOG.md")
