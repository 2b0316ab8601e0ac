from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush, heapreplace
from itertools import pairwise
from math import log
from statistics import fmean

import pytest

from exchange.kernel.rng import seeded_chance
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, State
from ivr.core.model.values import replace
from ivr.core.queue.estimate import (
    FIRM,
    Forecast,
    PastWait,
    Rates,
    WaitDistribution,
    WaitFigures,
    WaitStatistics,
    count_waits,
    expected_wait,
    hour_of,
    rates_now,
    wait_distribution,
    word_forecast,
)
from ivr.core.queue.priority import QueueEntry
from ivr.core.rules.rule_set import RuleSet, parse_rules

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 6, 10, 9, tzinfo=UTC)
"""A Wednesday, 12:00 in Kyiv."""
BELIEVED = "[estimate]\ntalk_seconds = 600\npatience_seconds = 900\n"
BREATH = timedelta(seconds=30)


def rules_of(extra: str = "") -> RuleSet:
    return parse_rules(
        f'zone = "Europe/Kyiv"\n{BELIEVED}[class.urgent]\nweight = 2.0\n'
        f"[class.family]\nweight = 1.5\n{extra}"
    )


RULES = rules_of()


def talk(length: timedelta, queued: datetime = NOON, waited: float = 0) -> PastWait:
    answered = queued + waited * SECOND
    return PastWait(
        queued=queued, answered=answered, over=answered + length, left=False
    )


def gone(waited: timedelta, *, left: bool = True, queued: datetime = NOON) -> PastWait:
    return PastWait(queued=queued, answered=None, over=queued + waited, left=left)


def learnt(past: Sequence[PastWait], now: datetime = NOON) -> Rates:
    return rates_now(count_waits(past, RULES, now), RULES, now)


# --- a queue that is known: M/M/n+M, first come, first served --------------


def evening(
    operators: int, arrivals: float, talks: float, patience: float, calls: int
) -> Iterator[tuple[int, float, PastWait]]:
    """So many ahead, how long a patient caller would wait, and what came of it.

    Exponential times with these means in seconds.
    """
    chance = seeded_chance(1)

    def drawn(mean: float) -> float:
        return -mean * log(1 - chance.random())

    free, waiting, at = [0.0] * operators, [0.0], 0.0
    for _ in range(calls):
        at += drawn(arrivals)
        while waiting and waiting[0] <= at:
            heappop(waiting)
        ahead, wait, endures = len(waiting), max(0.0, free[0] - at), drawn(patience)
        heappush(waiting, at + min(wait, endures))
        queued = NOON + at * SECOND
        if endures < wait:
            yield ahead, wait, gone(endures * SECOND, queued=queued)
            continue
        length = drawn(talks)
        heapreplace(free, at + wait + length)
        yield ahead, wait, talk(length * SECOND, queued, wait)


STEADY = pytest.mark.parametrize(
    ("operators", "arrivals", "talks", "patience"),
    [(20, 30, 600, 180), (5, 60, 240, 180), (3, 100, 600, 900)],
)


@STEADY
def test_foretold_equals_average_wait(
    operators: int, arrivals: float, talks: float, patience: float
) -> None:
    means = Rates(talk=talks * SECOND, patience=patience * SECOND)
    told, real, below, above, exceeded = [], [], 0, 0, 0
    for ahead, wait, _ in evening(operators, arrivals, talks, patience, 40_000):
        if wait > 0:
            expected = seconds(wait_distribution(ahead, operators, means))
            told.append(expected.mean / SECOND)
            real.append(wait)
            below += wait * SECOND < expected.low
            above += wait * SECOND > expected.high
            exceeded += wait * SECOND > within(expected)

    assert fmean(told) == pytest.approx(fmean(real), rel=0.05)
    assert below / len(real) == pytest.approx(0.40, abs=0.03)
    assert above / len(real) == pytest.approx(0.15, abs=0.02)
    assert 0.02 < exceeded / len(real) < 0.13


