"""Promised calls back to a number: one promise at a time, within the limits.

What we know of a number is saved together with the call that it is about: if two
processes promise at the same moment, the second one sees the promise of the first. If
the store was lost, the call log still knows the last day's rings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.actions import rules as rule_sets
from ivr.core.callback import promised_call, ring_limits
from ivr.core.dialogue.exit_menu import promised_fact
from ivr.core.history.report import is_written_to
from ivr.core.model import callee
from ivr.core.model.callee import DAY, Callee
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Invalid, Unavailable
from ivr.core.model.facts import (
    CallbackEnded,
    CallbackPromised,
    CallbackTried,
    CallerConnected,
    Fact,
    of_call,
)
from ivr.core.model.identifiers import LineKey
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import RuleSet
from ivr.ports import Change, Contacts, Entity, Ports

CALLER_RANG = "caller-rang"
"""Why a promise has ended: its caller has talked, or waits on the line, meanwhile."""

TALKS_ON = timedelta(minutes=1)
"""How long to wait before we look again at a number where somebody talks now."""

RENEWED = "renewed"
"""Why a promise has ended: another one was made to the same number."""


def name_of(ports: Ports, call: Contact) -> str | None:
    """The keyed name of the number to call; None when it cannot be unsealed."""
    preferences = call.callback.preferences
    if preferences is None:
        return None
    try:
        return ports.vault.pseudonym(ports.vault.unseal_number(preferences.number))
    except Invalid:
        return None


def known_callee(ports: Ports, line: LineKey, name: str) -> Callee:
    """What we know of a number.

    If the store has lost it, its rings come from the log.
    """
    found = ports.contacts.callee(line, name)
    if found is not None:
        return found
    return Callee(id=name, line=line, rung=_rings_in_log(ports, line, name))


def _rings_in_log(ports: Ports, line: LineKey, name: str) -> tuple[datetime, ...]:
    since = ports.clock.now() - DAY
    try:
        calls = [
            record.promise.call
            for record in ports.promises.tried_since(line, since)
            if record.promise.to == name and record.promise.call
        ]
        facts = ports.call_log.facts_of_calls(calls) if calls else ()
    except Unavailable as error:
        ports.log.warning("rings not looked up", line=line, error=str(error))
        return ()
    rings = (CallbackTried, CallerConnected)
    return tuple(fact.at for fact in facts if isinstance(fact, rings))


def may_call_back(ports: Ports, call: Contact) -> bool:
    """Whether this caller may be promised a call to the number that they chose.

    Everybody may ask for a call to the telephone that they call from.
    """
    name, now = name_of(ports, call), ports.clock.now()
    if name is None or name == call.caller.pseudonym:
        return True
    rules = rule_sets.in_force(ports, call.line).callback
    if callee.wants_no_call(known_callee(ports, call.line, name), now):
        return False
    if call.caller.pseudonym is None:
        return True
    return ring_limits.may_ask(
        known_callee(ports, call.line, call.caller.pseudonym), rules, now
    )


def with_callee(ports: Ports, change: Change) -> Change:
    """A change that promises a call, in place of an earlier promise to that number.

    The earliest arrival is kept. A person who is being called, or talks, is left alone.
    """
    told = [fact for fact in change.facts if isinstance(fact, CallbackPromised)]
    if not told:
        return change
    key = told[0].call
    calls = (each for each in change.save if isinstance(each, Contact))
    call = next((each for each in calls if each.id == key), None)
    name = name_of(ports, call) if call else None
    if call is None or name is None or call.callback.preferences is None:
        return change
    now, to = ports.clock.now(), known_callee(ports, call.line, name)
    others = tuple(each for each in change.save if each is not call)
    promised = _in_its_place(ports, call, to, others)
    placed = in_place(ports, promised.call)
    renamed = replace(promised_fact(placed, call.callback.preferences, now), to=name)
    facts = [renamed if fact is told[0] else fact for fact in change.facts]
    return replace(
        change,
        save=(*promised.save, *_note_asker(ports, call, to, now), *others),
        facts=(*facts, *promised.facts),
        wake=change.wake or promised.call.stage is Stage.WAITING,
    )


def brought_back(ports: Ports, call: Contact) -> Change:
    """A promise that a lost store has forgotten, unless a later one replaces it.

    It is not brought back either if the person has talked for the later one.
    """
    now, name = ports.clock.now(), name_of(ports, call)
    if name is None:
        return Change(save=(call,), wake=call.stage is Stage.WAITING)
    to = known_callee(ports, call.line, name)
    key = callee.bound_callback(to, call)
    last = ports.contacts.call(call.line, key) if key and key != call.id else None
    if last is not None and callee.has_talked_since(last, call):
        ended = of_call(CallbackEnded, call, now, reason=CALLER_RANG)
        return Change(save=(), facts=(ended,))
    later = _earlier_request(ports.contacts, call, to, ())
    if later is None or _does_outrank(call, later, to):
        back = _in_its_place(ports, call, to, ())
        wake = back.call.stage is Stage.WAITING
        return Change(save=back.save, facts=back.facts, wake=wake)
    rules = rule_sets.in_force(ports, call.line)
    stands = _merge_calls(later, call, rules, now)
    ended = of_call(CallbackEnded, call, now, reason=RENEWED)
    return Change(save=(stands,), facts=(ended,), wake=True)


def _does_outrank(call: Contact, other: Contact, to: Callee) -> bool:
    """Whether a promise takes the place of the other one, whichever is brought back."""
    return _request_time(other) < _request_time(call) or _stands_against(
        call, other, to
    )


def _request_time(call: Contact) -> datetime:
    request = call.callback.request
    return request.made if request else call.started


@dataclass(frozen=True, slots=True, kw_only=True)
class _Promised:
    """A promise in the place of an earlier one, and everything to save with it."""

    call: Contact
    save: tuple[Entity, ...]
    facts: tuple[Fact, ...]


def _in_its_place(
    ports: Ports, call: Contact, to: Callee, others: Sequence[Entity]
) -> _Promised:
    now, rules = ports.clock.now(), rule_sets.in_force(ports, call.line)
    before = _earlier_request(ports.contacts, call, to, others)
    if before is not None and _stands_against(before, call, to):
        return _Promised(call=call, save=(call,), facts=())
    after = promised_call.not_before(
        call, ring_limits.rested_at(to, rules.callback, now)
    )
    if before is not None and after.leg is None:
        after = _merge_calls(after, before, rules, now)
    elif before is not None:
        after = promised_call.link_to_earlier(after, before)
    if after.leg is None:
        after = promised_call.looked_at(after, rules, now)
    holds = callee.bind_callback(to, after)
    if call.caller.pseudonym == to.id:
        holds = replace(holds, refused=None)  # the person asks for it themselves
    if before is None:
        return _Promised(call=after, save=(after, holds), facts=())
    ended = of_call(CallbackEnded, before, now, reason=RENEWED)
    over = promised_call.end_renewed(before, now)
    # The promise that stays is saved last, so that the next ring finds it.
    return _Promised(call=after, save=(over, after, holds), facts=(ended,))


def _stands_against(before: Contact, call: Contact, to: Callee) -> bool:
    """Whether a promise was asked for at the number itself, and the new one elsewhere.

    No stranger may put off, or turn into writing, a promise made to somebody at that
    number. The stranger's promise ends when its turn comes.
    """
    asked_there = before.caller.pseudonym == to.id and call.caller.pseudonym != to.id
    return asked_there and not callee.is_appointment(call)


def _merge_calls(
    call: Contact, before: Contact, rules: RuleSet, now: datetime
) -> Contact:
    """The call in the place of another one.

    A saved call stays as it is if the other place would move it to another queue.
    """
    merged = promised_call.in_place_of(call, before, rules, now)
    is_elsewhere = merged.arrival.counts_from != call.arrival.counts_from
    return call if call.rev and is_elsewhere else merged


def in_place(ports: Ports, call: Contact) -> Contact:
    """The call in the place of the promise that it renews, unless it waits already."""
    request = call.callback.request
    if request is None or not request.renews or call.stage is not Stage.PROMISED:
        return call
    before = ports.contacts.call(call.line, request.renews)
    if before is None:
        return call
    rules, now = rule_sets.in_force(ports, call.line), ports.clock.now()
    call = call.with_request(replace(request, renews=None))
    return promised_call.in_place_of(call, before, rules, now)


def _earlier_request(
    contacts: Contacts, call: Contact, to: Callee, others: Sequence[Entity]
) -> Contact | None:
    """The promise to the number that waits to be kept; None without one."""
    key = callee.bound_callback(to, call)
    if key is None or key in {call.id, *(each.id for each in others)}:
        return None
    before = contacts.call(call.line, key)
    if (
        before is None
        or not callee.is_binding(before)
        or not callee.is_unreached(before)
    ):
        return None
    return before


def _note_asker(ports: Ports, call: Contact, to: Callee, now: datetime) -> list[Entity]:
    """The number that asks for a call to another number, with that noted."""
    if call.caller.pseudonym in {None, to.id} or callee.is_appointment(call):
        return []
    asking = known_callee(ports, call.line, call.caller.pseudonym or "")
    return [callee.note_request(asking, now)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledNumber:
    """The telephone of a call.

    ``known`` is what we know of its number, if anything; ``promised`` are the other
    calls with a promise to call it.
    """

    known: Callee | None = None
    promised: tuple[Contact, ...] = ()

    def talks(self, at: datetime) -> tuple[Callee, ...]:
        """What we know of it after a talk; nothing if nobody asked about the number."""
        return () if self.known is None else (callee.with_talk(self.known, at),)


def telephone_of(ports: Ports, call: Contact) -> CalledNumber:
    """The telephone from which, or to which, a call talks.

    As a rule one promise binds a number; but while an operator is rung for it, its
    caller may ask again. A promise that an operator made for a moment is a promise
    apart.
    """
    name = name_of(ports, call) if call.callback.request else call.caller.pseudonym
    if name is None:
        return CalledNumber()
    own = ports.contacts.calls_of(call.line, name)
    to = ports.contacts.callee(call.line, name)
    others = ports.contacts.call(call.line, to.promise) if to and to.promise else None
    found = {each.id: each for each in (*own, others) if each is not None}
    promised = (
        each
        for each in found.values()
        if each.id != call.id and _is_to_be_called(ports, each, name)
    )
    return CalledNumber(known=to, promised=tuple(promised))


def _is_to_be_called(ports: Ports, call: Contact, name: str) -> bool:
    """Whether a call's promise means that the number of that name is called."""
    if (
        not callee.is_binding(call)
        or callee.is_appointment(call)
        or is_written_to(call)
    ):
        return False
    return name_of(ports, call) == name


