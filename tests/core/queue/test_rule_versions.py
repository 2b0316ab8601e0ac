"""Rule sets that follow one another: what was waited under one is not lost."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.model.identifiers import ContactId
from ivr.core.queue.priority import (
    FURTHEST,
    QueueEntry,
    accumulated_weight,
    arrival_for,
    in_order,
    overtaking_thresholds,
    priority,
)
from ivr.core.queue.versions import (
    ALWAYS,
    MOST,
    RuleVersion,
    in_succession,
    still_counting,
)
from ivr.core.rules.rule_set import RuleSet, parse_rules, weight_of

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
CLASSES = ("urgent", "family", "dropped")


def toml(
    urgent: float, family: float = 1.5, *, zone: str = "Europe/Kyiv", extra: str = ""
) -> str:
    classes = f"[class.urgent]\nweight = {urgent}\n[class.family]\nweight = {family}\n"
    return f'zone = "{zone}"\n{classes}{extra}'


def published(*sets: tuple[datetime, str]) -> RuleSet:
    """A line's own rules, then those that were published at moments."""
    (_, own), *others = sets
    versions = [RuleVersion(version=0, toml=own)]
    for number, (at, text) in enumerate(others, start=1):
        versions.append(RuleVersion(version=number, toml=text, published_at=at))
    return in_succession(versions)


def waiting(urgency: str, arrived: datetime, call: str = "a") -> QueueEntry:
    return QueueEntry(
        call=ContactId(call), language="uk", urgency=urgency, arrived=arrived
    )


# --- what was waited before -------------------------------------------------


def test_new_weight_counts_from_moment_of_publishing() -> None:
    rules = published((ALWAYS, toml(2)), (NOON, toml(5)), (NOON + MINUTE, toml(1)))

    def gained(start: timedelta, end: timedelta) -> float:
        return accumulated_weight(rules, "urgent", NOON + start, NOON + end)

    assert gained(-MINUTE, 2 * MINUTE) == 60 * 2 + 60 * 5 + 60 * 1
    assert gained(-2 * MINUTE, -MINUTE) == 60 * 2
    assert gained(MINUTE / 2, MINUTE) == 30 * 5
    assert gained(MINUTE, MINUTE) == 0
    assert gained(-MINUTE, MINUTE / 1_000_000 / 60) == 120 + 5e-6


def test_missing_class_counts_as_one() -> None:
    rules = published((ALWAYS, toml(2)), (NOON, "[class.new]\nweight = 9"))

    assert accumulated_weight(rules, "new", NOON - MINUTE, NOON + MINUTE) == 60 + 540
    assert accumulated_weight(rules, "urgent", NOON - MINUTE, NOON + MINUTE) == 120 + 60


def test_head_start_follows_rules_in_force() -> None:
    head_start = "[class.late]\nweight = 1\nhead_start = 90\n"
    rules = published((ALWAYS, toml(2, extra=head_start)), (NOON, toml(2)))

    assert priority(rules, "late", NOON - MINUTE, NOON + MINUTE) == 120
    assert priority(rules.before[0].rules, "late", NOON, NOON) == 90


def test_each_rule_set_has_own_hours_zone() -> None:
    # Noon is 15:00 in Kyiv and 13:00 in London.
    hours = '[[hours]]\nfrom = "15:00"\nto = "15:30"\nweight = { urgent = 4 }\n'
    rules = published(
        (ALWAYS, toml(1, extra=hours)),
        (NOON + 10 * MINUTE, toml(2, zone="Europe/London")),
        (NOON + 20 * MINUTE, toml(3, zone="Europe/London", extra=hours)),
    )

    gained = accumulated_weight(rules, "urgent", NOON - MINUTE, NOON + 30 * MINUTE)

    assert gained == 60 * (1 + 10 * 4 + 10 * 2 + 10 * 3)


clocks = st.builds(
    "{:02}:{:02}".format, st.sampled_from([0, 3, 14, 15, 16]), st.integers(0, 59)
)
texts = st.builds(
    lambda weight, zone, start, end, heavy: toml(
        weight,
        zone=zone,
        extra=f'[[hours]]\nfrom = "{start}"\nto = "{end}"\n'
        f"weight = {{ urgent = {heavy} }}\n"
        if start != end
        else "",
    ),
    st.sampled_from([0.1, 1.0, 2.0]),
    st.sampled_from(["Europe/Kyiv", "Asia/Kathmandu", "America/St_Johns"]),
    clocks,
    clocks,
    st.sampled_from([0.3, 7.0]),
)
sequences = st.tuples(
    texts, st.lists(st.tuples(st.integers(-90, 30), texts), max_size=4)
)


def drawn_rules(drawn: tuple[str, list[tuple[int, str]]]) -> RuleSet:
    own, others = drawn
    moments = sorted(minute for minute, _ in others)
    following = (
        (NOON + minute * MINUTE, text)
        for minute, (_, text) in zip(moments, others, strict=True)
    )
    return published((ALWAYS, own), *following)


