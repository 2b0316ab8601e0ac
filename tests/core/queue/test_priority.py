from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.model.identifiers import ContactId
from ivr.core.model.values import replace
from ivr.core.queue.priority import (
    QueueEntry,
    accumulated_weight,
    arrival_for,
    carried_over,
    in_order,
    is_ahead,
    is_overdue,
    next_turn,
    overtaking_thresholds,
    priority,
    priority_of,
)
from ivr.core.rules.rule_set import RuleSet, parse_rules, weight_of
from tests.core.kyiv import KYIV, kyiv, rules_of

MINUTE = timedelta(minutes=1)
EVENING = """
[[hours]]
from = "18:00"
to = "23:00"
weight = { urgent = 4.0, family = 2.0 }
"""


def waiting(urgency: str, arrived: datetime, call: str = "a") -> QueueEntry:
    return QueueEntry(
        call=ContactId(call), language="uk", urgency=urgency, arrived=arrived
    )


# --- priority gained by waiting -------------------------------------------


def test_priority_gained_at_weight_of_each_hour() -> None:
    rules = rules_of(EVENING)

    assert (
        accumulated_weight(rules, "urgent", kyiv(17, 50), kyiv(18, 5))
        == 600 * 2 + 300 * 4
    )
    assert (
        accumulated_weight(rules, "urgent", kyiv(22, 59), kyiv(23, 1))
        == 60 * 4 + 60 * 2
    )
    assert accumulated_weight(rules, "information", kyiv(17), kyiv(19)) == 7200


def test_wait_of_days_passes_through_every_evening() -> None:
    rules = rules_of(EVENING)

    gained = accumulated_weight(rules, "family", kyiv(12), kyiv(12, day=13))

    assert gained == 3 * (5 * 3600 * 2.0 + 19 * 3600 * 1.5)


def test_differing_clocks_gain_nothing() -> None:
    assert accumulated_weight(rules_of(), "urgent", kyiv(12, 1), kyiv(12)) == 0


def test_head_start_added_once() -> None:
    rules = parse_rules("[class.urgent]\nhead_start = 90\nweight = 2")

    assert priority(rules, "urgent", kyiv(12), kyiv(12)) == 90
    assert priority(rules, "urgent", kyiv(12), kyiv(12, 1)) == 210


def test_hour_that_clocks_show_twice_counts_twice() -> None:
    # In Kyiv the clocks go from 04:00 back to 03:00 on 25 October 2026.
    rules = rules_of(
        '[[hours]]\nfrom = "03:00"\nto = "04:00"\nweight = { urgent = 4.0 }'
    )
    start = datetime(2026, 10, 25, 2, 30, tzinfo=KYIV).astimezone(UTC)
    end = datetime(2026, 10, 25, 4, 30, tzinfo=KYIV).astimezone(UTC)

    assert end - start == timedelta(hours=3)
    assert accumulated_weight(rules, "urgent", start, end) == 3600 * 2 + 7200 * 4


def test_hour_that_clocks_skip_does_not_count() -> None:
    # In Kyiv the clocks go from 03:00 on to 04:00 on 29 March 2026.
    rules = rules_of(
        '[[hours]]\nfrom = "03:30"\nto = "04:10"\nweight = { urgent = 4.0 }'
    )
    start = datetime(2026, 3, 29, 2, 30, tzinfo=KYIV).astimezone(UTC)
    end = datetime(2026, 3, 29, 4, 30, tzinfo=KYIV).astimezone(UTC)

    assert end - start == timedelta(hours=1)
    assert accumulated_weight(rules, "urgent", start, end) == 50 * 60 * 2 + 10 * 60 * 4


def test_edge_shown_twice_counts_twice() -> None:
    rules = rules_of(
        '[[hours]]\nfrom = "03:15"\nto = "03:45"\nweight = { urgent = 4.0 }'
    )
    start = datetime(2026, 10, 25, 3, tzinfo=KYIV).astimezone(UTC)

    gained = accumulated_weight(rules, "urgent", start, start + timedelta(hours=2))

    assert gained == 3600 * 2 + 3600 * 4


def test_edge_counts_where_day_begins_earlier() -> None:
    # In Kyiv it is the next day from 21:00 on, in summer.
    rules = rules_of(
        '[[hours]]\nfrom = "00:30"\nto = "01:00"\nweight = { urgent = 4.0 }'
    )
    start, end = kyiv(0, day=11), kyiv(2, day=11)

    gained = accumulated_weight(rules, "urgent", start, end)

    assert start.date() == end.date() == kyiv(12).date(), "in UTC"
    assert gained == 5400 * 2 + 1800 * 4


