"""The line's own hours, by its own clock."""

from datetime import UTC, datetime, time

import pytest

from ivr.core.line.menu import OpenHours
from ivr.core.line.schedule import is_open
from ivr.core.text.wall_clock import DAYS

KYIV = "Europe/Kyiv"


def hours(start: str, end: str, *days: str) -> OpenHours:
    return OpenHours(
        days=days or DAYS,
        start=time.fromisoformat(start),
        end=time.fromisoformat(end),
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_line_without_hours_is_always_open() -> None:
    assert is_open((), KYIV, utc("2026-01-01T03:00"))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-01-14T06:59:59", False),
        ("2026-01-14T07:00", True),
        ("2026-01-14T15:59:59", True),
        ("2026-01-14T16:00", False),
    ],
)
def test_hours_are_those_of_zone(moment: str, *, expected: bool) -> None:
    nine_to_six = hours("09:00", "18:00")

    assert is_open([nine_to_six], KYIV, utc(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-01-16T17:59", False),  # Friday 19:59
        ("2026-01-16T18:00", True),  # Friday 20:00
        ("2026-01-16T22:30", True),  # Saturday 00:30, still Friday's night
        ("2026-01-17T01:59", True),  # Saturday 03:59
        ("2026-01-17T02:00", False),  # Saturday 04:00
        ("2026-01-17T18:00", False),  # Saturday 20:00 is no Friday
        ("2026-01-15T22:30", False),  # Friday 00:30 would be Thursday's night
    ],
)
def test_night_belongs_to_its_first_day(moment: str, *, expected: bool) -> None:
    friday_night = hours("20:00", "04:00", "fri")

    assert is_open([friday_night], KYIV, utc(moment)) is expected


def test_sunday_night_ends_on_monday() -> None:
    sunday_night = hours("22:00", "02:00", "sun")

    assert is_open([sunday_night], "UTC", utc("2026-01-19T01:59"))
    assert not is_open([sunday_night], "UTC", utc("2026-01-19T02:00"))


@pytest.mark.parametrize("hour", range(24))
def test_from_midnight_to_midnight_is_whole_day(hour: int) -> None:
    saturday = hours("00:00", "00:00", "sat")
    at = utc("2026-01-17T00:30").replace(hour=hour)

    assert is_open([saturday], "UTC", at)
    assert not is_open([saturday], "UTC", at.replace(day=16))
    assert not is_open([saturday], "UTC", at.replace(day=18))


def test_clock_on_wall_counts_when_clocks_change() -> None:
    evening = hours("20:00", "21:00")

    # Kyiv is UTC+2 until the last Sunday of March, then UTC+3.
    assert is_open([evening], KYIV, utc("2026-03-28T18:30"))
    assert is_open([evening], KYIV, utc("2026-03-29T17:30"))
    assert not is_open([evening], KYIV, utc("2026-03-29T18:30"))


def test_any_of_several_hours_opens_line() -> None:
    spans = [hours("08:00", "10:00"), hours("20:00", "22:00")]

    opened = [is_open(spans, "UTC", utc(f"2026-01-14T{h}:30")) for h in ("09", "15")]

    assert opened == [True, False]
