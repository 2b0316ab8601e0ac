import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, State
from ivr.core.model.values import replace
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import RoutingDecision, Snapshot, decide
from ivr.core.rules.rule_set import RuleSet
from tests.core.utc_rules import rules_of

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
RELAX = "[relax]\nsecond_language_after = 60\n"
RESERVE = '[[hours]]\nfrom = "11:00"\nto = "13:00"\nreserve = { urgent = 1 }\n'


def caller(call: str, urgency: str, language: str, waited: int) -> QueueEntry:
    return QueueEntry(
        call=ContactId(call),
        language=language,
        urgency=urgency,
        arrived=NOW - waited * SECOND,
    )


def operator(
    key: str,
    *languages: str,
    state: State = State.AVAILABLE,
    idle: int = 0,
    due: int | None = None,
) -> Operator:
    return Operator(
        id=OperatorId(key),
        line=LineKey("example"),
        profile=Profile(name="", languages=languages),
        state=state,
        since=NOW,
        idle_since=NOW - idle * SECOND,
        due=None if due is None else NOW + due * SECOND,
    )


def seen(heads: Iterable[QueueEntry], operators: Iterable[Operator]) -> Snapshot:
    queues: dict[tuple[object, ...], list[QueueEntry]] = defaultdict(list)
    for head in sorted(heads, key=lambda head: (head.arrived, head.call)):
        queues[head.language, head.urgency, head.team, head.handed].append(head)
    queued = tuple(tuple(queue) for queue in queues.values())
    return Snapshot(heads=queued, operators=tuple(operators))


def pairs(decision: RoutingDecision) -> list[tuple[str, str]]:
    return [(match.call, match.operator.id) for match in decision.matches]


def why(decision: RoutingDecision, place: int = 0) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(decision.matches[place].why)
    return told


# --- who is served ----------------------------------------------------------


def test_highest_priority_served_first() -> None:
    heads = [
        caller("light", "information", "uk", 600),
        caller("heavy", "urgent", "uk", 301),
    ]

    decision = decide(seen(heads, [operator("o", "uk")]), rules_of(), NOW)

    assert pairs(decision) == [("heavy", "o")]


def test_unserved_heavier_queue_holds_up_nobody() -> None:
    heads = [caller("heavy", "urgent", "uk", 800), caller("light", "family", "ru", 5)]
    operators = [operator("busy", "uk", state=State.TALKING), operator("free", "ru")]

    decision = decide(seen(heads, operators), rules_of(), NOW)

    assert pairs(decision) == [("light", "free")]


def test_next_of_queue_competes_when_head_served() -> None:
    heads = [
        caller("first", "urgent", "uk", 500),
        caller("second", "urgent", "uk", 400),
        caller("third", "information", "uk", 600),
    ]
    operators = [operator("a", "uk", idle=9), operator("b", "uk", idle=8)]

    decision = decide(seen(heads, operators), rules_of(), NOW)

    assert pairs(decision) == [("first", "a"), ("second", "b")]


def test_overdue_go_before_everyone() -> None:
    heads = [
        caller("late", "information", "uk", 900),
        caller("heavy", "urgent", "uk", 899),
    ]

    decision = decide(seen(heads, [operator("o", "uk")]), rules_of(), NOW)

    assert pairs(decision) == [("late", "o")]
    assert why(decision)["lane"] == "overdue"


@pytest.mark.parametrize(
    "state", [state for state in State if state is not State.AVAILABLE]
)
def test_only_available_operator_rung(state: State) -> None:
    snapshot = seen(
        [caller("c", "urgent", "uk", 5)], [operator("o", "uk", state=state)]
    )

    assert decide(snapshot, rules_of(), NOW).matches == ()


def test_operator_who_cools_down_is_not_rung() -> None:
    snapshot = seen([caller("c", "urgent", "uk", 5)], [operator("o", "uk", due=3)])

    decision = decide(snapshot, rules_of(), NOW)

    assert decision == RoutingDecision(matches=(), look_again=NOW + 3 * SECOND)
    assert pairs(decide(snapshot, rules_of(), NOW + 3 * SECOND)) == [("c", "o")]


def test_caller_of_dropped_class_served() -> None:
    snapshot = seen([caller("c", "dropped", "uk", 5)], [operator("o", "uk")])

    assert pairs(decide(snapshot, rules_of(RESERVE), NOW)) == []
    assert pairs(decide(snapshot, rules_of(), NOW)) == [("c", "o")]


# --- who is rung --------------------------------------------------------------