def test_sunday_before_saturdays_end_is_harmless() -> None:
    # In St John's, in 2006, the clocks went from Sunday 00:01 back to Saturday 23:01.
    rules = rules_of(
        '[[hours]]\ndays = ["sat"]\nfrom = "23:30"\nto = "24:00"\n'
        "weight = { urgent = 4.0 }",
        "America/St_Johns",
    )
    change = datetime(2006, 10, 29, 2, 31, tzinfo=UTC)
    before, after = change - 61 * MINUTE, change + 39 * MINUTE

    assert accumulated_weight(rules, "urgent", before, change) == 31 * 120 + 30 * 240
    assert accumulated_weight(rules, "urgent", before, after) == 60 * 120 + 40 * 240
    assert (
        accumulated_weight(rules, "urgent", change - MINUTE, after)
        == 30 * 120 + 10 * 240
    )


clocks = st.builds(
    "{:02}:{:02}".format, st.sampled_from([0, 1, 2, 3, 18, 23]), st.integers(0, 59)
)
windows = st.lists(
    st.tuples(clocks, clocks, st.sampled_from([0.1, 1.1, 4.0])).filter(
        lambda window: window[0] != window[1]
    ),
    max_size=3,
)
# Days on which clocks change: at night, by half an hour, at midnight, a minute
# after it; and a day that was skipped altogether.
changes = st.sampled_from(
    [
        ("Europe/Kyiv", datetime(2026, 3, 28, tzinfo=UTC)),
        ("Europe/Kyiv", datetime(2026, 10, 24, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 3, tzinfo=UTC)),
        ("Asia/Beirut", datetime(2026, 3, 28, tzinfo=UTC)),
        ("America/Havana", datetime(2026, 10, 31, tzinfo=UTC)),
        ("America/St_Johns", datetime(2006, 10, 28, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2011, 12, 29, tzinfo=UTC)),
    ]
)


def hours_of(drawn: list[tuple[str, str, float]]) -> str:
    return "".join(
        f'[[hours]]\ndays = ["sat", "sun"]\nfrom = "{start}"\nto = "{end}"\n'
        f"weight = {{ urgent = {weight} }}\n"
        for start, end, weight in drawn
    )


@settings(max_examples=60)
@given(changes, windows, st.integers(0, 1440), st.integers(600, 2880))
def test_sum_is_every_minutes_despite_clock_change(
    change: tuple[str, datetime],
    drawn: list[tuple[str, str, float]],
    offset: int,
    length: int,
) -> None:
    zone, day = change
    rules = rules_of(hours_of(drawn), zone)
    start = day + offset * MINUTE

    minutes = (start + count * MINUTE for count in range(length))
    each = (60 * weight_of(rules, "urgent", rules.local(at)) for at in minutes)

    gained = accumulated_weight(rules, "urgent", start, start + length * MINUTE)
    assert gained == pytest.approx(sum(each), rel=1e-9)


@settings(max_examples=60)
@given(changes, windows, st.integers(0, 3 * 86400 * 10**6))
def test_arrival_for_priority_undoes_priority_of_arrival(
    change: tuple[str, datetime], drawn: list[tuple[str, str, float]], ticks: int
) -> None:
    zone, day = change
    rules = rules_of(hours_of(drawn), zone)
    arrived, now = day, day + timedelta(microseconds=ticks)

    gained = priority(rules, "urgent", arrived, now)

    assert arrival_for(rules, "urgent", gained, now) == arrived


def test_arrival_for_priority_within_last_week() -> None:
    rules = parse_rules("[class.urgent]\nhead_start = 90\nweight = 2")
    now = kyiv(12)

    assert arrival_for(rules, "urgent", 50, now) == now
    assert arrival_for(rules, "urgent", 90, now) == now
    assert arrival_for(rules, "urgent", 1e9, now) == now - timedelta(days=7)


def test_no_wait_has_no_arrival_before_now() -> None:
    rules, now = parse_rules("[class.urgent]\nweight = 1e-12"), kyiv(12)

    assert arrival_for(rules, "urgent", 0, now) == now


# --- another class --------------------------------------------------------


def test_gathered_in_other_class_stays() -> None:
    rules, now = rules_of(), kyiv(12)
    head = changed("information", now - timedelta(seconds=33), "urgent", now, rules)

    assert priority_of(rules, head, now) == 33
    assert priority_of(rules, head, now + MINUTE) == 33 + 60 * 2
    assert head.arrived == now - timedelta(seconds=33)


def test_nothing_lost_by_class_that_gathers_less() -> None:
    rules, now = rules_of(EVENING), kyiv(19)
    head = changed("urgent", now - 3 * MINUTE, "information", now, rules)

    assert priority_of(rules, head, now) == 180 * 4
    assert priority_of(rules, head, now + MINUTE) == 180 * 4 + 60


