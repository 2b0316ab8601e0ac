"""The heads of the queues are all that the rules need to see of who waits."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, State, ringing
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import Snapshot, decide
from ivr.core.rules.rule_set import parse_rules

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
LANGUAGES = ["uk", "ru", "en"]
CLASSES = ["urgent", "family", "information"]
RULES = parse_rules(
    'zone = "UTC"\n[class.urgent]\nweight = 3\n[class.family]\nweight = 1.5\n'
    "[class.information]\nweight = 1\n[wait]\noverdue_after = 900\n"
    "[relax]\nsecond_language_after = 60\n"
    '[[hours]]\nfrom = "11:00"\nto = "13:00"\nreserve = { urgent = 1, family = 1 }\n'
)

Queues = Sequence[Sequence[QueueEntry]]


@st.composite
def queues(draw: st.DrawFn) -> Queues:
    waits = draw(st.lists(st.integers(0, 1200), max_size=14))
    found: dict[tuple[str, str], list[QueueEntry]] = {}
    for number, wait in enumerate(sorted(waits, reverse=True)):
        kind = draw(st.tuples(st.sampled_from(LANGUAGES), st.sampled_from(CLASSES)))
        head = QueueEntry(
            call=ContactId(f"{number:03}"),
            language=kind[0],
            urgency=kind[1],
            arrived=NOW - timedelta(seconds=wait),
        )
        found.setdefault(kind, []).append(head)
    return list(found.values())


@st.composite
def staff(draw: st.DrawFn) -> list[Operator]:
    spoken = draw(
        st.lists(
            st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True), max_size=6
        )
    )
    return [
        Operator(
            id=OperatorId(f"o{number}"),
            line=LineKey("example"),
            profile=Profile(name="", languages=tuple(languages)),
            state=draw(st.sampled_from([State.AVAILABLE, State.TALKING])),
            since=NOW,
            idle_since=NOW - timedelta(seconds=number),
        )
        for number, languages in enumerate(spoken)
    ]


def whole(waiting: Queues, operators: list[Operator]) -> list[tuple[str, str]]:
    """The matches of one look at everybody."""
    heads = tuple(tuple(queue) for queue in waiting)
    found = decide(Snapshot(heads=heads, operators=tuple(operators)), RULES, NOW)
    return [(match.call, match.operator.id) for match in found.matches]


def one_by_one(waiting: Queues, operators: list[Operator]) -> list[tuple[str, str]]:
    """The matches of looks at the heads alone, the first of each being claimed."""
    left = {head.call: head for queue in waiting for head in queue}
    known = {operator.id: operator for operator in operators}
    matched: list[tuple[str, str]] = []
    while True:
        queues = [[each for each in queue if each.call in left] for queue in waiting]
        heads = tuple((queue[0],) for queue in queues if queue)
        seen = Snapshot(heads=heads, operators=tuple(known.values()))
        matches = decide(seen, RULES, NOW).matches
        if not matches:
            return matched
        match = matches[0]
        del left[match.call]
        known[match.operator.id] = ringing(match.operator, ClaimId("c"), NOW)
        matched.append((match.call, match.operator.id))


@given(waiting=queues(), operators=staff())
@settings(max_examples=200)
def test_heads_decide_like_everybody(
    waiting: Queues, operators: list[Operator]
) -> None:
    assert one_by_one(waiting, operators) == whole(waiting, operators)