def test_language_breadth_idleness_id_order_operators() -> None:
    operators = [
        operator("second", "ru", "uk", idle=99),
        operator("many", "uk", "ru", "en", idle=99),
        operator("a-late", "uk", "ru", idle=1),
        operator("b", "uk", "ru", idle=50),
        operator("a", "uk", "ru", idle=50),
    ]
    heads = [caller(str(number), "urgent", "uk", 99 - number) for number in range(5)]

    decision = decide(seen(heads, operators), rules_of(), NOW)

    assert [match.operator.id for match in decision.matches] == [
        "a",
        "b",
        "a-late",
        "many",
        "second",
    ]
    assert why(decision, 3)["language"] == "primary"
    assert why(decision, 4)["language"] == "second"


def test_second_language_opens_after_delay() -> None:
    operators = [
        operator("second", "ru", "uk"),
        operator("x", "uk", state=State.TALKING),
    ]
    early = seen([caller("c", "urgent", "uk", 59)], operators)
    late = seen([caller("c", "urgent", "uk", 60)], operators)

    waits = decide(early, rules_of(RELAX), NOW)

    assert waits == RoutingDecision(matches=(), look_again=NOW + SECOND)
    assert pairs(decide(late, rules_of(RELAX), NOW)) == [("c", "second")]


def test_second_language_may_have_own_delay() -> None:
    rules = rules_of(f"{RELAX}[relax.languages]\nru = 20\n")
    operators = [
        operator("second", "uk", "ru"),
        operator("x", "ru", state=State.TALKING),
    ]
    early = seen([caller("c", "urgent", "ru", 19)], operators)
    late = seen([caller("c", "urgent", "ru", 20)], operators)

    assert decide(early, rules, NOW) == RoutingDecision(
        matches=(), look_again=NOW + SECOND
    )
    assert pairs(decide(late, rules, NOW)) == [("c", "second")]


@pytest.mark.parametrize("state", [State.AWAY, State.OFFLINE])
def test_second_language_open_without_others(
    state: State,
) -> None:
    operators = [operator("second", "ru", "uk"), operator("x", "uk", state=state)]
    snapshot = seen([caller("c", "urgent", "uk", 0)], operators)

    assert pairs(decide(snapshot, rules_of(RELAX), NOW)) == [("c", "second")]


def test_first_speaker_may_know_more_languages() -> None:
    operators = [
        operator("second", "ru", "uk"),
        operator("x", "uk", "ru", state=State.TALKING),
    ]
    snapshot = seen([caller("c", "urgent", "uk", 59)], operators)

    assert decide(snapshot, rules_of(RELAX), NOW).matches == ()


def test_operator_without_languages_never_rung() -> None:
    snapshot = seen([caller("c", "urgent", "uk", 999)], [operator("o")])

    assert decide(snapshot, rules_of(), NOW).matches == ()


# --- reserve --------------------------------------------------------------------


def test_last_operator_kept_for_reserves_class() -> None:
    light = [caller("a", "family", "uk", 500), caller("b", "information", "uk", 400)]
    heavy = caller("heavy", "urgent", "uk", 1)
    operators = [operator("x", "uk", idle=2), operator("y", "uk", idle=1)]

    kept = decide(seen(light, operators), rules_of(RESERVE), NOW)
    used = decide(seen([*light, heavy], operators), rules_of(RESERVE), NOW)

    assert pairs(kept) == [("a", "x")]
    assert pairs(used) == [("a", "x"), ("heavy", "y")]
    assert [head.get("passed") for head in why(used, 1)["heads"]] == ["reserve", None]


def test_reserve_holds_in_hours_alone() -> None:
    snapshot = seen([caller("c", "family", "uk", 5)], [operator("o", "uk")])

    waits = decide(snapshot, rules_of(RESERVE), NOW)
    later = decide(snapshot, rules_of(RESERVE), NOW + timedelta(hours=1))

    assert waits.matches == ()
    assert pairs(later) == [("c", "o")]


def test_overdue_lane_is_above_reserve() -> None:
    snapshot = seen([caller("c", "family", "uk", 899)], [operator("o", "uk")])

    waits = decide(snapshot, rules_of(RESERVE), NOW)

    assert waits == RoutingDecision(matches=(), look_again=NOW + SECOND)
    assert pairs(decide(snapshot, rules_of(RESERVE), NOW + SECOND)) == [("c", "o")]


# --- when to look again, and why ---------------------------------------------------


