"""Times of shifts as they are typed and read: by the line's wall clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.core.model.errors import Faults
from ivr.core.shifts.shift import Shift
from ivr.core.text.wall_clock import DAYS, find_gaps, time_of_day

LONGEST = timedelta(hours=25)
"""A day, and the hour by which the clocks may be put back meanwhile."""

FAR = 2
"""The most years that a day may be away: more is a slip of the hand."""

_WEEK, _DAY = timedelta(weeks=1), timedelta(days=1)
_DATED = re.compile(r"(\d{4}-\d\d-\d\d)[ T]+(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one moment to another, both in UTC."""

    starts: datetime
    ends: datetime


def read_spans(
    start: str, end: str, zone: str, now: datetime, weeks: int = 1
) -> Sequence[Span]:
    """The typed spans: a day and a time; and the same or a time alone.

    If the end is a time alone, it is the next such time, on the next day if need be.
    With ``weeks`` the span repeats at the same time by the wall clock. If the clocks
    show a time twice, the first counts. Faults name the field (from, to) and the
    remedy.
    """
    begins, ends = _read_both(start, end, now)
    weekly = [(begins + n * _WEEK, ends + n * _WEEK) for n in range(weeks)]
    skipped = [fault for pair in weekly for fault in _skipped_times(*pair, zone)]
    if skipped:
        raise Faults(skipped)
    found = [
        Span(starts=_to_moment(one, zone), ends=_to_moment(other, zone))
        for one, other in weekly
    ]
    _refuse_odd(found[0], now)
    return found


def _read_both(start: str, end: str, now: datetime) -> tuple[datetime, datetime]:
    """Both as the wall clock shows them, without a zone."""
    begins, ends, clock = _read_date(start), _read_date(end), time_of_day(end.strip())
    faults = []
    if begins is None:
        faults.append(f'from: "{start}" is no day and time; write 2027-01-05 22:00')
    if ends is None and clock is None:
        faults.append(
            f'to: "{end}" is no time; write 06:00, or a day too: 2027-01-06 06:00'
        )
    for field, local in (("from", begins), ("to", ends)):
        if local is not None and abs(local.year - now.year) > FAR:
            faults.append(f"{field}: {local.year} is far from now; look at the year")
    if begins is None or faults:
        raise Faults(faults)
    return begins, ends or _next_at(begins, clock or begins.time())


def _read_date(text: str) -> datetime | None:
    found = _DATED.fullmatch(text.strip())
    clock = time_of_day(found[2]) if found else None
    if found is None or clock is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(found[1]), clock)
    except ValueError:
        return None


def _next_at(begins: datetime, clock: time) -> datetime:
    same_day = datetime.combine(begins, clock)
    return same_day if same_day > begins else same_day + _DAY


def _skipped_times(begins: datetime, ends: datetime, zone: str) -> list[str]:
    both = (("from", begins), ("to", ends))
    found = ((field, _gap_at(local, zone)) for field, local in both)
    return [f"{field}: {fault}" for field, fault in found if fault]


def _gap_at(local: datetime, zone: str) -> str:
    """Why a time by the wall clock does not exist, with the remedy; "" when it does."""
    # A skipped midnight counts as the end of the day before.
    for shown, following in find_gaps(
        ZoneInfo(zone), local.date() - _DAY, local.date()
    ):
        if shown <= local < following:
            return (
                f"there is no {local:%H:%M} on {local:%Y-%m-%d}, when the clocks of"
                f" {zone} go from {shown:%H:%M} to {following:%H:%M}; write"
                f" {following:%H:%M} or a time before {shown:%H:%M}, for that day alone"
            )
    return ""


def _to_moment(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _refuse_odd(span: Span, now: datetime) -> None:
    fault, length = "", span.ends - span.starts
    if length <= timedelta():
        fault = "to: the shift would end before it begins; write a later time"
    elif length > LONGEST:
        long = in_hours(length)
        fault = f"to: {long} is too long for one shift; end it within a day"
    elif span.ends <= now:
        fault = "from: this shift would be over already; write a later day"
    if fault:
        raise Faults([fault])


def in_hours(length: timedelta) -> str:
    """A length such as "8 h" or "7 h 30 min"."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def by_the_wall(shift: Shift, zone: str) -> str:
    """A shift's times as a person reads them: Tue 2027-01-05 22:00-06:00."""
    starts, ends = (at.astimezone(ZoneInfo(zone)) for at in (shift.starts, shift.ends))
    day = DAYS[starts.weekday()].capitalize()
    return f"{day} {starts:%Y-%m-%d %H:%M}-{ends:%H:%M}"
