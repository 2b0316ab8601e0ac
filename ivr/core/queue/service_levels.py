"""Figures of callers' waits, each with its formula.

A: callers who entered the queue; S: those answered; L: those who left before an answer;
s: a threshold; S(s) and L(s): those with a wait of s or less. A share "of the answered
alone" is not among them: it looks best where most callers give up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitOfCaller:
    """One caller's wait in seconds, until answered or else until the end."""

    seconds: float
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """Counts, shares and waits in seconds; None where there is no value.

    ``calls`` A, ``answered`` S, ``left`` L; ``answered_share`` S/A, ``left_share`` L/A.
    ``delayed`` is the share of A who waited at all, ``wait`` the mean over A.
    ``answer`` is the mean over S, with ``p50``, ``p90`` and ``longest`` beside it;
    ``given_up`` is the mean over L.
    """

    calls: int
    answered: int
    left: int
    answered_share: float | None
    left_share: float | None
    delayed: float | None
    wait: float | None
    answer: float | None
    p50: float | None
    p90: float | None
    longest: float | None
    given_up: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevels:
    """The three ways to count the callers answered in time; None without callers.

    ``excused`` S(s) / (A - L(s)): callers who leave early do not count at all.
    ``counted`` (S(s) + L(s)) / A: they count as served. ``raw`` S(s) / A: they count as
    not served.
    """

    excused: float | None
    counted: float | None
    raw: float | None


def service_figures(waits: Sequence[WaitOfCaller]) -> ServiceFigures:
    """The figures of a group of callers; never of a total alone."""
    answered = sorted(each.seconds for each in waits if each.answered)
    left = [each.seconds for each in waits if not each.answered]
    calls = len(waits)
    return ServiceFigures(
        calls=calls,
        answered=len(answered),
        left=len(left),
        answered_share=_share_or_none(len(answered), calls),
        left_share=_share_or_none(len(left), calls),
        delayed=_share_or_none(sum(each.seconds > 0 for each in waits), calls),
        wait=_mean_or_none([*answered, *left]),
        answer=_mean_or_none(answered),
        p50=find_quantile(answered, 0.5),
        p90=find_quantile(answered, 0.9),
        longest=answered[-1] if answered else None,
        given_up=_mean_or_none(left),
    )


def service_levels(waits: Sequence[WaitOfCaller], threshold: float) -> ServiceLevels:
    """The three service levels for a threshold in seconds.

    Only tests use them so far: they are meant for a page for ops.
    """
    calls = len(waits)
    early = [each.answered for each in waits if each.seconds <= threshold]
    served, gone = sum(early), len(early) - sum(early)
    return ServiceLevels(
        excused=_share_or_none(served, calls - gone),
        counted=_share_or_none(served + gone, calls),
        raw=_share_or_none(served, calls),
    )


def find_quantile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of all does not exceed."""
    if not ordered:
        return None
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def _share_or_none(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean_or_none(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