def test_head_start_follows_present_class() -> None:
    rules = parse_rules(
        "[class.heavy]\nweight = 4\nhead_start = 100\n[class.light]\nweight = 1"
    )
    now = kyiv(12)

    heavy = changed("light", now - MINUTE, "heavy", now, rules)
    light = changed("heavy", now - MINUTE, "light", now, rules)

    assert priority_of(rules, heavy, now) == 100 + 60
    assert priority_of(rules, light, now) == 240


@settings(max_examples=60, derandomize=True)
@given(
    changes,
    windows,
    st.lists(
        st.tuples(st.sampled_from(["urgent", "family"]), st.integers(1, 10**10)),
        min_size=2,
        max_size=5,
    ),
)
def test_priority_sums_what_each_class_gathered(
    change: tuple[str, datetime],
    drawn: list[tuple[str, str, float]],
    stays: list[tuple[str, int]],
) -> None:
    zone, now = change
    rules = rules_of(hours_of(drawn), zone)
    head, gathered = waiting(stays[0][0], now), 0.0
    for urgency, ticks in stays:
        if urgency != head.urgency:
            since = head.counts_from or head.arrived
            moment = carried_over(rules, head.urgency, since, urgency, now)
            head = replace(head, urgency=urgency, counts_from=moment)
        then = now + timedelta(microseconds=ticks)
        gathered += accumulated_weight(rules, urgency, now, then)
        now = then

    # Each change may lose what less than a microsecond gathers, and wins nothing.
    lost = gathered - priority_of(rules, head, now)
    assert -1e-9 < lost < len(stays) * 5e-6


def changed(
    was: str, arrived: datetime, urgency: str, now: datetime, rules: RuleSet
) -> QueueEntry:
    """A caller who comes to another class just now."""
    moment = carried_over(rules, was, arrived, urgency, now)
    return replace(waiting(urgency, arrived), counts_from=moment)


def test_changing_to_heavier_class_passes_nobody() -> None:
    rules, now = rules_of(), kyiv(12)
    before = waiting("urgent", now - timedelta(seconds=20), "before")
    head = changed("information", now - timedelta(seconds=33), "urgent", now, rules)

    assert in_order(rules, [head, before], now) == [before, head]
    assert in_order(rules, [head, before], now + MINUTE) == [before, head]


def test_overdue_lane_goes_by_true_arrival() -> None:
    rules, now = rules_of(), kyiv(12)
    head = changed("information", now - 15 * MINUTE, "urgent", now, rules)
    earlier = waiting("urgent", now - 14 * MINUTE, "earlier")

    assert in_order(rules, [earlier, head], now) == [head, earlier]
    assert overtaking_thresholds(rules, head, ["urgent"], now) == {
        "urgent": head.arrived
    }


# --- the order -------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "first"),
    [(449, "heavy"), (450, "light"), (451, "light")],
)
def test_overtaking_bounded(after: int, first: str) -> None:
    # T (1 - w_i / w_j): 450 s for 4:1 and ten minutes of waiting.
    rules = parse_rules("[class.heavy]\nweight = 4\n[class.light]\nweight = 1")
    now = kyiv(12)
    light = waiting("light", now - 10 * MINUTE, "z")
    heavy = waiting("heavy", light.arrived + timedelta(seconds=after), "a")

    order = in_order(rules, [heavy, light], now)

    assert order[0].urgency == first


def test_head_start_widens_bound_by_weight() -> None:
    rules = parse_rules(
        "[class.heavy]\nweight = 4\nhead_start = 100\n[class.light]\nweight = 1"
    )
    now = kyiv(12)
    light = waiting("light", now - 10 * MINUTE)

    def heavy_after(seconds: int) -> QueueEntry:
        return waiting("heavy", light.arrived + timedelta(seconds=seconds))

    assert in_order(rules, [light, heavy_after(474)], now)[0].urgency == "heavy"
    assert in_order(rules, [light, heavy_after(476)], now)[0].urgency == "light"


def test_new_evening_weight_keeps_order() -> None:
    # Were the whole wait weighed anew, urgent would pass at once: 274 * 4 > 604.
    rules = rules_of(EVENING)
    light = waiting("information", kyiv(17, 50), "light")
    heavy = waiting("urgent", kyiv(17, 55, 30), "heavy")

    firsts = [
        in_order(rules, [light, heavy], now)[0]
        for now in (kyiv(17, 59, 56), kyiv(18), kyiv(18, 0, 4), kyiv(18, 0, 19))
    ]

    assert firsts == [light] * 4
    assert in_order(rules, [light, heavy], kyiv(18, 0, 21))[0] == heavy


def test_overdue_served_first_and_by_arrival() -> None:
    rules = rules_of()
    now = kyiv(12)
    old = waiting("information", now - timedelta(seconds=901), "old")
    older = waiting("information", now - timedelta(seconds=902), "older")
    heavy = waiting("urgent", now - timedelta(seconds=899), "heavy")

    assert in_order(rules, [heavy, old, older], now) == [older, old, heavy]


