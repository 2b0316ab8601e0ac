"""The times of shifts, as they are typed and as they are shown."""

from datetime import UTC, datetime, timedelta

import pytest

from ivr.core.model.errors import Faults
from ivr.core.model.values import replace
from ivr.core.shifts.shift_times import Span, by_the_wall, in_hours, read_spans
from tests.core.night_shift import NIGHT

KYIV = "Europe/Kyiv"
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def one(start: str, end: str, zone: str = KYIV) -> Span:
    (span,) = read_spans(start, end, zone, NOW)
    return span


def faults(start: str, end: str, zone: str = KYIV, weeks: int = 1) -> tuple[str, ...]:
    with pytest.raises(Faults) as refusal:
        read_spans(start, end, zone, NOW, weeks)
    return refusal.value.faults


def test_times_are_those_of_zone() -> None:
    span = one("2027-01-05 18:00", "2027-01-05 23:30")

    assert span == Span(starts=utc("2027-01-05T16:00"), ends=utc("2027-01-05T21:30"))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2027-01-05 18:00", "23:00", 5),
        ("2027-01-05 22:00", "06:00", 8),
        ("2027-01-05 00:00", "00:00", 24),
        ("2027-01-05T22:00", " 22:01 ", 1 / 60),
        ("2027-12-31 22:00", "06:00", 8),
    ],
)
def test_time_alone_is_next_such_time(start: str, end: str, hours: float) -> None:
    span = one(start, end)

    assert span.ends - span.starts == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours"),
    [
        ("2027-03-27 22:00", 7),
        ("2027-03-28 22:00", 8),
        ("2027-10-30 22:00", 9),
        ("2027-10-31 22:00", 8),
    ],
)
def test_night_has_real_length_at_clock_change(start: str, hours: int) -> None:
    span = one(start, "06:00")

    assert span.ends - span.starts == timedelta(hours=hours)


def test_every_week_is_at_once_by_wall() -> None:
    found = read_spans("2027-03-19 22:00", "06:00", KYIV, NOW, weeks=3)

    assert [span.starts for span in found] == [
        utc("2027-03-19T20:00"),
        utc("2027-03-26T20:00"),
        utc("2027-04-02T19:00"),
    ]


def test_skipped_start_refused_with_remedy() -> None:
    (fault,) = faults("2027-03-28 03:30", "08:00")
    assert fault == (
        "from: there is no 03:30 on 2027-03-28, when the clocks of Europe/Kyiv go from"
        " 03:00 to 04:00; write 04:00 or a time before 03:00, for that day alone"
    )
    (fault,) = faults("2027-03-27 22:00", "03:00")
    assert fault.startswith("to: there is no 03:00 on 2027-03-28")


def test_week_of_skipped_time_named() -> None:
    (fault,) = faults("2027-03-14 03:15", "08:00", weeks=4)

    assert fault.startswith("from: there is no 03:15 on 2027-03-28")


def test_skipped_midnight_refused_too() -> None:
    (fault,) = faults("2027-03-28 00:00", "08:00", zone="Asia/Beirut")

    assert "there is no 00:00 on 2027-03-28" in fault


def test_times_around_gap_are_good() -> None:
    span = one("2027-03-28 02:59", "04:00")

    assert span.ends - span.starts == timedelta(minutes=1)


def test_doubled_time_is_first_of_both() -> None:
    before, after = one("2027-10-30 22:00", "03:30"), one("2027-10-31 03:30", "08:00")

    assert before.ends == after.starts == utc("2027-10-31T00:30")


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("tomorrow", "06:00", ["from", "write 2027-01-05 22:00"]),
        ("2027-01-05", "06:00", ["from"]),
        ("2027-02-30 22:00", "06:00", ["from"]),
        ("2027-01-05 24:00", "06:00", ["from"]),
        ("2027-01-05 22:00", "6", ["to", "write 06:00"]),
        ("2027-01-05 22:00", "", ["to"]),
        ("2027-01-05 22:00", "2027-01-05 21:00", ["to", "before it begins"]),
        ("2027-01-05 22:00", "2027-01-05 22:00", ["to", "before it begins"]),
        ("2027-01-05 22:00", "2027-01-07 22:00", ["to", "48 h is too long"]),
        ("2026-12-30 22:00", "06:00", ["from", "over already"]),
        ("9999-12-31 22:00", "06:00", ["from", "look at the year"]),
        ("0001-01-01 00:00", "06:00", ["from", "look at the year"]),
        ("2027-01-05 22:00", "2072-01-06 06:00", ["to", "look at the year"]),
    ],
)
def test_odd_times_refused_with_field_and_remedy(
    start: str, end: str, told: list[str]
) -> None:
    (fault,) = faults(start, end)

    assert fault.startswith(f"{told[0]}: ")
    assert all(words in fault for words in told[1:])


def test_all_wrong_told_at_once() -> None:
    assert [fault.partition(":")[0] for fault in faults("x", "y")] == ["from", "to"]


def test_shift_that_runs_already_may_be_planned() -> None:
    assert one("2026-12-31 22:00", "06:00").starts < NOW


def test_whole_autumn_day_is_one_day() -> None:
    span = one("2027-10-31 00:00", "00:00")

    assert span.ends - span.starts == timedelta(hours=25)


def test_shift_shown_by_wall() -> None:
    assert by_the_wall(NIGHT, KYIV) == "Tue 2026-01-06 22:00-06:00"
    assert by_the_wall(replace(NIGHT, ends=utc("2026-01-06T22:00")), "UTC") == (
        "Tue 2026-01-06 20:00-22:00"
    )


@pytest.mark.parametrize(
    ("minutes", "words"), [(480, "8 h"), (450, "7 h 30 min"), (30, "0 h 30 min")]
)
def test_length_is_in_hours_and_minutes(minutes: int, words: str) -> None:
    assert in_hours(timedelta(minutes=minutes)) == words
