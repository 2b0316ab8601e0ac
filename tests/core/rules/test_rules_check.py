"""Rule sets that are refused, with the line in the file and the remedy."""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.line.menu import Fallback, Language, Line, Topic
from ivr.core.model.identifiers import LineKey
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import parse_rules
from ivr.core.rules.rules_check import AHEAD, faults_of_rules
from ivr.core.text.wall_clock import DAYS

TODAY = date(2026, 6, 1)
SHIPPED = Path(__file__).parents[3] / "ivr" / "lines" / "example" / "rules.toml"
HEAD = """\
zone = "Europe/Kyiv"
[class.urgent]
weight = 2.0
[class.family]
weight = 1.5
"""
HEAD_LINES = HEAD.count("\n")


def line_with(*classes: str) -> Line:
    topics = {
        f"about-{name}": Topic(key=f"about-{name}", urgency=name) for name in classes
    }
    return Line(
        key=LineKey("harbour"),
        title="Harbour",
        numbers=("+12025550123",),
        zone="UTC",
        languages={
            code: Language(code=code, key=key, locale="", voice="")
            for key, code in (("1", "uk"), ("2", "ru"))
        },
        topics=topics,
        start="first",
        nodes={},
        fallback=Fallback(topic="about-urgent", language="uk"),
        queue="waiting",
    )


LINE = line_with("urgent", "family")


def hours(start: str, end: str, weight: str = "urgent = 4", **more: str) -> str:
    """Five lines of one [[hours]], and one for each key more."""
    keys = {"from": f'"{start}"', "to": f'"{end}"', "weight": f"{{ {weight} }}", **more}
    return "[[hours]]\n" + "".join(f"{key} = {say}\n" for key, say in keys.items())


def found(
    *parts: str, line: Line | None = LINE, today: date | None = TODAY
) -> list[str]:
    return faults_of_rules(HEAD + "".join(parts), line, today)


def test_shipped_rules_are_sound() -> None:
    line = line_with("urgent", "family", "information")

    assert faults_of_rules(SHIPPED.read_text("utf-8"), line, TODAY) == []
    assert found() == []


def test_faults_of_file_told_with_line() -> None:
    (zero, negative) = found("[class.a]\nweight = 0\n[class.b]\nweight = -1\n")

    assert zero.startswith("rules.toml:7: class.a.weight: 0 does not fit; write a")
    assert negative.startswith("rules.toml:9: class.b.weight: -1 does not fit")


# --- the line's topics and languages --------------------------------------------


def test_class_that_no_topic_uses_is_refused() -> None:
    assert found("[class.spare]\nweight = 1\n") == [
        (
            "rules.toml:6: class.spare: no topic in harbour/line.toml has this class; "
            "remove it, or give it to a topic"
        )
    ]


def test_topic_whose_class_rules_lack_is_refused() -> None:
    assert found(line=line_with("urgent", "family", "urgnt")) == [
        (
            'rules.toml:2: class: has no "urgnt", the class of topics.about-urgnt in '
            "harbour/line.toml; define it, or change it there: "
            'did you mean "urgent"?'
        )
    ]


def test_unspoken_language_is_refused() -> None:
    assert found("[relax.languages]\nuk = 5\nua = 20\n") == [
        (
            "rules.toml:8: relax.languages.ua: is no language of harbour/line.toml; "
            "there is: ru, uk"
        )
    ]


def test_refused_line_brings_no_rule_faults() -> None:
    text = HEAD + "[relax.languages]\nuk = 5\n"

    assert faults_of_rules(text, replace(LINE, topics={}, languages={}), TODAY) == []
    assert faults_of_rules(text, line_with("urgent", ""), TODAY) == []


def test_without_line_only_file_looked_at() -> None:
    assert found("[class.spare]\nweight = 1\n", line=None) == []
    assert found("[class.spare]\nweight = 0\n", line=None) != []


# --- overlaps -------------------------------------------------------------------


def test_contradicting_overlap_refused_by_name() -> None:
    told = found(
        hours("18:00", "23:00", name='"evening"'),
        hours("22:00", "02:00", "urgent = 5", name='"night"', days='["fri", "sun"]'),
    )

    assert told == [
        (
            "rules.toml:11: hours[2]: shares 22:00 to 23:00 on fri, sun with hours[1] "
            '"evening" (line 6), and urgent weighs 4 there and 5 here; let one begin'
            " where the other ends, or put an exception first and wholly inside the"
            " other"
        )
    ]