@STEADY
def test_rates_found_again_in_what_they_made(
    operators: int, arrivals: float, talks: float, patience: float
) -> None:
    past = [each for _, _, each in evening(operators, arrivals, talks, patience, 40000)]

    figures = count_waits(past, RULES, NOON)
    found = rates_now(
        WaitFigures(
            made=NOON, hours={"all": sum(figures.hours.values(), WaitStatistics())}
        ),
        RULES,
        NOON,
    )

    assert (found.talk - BREATH) / SECOND == pytest.approx(talks, rel=0.03)
    assert found.patience / SECOND == pytest.approx(patience, rel=0.05)


def within(wait: WaitDistribution) -> timedelta:
    bound = word_forecast(wait).within
    assert bound is not None
    return bound


def seconds(wait: WaitDistribution | None) -> WaitDistribution:
    assert wait is not None
    return wait


# --- rates from the past ---------------------------------------------------


def test_without_any_history_rules_own_means_count() -> None:
    assert rates_now(None, RULES, NOON) == Rates(talk=10 * MINUTE, patience=15 * MINUTE)
    assert learnt([]) == rates_now(None, RULES, NOON)


def test_each_call_moves_means_less() -> None:
    past: list[PastWait] = []
    found = []
    for _ in range(60):
        found.append(learnt(past).talk)
        past.append(talk(20 * MINUTE))
    steps = [after - before for before, after in pairwise(found)]

    assert max(steps) == steps[0] < 35 * SECOND
    assert steps == sorted(steps, reverse=True)
    assert min(steps) > timedelta(0)


def test_history_outweighs_belief_finally() -> None:
    found = learnt([talk(20 * MINUTE - BREATH)] * 2000)

    assert found.talk / MINUTE == pytest.approx(20, rel=0.01)


def test_one_talk_of_four_hours_changes_little() -> None:
    alone = learnt([talk(timedelta(hours=4))])
    among = learnt([*[talk(10 * MINUTE)] * 200, talk(timedelta(hours=4))])

    assert alone.talk < 14 * MINUTE
    assert among.talk < 11 * MINUTE


def test_answered_callers_were_patient_while_they_waited() -> None:
    # 400 callers waited 60 s each, and 100 of them gave up: 24,000 s in all.
    answered = [talk(MINUTE, waited=60)] * 300

    found = learnt([*answered, *[gone(MINUTE)] * 100])

    # 900 s believed as if of FIRM callers who gave up.
    drawn = (FIRM * 900 + 24_000) / (FIRM + 100)
    assert found.patience / SECOND == pytest.approx(drawn)


def test_patience_stays_finite_when_nobody_ever_left() -> None:
    found = learnt([talk(MINUTE, waited=10)] * 1000)

    assert 15 * MINUTE < found.patience < timedelta(hours=1)


def test_called_back_did_not_lose_patience() -> None:
    promised = learnt([gone(10 * MINUTE, left=False)] * 50)
    gave_up = learnt([gone(10 * MINUTE)] * 50)

    assert promised.patience > 15 * MINUTE > gave_up.patience


def test_unheard_wait_counts_for_longest() -> None:
    lost = count_waits([gone(timedelta(hours=9))], RULES, NOON)

    assert sum(each.waited for each in lost.hours.values()) == 2700


def test_wrap_up_counts_and_clocks_may_differ() -> None:
    early = PastWait(
        queued=NOON, answered=NOON - SECOND, over=NOON - MINUTE, left=False
    )

    (tally,) = count_waits([early], RULES, NOON).hours.values()

    assert tally == WaitStatistics(talks=1, talked=30)


