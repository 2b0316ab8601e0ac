"""Clocks on the wall, and how they are read."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from ivr.core.text.wall_clock import end_of_hours, find_gaps, time_of_day


@pytest.mark.parametrize("text", ["24:00", "7:00", "18:60", "18.00", " 18:00", ""])
def test_impossible_time_of_day_is_none(text: str) -> None:
    assert time_of_day(text) is None


def test_only_end_may_be_24_00() -> None:
    assert (time_of_day("00:00"), time_of_day("23:59")) == (time(), time(23, 59))
    assert (end_of_hours("24:00"), end_of_hours("18:30")) == (time(), time(18, 30))
    assert end_of_hours("24:01") is None


def test_clocks_skip_hour_in_spring_only() -> None:
    kyiv = ZoneInfo("Europe/Kyiv")

    skipped = list(find_gaps(kyiv, date(2026, 1, 1), date(2027, 12, 31)))

    assert [f"{begin} {end:%H:%M}" for begin, end in skipped] == [
        "2026-03-29 03:00:00 04:00",
        "2027-03-28 03:00:00 04:00",
    ]
