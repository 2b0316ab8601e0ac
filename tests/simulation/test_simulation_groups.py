"""What a run tells of each group, and whether two runs differ."""

from datetime import UTC, datetime, timedelta

from ivr.core.rules.rule_set import parse_rules
from ivr.simulation.contact_result import ContactResult, End, Run
from ivr.simulation.day import SimulatedCaller
from ivr.simulation.groups import Group, group_results, is_clear, to_json

START = datetime(2026, 6, 10, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
RULES = parse_rules("[class.urgent]\nweight = 2\n[class.family]\nweight = 1\n")


def result(
    day: int, wait: float, end: End = End.ANSWERED, urgency: str = "urgent"
) -> ContactResult:
    caller = SimulatedCaller(
        at=START + day * DAY, language="uk", urgency=urgency, talk=60 * SECOND
    )
    return ContactResult(
        caller=caller, end=end, wait=wait * SECOND, overdue=False, overtaken=wait > 50
    )


def run_of(*results: ContactResult) -> Run:
    return Run(results=results, busy=timedelta(), rostered=timedelta())


def everybody(*results: ContactResult) -> Group:
    return group_results(run_of(*results), RULES)[-1]


def month(*waits: float) -> Group:
    """A month whose days have these waits, one after the other and over again."""
    return everybody(
        *(result(day, wait) for day in range(28) for wait in (waits[day % len(waits)],))
    )


def test_groups_follow_rules_everybody_last() -> None:
    groups = group_results(
        run_of(
            result(0, 10, urgency="gone"),
            result(0, 10, urgency="family"),
            result(0, 90, End.SENT_OFF),
        ),
        RULES,
    )

    assert [each.urgency for each in groups] == ["urgent", "family", "gone", None]
    assert [each.figures.calls for each in groups] == [1, 1, 1, 3]
    assert (groups[0].sent_off, groups[0].overtaken) == (1, 1)


def test_row_tells_shares_waits_and_counts() -> None:
    group = everybody(result(0, 20), result(0, 30), result(0, 70, End.LEFT))

    row = to_json(group, "in force")

    assert row["calls"] == 3
    assert (row["answered"], row["left"], row["sent_off"]) == (2, 1, 0)
    assert (row["answered_share"], row["answer_seconds"]) == (0.6667, 25.0)
    assert (row["p90_seconds"], row["longest_seconds"]) == (30.0, 30.0)


def test_difference_that_every_day_shows_is_clear() -> None:
    assert is_clear(month(60, 80), month(40, 65))


def test_daily_varying_difference_is_unclear() -> None:
    assert not is_clear(month(60, 80), month(80, 61))
    assert not is_clear(month(60, 80), month(60, 80))


def test_difference_in_answers_alone_is_clear_too() -> None:
    left = everybody(*(result(day, 60, End.LEFT) for day in range(28)))

    assert is_clear(month(60), left)


def test_of_few_days_nothing_is_clear() -> None:
    before = everybody(*(result(day, 60) for day in range(4)))
    after = everybody(*(result(day, 600) for day in range(4)))

    assert not is_clear(before, after)