def test_hours_and_weekends_have_own_rates() -> None:
    night, saturday = NOON + timedelta(hours=10), NOON + timedelta(days=3)
    past = [
        talk(5 * MINUTE, queued=start)
        for day in range(3)
        for start in [NOON - timedelta(days=day)] * 100
    ]
    past += [talk(30 * MINUTE, queued=night)] * 100
    past += [talk(15 * MINUTE, queued=saturday)] * 100
    figures = count_waits(past, RULES, NOON)

    noon, late, weekend, unseen = (
        rates_now(figures, RULES, at).talk / MINUTE
        for at in (NOON, night, saturday, NOON + timedelta(hours=5))
    )

    assert noon < unseen < weekend < late
    assert noon < 7
    assert late > 25


def test_hour_named_by_clocks_of_line() -> None:
    sunday = datetime(2026, 6, 13, 22, 30, tzinfo=UTC)

    assert hour_of(RULES.local(NOON)) == "workday-12"
    assert hour_of(RULES.local(sunday)) == "weekend-01"
    assert hour_of(RULES.local(sunday + timedelta(days=1))) == "workday-01"


# --- the wait --------------------------------------------------------------

MEANS = Rates(talk=600 * SECOND, patience=900 * SECOND)


def test_expected_wait_sums_steps_to_front() -> None:
    # Two operators: 1 / (2/600) = 300 s for the next, and for one more before
    # them 1 / (2/600 + 1/900) = 225 s.
    assert seconds(wait_distribution(0, 2, MEANS)).mean == timedelta(seconds=300)
    assert seconds(wait_distribution(1, 2, MEANS)).mean == timedelta(seconds=525)


def test_no_wait_foretold_without_operators() -> None:
    assert wait_distribution(3, 0, MEANS) is None


def test_queue_of_any_length_summed_exactly() -> None:
    steps = [3 / 600 + i / 900 for i in range(5001)]
    exact = sum(1 / step for step in steps)

    assert seconds(wait_distribution(5000, 3, MEANS)).mean / SECOND == pytest.approx(
        exact, 1e-6
    )
    assert seconds(wait_distribution(10**7, 3, MEANS)).high < timedelta(hours=4)


def test_one_step_range_is_exponential() -> None:
    wait = seconds(wait_distribution(0, 1, MEANS))

    assert wait.low / SECOND == pytest.approx(-600 * log(0.6), rel=0.02)
    assert wait.high / SECOND == pytest.approx(-600 * log(0.15), rel=0.02)


# --- whom it is foreseen for -----------------------------------------------


def operator(
    name: str,
    *languages: str,
    state: State = State.TALKING,
    wish: State | None = None,
) -> Operator:
    return Operator(
        id=OperatorId(name),
        line=LineKey("example"),
        profile=Profile(name=name, languages=languages),
        state=state,
        since=NOON,
        idle_since=NOON,
        wish=wish,
    )


def head(urgency: str = "urgent", waited: timedelta = timedelta(0)) -> QueueEntry:
    return QueueEntry(
        call=ContactId("c"), language="uk", urgency=urgency, arrived=NOON - waited
    )


ANNA, BORYS = operator("anna", "uk"), operator("borys", "uk")
CLARA, DARIA = operator("clara", "ru"), operator("daria", "ru", "uk")


def foretold(
    operators: Sequence[Operator],
    rules: RuleSet = RULES,
    who: QueueEntry | None = None,
    **ahead: int,
) -> timedelta | None:
    wait = expected_wait(who or head(), ahead, operators, rules, MEANS, NOON)
    return None if wait is None else wait.mean


def plain(ahead: float, operators: float) -> timedelta | None:
    return seconds(wait_distribution(ahead, operators, MEANS)).mean


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (State.AVAILABLE, True),
        (State.RINGING, True),
        (State.TALKING, True),
        (State.WRAP_UP, True),
        (State.AWAY, False),
        (State.OFFLINE, False),
    ],
)
def test_whoever_is_on_duty_serves(state: State, counts: bool) -> None:  # noqa: FBT001
    crew = [ANNA, replace(BORYS, state=state)]

    assert foretold(crew, uk=3) == plain(3, 1 + counts)


