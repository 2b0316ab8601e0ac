"""A caller whose talk broke off comes back to whom they have told everything.

But not at any price: while that operator does something else, anybody may take them.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, State
from ivr.core.model.values import replace
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import RoutingDecision, Snapshot, decide
from tests.core.utc_rules import rules_of

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
RESERVE = '[[hours]]\nfrom = "11:00"\nto = "13:00"\nreserve = { family = 1 }\n'
RULES = rules_of()


def ago(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


def operator(name: str, idle: int, **more: Any) -> Operator:
    free = Operator(
        id=OperatorId(name),
        line=LineKey("example"),
        profile=Profile(name="", languages=("uk",)),
        state=State.AVAILABLE,
        since=ago(idle),
        idle_since=ago(idle),
    )
    return replace(free, **more)


OWN, OTHER = operator("own", 5), operator("other", 500)
BACK = QueueEntry(
    call=ContactId("back"),
    language="uk",
    urgency="urgent",
    arrived=ago(600),
    belongs_to=OWN.id,
)
NEXT = QueueEntry(
    call=ContactId("next"), language="uk", urgency="family", arrived=ago(60)
)


def decision_of(operators: Sequence[Operator], **more: Any) -> RoutingDecision:
    """The decision while somebody has come back, and somebody else waits."""
    return decide(
        Snapshot(heads=((BACK,), (NEXT,)), operators=tuple(operators), **more),
        RULES,
        NOW,
    )


def pairs(decision: RoutingDecision) -> list[tuple[str, str]]:
    return [(match.call, match.operator.id) for match in decision.matches]


@pytest.mark.parametrize("operators", [[OWN, OTHER], [OTHER, OWN]], ids=["own", "else"])
def test_caller_comes_back_to_operator(operators: list[Operator]) -> None:
    assert pairs(decision_of(operators)) == [("back", "own"), ("next", "other")]


def test_short_wrap_up_waited_for() -> None:
    wraps = replace(OWN, state=State.WRAP_UP, due=NOW + timedelta(seconds=20))

    decision = decision_of([wraps, OTHER])

    assert pairs(decision) == [("next", "other")], "nobody else waits for it"
    heads = json.loads(decision.matches[0].why)["heads"]
    assert [head.get("passed") for head in heads] == ["own-operator", None]


@pytest.mark.parametrize(
    "own",
    [
        replace(OWN, state=State.WRAP_UP),
        replace(OWN, state=State.TALKING),
        replace(OWN, state=State.AWAY),
        replace(OWN, due=NOW + timedelta(seconds=5)),
        replace(OWN, profile=replace(OWN.profile, languages=("ru",))),
        replace(OWN, id=OperatorId("stranger")),
    ],
    ids=["record owed", "talks", "away", "cools down", "language", "gone"],
)
def test_caller_is_everybodys_otherwise(own: Operator) -> None:
    assert ("back", "other") in pairs(decision_of([own, OTHER]))


def test_telephone_in_use_not_waited_for() -> None:
    decision = decision_of([OWN, OTHER], engaged=frozenset({OWN.id}))

    assert pairs(decision) == [("back", "other")]
    assert decision.look_again == NOW + timedelta(seconds=5)


def test_head_passed_over_for_want_of_operator() -> None:
    stranger = replace(
        OWN, id=OperatorId("stranger"), profile=replace(OWN.profile, languages=("ru",))
    )
    lonely = replace(NEXT, language="ru")
    snapshot = Snapshot(heads=((BACK,), (lonely,)), operators=(stranger,))

    decision = decide(snapshot, RULES, NOW)

    heads = json.loads(decision.matches[0].why)["heads"]
    assert [head.get("passed") for head in heads] == ["no-operator", None]


def test_reserve_of_another_class_holds() -> None:
    snapshot = Snapshot(heads=((BACK,),), operators=(OWN,))

    assert decide(snapshot, rules_of(RESERVE), NOW).matches == ()


# --- one snapshot ------------------------------------------------------------


def test_callers_are_left_out_of_snapshot() -> None:
    later = replace(NEXT, call=ContactId("later"), arrived=ago(30))
    snapshot = Snapshot(heads=((BACK,), (NEXT, later)), operators=(OWN, OTHER))

    left = snapshot.without({BACK.call, NEXT.call})

    assert left == replace(snapshot, heads=((), (later,)))
    assert pairs(decide(left, RULES, NOW)) == [("later", "other")]


def test_leaving_nobody_out_changes_nothing() -> None:
    snapshot = Snapshot(heads=((BACK,),), operators=(OWN,))

    assert snapshot.without([]) is snapshot


def test_explanation_is_left_out_on_demand() -> None:
    snapshot = Snapshot(heads=((BACK,), (NEXT,)), operators=(OWN, OTHER))

    decision = decide(snapshot, RULES, NOW, explains=False)

    told = decide(snapshot, RULES, NOW)
    assert pairs(decision) == pairs(told)
    assert [match.why for match in decision.matches] == ["", ""]
    assert all(match.why for match in told.matches)


@pytest.mark.parametrize("due", [State.WRAP_UP, State.AVAILABLE])
def test_only_who_cools_down_is_looked_for(due: State) -> None:
    """The end of a wrap-up asks for routing by itself."""
    waits = replace(OWN, state=due, due=NOW + timedelta(seconds=7))
    snapshot = Snapshot(heads=((NEXT,),), operators=(waits,))

    decision = decide(snapshot, RULES, NOW)

    cools = due is State.AVAILABLE
    assert (decision.look_again == NOW + timedelta(seconds=7)) is cools