@pytest.mark.parametrize(
    ("first", "then", "shared"),
    [
        (("18:00", "23:00"), ("22:00", "02:00"), "22:00 to 23:00 on every day"),
        (("22:00", "02:00"), ("01:00", "04:00"), "01:00 to 02:00 on every day"),
        (("20:00", "24:00"), ("22:00", "02:00"), "22:00 to 24:00 on every day"),
        (("23:00", "02:00"), ("22:00", "01:00"), "23:00 to 01:00 on every day"),
    ],
)
def test_time_that_hours_share_is_told(
    first: tuple[str, str], then: tuple[str, str], shared: str
) -> None:
    (told,) = found(hours(*first), hours(*then, "urgent = 5"))

    assert f"shares {shared} with hours[1] (line 6)" in told


@pytest.mark.parametrize(
    ("first", "then", "contrast"),
    [
        ("urgent = 4", "urgent = 5", "urgent weighs 4 there and 5 here"),
        ("urgent = 4", "family = 3", "urgent weighs 4 there and 2 here"),
        ("urgent = 2", "family = 3", "family weighs 1.5 there and 3 here"),
    ],
)
def test_class_left_out_of_hours_keeps_weight(
    first: str, then: str, contrast: str
) -> None:
    (told,) = found(hours("18:00", "23:00", first), hours("22:00", "24:00", then))

    assert f", and {contrast}; " in told


def test_hours_that_reserve_differently_contradict_each_other() -> None:
    (told,) = found(
        hours("18:00", "23:00", reserve="{ family = 2 }"), hours("22:00", "24:00")
    )

    assert "and 2 are kept for family there and 0 here; let" in told


@pytest.mark.parametrize(
    "sets",
    [
        # They meet, and do not overlap.
        (hours("18:00", "22:00"), hours("22:00", "24:00", "urgent = 5")),
        (hours("22:00", "24:00"), hours("00:00", "02:00", "urgent = 5")),
        # An exception that stands first, wholly inside.
        (hours("20:00", "21:00"), hours("18:00", "23:00", "urgent = 5")),
        (hours("23:00", "01:00"), hours("18:00", "02:00", "urgent = 5")),
        (
            hours("18:00", "20:00", days='["sun"]'),
            hours("18:00", "23:00", "urgent = 5"),
        ),
        # They overlap by a part and say the same; a class's own weight is the same.
        (hours("18:00", "23:00"), hours("22:00", "24:00")),
        (
            hours("18:00", "23:00", "urgent = 2"),
            hours("22:00", "24:00", "family = 1.5"),
        ),
        # On other days.
        (
            hours("18:00", "23:00", days='["mon"]'),
            hours("22:00", "24:00", "urgent = 5", days='["tue"]'),
        ),
        # Where they overlap an exception before both counts alone.
        (
            hours("21:00", "22:00"),
            hours("18:00", "22:00", "urgent = 5"),
            hours("21:00", "02:00", "urgent = 6"),
        ),
    ],
)
def test_uncontradicting_hours_are_sound(
    sets: tuple[str, ...],
) -> None:
    assert [each for each in found(*sets) if "shares" in each] == []
    assert [each for each in found(*sets) if "never" in each] == []


def test_wholly_covered_hours_are_refused() -> None:
    (told,) = found(
        hours("18:00", "21:00", name='"early"'),
        hours("20:00", "24:00", name='"late"'),
        hours("19:00", "22:00", "urgent = 5"),
    )

    assert told == (
        "rules.toml:16: hours[3]: can never count, for the first that match do and "
        'hours[1] "early" (line 6) and hours[2] "late" (line 11) cover all of it; '
        "put it before them, or remove it"
    )


clocks = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
days = st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True)
windows = st.lists(
    st.tuples(clocks, clocks, days, st.sampled_from([3, 4])).filter(
        lambda window: window[0] != window[1]
    ),
    min_size=2,
    max_size=4,
)


@settings(max_examples=150)
@given(windows)
def test_overlaps_told_match_every_half_hour(
    drawn: list[tuple[str, str, list[str], int]],
) -> None:
    text = HEAD + "".join(
        hours(start, end, f"urgent = {weight}", days=str(on))
        for start, end, on, weight in drawn
    )
    told = faults_of_rules(text, LINE)
    rules = parse_rules(text)
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    week = [monday + half * timedelta(minutes=30) for half in range(7 * 48)]
    matching = [[each for each in rules.hours if each.covers(at)] for at in week]

    for number, one in enumerate(rules.hours, start=1):
        mine = [each for each in told if f": hours[{number}]: " in each]
        counts = [each for each in matching if each and each[0] is one]
        assert any("never" in each for each in mine) is (not counts)
        disputed = {
            place
            for place, first in enumerate(rules.hours[: number - 1], start=1)
            if first.weight != one.weight
            and any(one in each and each[0] is first for each in matching)
            and not all(one in each for each in matching if first in each[:1])
        }
        named = {
            int(n) for each in mine for n in re.findall(r"with hours\[(\d)\]", each)
        }
        assert named == (disputed if counts else set())