@pytest.mark.parametrize("wish", [State.AWAY, State.OFFLINE])
def test_leaving_after_talk_serves_no_more(wish: State) -> None:
    assert foretold([ANNA, replace(BORYS, wish=wish)], uk=3) == plain(3, 1)


def test_other_languages_hold_up_nobody() -> None:
    assert foretold([ANNA, CLARA], uk=2, ru=40) == plain(2, 1)


def test_shared_operators_shared_by_languages() -> None:
    both = [operator("anna", "uk", "ru"), operator("borys", "uk", "ru")]
    half = [operator("anna", "uk", "ru"), CLARA]

    assert foretold(both, uk=2, ru=4) == plain(6, 2)
    assert foretold(half, uk=2, ru=4) == plain(4, 1)


def test_second_language_counts_once_it_is_open() -> None:
    rules = rules_of("[relax]\nsecond_language_after = 600")
    crew = [ANNA, DARIA]

    assert foretold(crew, rules, head(waited=10 * MINUTE)) == plain(0, 2)
    assert foretold([ANNA, BORYS, DARIA], rules) == plain(0, 2)


def test_second_language_counts_if_open_in_time() -> None:
    rules = rules_of("[relax]\nsecond_language_after = 600")

    assert foretold([ANNA, BORYS, DARIA], rules, uk=9) == plain(9, 3)


def test_sole_second_language_counts_at_once() -> None:
    rules = rules_of("[relax]\nsecond_language_after = 600")

    assert foretold([DARIA], rules) == plain(0, 1)


def test_operators_kept_for_others_do_not_count() -> None:
    rules = rules_of(
        '[[hours]]\nfrom = "00:00"\nto = "24:00"\nreserve = { urgent = 1 }'
    )
    crew = [ANNA, BORYS]

    assert foretold(crew, rules, head("family"), uk=3) == plain(3, 1)
    assert foretold(crew, rules, head("urgent"), uk=3) == plain(3, 2)
    assert foretold([ANNA, CLARA], rules, head("family"), uk=3) == plain(3, 0.5)
    assert foretold([ANNA], rules, head("family")) is None
    assert foretold([ANNA], rules, head("family", 15 * MINUTE)) == plain(0, 1)


def test_nothing_is_foretold_while_nobody_speaks_language() -> None:
    assert foretold([CLARA], uk=1) is None
    assert foretold([]) is None


# --- the words -------------------------------------------------------------


def between(low: float, high: float, mean: float | None = None) -> WaitDistribution:
    return WaitDistribution(
        mean=(mean or (low + high) / 2) * MINUTE, low=low * MINUTE, high=high * MINUTE
    )


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.2, 2.1, (1, 3)),
        (1.9, 3.0, (1, 3)),
        (3.0, 3.1, (3, 5)),
        (5.5, 9.9, (5, 10)),
        (11, 29, (10, 30)),
        (29.9, 45.1, (20, 60)),
        (45, 61, (45, 90)),
        (31, 88, (30, 90)),
        (30, 130, (30, 120)),
    ],
)
def test_wait_told_as_containing_range(
    low: float, high: float, told: tuple[int, int]
) -> None:
    values = dict(zip(("low", "high"), told, strict=True))

    assert word_forecast(between(low, high, mean=min(high, 50))) == Forecast(
        prompt="wait.range", values=values, within=told[1] * MINUTE
    )


def test_short_long_unknown_waits_have_words() -> None:
    short = Forecast(prompt="wait.under-2", values={}, within=2 * MINUTE)

    assert word_forecast(between(0.5, 2)) == short
    assert word_forecast(between(0.01, 0.02)) == short
    assert word_forecast(between(40, 100, mean=60.1)).prompt == "wait.over-60"
    assert word_forecast(between(40, 100, mean=60.1)).within is None
    assert word_forecast(None) == Forecast(prompt="wait.unknown", values={})
