"""Work lists of an operator besides the queue, and the figures of their day."""

from collections.abc import Collection, Sequence
from datetime import datetime

from ivr.actions.calls.callbacks import message_is_taken
from ivr.actions.desk.caller_profile import write_down
from ivr.actions.records import write_facts
from ivr.core.history.callback_log import (
    CallbackRecord,
    MessageRecord,
    PromisedCall,
    promised_call,
)
from ivr.core.history.operator_stats import (
    MissedOffer,
    OwnDay,
    calls_answered,
    day_start,
    missed_offers,
    own_day,
)
from ivr.core.history.record import Revealed
from ivr.core.model.account import Account
from ivr.core.model.errors import NotFound, Stale, Unavailable
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ContactId
from ivr.ports import Contacts, Operators, Ports

HEARD = "heard"


def promised_calls(ports: Ports, who: Account) -> list[PromisedCall]:
    """The call backs promised to callers of this operator's languages, oldest first."""
    write_facts(ports, who.line)
    spoken = _languages_of(ports.operators, who)
    return [
        _view_callback(ports.contacts, record)
        for record in ports.promises.callbacks(who.line)
        if record.promise.language in spoken
    ]


def _view_callback(contacts: Contacts, record: CallbackRecord) -> PromisedCall:
    promise = record.promise
    call = contacts.call(promise.line, promise.call or ContactId(""))
    return promised_call(record, call)


def _languages_of(operators: Operators, who: Account) -> Collection[str]:
    operator = operators.operator(who.line, who.operator)
    return operator.profile.languages if operator else ()


# --- messages -------------------------------------------------------------


def list_messages(ports: Ports, who: Account) -> list[MessageRecord]:
    """The messages in this operator's languages that nobody has dealt with."""
    write_facts(ports, who.line)
    spoken = _languages_of(ports.operators, who)
    return [
        record
        for record in ports.promises.messages(who.line)
        if record.language in spoken
    ]


def play_message(ports: Ports, who: Account, key: ContactId) -> bytes:
    """A message as a WAV file.

    It stays at the carrier until somebody has dealt with it.

    Stale when another operator has, or when the carrier does not have it (yet).
    """
    record = _find_message(ports, who, key)
    write_down(ports, who, key, Revealed.MESSAGE)
    try:
        return ports.recordings.recording(record.recording)
    except NotFound:
        raise Stale("not-now") from None
    except Unavailable as error:
        ports.log.warning("message not fetched", call=key, error=str(error))
        raise Stale("carrier") from error


def done_with(ports: Ports, who: Account, key: ContactId) -> None:
    """Delete a message at the carrier, and take it off the list.

    Stale for an operator who has not listened to it: a slip of the hand must not lose
    it.
    """
    record = _find_message(ports, who, key)
    if not ports.records.was_shown(key, who.operator, Revealed.MESSAGE):
        raise Stale("unheard")
    try:
        message_is_taken(ports, record, HEARD)
    except Unavailable as error:
        ports.log.warning("message not deleted", call=key, error=str(error))
        raise Stale("carrier") from error
    write_facts(ports, who.line)


def _find_message(ports: Ports, who: Account, key: ContactId) -> MessageRecord:
    for record in list_messages(ports, who):
        if record.call == key:
            return record
    raise Stale("taken")


# --- the own day ----------------------------------------------------------


def missed_today(ports: Ports, who: Account) -> tuple[MissedOffer, ...]:
    """The offers that the operator has missed or declined today, the newest first."""
    return missed_offers(_facts_of_today(ports, who))


def figures_of_today(ports: Ports, who: Account) -> OwnDay:
    """The figures of the operator's day so far."""
    now, about = ports.clock.now(), _facts_of_today(ports, who)
    of_calls = ports.call_log.facts_of_calls(calls_answered(about))
    return own_day(about, of_calls, _start_of_day(ports, who), now)


def _facts_of_today(ports: Ports, who: Account) -> Sequence[Fact]:
    write_facts(ports, who.line)
    return ports.call_log.facts_about(who.line, who.operator, _start_of_day(ports, who))


def _start_of_day(ports: Ports, who: Account) -> datetime:
    return day_start(ports.content.lines()[who.line].zone, ports.clock.now())
