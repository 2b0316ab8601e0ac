"""The expected wait: the line's own past waits become rates, and rates a range.

**Rates.** A mean talk (wrap-up included) and the callers' mean patience, for the hour
of the local day, working days and weekends apart. Patience is the maximum likelihood
estimate for exponential patience when answered callers are censored: all time waited,
divided by the number who left. Few observations are drawn towards a prior belief, in
two steps: those of the hour towards those of the other hours, and these towards the
rule set's ``[estimate]``. With n observations of sum s and a belief m that weighs as
much as k = ``FIRM`` of them, the mean is (k·m + s)/(k + n): each new call moves it a
little, and there is no number of calls at which it jumps.

**Wait.** With q ahead, n operators, service rate μ of each and patience rate θ, it is a
sum of exponential steps with the rates ``nμ + iθ``, i from 0 to q: its mean is Σ 1/(nμ
+ iθ) (M/M/n+M; for a caller who stays), its variance Σ 1/(nμ + iθ)².
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, log1p, sqrt
from statistics import median_low

from ivr.core.model.operator import Operator, State
from ivr.core.queue.priority import QueueEntry, is_overdue
from ivr.core.rules.rule_set import RuleSet, reserve_of

FIRM = 20
"""How many observations weigh as much as the prior belief."""

LONGEST_TALK = 6
"""A talk counts for this many times the typical one at most: among exponential talks
one in 400 is longer, among calls whose end nobody saw nearly all."""

LADDER = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120)
"""The minutes that are spoken; finer ones would promise what nobody knows."""
SHORT = 2
"""Minutes below which no range is spoken."""
LONG = timedelta(minutes=60)
"""An expected wait above which no range is spoken."""

# The range is from the 40th to the 85th in a hundred, as standard normal deviates.
# Rounded outwards it is exceeded by about one caller in twenty to one in eight.
_LOW, _HIGH = -0.2533, 1.0364
_EXACT = 100
_SATURDAY = 5
_LEAVING = frozenset({State.AWAY, State.OFFLINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PastWait:
    """A call that waited and is over: answered, or not.

    ``over`` is the end of the talk, or of the call; ``left`` says whether the caller
    gave up. A caller who was not answered and did not give up went another way out.
    """

    queued: datetime
    answered: datetime | None
    over: datetime
    left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitStatistics:
    """The sums of a time: talks and their length, callers who left, time waited.

    ``talked`` (wrap-up included) and ``waited`` are in seconds.
    """

    talks: int = 0
    talked: float = 0.0
    left: int = 0
    waited: float = 0.0

    def __add__(self, other: "WaitStatistics") -> "WaitStatistics":
        return WaitStatistics(
            talks=self.talks + other.talks,
            talked=self.talked + other.talked,
            left=self.left + other.left,
            waited=self.waited + other.waited,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFigures:
    """The line's last weeks, counted at ``made``; by hour, as ``hour_of`` names it."""

    made: datetime
    hours: Mapping[str, WaitStatistics]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The means for a forecast; ``talk`` includes wrap-up."""

    talk: timedelta
    patience: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitDistribution:
    """A wait before it is over: its mean, and the range in which it mostly lies."""

    mean: timedelta
    low: timedelta
    high: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A wait as it is spoken; ``within`` is the time that it should not exceed."""

    prompt: str
    values: Mapping[str, int]
    within: timedelta | None = None


UNKNOWN = Forecast(prompt="wait.unknown", values={})


# --- from the past ---------------------------------------------------------


def hour_of(local: datetime) -> str:
    """The name of an hour whose rates are counted together, as ``weekend-18``."""
    days = "weekend" if local.weekday() >= _SATURDAY else "workday"
    return f"{days}-{local.hour:02}"


