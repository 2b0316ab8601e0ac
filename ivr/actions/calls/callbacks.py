"""Calls back: the operator has agreed, then the person is called.

The person is asked before anything is said of this line: a mailbox, or somebody else in
the house, must neither hear of it nor be put through.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from ivr.actions import callees
from ivr.actions import rules as rule_sets
from ivr.actions.calls.calls import present_call
from ivr.actions.saving import save_and_enqueue
from ivr.actions.talks.ending import end_call
from ivr.actions.talks.running import EventResult, run
from ivr.actions.updating import update_call, update_line
from ivr.core.callback import promised_call
from ivr.core.dialogue.instructions import (
    HangUp,
    Instruction,
    Say,
)
from ivr.core.dialogue.spoken import language_of
from ivr.core.history.callback_log import CallbackRecord, MessageRecord
from ivr.core.model.callee import Callee
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.leg import contact_of_leg
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Conflict, NotFound, Unreadable
from ivr.core.model.facts import MessageTaken
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import RuleSet
from ivr.core.talk.answers import AskPerson, LetPersonIn
from ivr.core.talk.endings.leaving import REFUSED, why_not_revoked
from ivr.core.talk.events import (
    CallbackRevoked,
    PersonAgreed,
    PersonLegEnded,
    PersonPickedUp,
)
from ivr.core.talk.speaking import PUT_THROUGH, REFUSE, speak_to_person
from ivr.ports import Change, Contacts, Ports


def picked_up(
    ports: Ports, line: LineKey, key: ClaimId, leg: LegId
) -> list[Instruction]:
    """Ask the person who picked up whether they wanted the call."""
    outcome = run(ports, line, PersonPickedUp(claim=key, leg=leg))
    return _speak_answer(ports, line, outcome, leg)


def answer_question(
    ports: Ports, line: LineKey, key: ClaimId, leg: LegId, keys: str
) -> list[Instruction]:
    """Answer the person's key: 1 puts through, 2 means no more calls."""
    if keys == PUT_THROUGH:
        outcome = run(ports, line, PersonAgreed(claim=key, leg=leg))
        return _speak_answer(ports, line, outcome, leg)
    if keys != REFUSE:
        return [HangUp()]
    # The queue is read first: the call is then read along with it.
    here = ports.queues.waiting(line)
    call = ports.contacts.call(line, contact_of_leg(leg))
    if call is None or call.leg != leg:
        return [HangUp()]
    return _refuse_calls(ports, line, call, here)


def _speak_answer(
    ports: Ports, line: LineKey, outcome: EventResult, leg: LegId
) -> list[Instruction]:
    answer = outcome.answer
    match answer:
        case LetPersonIn() if not answer.is_meant:
            return present_call(ports, line, contact_of_leg(leg))
        case AskPerson() | LetPersonIn():
            return speak_to_person(answer, outcome.talk, outcome.context)
        case _:
            return [HangUp()]


def _refuse_calls(
    ports: Ports, line: LineKey, call: Contact, here: Iterable[Contact]
) -> list[Instruction]:
    """End every promise to the number of a person who wants no call.

    Somebody else may have typed the number, and more than once.
    """
    language = language_of(ports.content.lines()[line], call)
    promised = (call, *_to_the_same(ports, call, here))
    ended = [_is_refused(ports, line, each) for each in promised]
    if not any(ended):
        note_refusal(ports, call)
    return [Say(prompt="back.not-again", language=language), HangUp()]


def _is_refused(ports: Ports, line: LineKey, call: Contact) -> bool:
    """End a promise as refused; return whether it ended now."""
    try:
        end_callback(ports, line, call.id, REFUSED)
    except (NotFound, Conflict):
        return False  # a request that came twice, or another one was quicker
    return True


def note_refusal(ports: Ports, call: Contact) -> None:
    """Remember that the person wants no call that somebody else asks for."""
    name = callees.name_of(ports, call)
    if name is None:
        return
    load = partial(callees.known_callee, ports, call.line, name)
    update_line(ports, call.line, load, put_refusal)


def put_refusal(to: Callee, now: datetime) -> Change:
    """Keep that the person at a number has just said that they want no call."""
    return Change(save=(replace(to, refused=now),))


