"""Why an offer came to nothing: the list says all that the code can say."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from ivr.adapters.twilio_voice.rest.leg_locations import ENDED
from ivr.core.model.claim import OFFER_ENDS

ROOT = Path(__file__).parents[2]
GIVES_REASON = {"end_offer", "release_taken", "uninvite", "call_off"}


def reasons() -> Iterator[str]:
    """Every reason in decisions and actions; what is told by others was said there."""
    for folder in ("ivr/core/talk", "ivr/actions"):
        for path in (ROOT / folder).glob("**/[a-z]*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            module = importlib.import_module(name)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for given in _given(node):
                    yield from _words(given, vars(module))


def _given(node: ast.AST) -> Iterator[ast.expr]:
    """What says why, in a call, or where it is put into a variable first."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GIVES_REASON:
        yield from node.args[2:4]
    elif (
        isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason"
    ):
        yield node.value


def _words(node: ast.expr, names: dict[str, object]) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value
        elif isinstance(each, ast.Name) and isinstance(names.get(each.id), str):
            yield str(names[each.id])


def test_reasons_are_those_of_list() -> None:
    found = {each for each in reasons() if not each.startswith("talk-")}
    # A talk has ends of its own, and so has what is compared on the way.
    others = {"completed", "caller", "transferred", "caller-rang"}

    assert found - others <= OFFER_ENDS
    assert OFFER_ENDS - found <= ENDED | {"engaged", "reloaded"}
    assert len(found) > 6