def count_waits(past: Iterable[PastWait], rules: RuleSet, now: datetime) -> WaitFigures:
    """The figures of past waits, each in the hour in which the caller queued.

    A talk counts with the wrap-up of these rules, and a wait for ``longest_wait`` at
    most: a longer one was a call whose end nobody heard of.
    """
    waits = list(past)
    most = LONGEST_TALK * _typical_talk(waits, rules)
    hours: dict[str, WaitStatistics] = {}
    for each in waits:
        hour = hour_of(rules.local(each.queued))
        hours[hour] = hours.get(hour, WaitStatistics()) + _count_wait(each, rules, most)
    return WaitFigures(made=now, hours=hours)


def rates_now(figures: WaitFigures | None, rules: RuleSet, now: datetime) -> Rates:
    """The rates of this hour; the rule set's own where nothing is known."""
    believed = Rates(talk=rules.estimate.talk, patience=rules.estimate.patience)
    if figures is None:
        return believed
    here = hour_of(rules.local(now))
    others = [tally for hour, tally in figures.hours.items() if hour != here]
    line = _weigh_rates(sum(others, WaitStatistics()), believed)
    return _weigh_rates(figures.hours.get(here, WaitStatistics()), line)


def _typical_talk(waits: Iterable[PastWait], rules: RuleSet) -> float:
    """Seconds of a typical talk, which no single absurd one can move.

    From the median, taken together with ``FIRM`` talks as the rules believe them; the
    median of exponential times is the mean times ln 2.
    """
    believed = [rules.estimate.talk.total_seconds() * log(2)] * FIRM
    seen = [
        _seconds_between(each.answered, each.over) for each in waits if each.answered
    ]
    return median_low([*seen, *believed]) / log(2)


def _count_wait(each: PastWait, rules: RuleSet, most: float) -> WaitStatistics:
    longest = rules.wait.longest_wait.total_seconds()
    waited = min(_seconds_between(each.queued, each.answered or each.over), longest)
    if each.answered is None:
        return WaitStatistics(left=int(each.left), waited=waited)
    talked = min(_seconds_between(each.answered, each.over), most)
    wrap_up = rules.wrap_up.length.total_seconds()
    return WaitStatistics(talks=1, talked=talked + wrap_up, waited=waited)


def _weigh_rates(tally: WaitStatistics, believed: Rates) -> Rates:
    talk = (FIRM * believed.talk.total_seconds() + tally.talked) / (FIRM + tally.talks)
    patience = (FIRM * believed.patience.total_seconds() + tally.waited) / (
        FIRM + tally.left
    )
    return Rates(talk=timedelta(seconds=talk), patience=timedelta(seconds=patience))


def _seconds_between(start: datetime, end: datetime) -> float:
    # Two processes' clocks may differ by a little.
    return max(0.0, (end - start).total_seconds())


# --- to the future ---------------------------------------------------------


def wait_distribution(
    ahead: float, operators: float, means: Rates
) -> WaitDistribution | None:
    """The wait with this many ahead and this many operators; None when nobody serves.

    Parts of one count: a share of an operator that others take as well. The range is
    that of the gamma distribution with the wait's mean and variance (Wilson and
    Hilferty, 1931), within 2 % of the exact one.
    """
    if operators <= 0:
        return None
    served = operators / means.talk.total_seconds()
    lost = 1 / means.patience.total_seconds()
    mean, variance = _time_to_front(served, lost, round(ahead))
    shape = mean * mean / variance
    low, high = (
        mean * (1 - 1 / (9 * shape) + normal / (3 * sqrt(shape))) ** 3
        for normal in (_LOW, _HIGH)
    )
    return WaitDistribution(
        mean=timedelta(seconds=mean),
        low=timedelta(seconds=low),
        high=timedelta(seconds=high),
    )