def _to_the_same(ports: Ports, call: Contact, here: Iterable[Contact]) -> list[Contact]:
    name = callees.name_of(ports, call)
    promised = (each for each in here if each.callback.request)
    return [
        each
        for each in promised
        if each.id != call.id and name and callees.name_of(ports, each) == name
    ]


def end_callback(ports: Ports, line: LineKey, key: ContactId, reason: str) -> None:
    """End a promise; NotFound without one, Conflict while they talk.

    An operator who is on the way to the person is told.
    """
    outcome = run(ports, line, CallbackRevoked(call=key, reason=reason))
    if outcome.changed:
        return
    talk = outcome.talk
    match why_not_revoked(talk.calls.get(talk.caller) if talk.caller else None):
        case "talking":
            raise Conflict("they are talking now; the promise is kept")
        case "reached":
            raise Conflict("the person has been reached, and waits on the line")
        case _:
            raise NotFound("no such promise; see them with `hotline callbacks`")


def leg_over(ports: Ports, line: LineKey, key: ClaimId, leg: LegId, how: str) -> None:
    """Note that the person's leg is over, or never was; before a talk that is a try."""
    if not run(ports, line, PersonLegEnded(claim=key, leg=leg, how=how)).changed:
        end_call(ports, line, leg, how)


def activate_due(ports: Ports, line: LineKey, key: ContactId) -> None:
    """Look at a promise whose hour may have come."""
    rules = rule_sets.in_force(ports, line)
    update_call(ports, line, key, partial(activate_callback, rules=rules))


def activate_callback(call: Contact, now: datetime, *, rules: RuleSet) -> Change | None:
    """Let a promise whose hour has come wait for an operator, if the rules allow it."""
    request = call.callback.request
    if call.stage is not Stage.PROMISED or request is None:
        return None
    if request.due is None or request.due > now:
        return None
    after = promised_call.wait_for_another(call, rules, now)
    return Change(save=(after,), wake=after.stage is Stage.WAITING)


def restore_callbacks(ports: Ports, line: LineKey) -> None:
    """After a lost store: take up every promise that binds again.

    Not while facts are on their way to the log: an end may be among them.
    """
    if ports.journal.take(line, 1):
        return
    for record in ports.promises.callbacks(line):
        call = record.promise.call
        rev = None if call is None else _lost_rev(ports.contacts, line, call)
        if rev is not None:
            ports.log.warning("promise brought back", call=call, line=line)
            _restore_callback(ports, record, rev)


def _lost_rev(contacts: Contacts, line: LineKey, key: ContactId) -> int | None:
    """The version that a restored call replaces; None if the call is there.

    It is 0 if none is kept, else that of the document that cannot be read.
    """
    try:
        return 0 if contacts.call(line, key) is None else None
    except Unreadable as error:
        return error.rev


def _restore_callback(ports: Ports, record: CallbackRecord, rev: int) -> None:
    now, fact = ports.clock.now(), record.promise
    rules = rule_sets.in_force(ports, fact.line)
    remembered = replace(promised_call.call_of_record(record), rev=rev)
    call = promised_call.begin_callback(remembered, rules, now)
    save_and_enqueue(ports, fact.line, callees.brought_back(ports, call))


# --- messages -------------------------------------------------------------


def take_message(
    ports: Ports, record: MessageRecord, keep: Callable[[bytes], object] | None
) -> None:
    """Hand the sound to ``keep`` (None: unheard), then delete it at the carrier.

    It is kept first and deleted afterwards: after a fault in between it is still there.
    NotFound when the carrier does not have it any more, or not yet.
    """
    if keep is not None:
        keep(ports.recordings.recording(record.recording))
    message_is_taken(ports, record, "fetched" if keep else "thrown away")


def message_is_taken(ports: Ports, record: MessageRecord, how: str) -> None:
    """Delete a message at the carrier: somebody has heard it, or nobody will."""
    ports.recordings.forget_recording(record.recording)
    fact = MessageTaken(
        at=ports.clock.now(),
        line=record.line,
        call=record.call,
        how=how,
        recording=record.recording,
    )
    save_and_enqueue(ports, record.line, Change(save=(), facts=(fact,)))