def test_nobody_waiting_is_nothing_to_look_for() -> None:
    operators = [operator("o", "uk", due=5), operator("p", "uk")]

    assert decide(seen([], operators), rules_of(RESERVE), NOW).look_again is None


def test_served_caller_not_looked_for() -> None:
    snapshot = seen([caller("c", "urgent", "uk", 5)], [operator("o", "uk")])

    assert decide(snapshot, rules_of(RESERVE), NOW).look_again is None


def test_turn_of_hours_looked_for() -> None:
    snapshot = seen([caller("c", "family", "uk", 950)], [])

    decision = decide(snapshot, rules_of(RESERVE), NOW)

    assert decision.look_again == NOW + timedelta(hours=1)


def test_open_language_is_not_looked_for() -> None:
    snapshot = seen([caller("c", "urgent", "ru", 5)], [])

    decision = decide(snapshot, rules_of(RELAX), NOW)

    assert decision.look_again == NOW + timedelta(seconds=895), "overdue by then"


def test_due_now_is_not_looked_for() -> None:
    snapshot = seen([caller("c", "urgent", "uk", 900)], [])

    assert decide(snapshot, rules_of(), NOW).look_again is None


def test_reason_names_compared_heads_only() -> None:
    heads = [caller("CA1", "urgent", "ru", 100), caller("CA2", "family", "uk", 10)]
    operators = [operator("o", "uk"), operator("p", "uk")]

    decision = decide(seen(heads, operators), rules_of().as_version(7), NOW)

    assert why(decision) == {
        "lane": "priority",
        "language": "primary",
        "free": 2,
        "rules": 7,
        "heads": [
            {
                "class": "urgent",
                "language": "ru",
                "lane": "priority",
                "p": 200.0,
                "passed": "no-operator",
            },
            {"class": "family", "language": "uk", "lane": "priority", "p": 15.0},
        ],
    }
    assert "CA" not in decision.matches[0].why


def test_reason_tells_priority_in_tenths() -> None:
    head = replace(
        caller("c", "information", "uk", 10), arrived=NOW - timedelta(seconds=10.26)
    )

    decision = decide(seen([head], [operator("o", "uk")]), rules_of(), NOW)

    assert why(decision)["heads"][0]["p"] == 10.3


# --- for any snapshot ---------------------------------------------------------------

LANGUAGES = ("uk", "ru", "en")
head_sets = st.lists(
    st.tuples(
        st.sampled_from(("urgent", "family", "information", "dropped")),
        st.sampled_from(LANGUAGES),
        st.sampled_from((0, 1, 30, 59, 60, 61, 300, 899, 900, 901)),
    ),
    max_size=7,
).map(lambda drawn: [caller(f"c{n}", *each) for n, each in enumerate(drawn)])
operator_sets = st.lists(
    st.tuples(
        st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True),
        st.sampled_from((State.AVAILABLE, State.AVAILABLE, State.TALKING, State.AWAY)),
        st.sampled_from((0, 5)),
        st.sampled_from((None, None, 0, 10, 40)),
    ),
    max_size=5,
).map(
    lambda drawn: [
        operator(f"o{n}", *spoken, state=state, idle=idle, due=due)
        for n, (spoken, state, idle, due) in enumerate(drawn)
    ]
)
snapshots = st.builds(seen, head_sets, operator_sets)
rule_sets = st.sampled_from(
    [
        rules_of(),
        rules_of(RELAX),
        rules_of(f"{RELAX}[relax.languages]\nru = 20\n"),
        rules_of(RELAX + RESERVE),
        rules_of(RELAX + RESERVE.replace('"13:00"', '"12:01"')),
    ]
)
examples = settings(max_examples=150)


def left(snapshot: Snapshot, decision: RoutingDecision) -> Snapshot:
    """What remains when every match rings."""
    calls = {match.call for match in decision.matches}
    rung = {match.operator.id for match in decision.matches}
    heads = [
        head for queue in snapshot.heads for head in queue if head.call not in calls
    ]
    operators = [
        replace(each, state=State.RINGING) if each.id in rung else each
        for each in snapshot.operators
    ]
    return seen(heads, operators)


@examples
@given(snapshots, rule_sets)
def test_same_snapshot_gives_same_decision(snapshot: Snapshot, rules: RuleSet) -> None:
    turned = Snapshot(heads=snapshot.heads[::-1], operators=snapshot.operators[::-1])

    first = decide(snapshot, rules, NOW)

    assert decide(snapshot, rules, NOW) == first
    assert decide(turned, rules, NOW) == first


