"""Scheduled callbacks: an operator promises a caller another call, or revokes it."""

from datetime import UTC, datetime
from functools import partial

from ivr.actions import rules as rule_sets
from ivr.actions.calls import callbacks
from ivr.actions.calls.calls import sealed_to_call
from ivr.actions.desk.current_contact import current_contact
from ivr.actions.updating import put_call
from ivr.core.callback import scheduled_callback
from ivr.core.model.account import Account
from ivr.core.model.contact.callback import CallbackPreferences
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Conflict, NotFound, Stale, Unavailable
from ivr.core.model.facts import CallbackScheduled, Fact
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.rules.rule_set import RuleSet
from ivr.ports import Change, Ports


def schedule_callback(
    ports: Ports, who: Account, key: ContactId, moment: datetime
) -> datetime:
    """Promise the current caller another call; return when it will be.

    It is later than ``moment`` where the quiet hours require it. A second request moves
    the promise. The carrier tells the number, and nobody sees it.
    """
    call, now = _own_call(ports, who, key), ports.clock.now()
    scheduled_callback.check_moment(moment, now)
    wish = CallbackPreferences(
        number=_number_of_caller(ports, call), at=moment.astimezone(UTC)
    )
    rules = rule_sets.in_force(ports, who.line)
    decide = partial(schedule_call, call=call, wish=wish, rules=rules, by=who.operator)
    promised = put_call(ports, who.line, scheduled_callback.callback_id(key), decide)
    due = promised.callback.due if promised else None
    return due or moment


def schedule_call(
    before: Contact | None,
    now: datetime,
    *,
    call: Contact,
    wish: CallbackPreferences,
    rules: RuleSet,
    by: OperatorId,
) -> Change:
    """Promise another call in a call, or move the promise ``before``."""
    promised = scheduled_callback.arrange_call(call, before, wish, rules, now)
    told = scheduled_callback.facts_of_schedule(call, promised, wish, now)
    facts = (*told, _fact_of_schedule(by, call, wish, now))
    return Change(save=(promised,), facts=facts)


def _own_call(ports: Ports, who: Account, key: ContactId) -> Contact:
    call = current_contact(ports, who.line, who.operator)
    if call.id != key or not ports.content.lines()[who.line].calls_back:
        raise Stale("not-now")
    return call


def _number_of_caller(ports: Ports, call: Contact) -> str:
    """The caller's number, sealed; for a person who was called back, that number."""
    preferences = call.callback.preferences
    if call.callback.request is not None and preferences is not None:
        return preferences.number
    try:
        sealed = sealed_to_call(ports, ports.legs.number_of(leg_of_contact(call.id)))
    except NotFound:
        sealed = ""
    except Unavailable as error:
        ports.log.warning("number not told", call=call.id, error=str(error))
        raise Stale("carrier") from error
    if not sealed:
        raise Stale("no-number")
    return sealed


def _fact_of_schedule(
    by: OperatorId, call: Contact, wish: CallbackPreferences, now: datetime
) -> Fact:
    return CallbackScheduled(
        at=now,
        line=call.line,
        call=call.id,
        operator=by,
        moment=wish.at.isoformat() if wish.at else "",
    )


def may_schedule(ports: Ports, who: Account, key: ContactId) -> bool:
    """Whether another call can be promised in this one just now."""
    try:
        return _own_call(ports, who, key).id == key
    except Stale:
        return False


def take_back(ports: Ports, who: Account, key: ContactId) -> None:
    """Revoke a promise made in the current call; Stale when it is too late."""
    call = _own_call(ports, who, key)
    try:
        callbacks.end_callback(
            ports, who.line, scheduled_callback.callback_id(call.id), "cancelled"
        )
    except (NotFound, Conflict):
        raise Stale("not-now") from None


def promised_for(ports: Ports, line: LineKey, key: ContactId) -> datetime | None:
    """When the caller of a call will be called again, or None."""
    call = ports.contacts.call(line, scheduled_callback.callback_id(key))
    if call is None or call.stage is not Stage.PROMISED:
        return None
    return call.callback.due
