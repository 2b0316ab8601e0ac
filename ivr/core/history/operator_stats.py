"""An operator's own day, folded from facts: it begins at the line's midnight."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from ivr.core.history.timeline import waits_for_talks
from ivr.core.model.claim import DECLINED, MISSED, REFUSED_NUMBER
from ivr.core.model.facts import (
    CallerConnected,
    Fact,
    OfferEnded,
    OfferRung,
    OperatorJoined,
    OperatorParted,
    TalkEnded,
)
from ivr.core.model.identifiers import ClaimId, ContactId


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """The figures of a day.

    ``calls`` counts callers who were answered; ``talked`` is the time in conversation
    within the day, including talks that a colleague had asked for. ``longest_wait`` is
    that of a caller who was answered from the queue, not of a person who was called
    back. ``missed`` does not count declined offers.
    """

    calls: int = 0
    talked: timedelta = timedelta()
    longest_wait: timedelta | None = None
    missed: int = 0
    declined: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedOffer:
    """An offer that came to nothing on the operator's side, and why."""

    at: datetime
    call: ContactId | None
    reason: str


def day_start(zone: str, now: datetime) -> datetime:
    """When the present day began in a zone."""
    local = now.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time(), local.tzinfo).astimezone(UTC)


def missed_offers(about: Sequence[Fact]) -> tuple[MissedOffer, ...]:
    """The offers that an operator has missed or declined, the newest first.

    An offer that never rang was not missed: an outage is nobody's fault.
    """
    rung = {fact.claim for fact in about if isinstance(fact, OfferRung)}
    return tuple(
        MissedOffer(at=fact.at, call=fact.call, reason=fact.reason)
        for fact in reversed(about)
        if isinstance(fact, OfferEnded) and _is_missed(fact, rung)
    )


def _is_missed(fact: OfferEnded, rung: set[ClaimId]) -> bool:
    if fact.reason in {DECLINED, REFUSED_NUMBER}:
        return True
    return fact.reason in MISSED and fact.claim in rung


def own_day(
    about: Sequence[Fact], of_calls: Sequence[Fact], start: datetime, now: datetime
) -> OwnDay:
    """The figures of a day: ``about`` the operator, and ``of_calls`` they answered."""
    talks = {fact.claim for fact in about if isinstance(fact, CallerConnected)}
    missed = missed_offers(about)
    declined = sum(offer.reason == DECLINED for offer in missed)
    return OwnDay(
        calls=len(talks),
        talked=_time_talked(about, start, now),
        longest_wait=_longest_wait(of_calls, talks),
        missed=len(missed) - declined,
        declined=declined,
    )


def _time_talked(about: Iterable[Fact], start: datetime, now: datetime) -> timedelta:
    begun: dict[ClaimId, datetime] = {}
    over: dict[ClaimId, datetime] = {}
    for fact in about:
        if isinstance(fact, CallerConnected | OperatorJoined):
            begun.setdefault(fact.claim, fact.at)
        elif isinstance(fact, TalkEnded | OperatorParted):
            over.setdefault(fact.claim, fact.at)
    # A conversation that began before midnight counts from midnight on.
    spans = (
        over.get(claim, now) - begun.get(claim, start) for claim in {**begun, **over}
    )
    return sum(spans, timedelta())


def _longest_wait(of_calls: Iterable[Fact], talks: set[ClaimId]) -> timedelta | None:
    ordered = sorted(of_calls, key=lambda fact: fact.call or "")
    found = [
        waited
        for _, facts in groupby(ordered, key=lambda fact: fact.call)
        for talk, waited in waits_for_talks(facts)
        if talk.claim in talks and waited is not None
    ]
    return max(found, default=None)


def calls_answered(about: Iterable[Fact]) -> set[ContactId]:
    """The calls that an operator has answered."""
    return {
        fact.call
        for fact in about
        if isinstance(fact, CallerConnected) and fact.call is not None
    }
