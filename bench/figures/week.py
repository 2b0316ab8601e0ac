"""One week of the shipped line, 6,000 calls, under its own rules in virtual time.

Measured against the same calls through a bare loop over a heap: first come, first
served, no rules, nothing recorded but the waits.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path

import ivr
from bench.report import Figure, Say
from bench.scale import Scale
from ivr.adapters.system import elapsed, seeded_random
from ivr.core.model.identifiers import OperatorId
from ivr.core.rules.rule_set import RuleSet, parse_rules
from ivr.simulation import generated
from ivr.simulation.day import Day, SimulatedCaller, SimulatedShift
from ivr.simulation.line import simulate_day as simulate

CALLS = 6000
OPERATORS = 16
SEED = 30
"""A week that has just over as many calls as it should have by its rates."""

START = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = timedelta(days=7)
MIX = {
    (language, urgency): speaks * wants
    for language, speaks in {"uk": 0.5, "ru": 0.35, "en": 0.15}.items()
    for urgency, wants in {"urgent": 0.45, "family": 0.35, "information": 0.2}.items()
}
SPOKEN = (("uk", "ru"), ("ru", "uk"), ("uk", "en"), ("uk", "ru", "en"))


def week(rules: RuleSet) -> Day:
    """The calls of a week, most of them from 18:00 to 23:00."""
    scale = CALLS / 7 / sum(generated.EVENINGS)
    traffic = generated.Traffic(
        zone=rules.zone,
        per_hour=tuple(rate * scale for rate in generated.EVENINGS),
        mix=MIX,
        talk=generated.exponential(timedelta(minutes=9)),
        patience=generated.exponential(timedelta(minutes=15)),
        offers=generated.usual_offers,
    )
    callers = tuple(
        generated.generate_callers(traffic, seeded_random(SEED), START, START + WEEK)
    )
    shifts = (
        SimulatedShift(
            operator=OperatorId(f"operator-{number:02}"),
            languages=SPOKEN[number % len(SPOKEN)],
            start=START,
            end=START + WEEK,
        )
        for number in range(OPERATORS)
    )
    return Day(callers=callers, shifts=tuple(shifts))


def bare(callers: tuple[SimulatedCaller, ...]) -> list[float]:
    """The waits of the same calls with as many operators, first come first served."""
    free_at = [0.0] * OPERATORS
    waits = []
    for caller in callers:
        at = (caller.at - START).total_seconds()
        begins = max(at, free_at[0])
        patience = caller.patience.total_seconds() if caller.patience else begins
        if begins - at <= patience:
            heappop(free_at)
            heappush(free_at, begins + caller.talk.total_seconds())
        waits.append(min(begins - at, patience))
    return waits


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The best of some runs, beside the bare loop's."""
    say("week: simulated")
    path = Path(ivr.__file__).parent / "lines" / "example" / "rules.toml"
    rules = parse_rules(path.read_text(encoding="utf-8"))
    day = week(rules)
    seconds = min(_taken(lambda: simulate(day, rules)) for _ in range(scale.weeks))
    plain = min(_taken(lambda: bare(day.callers)) for _ in range(scale.weeks))
    yield Figure(
        what=f"one week, {len(day.callers):,} calls, simulated",
        value=f"{seconds:.2f} s",
        against=f"the same calls through a bare heap: {plain:.4f} s",
        target="<= 1 s",
        met=seconds <= 1,
    )


def _taken(act: Callable[[], object]) -> float:
    began = elapsed()
    act()
    return elapsed() - began