def expected_wait(
    head: QueueEntry,
    ahead: Mapping[str, int],
    operators: Sequence[Operator],
    rules: RuleSet,
    means: Rates,
    now: datetime,
) -> WaitDistribution | None:
    """The wait of a caller with these callers ahead in each language.

    None if unknowable.

    Operators on duty serve who speak the caller's language and do not mean to leave,
    whatever they do just now. Three things are approximate, to stay simple:

    - Callers ahead in another language take its operators evenly; the share that falls
      on the caller's own operators counts as ahead.
    - A second language counts once it is open, or if it opens sooner than the wait
      without it would end.
    - Operators kept for other classes are taken from all on duty evenly. With nobody
      left the caller waits for the overdue lane, and how long is unknown.

    Later callers who overtake are not foreseen: the next announcement counts them.
    """
    on_duty = [each for each in operators if _can_serve(each)]
    kept = _count_reserved(head, rules, now) / len(on_duty) if on_duty else 0
    speak = [each for each in on_duty if head.language in each.profile.languages]
    first = [each for each in speak if each.profile.languages[0] == head.language]

    def wait(able: Sequence[Operator]) -> WaitDistribution | None:
        before = _count_ahead(head, ahead, on_duty, able)
        return wait_distribution(before, len(able) * (1 - kept), means)

    alone = wait(first)
    opens = head.arrived + rules.relax.opens_after(head.language)
    if alone is not None and now + alone.mean < opens:
        return alone
    return wait(speak)


def word_forecast(wait: WaitDistribution | None) -> Forecast:
    """The words for a wait: rounded outwards, so that the wait lies within them."""
    if wait is None:
        return UNKNOWN
    if wait.mean > LONG:
        return Forecast(prompt="wait.over-60", values={})
    low = max((at for at in LADDER if at <= _to_minutes(wait.low)), default=LADDER[0])
    high = min(
        (at for at in LADDER if at >= _to_minutes(wait.high)), default=LADDER[-1]
    )
    within = timedelta(minutes=max(high, SHORT))
    if high <= SHORT:
        return Forecast(prompt="wait.under-2", values={}, within=within)
    values = {"low": low, "high": high}
    return Forecast(prompt="wait.range", values=values, within=within)


def _time_to_front(served: float, lost: float, ahead: int) -> tuple[float, float]:
    """The mean and the variance of the way to the front, in seconds.

    The first steps are added up, the rest is the integral from half a step before to
    half a step after them: the cost does not grow with the number who wait.
    """
    steps = [served + i * lost for i in range(min(ahead + 1, _EXACT))]
    mean = sum(1 / step for step in steps)
    variance = sum(1 / step**2 for step in steps)
    rest = ahead + 1 - len(steps)
    if rest:
        start, length = served + (_EXACT - 0.5) * lost, rest * lost
        mean += log1p(length / start) / lost
        variance += rest / (start * (start + length))
    return mean, variance


def _can_serve(operator: Operator) -> bool:
    return operator.is_on_duty and operator.wish not in _LEAVING


def _count_reserved(head: QueueEntry, rules: RuleSet, now: datetime) -> int:
    """How many of the line's operators are kept for others than this caller."""
    if is_overdue(rules, head.arrived, now):
        return 0
    reserve = reserve_of(rules, rules.local(now))
    return sum(count for urgency, count in reserve.items() if urgency != head.urgency)


def _count_ahead(
    head: QueueEntry,
    ahead: Mapping[str, int],
    on_duty: Sequence[Operator],
    able: Sequence[Operator],
) -> float:
    return ahead.get(head.language, 0) + sum(
        count * _share_of_able(language, on_duty, able)
        for language, count in ahead.items()
        if language != head.language
    )


def _share_of_able(
    language: str, on_duty: Sequence[Operator], able: Sequence[Operator]
) -> float:
    """The part of a language's operators who are among those able."""
    speak = sum(language in each.profile.languages for each in on_duty)
    can = sum(language in each.profile.languages for each in able)
    return can / speak if speak else 0.0


def _to_minutes(length: timedelta) -> float:
    return length.total_seconds() / 60
