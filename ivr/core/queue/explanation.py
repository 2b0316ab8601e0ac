"""Explanations: why a caller was next, in words, from the stored decision."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

LANES = {
    "overdue": "waited longer than anyone should: the overdue lane, first come first",
    "priority": "had the most priority of all who could be served",
}
PASSED = {
    "no-operator": "nobody free could serve that language yet",
    "own-operator": "the caller belongs to an operator who is free in a moment",
    "own-team": "the call was handed to a team, and is for its operators first",
    "reserve": "the operators who were free are kept for other classes at this hour",
}


def explain_match(why: str) -> Iterator[str]:
    """The lines of an explanation; ``why`` is JSON as ``queue.routing`` wrote it."""
    told: Mapping[str, Any] = json.loads(why)
    yield f"The caller {LANES.get(told['lane'], told['lane'])}."
    yield _explain_choice(told)
    yield "The first of each queue, as they were compared (P in weight x seconds):"
    yield from (_explain_head(head) for head in told["heads"])


def _explain_choice(told: Mapping[str, Any]) -> str:
    first = "as the first language" if told["language"] == "primary" else "as another"
    version = told.get("rules")
    rules = f"rule set {version}" if version else "the line's own rule set"
    return (
        f"The operator speaks the caller's language {first};"
        f" free then: {told['free']}; by {rules}."
    )


def _explain_head(head: Mapping[str, Any]) -> str:
    lane = " (overdue)" if head["lane"] == "overdue" else ""
    passed = head.get("passed")
    reason = f"  passed over: {PASSED.get(passed, passed)}" if passed else ""
    return (
        f"  {head['class']:<12} {head['language']}  P {head['p']:>9.1f}{lane}{reason}"
    )
