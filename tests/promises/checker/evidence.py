"""What is shown of an evening that broke a promise: it may never be played again so.

Eight processes race, so a seed alone does not bring everything back.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import asdict

from ivr.core.model.facts import CallStarted, Fact
from tests.promises.checker.history import History

MOST_BREACHES = 3
"""Of each promise: those that follow are mostly of one cause."""

_UNTOLD = frozenset({"at", "call", "number", "line"})
"""What is told before, is sealed, or is the same in each fact."""


def shown(history: History, faults: Mapping[str, object]) -> Iterator[str]:
    """The breaches, and under each the facts of everybody whom it names."""
    for promise, breaches in faults.items():
        for breach in _first(breaches):
            yield f"  {promise}: {breach}"
            yield from map(_row, _of(history, breach))


def _first(breaches: object) -> list[str]:
    found = breaches if isinstance(breaches, list | tuple) else [breaches]
    return [str(each) for each in found[:MOST_BREACHES]]


def _of(history: History, breach: str) -> Iterable[Fact]:
    """The facts of the calls that are named, and of all calls of the same people."""
    people = {
        fact.call: fact.caller or fact.call
        for _, fact in history.facts
        if isinstance(fact, CallStarted) and fact.call
    }
    claims = {claim for leg, claim in history.dialled.items() if leg in breach}
    named = {who for call, who in people.items() if call in breach or who in breach}
    named |= {
        people[fact.call]
        for _, fact in history.facts
        if getattr(fact, "claim", None) in claims and fact.call in people
    }
    return [
        fact
        for _, fact in history.facts
        if fact.call and people.get(fact.call) in named
    ]


def _row(fact: Fact) -> str:
    told = {
        name: value
        for name, value in asdict(fact).items()
        if value and name not in _UNTOLD
    }
    at = f"{fact.at:%H:%M:%S.%f}"[:-3]
    return f"    {at} {fact.call} {fact.name} {told}"