# --- times that the clocks skip ---------------------------------------------------


def test_skipped_time_refused_with_day() -> None:
    # In Kyiv the clocks go from 03:00 on to 04:00 on Sunday, 28 March 2027.
    assert found(hours("03:30", "05:00")) == [
        (
            "rules.toml:7: hours[1].from: there is no 03:30 on 2027-03-28, when the"
            ' clocks of Europe/Kyiv go from 03:00 to 04:00; write "02:59" or "04:00"'
        )
    ]


@pytest.mark.parametrize(
    ("start", "end", "on", "key"),
    [
        ("03:00", "05:00", "sun", "from"),
        ("03:59", "05:00", "sun", "from"),
        ("01:00", "03:30", "sun", "to"),
        ("22:00", "03:30", "sat", "to"),
        ("04:00", "05:00", "sun", None),
        ("02:59", "05:00", "sun", None),
        ("03:30", "05:00", "mon", None),
        ("03:30", "05:00", "sat", None),
        ("22:00", "03:30", "sun", None),
        ("22:00", "03:30", "fri", None),
    ],
)
def test_only_edges_on_day_of_change_refused(
    start: str, end: str, on: str, key: str | None
) -> None:
    told = found(hours(start, end, days=f'["{on}"]'))

    assert [re.findall(r"hours\[1\]\.(\w+)", each) for each in told] == (
        [[key]] if key else []
    )


def test_time_that_clocks_show_twice_is_sound() -> None:
    assert found(hours("03:30", "05:00", days='["sun"]'), today=date(2027, 3, 29)) != []
    assert found(hours("00:30", "01:30", days='["sun"]')) == []


def test_past_date_ignored_in_rules_in_force() -> None:
    text = HEAD + hours("03:30", "05:00")

    assert faults_of_rules(text, LINE) == []
    assert parse_rules(text).hours[0].start == time(3, 30)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_every_time_sound_without_clock_changes(zone: str) -> None:
    text = HEAD.replace("Europe/Kyiv", zone) + hours("03:30", "05:00")

    assert faults_of_rules(text, LINE, TODAY) == []


def test_whole_day_sound_where_midnight_skipped() -> None:
    # In Beirut the clocks go from 00:00 on to 01:00.
    head = HEAD.replace("Europe/Kyiv", "Asia/Beirut")

    assert faults_of_rules(head + hours("00:00", "24:00"), LINE, TODAY) == []
    (told,) = faults_of_rules(head + hours("00:30", "24:00"), LINE, TODAY)
    assert 'write "23:59" or "01:00"' in told


def test_day_that_zone_skips_is_found() -> None:
    # Apia went over Friday, 30 December 2011.
    head = HEAD.replace("Europe/Kyiv", "Pacific/Apia")

    told = faults_of_rules(
        head + hours("10:00", "11:00", days='["fri"]'), LINE, date(2011, 12, 1)
    )

    assert "there is no 10:00 on 2011-12-30" in told[0]


@settings(max_examples=60)
@given(
    st.sampled_from(["Europe/Kyiv", "Australia/Lord_Howe", "America/Santiago"]),
    st.integers(1, 1439).map(lambda minute: time(minute // 60, minute % 60)),
    st.sampled_from(DAYS),
)
def test_edge_refused_only_if_day_lacks_it(zone: str, edge: time, on: str) -> None:
    tz, lacking = ZoneInfo(zone), set()
    for count in range(AHEAD.days + 1):
        day = TODAY + timedelta(days=count)
        local = datetime.combine(day, edge, tz)
        there = local.astimezone(UTC).astimezone(tz).time() == edge
        if not there and DAYS[day.weekday()] == on:
            lacking.add(str(day))

    body = hours(f"{edge:%H:%M}", "00:00", days=f'["{on}"]')
    told = faults_of_rules(HEAD.replace("Europe/Kyiv", zone) + body, LINE, TODAY)

    assert bool(told) is bool(lacking)
    assert not told or min(lacking) in told[0]
