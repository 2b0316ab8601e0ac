"""Returning: a caller whose line broke off rings again, and has the old place.

One key returns to it, with nothing asked twice: language, topic, class and place are
those of the call that broke off, and a caller who was talking belongs to the same
operator. Without the key the menu comes as always, for somebody else may be at that
telephone. A caller who then comes to the queue has the old arrival all the same, unless
there was a talk: that has used it. Nobody returns to an arrival that is spent.
"""

from datetime import datetime, timedelta

from ivr.core.dialogue.asking import RETURN
from ivr.core.dialogue.flow import Step, queue_up
from ivr.core.line.menu import Line
from ivr.core.model.contact.callback import CallbackPreferences
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import CallbackEnded, CallerReturned, Fact, of_call
from ivr.core.model.values import replace
from ivr.core.queue.arrival import reclassify, taken_over
from ivr.core.rules.rule_set import RuleSet

KEY = "*"
"""Returns to the place; no menu of any line uses it."""

BROKE_OFF_IN = frozenset({Stage.WAITING, Stage.CLAIMED, Stage.CONNECTED, Stage.AFTER})


def may_return(before: Contact, grace: timedelta, now: datetime) -> bool:
    """Whether the place of a call is still kept for its caller.

    It is kept for ``grace`` after the line broke off. While a call back is promised and
    nobody is on the way to its caller, they may ring instead.
    """
    request = before.callback.request
    if before.arrival.at is None or before.exit_menu.recording or before.wait.beside:
        return False
    if before.is_live:
        return _is_promised(before)
    missed = request is not None and not request.fulfilled
    if missed or before.arrival.spent or before.ending.stage not in BROKE_OFF_IN:
        return False
    return before.ending.at is not None and now - before.ending.at < grace


def _is_promised(before: Contact) -> bool:
    preferences = before.callback.preferences
    held = before.stage in {Stage.WAITING, Stage.PROMISED} and before.leg is None
    return held and preferences is not None and not preferences.in_writing


def offer_return(call: Contact, before: Contact) -> Contact:
    """The new call, whose caller hears of the place that is kept."""
    return replace(
        call,
        wait=replace(call.wait, before=before.id),
        menu=replace(call.menu, language_before=before.need.language or ""),
    ).with_notices(RETURN)


def keeps_arrival(before: Contact) -> bool:
    """Whether a caller keeps the old arrival even without pressing the key."""
    return before.is_live or before.ending.stage in {Stage.WAITING, Stage.CLAIMED}


def in_old_place(call: Contact, before: Contact, rules: RuleSet, now: datetime) -> Step:
    """The call in the queue, counted from the arrival of the one before.

    Its topic may be another one.
    """
    fact = of_call(CallerReturned, call, now, before=before.id)
    call = reclassify(taken_over(call, before), before.need.urgency, rules, now)
    call = replace(
        call, callback=replace(call.callback, came_from=_earlier_preferences(before))
    )
    return Step(call=call, facts=(fact,))


def queue_beside(line: Line, call: Contact, other: Contact, now: datetime) -> Step:
    """The new call in the queue, asked nothing again, while the old one is still up.

    It has no part in the old one's place before that is over.
    """
    return queue_up(line, _with_earlier_answers(call, other), now)


def _with_earlier_answers(call: Contact, before: Contact) -> Contact:
    return replace(
        call,
        menu=call.menu.count_step(),
        need=before.need,
        location=before.location,
    )


def return_to_place(line: Line, call: Contact, before: Contact, now: datetime) -> Step:
    """The new call in the old call's place."""
    call = _with_earlier_answers(taken_over(call, before), before)
    call = with_claims_of(call, before).with_notices("wait.back")
    fact = of_call(CallerReturned, call, now, before=before.id)
    return queue_up(line, call, now, fact)


def with_claims_of(call: Contact, before: Contact) -> Contact:
    """The call with the affinity and the promise of the old one."""
    return replace(
        call,
        affinity=replace(before.affinity, handed_by=call.affinity.handed_by),
        callback=replace(call.callback, came_from=_earlier_preferences(before)),
    )


def facts_of_return(before: Contact, now: datetime) -> tuple[Fact, ...]:
    """The fact about a call back whose place is taken: its caller rang."""
    if not before.is_live:
        return ()
    return (of_call(CallbackEnded, before, now, reason="caller-rang"),)


def _earlier_preferences(before: Contact) -> CallbackPreferences | None:
    """The preferences that bind again if nobody talks; None after a talk."""
    if before.is_live:
        return before.callback.preferences
    return None if before.talk.answered else before.callback.came_from


def left_behind(before: Contact, now: datetime) -> Contact:
    """The old call after its place is taken over: nobody returns to it twice."""
    return replace(
        before,
        stage=Stage.ENDED,
        ending=replace(before.ending, at=before.ending.at or now, stage=None),
        talk=before.talk.release_claim(),
    )
