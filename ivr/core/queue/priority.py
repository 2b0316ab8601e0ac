"""The order of callers who wait: priority gained by waiting.

A caller of class c who arrived at a has, now, the priority ``head start of c + integral
of c's weight from a to now``. A new weight counts from its own moment on. It never
scores again the time already waited, neither under other hours nor under other rules.
The head start is that of the rules in force. A new class does not score that time again
either: the priority gained in one is carried over to the next.

Priority is counted in whole units of a billionth of a weight times a microsecond: whole
numbers add up exactly, so that the order never depends on rounding.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct

from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.rules.rule_set import RuleSet, head_start_of, weight_of
from ivr.core.text.wall_clock import clock_change

FURTHEST = timedelta(days=7)
"""How far back we look for an arrival; nobody waits longer."""

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_PER_WEIGHT = 10**9
_PER_SECOND = 10**6
_UNIT = _PER_WEIGHT * _PER_SECOND

Rank = tuple[bool, int, datetime, ContactId]


class QueueEntry(Struct, frozen=True, kw_only=True):
    """A caller who waits, as the order sees them: no number, no name.

    A caller whose talk broke off ``belongs_to`` its operator. One who was handed to a
    ``team``, at ``handed``, is for its operators first. For one who came to this class
    from another, priority counts from the moment ``counts_from``, as if that were the
    arrival; everything else goes by the arrival.
    """

    call: ContactId
    language: str
    urgency: str
    arrived: datetime
    counts_from: datetime | None = None
    belongs_to: OperatorId | None = None
    team: str = ""
    handed: datetime | None = None


class _Segment(Struct, frozen=True):
    """A time without a change of weight: ``gain`` units for each microsecond."""

    start: datetime
    end: datetime
    gain: int

    @property
    def total(self) -> int:
        return self.gain * ((self.end - self.start) // _TICK)


def accumulated_weight(
    rules: RuleSet, urgency: str, start: datetime, end: datetime
) -> float:
    """The weight of a class summed over a time, in weight times seconds.

    Exact where hours begin and end, also over midnight and when clocks are put forward
    or back: the hours go by the wall clock, the sum by seconds that really passed. Zero
    when the time runs backwards. Waits for the ops room.
    """
    return _units_gained(rules, urgency, start, end) / _UNIT


def priority(rules: RuleSet, urgency: str, arrived: datetime, now: datetime) -> float:
    """The priority now of a caller who arrived at a moment."""
    return _priority_units(rules, urgency, arrived, now) / _UNIT


def priority_of(rules: RuleSet, head: QueueEntry, now: datetime) -> float:
    """The priority now of a caller who waits."""
    return _units_of(rules, head, now) / _UNIT


def carried_over(
    rules: RuleSet, was: str, start: datetime, urgency: str, now: datetime
) -> datetime:
    """The arrival in a new class that keeps the priority gained in the old one.

    The old class ``was`` counted from ``start``. The caller gets no more than that, and
    at most a microsecond's gain less. Between now and seven days ago.
    """
    need = _units_gained(rules, was, start, now)
    return _walked_back(_segments_of(rules, urgency, now - FURTHEST, now), now, need)[0]


def arrival_for(
    rules: RuleSet, urgency: str, priority: float, now: datetime
) -> datetime:
    """The arrival of a caller of a class who has a priority just now.

    Between now (for a priority not above the head start) and seven days ago. Waits for
    the ops room.
    """
    # A billionth is finer than any wait and rounds off the float's error.
    units = round(priority * _PER_WEIGHT) * _PER_SECOND
    need = max(0, units - _head_start(rules, urgency))
    return _walked_back(_segments_of(rules, urgency, now - FURTHEST, now), now, need)[0]


def is_overdue(rules: RuleSet, arrived: datetime, now: datetime) -> bool:
    """Whether the caller is in the overdue lane, before everyone who is not."""
    return now - arrived >= rules.wait.overdue_after


def rank_of(rules: RuleSet, head: QueueEntry, now: datetime) -> Rank:
    """A sort key, smallest first served.

    The overdue by arrival; then the larger priority, the earlier arrival, the
    call's identifier.
    """
    if is_overdue(rules, head.arrived, now):
        return (False, 0, head.arrived, head.call)
    return (True, -_units_of(rules, head, now), head.arrived, head.call)


def in_order(
    rules: RuleSet, heads: Iterable[QueueEntry], now: datetime
) -> list[QueueEntry]:
    """The callers in the order in which they are served."""
    return sorted(heads, key=lambda head: rank_of(rules, head, now))


def overtaking_thresholds(
    rules: RuleSet, head: QueueEntry, urgencies: Iterable[str], now: datetime
) -> dict[str, datetime]:
    """For each class, the moment before which exactly the callers ahead arrived.

    This holds for callers whose priority counts from their arrival: ``is_ahead``
    decides about the others. Callers of equal rank who arrived in the same microsecond,
    who differ only by their identifiers, do not count as ahead of each other.
    """
    if is_overdue(rules, head.arrived, now):
        return dict.fromkeys(urgencies, head.arrived)
    overdue = now - rules.wait.overdue_after + _TICK
    return {
        urgency: max(overdue, _threshold_of(rules, head, urgency, now))
        for urgency in urgencies
    }


def is_ahead(
    rules: RuleSet, other: QueueEntry, head: QueueEntry, now: datetime
) -> bool:
    """Whether another caller is before this one, not only by the identifier."""
    return rank_of(rules, other, now)[:-1] < rank_of(rules, head, now)[:-1]


def next_turn(rules: RuleSet, now: datetime) -> datetime | None:
    """The next moment at which hours may begin or end; None without any hours."""
    return next(iter(_boundaries_between(rules, now, now + 2 * _DAY)), None)


def _threshold_of(
    rules: RuleSet, head: QueueEntry, urgency: str, now: datetime
) -> datetime:
    """The mark of a class by priority alone: earlier callers have more."""
    units = _units_of(rules, head, now)
    need = units - _head_start(rules, urgency)
    if need < 0:
        return now + _TICK
    since = now - rules.wait.overdue_after
    stretches = _segments_of(rules, urgency, since, now)
    level, exact = _walked_back(stretches, now, need)
    # Equal in priority: the earlier arrival goes first.
    return level + _TICK if exact and level < head.arrived else level


def _units_of(rules: RuleSet, head: QueueEntry, now: datetime) -> int:
    return _priority_units(rules, head.urgency, head.counts_from or head.arrived, now)


def _priority_units(
    rules: RuleSet, urgency: str, arrived: datetime, now: datetime
) -> int:
    return _head_start(rules, urgency) + _units_gained(rules, urgency, arrived, now)


def _head_start(rules: RuleSet, urgency: str) -> int:
    return round(head_start_of(rules, urgency) * _PER_SECOND) * _PER_WEIGHT


def _units_gained(rules: RuleSet, urgency: str, start: datetime, end: datetime) -> int:
    return sum(each.total for each in _segments_of(rules, urgency, start, end))


def _walked_back(
    stretches: Sequence[_Segment], now: datetime, need: int
) -> tuple[datetime, bool]:
    """When the last ``need`` units before now begin; whether on a whole microsecond.

    If all segments hold less, their start.
    """
    begin = now
    for stretch in reversed(stretches):
        if need <= stretch.total:
            ticks, rest = divmod(need, stretch.gain)
            return stretch.end - ticks * _TICK, rest == 0
        need, begin = need - stretch.total, stretch.start
    return begin, need == 0


def _segments_of(
    rules: RuleSet, urgency: str, start: datetime, end: datetime
) -> Sequence[_Segment]:
    """The time from start to end, cut wherever the weight may change."""
    return [
        _Segment(left, right, _gain_at(era, urgency, left))
        for era, begin, until in _rule_periods(rules, start, end)
        for left, right in pairwise(
            [begin, *_boundaries_between(era, begin, until), until]
        )
    ]


def _rule_periods(
    rules: RuleSet, start: datetime, end: datetime
) -> Iterator[tuple[RuleSet, datetime, datetime]]:
    """The rules that were in force, with their spans, the oldest first."""
    for era in rules.before:
        until = min(era.until, end)
        if start < until:
            yield era.rules, start, until
            start = until
    if start < end:
        yield rules, start, end


def _gain_at(rules: RuleSet, urgency: str, moment: datetime) -> int:
    # At least one unit: however small a weight, the first to come stays first.
    weight = weight_of(rules, urgency, rules.local(moment))
    return max(1, round(weight * _PER_WEIGHT))


def _boundaries_between(
    rules: RuleSet, start: datetime, end: datetime
) -> Sequence[datetime]:
    """The moments strictly between, at which a weight may change; ascending."""
    if not rules.hours:
        return ()
    # Two days more on both sides: the day may be another one there, and clocks put
    # back at midnight show a day twice.
    first, last = start.date() - 2 * _DAY, end.date() + 2 * _DAY
    turns = _boundaries_of_days(rules.zone, rules.boundaries, first, last)
    return turns[bisect_right(turns, start) : bisect_left(turns, end)]


@lru_cache(maxsize=1024)
def _boundaries_of_days(
    zone: str, edges: frozenset[time], first: date, last: date
) -> tuple[datetime, ...]:
    """The boundaries of these days and of both ends, ascending, each once."""
    turns = {
        turn
        for day in _days_between(first, last)
        for turn in _boundaries_of_day(zone, edges, day)
    }
    return tuple(sorted(turns))


def _days_between(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * count for count in range((last - first).days + 1))


@lru_cache(maxsize=1024)
def _boundaries_of_day(
    zone: str, edges: frozenset[time], day: date
) -> frozenset[datetime]:
    """When clocks show a boundary on a local day (perhaps twice) or are changed."""
    tz = ZoneInfo(zone)
    shown = (
        datetime.combine(day, edge, tz).replace(fold=fold).astimezone(UTC)
        for edge in edges
        for fold in (0, 1)
    )
    change = clock_change(tz, day)
    return frozenset(shown) | (frozenset({change}) if change else frozenset())