def test_caller_is_overdue_from_moment_on() -> None:
    rules, now = rules_of(), kyiv(12)

    assert is_overdue(rules, now - 15 * MINUTE, now)
    assert not is_overdue(rules, now - 15 * MINUTE + timedelta(microseconds=1), now)


def test_simultaneous_arrivals_ordered_by_call() -> None:
    rules, now = rules_of(), kyiv(12)
    pair = [waiting("urgent", now - MINUTE, call) for call in ("b", "a")]

    assert [head.call for head in in_order(rules, pair, now)] == ["a", "b"]


def test_first_stays_first_however_small_weight() -> None:
    rules, now = parse_rules("[class.urgent]\nweight = 1e-12"), kyiv(12)
    first, then = now - MINUTE, now - MINUTE + timedelta(microseconds=1)

    order = in_order(rules, [waiting("urgent", at) for at in (then, first)], now)

    assert [head.arrived for head in order] == [first, then]
    assert overtaking_thresholds(rules, order[1], ["urgent"], now) == {"urgent": then}


def test_twice_smallest_weight_is_twice_as_much() -> None:
    rules = parse_rules("[class.heavy]\nweight = 2e-9\n[class.light]\nweight = 1e-9")
    start, end = kyiv(11), kyiv(12)

    light = accumulated_weight(rules, "light", start, end)

    assert light == pytest.approx(3600e-9)
    assert accumulated_weight(rules, "heavy", start, end) == 2 * light


# --- marks, to count who is ahead -------------------------------------------

CLASSES = ("urgent", "family", "information", "dropped")
HEAVY = """
[[hours]]
from = "11:50"
to = "11:55"
weight = { urgent = 0.3, information = 7.0 }
[class.other]
head_start = 60
weight = 3.3
"""
arrivals = st.one_of(
    st.integers(0, 40).map(lambda count: count * 30_000_000),
    st.integers(0, 1200 * 10**6),
)


came_from = st.none() | st.sampled_from((*CLASSES, "other"))


@settings(max_examples=150, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from((*CLASSES, "other")), arrivals, came_from),
        min_size=1,
        max_size=12,
        unique_by=lambda caller: caller[1],
    )
)
def test_marks_count_exactly_those_who_are_ahead(
    callers: list[tuple[str, int, str | None]],
) -> None:
    rules, now = rules_of(HEAVY), kyiv(12)
    heads = []
    for number, (urgency, ago, was) in enumerate(callers):
        arrived = now - timedelta(microseconds=ago)
        since = was and carried_over(rules, was, arrived, urgency, now)
        plain = waiting(urgency, arrived, str(number))
        heads.append(replace(plain, counts_from=since or None))

    for place, head in enumerate(in_order(rules, heads, now)):
        mark = overtaking_thresholds(rules, head, (*CLASSES, "other"), now)
        ahead = [
            is_ahead(rules, each, head, now)
            if each.counts_from
            else each.arrived < mark[each.urgency]
            for each in heads
        ]
        assert sum(ahead) == place


def test_caller_without_head_start_behind_others() -> None:
    rules = parse_rules(
        "[class.heavy]\nweight = 4\nhead_start = 100\n[class.light]\nweight = 1"
    )
    now = kyiv(12)

    mark = overtaking_thresholds(rules, waiting("light", now), ["heavy", "light"], now)

    assert mark["heavy"] > now
    assert mark["light"] == now


def test_just_overdue_counted_ahead() -> None:
    rules, now = rules_of(), kyiv(12)
    heavy = waiting("urgent", now - 14 * MINUTE)

    mark = overtaking_thresholds(rules, heavy, ["information"], now)["information"]

    assert mark - (now - 15 * MINUTE) == timedelta(microseconds=1)


def test_marks_of_overdue_are_arrival() -> None:
    rules, now = rules_of(), kyiv(12)
    head = waiting("information", now - 16 * MINUTE)

    assert overtaking_thresholds(rules, head, CLASSES, now) == dict.fromkeys(
        CLASSES, head.arrived
    )


def test_marks_given_when_all_are_overdue() -> None:
    rules, now = rules_of("[wait]\noverdue_after = 0"), kyiv(12)
    head = waiting("urgent", now + MINUTE)

    assert overtaking_thresholds(rules, head, ["urgent"], now)["urgent"] > now


# --- turns, expected wait --------------------------------------------------


def test_next_turn_is_next_edge() -> None:
    rules = rules_of(EVENING)

    assert next_turn(rules, kyiv(17, 59)) == kyiv(18)
    assert next_turn(rules, kyiv(18)) == kyiv(23)
    assert next_turn(rules, kyiv(23)) == kyiv(18, day=11)
    assert next_turn(rules_of(), kyiv(12)) is None
