"""Doubted legs: they may be over, for somebody rings from the same number again."""

from datetime import timedelta

from ivr.actions.one_number import calls_beside
from ivr.actions.talks.ending import end_call
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.leg import contact_of_leg, leg_of_contact
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import LegId, LineKey
from ivr.ports import Due, Ports

KIND = "leg"
LATER = timedelta(seconds=5)
"""When to ask a carrier again that did not answer."""


def doubt_others(ports: Ports, call: Contact) -> None:
    """Have the carrier asked about the other legs of a number that rings again.

    Only legs in a place or in a talk matter: however many ring, these are few.
    """
    for other in calls_beside(ports, call):
        if other.arrival.at is None or other.wait.beside:
            continue
        doubted = Due(kind=KIND, key=leg_of_contact(other.id))
        ports.deadlines.note_due(call.line, doubted, call.started)


def ask_after(ports: Ports, line: LineKey, leg: LegId) -> None:
    """Ask the carrier about a doubted leg, and end its call if it is over."""
    due = Due(kind=KIND, key=leg)
    call = ports.contacts.call(line, contact_of_leg(leg))
    try:
        if call is not None and call.is_live and call.leg == leg:
            _end_if_over(ports, call)
    except Unavailable:
        ports.deadlines.put_off(line, due, ports.clock.now() + LATER)
        raise
    ports.deadlines.drop_due(line, due)


def is_gone(ports: Ports, call: Contact) -> bool:
    """Whether the next caller is gone; the carrier is asked only where in doubt.

    If the carrier does not answer, the caller stays where they are.
    """
    if not call.is_on_first_leg or not calls_beside(ports, call):
        return False
    try:
        return _end_if_over(ports, call)
    except Unavailable as error:
        ports.log.warning("leg not seen", call=call.id, error=str(error))
        return False


def _end_if_over(ports: Ports, call: Contact) -> bool:
    """Whether the carrier says that the leg is over; then its call ends, too.

    A leg that the carrier does not know may only be too young.
    """
    leg = leg_of_contact(call.id)
    try:
        how = ports.legs.end_of(leg)
    except NotFound:
        return False
    if how is None:
        return False
    ports.log.warning("call was over unheard", call=call.id, line=call.line)
    return end_call(ports, call.line, leg, how)