def why_not_now(ports: Ports, call: Contact, now: datetime) -> Change | None:
    """A change that replaces calling somebody now; None: call them.

    Another promise to the number may have been made since, and the number may have been
    called too often.
    """
    name = name_of(ports, call) if call.leg is None else None
    if name is None:
        return None
    if _is_talking(ports.contacts, call.line, name):
        return _while_they_talk(ports, call, now)
    to = known_callee(ports, call.line, name)
    key = callee.bound_callback(to, call)
    other = ports.contacts.call(call.line, key) if key and key != call.id else None
    rules = rule_sets.in_force(ports, call.line)
    talked = other is not None and callee.has_talked_since(other, call)
    if talked or callee.is_talked_out(to, call):
        ended = of_call(CallbackEnded, call, now, reason=CALLER_RANG)
        return Change(save=(promised_call.end_renewed(call, now),), facts=(ended,))
    if other is not None and callee.is_binding(other):
        ended = of_call(CallbackEnded, call, now, reason=RENEWED)
        # Saved last, even if unchanged, so that the next ring finds this one.
        save = (
            promised_call.end_renewed(call, now),
            _merge_calls(other, call, rules, now),
        )
        return Change(save=save, facts=(ended,), wake=True)
    at = ring_limits.may_be_rung_at(to, rules.callback, now)
    if at <= now:
        return None
    later = promised_call.looked_at(promised_call.not_before(call, at), rules, now)
    return Change(save=(later,))


def _is_talking(contacts: Contacts, line: LineKey, name: str) -> bool:
    """Whether somebody at the number talks to an operator just now."""
    calls = contacts.calls_of(line, name)
    return any(each.stage is Stage.CONNECTED and each.is_on_first_leg for each in calls)


def _while_they_talk(ports: Ports, call: Contact, now: datetime) -> Change:
    """End a promise to somebody who talks: it is kept already.

    A promise that an operator made for a moment is looked at again later.
    """
    if not callee.is_appointment(call):
        ended = of_call(CallbackEnded, call, now, reason=CALLER_RANG)
        return Change(save=(promised_call.end_renewed(call, now),), facts=(ended,))
    rules = rule_sets.in_force(ports, call.line)
    later = promised_call.not_before(call, now + TALKS_ON)
    return Change(save=(promised_call.looked_at(later, rules, now),))
