"""An arrival: the moment from which a place in the queue counts, and its uses.

A talk uses an arrival up, with two exceptions. A caller who was cut off in a talk may
come back to the place once, in any way. And an operator may hand a caller on a few
times, in the place of the first arrival. After that, and after a talk that somebody has
ended, a caller arrives when they queue again. So an arrival is good for ``MOST_TALKS``
talks, whatever its caller and the operators do, and earlier callers cannot pass the
others more often than that.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.operator import Reach
from ivr.core.model.values import replace
from ivr.core.queue.priority import carried_over
from ivr.core.rules.rule_set import RuleSet

MOST_HANDED_ON = 2
"""How often a caller who is handed on keeps the place: once to an operator who knows
more, and once more when that was the wrong one."""

MOST_TALKS = 1 + 1 + MOST_HANDED_ON
"""The first talk, one more after a cut-off, and those after a hand-over."""

TALKED_IN = frozenset({Stage.CONNECTED, Stage.AFTER})


def is_cut_off(
    call: Contact,
    claim: Claim,
    by: str,
    reach: Reach | None,
    short: timedelta,
    at: datetime,
) -> bool:
    """Whether a talk that is over ``at`` a moment broke off, as far as we can know.

    A talk that its operator has decided to end did not. In a browser and on a standing
    line that is the only way to end it: otherwise the operator's line was lost. The
    carrier does not tell whether a telephone was hung up or lost its line: then the
    talk counts as cut off while it was ``short``.
    """
    if claim.going is not None:
        return False
    ends_at_desk = reach in {Reach.BROWSER, Reach.STANDING}
    if claim.is_interrupted or (by == "operator" and ends_at_desk):
        return True
    return call.talk.since is None or at - call.talk.since < short


def after_talk(call: Contact, *, cut_off: bool) -> Contact:
    """The call after a talk, which has used the arrival up, or broke off just once."""
    spent = not cut_off or call.arrival.given_back
    return replace(call, arrival=replace(call.arrival, spent=spent))


def give_back_place(call: Contact) -> Contact:
    """The call back in the queue after a talk, in the old place or a new one."""
    return replace(call, arrival=_given_back(call.arrival))


def _given_back(arrival: Arrival) -> Arrival:
    return Arrival() if arrival.spent else replace(arrival, given_back=True)


def handed_on(call: Contact) -> Contact:
    """The call of somebody whom an operator hands on, in the old place for a while."""
    count = call.arrival.handed_on
    if count >= MOST_HANDED_ON:
        return clear_arrival(call)
    return replace(call, arrival=replace(call.arrival, handed_on=count + 1))


def clear_arrival(call: Contact) -> Contact:
    """The call without its arrival: it will count from when it queues."""
    return replace(call, arrival=Arrival())


def taken_over(call: Contact, before: Contact) -> Contact:
    """The call with the arrival of the one before, and its uses.

    If the earlier call has talked, this is its return.
    """
    taken = replace(
        before.arrival,
        spent=call.arrival.spent,
        given_back=before.arrival.given_back or before.ending.stage in TALKED_IN,
    )
    return replace(call, arrival=taken)


def reclassify(
    call: Contact, was: str | None, rules: RuleSet, now: datetime
) -> Contact:
    """The call in its new class, coming just now from the one that it ``was`` in.

    Priority gained by waiting stays, and the new weight counts from now: a caller who
    chooses another topic neither wins nor loses by the time that has passed.
    """
    if call.arrival.at is None or was is None or call.need.urgency is None:
        return call
    if call.need.urgency == was:
        return call
    start = call.arrival.counts_from or call.arrival.at
    moment = carried_over(rules, was, start, call.need.urgency, now)
    return replace(call, arrival=replace(call.arrival, counts_from=moment))


def words_of_arrival(call: Contact, now: datetime) -> dict[str, str]:
    """The arrival as words that can be signed, for a caller who is on the line.

    Somebody who comes out of a talk gets the arrival that they would queue again with;
    a caller without a place gets one that counts from now.
    """
    left = call.stage is Stage.AFTER
    arrival = _given_back(call.arrival) if left else call.arrival
    at = now if call.wait.beside else arrival.at or now
    uses = {
        "given_back": "1" * arrival.given_back,
        "handed_on": str(arrival.handed_on or ""),
        "counts_from": arrival.counts_from.isoformat() if arrival.counts_from else "",
    }
    return {"queued": at.isoformat()} | {k: v for k, v in uses.items() if v}


def restore_arrival(call: Contact, words: Mapping[str, str]) -> Contact:
    """The call with the arrival that was signed."""
    known = replace(
        call.arrival,
        at=datetime.fromisoformat(words["queued"]),
        given_back=bool(words.get("given_back")),
        handed_on=int(words.get("handed_on", "0")),
        counts_from=moment_of(words.get("counts_from")),
    )
    return replace(call, arrival=known)


def moment_of(text: str | None) -> datetime | None:
    """A moment as it is written down; None without one."""
    return datetime.fromisoformat(text) if text else None
