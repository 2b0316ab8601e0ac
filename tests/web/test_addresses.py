"""Whatever address the service composes leads somewhere in the service."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from exchange.state.people import Press, Stay
from ivr.core.line.menu import LinePhones
from ivr.core.model.values import replace
from tests.dsl.doing import facts_named
from tests.dsl.texting import messages
from tests.world import BASE, LINE, World

ROOT = Path(__file__).parents[2]
SOURCE = [*ROOT.glob("ivr/**/*.py")]
PAGES = [
    path
    for kind in ("html", "js", "xml")
    for path in ROOT.glob(f"ivr/web/**/*.{kind}")
    if "vendor" not in path.parts
]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
ADDRESS = re.compile(r"(?:https?://X(?::X)?|X)?(/[a-z][^\s?\"']*)(?:\?.*)?")
FILLED_IN = re.compile(r"\$\{.*?\}|\{\{.*?\}\}")
IN_A_PAGE = re.compile(r"[\"'`](/[a-z][a-zX0-9/_.-]*)")
IN_PROSE = re.compile(r"(?:PUBLIC_URL\}|`(?:GET |POST )?)(/[a-z][a-z0-9/_.-]*)")

NO_ADDRESS = {
    "/bin/sh": "a program",
    "/proc/": "files of the system",
    "/line.toml": "a file of a line",
    "/rules.toml": "a file of a line",
    "/prompts": "a folder of a line",
    "/audio": "a folder of a line",
    "/exchange": "the exchange's own",
    "/calls": "the exchange's own",
    "/scripts": "the exchange's own",
    "/people": "the exchange's own",
    "/complaints": "the exchange's own",
    "/location/": "the location page is not there yet, and no caller is offered it",
}
"""What looks like an address of ours, by how it begins; each is still needed."""


def written(node: ast.AST) -> str | None:
    """The text of a literal; what is filled in later is X."""
    if isinstance(node, ast.JoinedStr):
        parts = (getattr(each, "value", None) for each in node.values)
        return "".join(each if isinstance(each, str) else "X" for each in parts)
    value = getattr(node, "value", None)
    return value if isinstance(node, ast.Constant) and isinstance(value, str) else None


def literals(tree: ast.AST) -> Iterator[str]:
    """Every text of a module, but for those that make routes, and for prose."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Blueprint":
            continue
        if isinstance(node, ast.FunctionDef):
            # Its decorators say where it is reached, not where something leads.
            node.decorator_list = []
        if text := written(node):
            yield text
        else:
            yield from literals(node)


def composed() -> Iterator[tuple[str, str]]:
    """Every address in the code, the pages and the documents, and where it stands."""
    for path in SOURCE:
        for text in literals(ast.parse(path.read_text(encoding="utf-8"))):
            if found := ADDRESS.fullmatch(text):
                yield found[1], path.name
    for path in PAGES:
        page = FILLED_IN.sub("X", path.read_text(encoding="utf-8"))
        for address in IN_A_PAGE.findall(page):
            yield address, path.name
    for path in DOCUMENTS:
        for address in IN_PROSE.findall(path.read_text(encoding="utf-8")):
            yield address, path.name


def exemption(address: str) -> str | None:
    return next((each for each in NO_ADDRESS if address.startswith(each)), None)


def leads_somewhere(world: World, address: str) -> bool:
    """Whether a route has this form; X stands for anything that is one part.

    What ends with a slash is the beginning of some.
    """
    rules = [rule.rule for rule in world.app.url_map.iter_rules()]
    if address.endswith("/"):
        return any(rule.startswith(address) for rule in rules)
    return any(fits(address.split("/"), rule.split("/")) for rule in rules)


def fits(wanted: list[str], there: list[str]) -> bool:
    if there[-1].startswith("<path:"):
        wanted = wanted[: len(there)]
    return len(wanted) == len(there) and all(
        asked == given or "X" in asked or given.startswith("<")
        for asked, given in zip(wanted, there, strict=True)
    )


def test_every_composed_address_leads_somewhere(world: World) -> None:
    found = set(composed())
    dead = {
        (address, where)
        for address, where in found
        if not leads_somewhere(world, address) and not exemption(address)
    }

    assert dead == set()
    assert {"/voice/step", "/join/X", "/audio/tone.wav"} <= {each for each, _ in found}
    assert {"README.md", "deployment.md", "ops.md"} <= {where for _, where in found}
    assert len(found) > 80


def test_every_exemption_of_address_needed(world: World) -> None:
    needed = {
        exemption(address)
        for address, _ in composed()
        if not leads_somewhere(world, address)
    }

    assert set(NO_ADDRESS) - needed == set()


@pytest.mark.parametrize("reminders", ["", "+12025550101"])
def test_no_caller_sent_link_that_leads_nowhere(world: World, reminders: str) -> None:
    lines = world.ports.content.lines()
    phones = LinePhones(links_from="+12025550101", reminders_from=reminders)
    lines[LINE] = replace(lines[LINE], phones=phones)  # type: ignore[index]

    world.dial(*(Press(digits="1"),) * 3, Stay())
    world.exchange.run_for(60)

    assert facts_named(world, "location-told") == []
    assert facts_named(world, "link-sent") == []
    written = " ".join(str(body) for _, body in messages(world))
    links = re.findall(rf"{re.escape(BASE)}(\S*)", written)
    assert [link for link in links if not leads_somewhere(world, link)] == []
