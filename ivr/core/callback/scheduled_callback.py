"""A scheduled callback: an operator promises a caller another call at a moment.

It is a call of its own. The conversation in which it was promised ends like any other,
and we keep the promise like every promised call back. The talk has used up the arrival
of its call, so the promise begins with a new arrival.
"""

from datetime import datetime, timedelta

from ivr.core.callback import promised_call
from ivr.core.dialogue.exit_menu import promised_fact
from ivr.core.model.contact.callback import (
    Callback,
    CallbackPreferences,
    CallbackRequest,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.errors import Invalid, Stale
from ivr.core.model.facts import (
    CallEnded,
    Fact,
    LanguageChosen,
    TopicChosen,
    of_call,
    started_fact,
)
from ivr.core.model.identifiers import ContactId
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import RuleSet

MOST_AHEAD = timedelta(days=14)
"""How far ahead a call can be promised: later ones would be forgotten by both sides."""


def callback_id(call: ContactId) -> ContactId:
    """The identifier of the call promised in a call: always the same.

    Tables show the beginning of an identifier, so the two must not begin alike.
    """
    return ContactId(f"A{call}")


def check_moment(moment: datetime, now: datetime) -> None:
    """Raise Invalid for a moment at which no call can be promised."""
    if not now < moment <= now + MOST_AHEAD:
        raise Invalid(
            "a call can be promised for the coming"
            f" {MOST_AHEAD.days} days; choose a moment among them"
        )


def arrange_call(
    call: Contact,
    before: Contact | None,
    wish: CallbackPreferences,
    rules: RuleSet,
    now: datetime,
) -> Contact:
    """The promised call; ``before`` is one promised earlier, if any.

    Stale when that one is being kept just now.
    """
    if before is not None and before.stage not in {Stage.PROMISED, Stage.ENDED}:
        raise Stale("not-now")
    fresh = Contact(
        id=callback_id(call.id),
        line=call.line,
        started=now,
        caller=replace(call.caller, is_reachable=False),
        stage=Stage.PROMISED,
        need=call.need,
        location=call.location,
        arrival=Arrival(at=_arrival_of(before, now)),
        callback=Callback(preferences=wish, request=CallbackRequest(made=now)),
        rev=before.rev if before else 0,
    )
    return promised_call.begin_callback(fresh, rules, now)


def _arrival_of(before: Contact | None, now: datetime) -> datetime:
    """The arrival of the promise; moved to another moment it keeps its place."""
    moved = before is not None and before.stage is Stage.PROMISED
    return before.arrival.at or now if before and moved else now


def facts_of_schedule(
    call: Contact, again: Contact, wish: CallbackPreferences, now: datetime
) -> tuple[Fact, ...]:
    """The facts of the promise, and of what it is about.

    In the call log it is a promised call back like others: over, and not yet kept.
    """
    return (
        started_fact(again, now),
        of_call(LanguageChosen, again, now, language=call.need.language or ""),
        of_call(
            TopicChosen,
            again,
            now,
            topic=call.need.topic or "",
            urgency=call.need.urgency or "",
        ),
        promised_fact(again, wish, now),
        of_call(CallEnded, again, now, outcome=Outcome.CALLBACK.value),
    )
