"""A promised call back: when the person may be called, and what a try leads to."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.core.history.callback_log import CallbackRecord
from ivr.core.model.contact.callback import (
    Callback,
    CallbackPreferences,
    CallbackRequest,
)
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.location import Location, LocationKind
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.identifiers import ContactId
from ivr.core.model.values import replace
from ivr.core.queue.arrival import moment_of, reclassify, taken_over
from ivr.core.rules.rule_set import RuleSet

DAYS_AHEAD = 3
"""Preferred hours come within a day; a clock change may hide one."""


def begin_callback(call: Contact, rules: RuleSet, now: datetime) -> Contact:
    """The promise once the caller has hung up: from here on we must keep it."""
    return _without_leg(call, rules, now)


def put_off(call: Contact, rules: RuleSet, now: datetime) -> Contact | None:
    """The call after a try that reached nobody; None when that was the last one.

    The arrival stays: a person who is called later has lost no place.
    """
    request = call.callback.request
    if request is None:
        return None
    tries = request.tries + 1
    if tries >= rules.callback.tries:
        return None
    delays = rules.callback.delays
    pause = delays[min(tries, len(delays)) - 1]
    tried = call.with_request(replace(request, tries=tries))
    return _without_leg(tried, rules, now + pause, now)


def wait_for_another(call: Contact, rules: RuleSet, now: datetime) -> Contact:
    """The call whose operator was lost before the person was reached."""
    return _without_leg(call, rules, now)


def postpone_callback(call: Contact, rules: RuleSet, now: datetime) -> Contact:
    """The promise of a caller who has rung and hung up again; after a pause.

    The pause stays with the promise when other promises to the number are looked at.
    """
    rested = not_before(call, now + rules.callback.delays[0])
    return _without_leg(rested, rules, now)


def not_before(call: Contact, moment: datetime) -> Contact:
    """The promise of a call to a number that may not be called before a moment."""
    request = call.callback.request
    if request is None:
        return call
    moment = max(moment, request.not_before or moment)
    return call.with_request(replace(request, not_before=moment))


def looked_at(call: Contact, rules: RuleSet, now: datetime) -> Contact:
    """The promise in the queue, or due when its hour comes."""
    return _without_leg(call, rules, now, now)


def in_place_of(
    call: Contact, before: Contact, rules: RuleSet, now: datetime
) -> Contact:
    """The promise in the place of an earlier one to the same number.

    The earlier arrival counts, with the priority gained since in the class it was in.
    """
    own, earlier = call.arrival.at, before.arrival.at
    if earlier is None or (own and own <= earlier):
        return call
    return reclassify(taken_over(call, before), before.need.urgency, rules, now)


def link_to_earlier(call: Contact, before: Contact) -> Contact:
    """The promise of somebody on the line that will take the earlier one's place."""
    request = call.callback.request
    promise = request and replace(request, renews=before.id)
    return call.with_request(promise)


def end_renewed(before: Contact, now: datetime) -> Contact:
    """The call whose promise another one has replaced."""
    return before.end_at(now)


def is_untimely(call: Contact, rules: RuleSet, now: datetime) -> bool:
    """Whether the person waits to be called, and the hours do not allow it just now.

    Hours may end, and rules may be published, while the promise waits its turn.
    """
    preferences = call.callback.preferences
    if call.leg is not None or preferences is None:
        return False
    return may_be_called_at(rules, preferences, now) != now


def call_of_record(record: CallbackRecord) -> Contact:
    """The call of a promise as the log has it."""
    fact = record.promise
    return Contact(
        id=fact.call or ContactId(""),
        line=fact.line,
        started=datetime.fromisoformat(fact.started),
        caller=Caller(fact.dialled, fact.caller),
        stage=Stage.PROMISED,
        need=Need(fact.language, fact.topic, fact.urgency),
        location=Location(LocationKind(fact.location)),
        arrival=Arrival(
            at=datetime.fromisoformat(fact.arrived),
            given_back=fact.given_back,
            handed_on=fact.handed_on,
            counts_from=moment_of(fact.counts_from),
        ),
        callback=Callback(
            preferences=CallbackPreferences(
                number=fact.number,
                at_any_hour=fact.at_any_hour,
                start=fact.start,
                end=fact.end,
                in_writing=fact.in_writing,
                at=moment_of(fact.not_before),
            ),
            request=CallbackRequest(made=fact.at, activated=True, tries=record.tries),
        ),
    )


def _without_leg(
    call: Contact, rules: RuleSet, earliest: datetime, now: datetime | None = None
) -> Contact:
    """The promise with nobody on the line: in the queue, or due at its hour."""
    preferences, request = call.callback.preferences, call.callback.request
    if request is None or preferences is None:
        return call
    present = now or earliest
    earliest = max(earliest, request.not_before or earliest)
    at = may_be_called_at(rules, preferences, earliest)
    waits = at is not None and at <= present
    due = None if waits else at
    request = replace(request, activated=True, leg=None, reached=False, due=due)
    return replace(
        call,
        stage=Stage.WAITING if waits else Stage.PROMISED,
        talk=call.talk.release_claim(),
        menu=call.menu.reset_question(),
        exit_menu=call.exit_menu.reset(),
        wait=replace(call.wait, beside=False),
        callback=replace(call.callback, request=request),
    )


def may_be_called_at(
    rules: RuleSet, wish: CallbackPreferences, now: datetime
) -> datetime | None:
    """The first moment from now on at which the person may be called; None: never."""
    if wish.in_writing:
        return None
    earliest = max(now, wish.at or now)
    span = _preferred_hours(rules, wish)
    if span is None or _is_within(span, rules.local(earliest).time()):
        return earliest
    return _next_start(rules, span, earliest)


def _preferred_hours(
    rules: RuleSet, wish: CallbackPreferences
) -> tuple[time, time] | None:
    """From when until when, by the wall clock; None: at any hour."""
    if wish.start is not None and wish.end is not None:
        return time(wish.start), time(wish.end)
    quiet = rules.callback.quiet
    return None if wish.at_any_hour or quiet is None else (quiet.end, quiet.start)


def _is_within(span: tuple[time, time], at: time) -> bool:
    start, end = span
    return start <= at < end if start < end else at >= start or at < end


def _next_start(rules: RuleSet, span: tuple[time, time], now: datetime) -> datetime:
    today = rules.local(now).date()
    moments = (
        datetime.combine(
            today + timedelta(days=day),
            span[0].replace(fold=fold),
            ZoneInfo(rules.zone),
        )
        for day in range(DAYS_AHEAD)
        for fold in (0, 1)
    )
    # When the clocks change, an hour is shown twice or skipped: a skipped one is not
    # there to be called in.
    return min(
        at
        for each in moments
        if (at := each.astimezone(UTC)) > now
        and _is_within(span, rules.local(at).time())
    )
