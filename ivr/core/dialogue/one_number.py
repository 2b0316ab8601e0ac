"""Several calls of one number at once: together they hold one place in the queue.

One of them waits. The others hear so and wait beside it, without a place, until it is
over or in a talk; then the first of them has the place, with the arrival if that was
not used. So a caller who rings again while we still believe the old line to be up loses
nothing. And nobody on the line can lose their place, least of all to somebody who
forges the number.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from ivr.core.dialogue.returning import (
    facts_of_return,
    left_behind,
    may_return,
    with_claims_of,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.facts import CallerQueued, CallerReturned, Fact, of_call
from ivr.core.model.values import replace
from ivr.core.queue.arrival import reclassify, taken_over
from ivr.core.rules.rule_set import RuleSet

BESIDE = "wait.beside"
"""Tells a caller that another call of the same number holds the place."""

_PLACED = frozenset({"wait.start", "wait.nobody", "wait.back"})
"""The notices that only a call with a place has."""


class Settled(Struct, frozen=True, kw_only=True):
    """The calls of a number that change, so that together they hold one place."""

    calls: tuple[Contact, ...]
    facts: tuple[Fact, ...] = ()


def holds_place(call: Contact) -> bool:
    """Whether somebody on the line waits in a place, or is being offered."""
    held = call.stage in {Stage.WAITING, Stage.CLAIMED} and not call.wait.beside
    return held and call.is_on_first_leg


def put_beside(call: Contact) -> Contact:
    """The call in the queue, beside another one that holds the place."""
    told = tuple(each for each in call.menu.notices if each not in _PLACED)
    return replace(call, wait=replace(call.wait, beside=True)).with_notices(
        *told, BESIDE
    )


def facts_of_arrival(call: Contact, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The facts of a caller who comes to the queue: a place only if they have one."""
    if not call.wait.beside:
        return tuple(facts)
    return tuple(each for each in facts if not isinstance(each, CallerQueued))


def assign_places(
    calls: Sequence[Contact], lapsed: Contact | None, rules: RuleSet, now: datetime
) -> Settled | None:
    """The changes to the live calls of a number; None when none is needed.

    ``calls`` are in the order in which they began; ``lapsed`` is the one that was over
    last, or whose caller will be called back at that number. Ask again until nothing
    changes: a place is left before another is taken.
    """
    holders = sorted(filter(holds_place, calls), key=_first_claimed)
    heir = _may_inherit(lapsed, rules, now)
    spare = [each for each in holders[1:] if each.stage is Stage.WAITING]
    if holders and not spare and heir and _is_better(heir, holders[0]):
        spare = holders
    if spare:
        return Settled(calls=tuple(map(put_beside, spare)))
    if holders:
        return None
    return _promote_waiting(
        (each for each in calls if each.wait.beside), heir, rules, now
    )


def _first_claimed(call: Contact) -> tuple[bool, datetime, str]:
    return call.stage is Stage.WAITING, call.arrival.at or call.started, call.id


def _may_inherit(
    lapsed: Contact | None, rules: RuleSet, now: datetime
) -> Contact | None:
    kept = lapsed is not None and may_return(lapsed, rules.wait.grace, now)
    return lapsed if kept else None


def _is_better(lapsed: Contact, call: Contact) -> bool:
    """Whether a call that is over had an earlier place than this call has."""
    over, held = lapsed.arrival.at, call.arrival.at
    earlier = bool(over and held and over < held)
    return earlier and call.stage is Stage.WAITING and _were_at_once(lapsed, call)


def _were_at_once(lapsed: Contact, call: Contact) -> bool:
    """Whether a call began before the other was over.

    A call that lives on as a promise counts as over when the promise was made. A caller
    who rang later was asked about the old place.
    """
    request = lapsed.callback.request
    over = lapsed.ending.at
    if lapsed.is_live and request:
        over = request.made
    return over is not None and call.started < over


def _promote_waiting(
    waiting: Iterable[Contact], lapsed: Contact | None, rules: RuleSet, now: datetime
) -> Settled | None:
    call = next((each for each in waiting if each.stage is Stage.WAITING), None)
    if call is None:
        return None
    placed = replace(call, wait=replace(call.wait, beside=False)).with_notices(
        "wait.start"
    )
    if lapsed is None or not _were_at_once(lapsed, call):
        placed = replace(placed, arrival=Arrival(at=now))
        return Settled(calls=(placed,), facts=(_fact_of_queueing(placed, now),))
    placed = reclassify(taken_over(placed, lapsed), lapsed.need.urgency, rules, now)
    placed = with_claims_of(placed, lapsed)
    fact = of_call(CallerReturned, placed, now, before=lapsed.id)
    facts = (fact, _fact_of_queueing(placed, now), *facts_of_return(lapsed, now))
    return Settled(calls=(placed, left_behind(lapsed, now)), facts=facts)


def _fact_of_queueing(call: Contact, now: datetime) -> Fact:
    return of_call(
        CallerQueued,
        call,
        now,
        language=call.need.language or "",
        urgency=call.need.urgency or "",
        again=call.talk.answered,
    )
