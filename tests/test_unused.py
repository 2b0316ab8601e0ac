"""What no production code uses is named here, with what it waits for; or it goes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.shape import SERVICE, tree_of

ROOT = Path(__file__).parent.parent
SOURCE = [path for path in SERVICE if "migrations" not in path.parts]
Definition = ast.FunctionDef | ast.ClassDef
WORD = re.compile(r"[A-Za-z_]\w*")

OPS_ROOM = "waits for the ops room"
SOCKET = "a socket's, called by the server that holds one"
HOOK = "a hook of the web server, called by its name"
TESTS = "for tests, of ours and of whoever uses the exchange"

WAITS = {
    "answered_within": OPS_ROOM,
    "accumulated_weight": OPS_ROOM,
    "arrival_for": OPS_ROOM,
    "service_levels": OPS_ROOM,
    "expected_waiting": OPS_ROOM,
    "with_little_work": TESTS,
    "InlineExchange": TESTS,
    "ExchangeHttpClient": TESTS,
    "run_for": TESTS,
    "with_fresh_keys": TESTS,
    "run_until": TESTS,
    "lose": TESTS,
    "load_script": TESTS,
    "accepting_operator": TESTS,
    "answering_machine": TESTS,
    "declining_operator": TESTS,
    "post_worker_init": HOOK,
    "gettimeout": SOCKET,
    "setblocking": SOCKET,
}
"""Functions and classes that nothing calls by name, each with its reason."""

MODULES = {"ivr.core.queue.staffing": OPS_ROOM}
"""Modules of the core that nothing imports."""


def trees() -> dict[Path, ast.Module]:
    return {path: tree_of(path) for path in SOURCE}


def used() -> set[str]:
    """Every name that code, a page or a file of settings speaks of."""
    words = set[str]()
    for tree in trees().values():
        words.update(_used_in(tree))
    for path in (*ROOT.glob("ivr/web/templates/**/*.html"), ROOT / "pyproject.toml"):
        words.update(WORD.findall(path.read_text(encoding="utf-8")))
    return words


def _used_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=name):
                yield name or ""
            case ast.Constant(value=str() as text) if len(text) < 60:
                yield from WORD.findall(text)


def defined() -> Iterator[str]:
    """What is defined; routes and commands are registered where they stand."""
    nodes = [node for tree in trees().values() for node in ast.walk(tree)]
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    ours = {each.name for each in classes} | {"Protocol", "StrEnum", "Enum"}
    others = [each for each in classes if _extends_others(each, ours)]
    called_by_others = {method for each in others for method in each.body}
    for node in nodes:
        if not isinstance(node, Definition) or node in called_by_others:
            continue
        if not node.name.startswith("__") and not _is_registered(node):
            yield node.name


def _extends_others(node: ast.ClassDef, ours: set[str]) -> bool:
    """Whether a library calls what this class defines, for it knows the base."""
    return any(ast.unparse(base).split("[")[0] not in ours for base in node.bases)


def _is_registered(node: Definition) -> bool:
    return any(
        isinstance(each, ast.Attribute)
        or (isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute))
        for each in node.decorator_list
    )


def test_what_nothing_calls_is_named_with_reason() -> None:
    assert set(defined()) - used() == set(WAITS)


def test_unimported_core_module_named() -> None:
    imported = set[str]()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = {f"{node.module}.{alias.name}" for alias in node.names}
                imported |= {node.module, *names}
    paths = [path.relative_to(ROOT) for path in ROOT.glob("ivr/core/*/[a-z]*.py")]
    core = {".".join(path.with_suffix("").parts) for path in paths}

    assert core - imported == set(MODULES)