@examples
@given(snapshots, rule_sets)
def test_no_caller_and_no_operator_used_twice(
    snapshot: Snapshot, rules: RuleSet
) -> None:
    matches = decide(snapshot, rules, NOW).matches

    assert len({match.call for match in matches}) == len(matches)
    assert len({match.operator.id for match in matches}) == len(matches)


@examples
@given(snapshots)
def test_nobody_waits_while_able_operator_free(snapshot: Snapshot) -> None:
    after = left(snapshot, decide(snapshot, rules_of(), NOW))

    free = {
        language
        for each in after.operators
        if each.is_free(NOW)
        for language in each.profile.languages
    }
    assert not [h for queue in after.heads for h in queue if h.language in free]


@examples
@given(snapshots, rule_sets)
def test_nobody_served_before_those_ahead(snapshot: Snapshot, rules: RuleSet) -> None:
    served = [match.call for match in decide(snapshot, rules, NOW).matches]

    for queue in snapshot.heads:
        of_queue = [call for call in served if call in {head.call for head in queue}]
        assert of_queue == [head.call for head in queue][: len(of_queue)]


@examples
@given(snapshots, rule_sets)
def test_time_alone_changes_nothing_before_next_look(
    snapshot: Snapshot, rules: RuleSet
) -> None:
    decision = decide(snapshot, rules, NOW)
    after = left(snapshot, decision)
    until = decision.look_again or NOW + timedelta(hours=2)

    moments = (NOW + count * SECOND for count in range(0, 7200, 7))
    idle = [decide(after, rules, at) for at in moments if at < until][:60]
    last = decide(after, rules, until - timedelta(microseconds=1))

    assert not any(each.matches for each in [*idle, last])


# --- teams ------------------------------------------------------------------

TEAM = "[relax]\nneighbouring_team_after = 120\n"


def handed(
    call: str, ago: int, language: str = "uk", team: str = "night"
) -> QueueEntry:
    """A caller who has waited for long, and was handed to a team some time ago."""
    waited = caller(call, "urgent", language, 700)
    return replace(waited, team=team, handed=NOW - ago * SECOND)


def of_team(key: str, team: str, **more: Any) -> Operator:
    one = operator(key, "uk", **more)
    return replace(one, profile=replace(one.profile, team=team))


def test_handed_call_is_for_teams_operators() -> None:
    operators = [of_team("other", "day", idle=99), of_team("ours", "night")]

    decision = decide(seen([handed("c", 5)], operators), rules_of(TEAM), NOW)

    assert pairs(decision) == [("c", "ours")]


@pytest.mark.parametrize(
    "state", [State.TALKING, State.RINGING, State.WRAP_UP, State.AVAILABLE]
)
def test_call_waits_for_team_on_duty(
    state: State,
) -> None:
    ours = of_team("ours", "night", state=state, due=500)
    heads = [handed("c", 119), caller("next", "urgent", "uk", 5)]

    decision = decide(seen(heads, [ours, operator("o", "uk")]), rules_of(TEAM), NOW)

    assert pairs(decision) == [("next", "o")]
    assert decision.look_again == NOW + SECOND
    assert why(decision)["heads"][0]["passed"] == "own-team"


def test_call_is_everybodys_after_time() -> None:
    ours = of_team("ours", "night", state=State.TALKING)
    snapshot = seen([handed("c", 120)], [ours, operator("o", "uk")])

    assert pairs(decide(snapshot, rules_of(TEAM), NOW)) == [("c", "o")]


@pytest.mark.parametrize("state", [State.AWAY, State.OFFLINE])
def test_call_without_team_is_everybodys(
    state: State,
) -> None:
    ours = of_team("ours", "night", state=state)
    snapshot = seen([handed("c", 1)], [ours, operator("o", "uk")])

    assert pairs(decide(snapshot, rules_of(TEAM), NOW)) == [("c", "o")]


def test_call_unspoken_by_team_is_everybodys() -> None:
    ours = of_team("ours", "night", state=State.TALKING)
    snapshot = seen([handed("c", 1, "ru")], [ours, operator("o", "ru")])

    assert pairs(decide(snapshot, rules_of(TEAM), NOW)) == [("c", "o")]


def test_teams_time_counts_by_rules_in_force() -> None:
    ours = of_team("ours", "night", state=State.TALKING)
    snapshot = seen([handed("c", 5)], [ours, operator("o", "uk")])
    at_once = rules_of("[relax]\nneighbouring_team_after = 0\n")

    assert pairs(decide(snapshot, at_once, NOW)) == [("c", "o")]