def in_force_at(rules: RuleSet, moment: datetime) -> RuleSet:
    for era in rules.before:
        if moment < era.until:
            return era.rules
    return rules


@settings(max_examples=80)
@given(sequences, st.integers(-120, 0), st.integers(1, 150))
def test_sum_uses_each_minutes_own_rules(
    drawn: tuple[str, list[tuple[int, str]]], offset: int, length: int
) -> None:
    rules, start = drawn_rules(drawn), NOON + offset * MINUTE

    def weight(at: datetime) -> float:
        then = in_force_at(rules, at)
        return weight_of(then, "urgent", at.astimezone(ZoneInfo(then.zone)))

    each = (60 * weight(start + count * MINUTE) for count in range(length))

    gained = accumulated_weight(rules, "urgent", start, start + length * MINUTE)
    assert gained == pytest.approx(sum(each), rel=1e-9)


@settings(max_examples=80)
@given(sequences, st.integers(0, 7200 * 10**6))
def test_arrival_for_priority_found_behind_publishing(
    drawn: tuple[str, list[tuple[int, str]]], ticks: int
) -> None:
    rules = drawn_rules(drawn)
    arrived = NOON - timedelta(microseconds=ticks)

    assert arrival_for(
        rules, "urgent", priority(rules, "urgent", arrived, NOON), NOON
    ) == (arrived)


# --- the order ----------------------------------------------------------------

callers = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.integers(0, 1200 * 10**6)),
    min_size=1,
    max_size=12,
    unique_by=lambda caller: caller[1],
)


def heads_of(drawn: list[tuple[str, int]]) -> list[QueueEntry]:
    return [
        waiting(urgency, NOON - timedelta(microseconds=ago), str(number))
        for number, (urgency, ago) in enumerate(drawn)
    ]


@settings(max_examples=150)
@given(sequences, callers)
def test_marks_count_exactly_those_ahead(
    drawn: tuple[str, list[tuple[int, str]]], people: list[tuple[str, int]]
) -> None:
    rules, heads = drawn_rules(drawn), heads_of(people)

    for place, head in enumerate(in_order(rules, heads, NOON)):
        mark = overtaking_thresholds(rules, head, CLASSES, NOON)
        assert sum(each.arrived < mark[each.urgency] for each in heads) == place


@settings(max_examples=80)
@given(texts, texts, callers)
def test_publishing_turns_no_order_over(
    old: str, new: str, people: list[tuple[str, int]]
) -> None:
    before, after = published((ALWAYS, old)), published((ALWAYS, old), (NOON, new))
    heads = heads_of(people)

    assert in_order(after, heads, NOON) == in_order(before, heads, NOON)


def test_new_weight_overtakes_only_in_time() -> None:
    # Were the whole wait weighed anew, urgent would pass at once: 274 * 4 > 604.
    rules = published((ALWAYS, toml(1, 1)), (NOON, toml(4, 1)))
    light = waiting("family", NOON - timedelta(seconds=600), "light")
    heavy = waiting("urgent", NOON - timedelta(seconds=270), "heavy")

    def first(seconds: int) -> QueueEntry:
        return in_order(rules, [light, heavy], NOON + timedelta(seconds=seconds))[0]

    # It gains three a second on a lead of 330.
    assert [first(at) for at in (0, 60, 109)] == [light] * 3
    assert first(111) == heavy


# --- which versions count -----------------------------------------------------


def version(number: int, at: datetime, text: str = "") -> RuleVersion:
    return RuleVersion(version=number, toml=text or toml(number), published_at=at)


def test_newest_version_is_in_force() -> None:
    rules = in_succession([version(3, NOON), version(4, NOON + MINUTE)])

    assert (rules.version, rules.classes["urgent"].weight) == (4, 4.0)
    (era,) = rules.before
    assert (era.until, era.rules.classes["urgent"].weight) == (NOON + MINUTE, 3.0)


def test_unpublished_rules_are_version_0() -> None:
    assert (parse_rules(toml(1)).version, parse_rules(toml(1)).before) == (0, ())


def test_later_version_counts_despite_clocks() -> None:
    ahead = version(2, NOON + 60 * MINUTE)
    rules = in_succession([version(1, NOON), ahead, version(3, NOON + MINUTE)])

    assert (
        accumulated_weight(rules, "urgent", NOON, NOON + 2 * MINUTE) == 60 * 1 + 60 * 3
    )


def test_versions_kept_while_arrivals_need_them() -> None:
    ages = [FURTHEST + MINUTE, FURTHEST, FURTHEST - MINUTE, timedelta()]
    versions = [version(number, NOON - age) for number, age in enumerate(ages)]

    assert [each.version for each in still_counting(versions, NOON)] == [1, 2, 3]
    assert still_counting(versions[:1], NOON) == (versions[0],)


def test_so_many_versions_kept_and_no_more() -> None:
    versions = [version(number, NOON) for number in range(1, MOST + 10)]

    kept = still_counting(versions, NOON)

    assert (len(kept), kept[-1]) == (MOST, versions[-1])
