"""Groups: a run's figures for each class and language, to compare with other rules."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean, stdev
from typing import Any

from ivr.core.queue.service_levels import ServiceFigures, WaitOfCaller, service_figures
from ivr.core.rules.rule_set import RuleSet
from ivr.simulation.contact_result import ContactResult, End, Run

FEWEST_DAYS = 5
"""With fewer days nothing is said for certain."""

STUDENT = 2.8
"""The 99.5th percentile of Student's t for a month of days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One class in one language; None for both together is everybody.

    ``sent_off`` counts the callers who left after the longest wait; ``overdue`` came
    into the overdue lane; ``overtaken`` saw a later caller preferred.
    """

    urgency: str | None
    language: str | None
    figures: ServiceFigures
    sent_off: int
    overdue: int
    overtaken: int
    results: tuple[ContactResult, ...] = field(repr=False)


def group_results(run: Run, rules: RuleSet) -> list[Group]:
    """The groups of a run, the classes in the order of the rules; last all callers."""
    found: dict[tuple[str, str], list[ContactResult]] = {}
    for each in run.results:
        caller = each.caller
        found.setdefault((caller.urgency, caller.language), []).append(each)
    known = list(rules.classes)
    order = sorted(found, key=lambda key: (_place(key[0], known), *key))
    groups = [_group(found[key], *key) for key in order]
    return [*groups, _group(run.results, None, None)]


def is_clear(before: Group, after: Group) -> bool:
    """Whether two rule sets did differently by this group, beyond mere chance.

    Chance made the days, so each day is one observation: the difference, on that
    day, of the share answered and of the mean wait of all who called. One of both
    must be clear by Student's paired test (about one in a hundred errs).
    """
    shares = _by_day(before, _is_answered), _by_day(after, _is_answered)
    waits = _by_day(before, _seconds), _by_day(after, _seconds)
    return _is_beyond_chance(*shares) or _is_beyond_chance(*waits)


def _by_day(group: Group, what: Callable[[ContactResult], float]) -> dict[date, float]:
    found: dict[date, list[float]] = {}
    for each in group.results:
        found.setdefault(each.caller.at.date(), []).append(what(each))
    return {day: fmean(values) for day, values in found.items()}


def _is_beyond_chance(
    before: Mapping[date, float], after: Mapping[date, float]
) -> bool:
    steps = [after[day] - value for day, value in before.items()]
    if len(steps) < FEWEST_DAYS:
        return False
    error: float = stdev(steps) / len(steps) ** 0.5
    return abs(fmean(steps)) > STUDENT * error


def _place(urgency: str, known: Sequence[str]) -> int:
    return known.index(urgency) if urgency in known else len(known)


def _group(
    results: Iterable[ContactResult], urgency: str | None, language: str | None
) -> Group:
    here = tuple(results)
    return Group(
        urgency=urgency,
        language=language,
        figures=service_figures([_wait(each) for each in here]),
        sent_off=sum(each.end is End.SENT_OFF for each in here),
        overdue=sum(each.overdue for each in here),
        overtaken=sum(each.overtaken for each in here),
        results=here,
    )


def _wait(result: ContactResult) -> WaitOfCaller:
    return WaitOfCaller(seconds=_seconds(result), answered=_is_answered(result))


def _seconds(result: ContactResult) -> float:
    return result.wait.total_seconds()


def _is_answered(result: ContactResult) -> bool:
    return result.end is End.ANSWERED


def to_json(group: Group, rules: str) -> dict[str, Any]:
    """A group as ``hotline rules simulate --json`` prints it; shares from 0 to 1."""
    seen = group.figures
    return {
        "class": group.urgency,
        "language": group.language,
        "rules": rules,
        "calls": seen.calls,
        "answered": seen.answered,
        "answered_share": _round(seen.answered_share, 4),
        "answer_seconds": _round(seen.answer, 1),
        "p90_seconds": _round(seen.p90, 1),
        "longest_seconds": _round(seen.longest, 1),
        "left": seen.left,
        "sent_off": group.sent_off,
        "overdue": group.overdue,
        "overtaken": group.overtaken,
    }


def _round(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
