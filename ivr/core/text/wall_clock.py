"""Hours of the week by the wall clock, and when that clock changes.

Hours that cross midnight belong to the day on which they begin. The whole day is from
00:00 to 24:00; from 00:00 to 00:00 says the same.
"""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
"""The days of the week, in the order of ``datetime.weekday``."""

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)


def time_of_day(text: str) -> time | None:
    """The time that a text such as "18:00" says; None when it says none."""
    clock = _CLOCK.fullmatch(text)
    return time(int(clock[1]), int(clock[2])) if clock else None


def end_of_hours(text: str) -> time | None:
    """As ``time_of_day``; "24:00" is midnight at the end of the day."""
    return time() if text == "24:00" else time_of_day(text)


def runs_at(days: Collection[str], start: time, end: time, local: datetime) -> bool:
    """Whether hours run at a moment of local time; at their end they do not.

    ``days`` are those on which they begin. With the same ``start`` and ``end`` they
    last a whole day from there on.
    """
    at, today = local.time(), DAYS[local.weekday()]
    if start < end:
        return today in days and start <= at < end
    yesterday = DAYS[local.weekday() - 1]
    return (today in days and at >= start) or (yesterday in days and at < end)


def clock_change(tz: ZoneInfo, day: date) -> datetime | None:
    """The moment of a local day, in UTC, at which the clocks change, if any."""
    before, after = (
        datetime.combine(each, time(), tz).astimezone(UTC) for each in (day, day + _DAY)
    )
    old = before.astimezone(tz).utcoffset()
    if after.astimezone(tz).utcoffset() == old:
        return None
    while after - before > _TICK:
        middle = before + (after - before) // 2
        if middle.astimezone(tz).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def find_gaps(
    tz: ZoneInfo, first: date, last: date
) -> Iterator[tuple[datetime, datetime]]:
    """The spans that clocks put forward skip on these days, by the wall clock.

    Both ends are without a zone. The first time is not shown, the second is.
    """
    for count in range((last - first).days + 1):
        change = clock_change(tz, first + count * _DAY)
        if change is not None:
            shown = (change - _TICK).astimezone(tz).replace(tzinfo=None) + _TICK
            following = change.astimezone(tz).replace(tzinfo=None)
            if shown < following:
                yield shown, following
