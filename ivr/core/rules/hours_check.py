"""Faults of a rule set's hours: overlaps, and times that the clocks skip.

The first hours that cover a moment count. So hours may lie inside later ones, as an
exception. But where two overlap by a part, or later ones are never reached, the author
meant something else than what would happen.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from ivr.core.rules.rule_set import Hours, RuleSet, key_of
from ivr.core.text.toml_lines import Key, line_of
from ivr.core.text.wall_clock import DAYS, find_gaps

_DAY = 24 * 60
_WEEK = 7 * _DAY
_MINUTE = timedelta(minutes=1)

Minutes = frozenset[int]
"""Minutes of the week, counted from the beginning of Monday."""


# --- overlaps -----------------------------------------------------------------


def find_overlaps(
    rules: RuleSet, lines: Mapping[Key, int]
) -> Iterator[tuple[Key, str]]:
    """The hours that contradict others, or never count.

    ``lines`` locates their keys.
    """
    spans = [_minutes_of_week(each) for each in rules.hours]
    counting: list[Minutes] = []
    for place, span in enumerate(spans):
        counts = span.difference(*counting)
        for earlier, taken in enumerate(counting if counts else ()):
            # Wholly inside, and first: an exception, and meant as one.
            shared = frozenset() if taken <= span else taken & span
            contrast = _first_contrast(rules, earlier, place)
            if shared and contrast:
                other = _name_hours(rules, earlier, lines)
                yield ("hours", place), _word_contradiction(shared, other, contrast)
        if not counts:
            names = [
                _name_hours(rules, earlier, lines)
                for earlier, taken in enumerate(counting)
                if taken & span
            ]
            yield ("hours", place), _is_never_reached(names)
        counting.append(counts)


def _minutes_of_week(hours: Hours) -> Minutes:
    start, end = (each.hour * 60 + each.minute for each in (hours.start, hours.end))
    begins = (DAYS.index(day) * _DAY + start for day in hours.days)
    length = (end - start) % _DAY or _DAY
    return frozenset(
        minute % _WEEK for begin in begins for minute in range(begin, begin + length)
    )


def _first_contrast(rules: RuleSet, earlier: int, place: int) -> str:
    """The first class that both treat differently, in words; "" when they agree.

    Only the first hours count: a class that they leave out keeps its own weight
    although later ones name it.
    """
    first, then = rules.hours[earlier], rules.hours[place]
    for urgency, rule in rules.classes.items():
        weights = [each.weight.get(urgency, rule.weight) for each in (first, then)]
        if weights[0] != weights[1]:
            return f"{urgency} weighs {weights[0]:g} there and {weights[1]:g} here"
        kept = [each.reserve.get(urgency, 0) for each in (first, then)]
        if kept[0] != kept[1]:
            return f"{kept[0]} are kept for {urgency} there and {kept[1]} here"
    return ""


def _word_contradiction(shared: Minutes, other: str, contrast: str) -> str:
    return (
        f"shares {_show_minutes(shared)} with {other}, and {contrast}; let one begin"
        " where the other ends, or put an exception first and wholly inside the other"
    )


def _is_never_reached(names: Sequence[str]) -> str:
    return (
        f"can never count, for the first that match do and {' and '.join(names)}"
        " cover all of it; put it before them, or remove it"
    )


def _name_hours(rules: RuleSet, place: int, lines: Mapping[Key, int]) -> str:
    key, name = ("hours", place), rules.hours[place].name
    quoted = f' "{name}"' if name else ""
    return f"{key_of(key)}{quoted} (line {line_of(lines, key)})"


def _show_minutes(minutes: Minutes) -> str:
    starts = sorted(each for each in minutes if (each - 1) % _WEEK not in minutes)
    if not starts:
        return "the whole week"
    days: dict[str, list[str]] = {}
    for start in starts:
        end = next(each for each in count(start) if each % _WEEK not in minutes)
        days.setdefault(_show_span(start, end), []).append(DAYS[start // _DAY])
    return " and ".join(
        f"{span} on {'every day' if len(on) == len(DAYS) else ', '.join(on)}"
        for span, on in days.items()
    )


def _show_span(start: int, end: int) -> str:
    last = (end - 1) % _DAY + 1
    day = f"{DAYS[(end - 1) // _DAY % 7]} " if end - start > _DAY else ""
    return f"{_show_clock(start % _DAY)} to {day}{_show_clock(last)}"


def _show_clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


# --- times that the clocks skip -------------------------------------------------


def missing_times(rules: RuleSet, first: date, last: date) -> Iterator[tuple[Key, str]]:
    """The edges of hours that clocks put forward skip on a day from first to last.

    Midnight is the beginning of the day, whatever the clocks show then.
    """
    skipped = list(find_gaps(ZoneInfo(rules.zone), first, last))
    for place, hours in enumerate(rules.hours):
        for name, edge, days in _edges_of(hours):
            found = (_missing_edge(edge, days, gap, rules.zone) for gap in skipped)
            fault = next(filter(None, found), "")
            if fault and edge != time():
                yield ("hours", place, name), fault


def _edges_of(hours: Hours) -> Iterator[tuple[str, time, Container[int]]]:
    begun = {DAYS.index(day) for day in hours.days}
    ended = {(day + (hours.end <= hours.start)) % len(DAYS) for day in begun}
    yield "from", hours.start, begun
    yield "to", hours.end, ended


def _missing_edge(
    edge: time, days: Container[int], gap: tuple[datetime, datetime], zone: str
) -> str:
    begin, end = gap
    day = begin.date()
    while day <= end.date():
        if begin <= datetime.combine(day, edge) < end and day.weekday() in days:
            return (
                f"there is no {edge:%H:%M} on {day}, when the clocks of {zone} go from"
                f' {begin:%H:%M} to {end:%H:%M}; write "{begin - _MINUTE:%H:%M}" or'
                f' "{end:%H:%M}"'
            )
        day += timedelta(days=1)
    return ""
