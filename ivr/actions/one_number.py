"""Several calls of one number: which of them holds the place in the queue."""

from datetime import datetime

from ivr.actions import rules as rule_sets
from ivr.actions.callees import name_of
from ivr.actions.saving import ATTEMPTS, save_and_enqueue
from ivr.core.dialogue import one_number
from ivr.core.dialogue.one_number import Settled, holds_place, put_beside
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import LineKey
from ivr.ports import Change, Ports


def calls_beside(ports: Ports, call: Contact) -> list[Contact]:
    """The other live calls from the number of a call, in the order in which they began.

    None for a number that is withheld, or of a switchboard: there they are other
    people.
    """
    caller = call.caller.pseudonym
    if caller is None:
        return []
    calls = ports.contacts.calls_of(call.line, caller)
    found = [each for each in calls if each.id != call.id and each.is_on_first_leg]
    return [] if found and _is_switchboard(ports, call.line, caller) else found


def _is_switchboard(ports: Ports, line: LineKey, caller: str) -> bool:
    rules = rule_sets.in_force(ports, line)
    return any(
        ports.vault.pseudonym(PhoneNumber(number)) == caller
        for number in rules.wait.switchboards
    )


def is_placed_beside(ports: Ports, call: Contact) -> bool:
    """Whether another call of the same number holds the place already."""
    return any(map(holds_place, calls_beside(ports, call)))


def give_way(ports: Ports, call: Contact) -> Contact:
    """The call that comes to the queue, beside the one that holds the place, if any."""
    return put_beside(call) if is_placed_beside(ports, call) else call


def share_place(ports: Ports, call: Contact) -> None:
    """Let the calls of a number hold one place; safe at any moment.

    A change that others make meanwhile is seen at the next look, or with the caller's
    poll.
    """
    for _ in range(ATTEMPTS):
        decided = _decide_place(ports, call)
        if decided is None:
            return
        placed = any(holds_place(each) for each in decided.calls)
        change = Change(save=decided.calls, facts=decided.facts, wake=placed)
        save_and_enqueue(ports, call.line, change)


def _decide_place(ports: Ports, call: Contact) -> Settled | None:
    calls = calls_beside(ports, call)
    if call.caller.pseudonym is None or not (calls or call.wait.beside):
        return None
    this = ports.contacts.call(call.line, call.id)
    if this is not None and this.is_on_first_leg and this.is_live:
        calls = sorted([*calls, this], key=_order_of_beginning)
    lapsed = _lapsed_call(ports, call.line, call.caller.pseudonym)
    rules = rule_sets.in_force(ports, call.line)
    return one_number.assign_places(calls, lapsed, rules, ports.clock.now())


def _lapsed_call(ports: Ports, line: LineKey, caller: str) -> Contact | None:
    """The call of a number that was over last, or will be answered there."""
    last = ports.contacts.last_call(line, caller)
    elsewhere = last is not None and last.is_live and name_of(ports, last) != caller
    return None if elsewhere else last


def _order_of_beginning(call: Contact) -> tuple[datetime, str]:
    return call.started, call.id
