"""Calls to the person of a promised call back."""

from collections.abc import Iterable

from ivr.actions import rules as rule_sets
from ivr.actions.talks.requesting import NOTHING, choose_caller_id, note_failure
from ivr.core.model.address import PhoneNumber
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.errors import Invalid, Unavailable
from ivr.core.model.identifiers import LegId
from ivr.core.talk.events import (
    CallerNotMoved,
    CallerNotPutThrough,
    CallerPutThrough,
    PersonLegCreated,
    PersonWanted,
    TalkEvent,
)
from ivr.core.talk.offers.offering import is_to_be_dialled
from ivr.core.talk.requests import (
    ConnectCaller,
    DialPerson,
    PutThroughCaller,
    Request,
)
from ivr.core.talk.talk import Talk
from ivr.ports import Ports


def want_person(ports: Ports, talk: Talk, request: Request) -> TalkEvent | None:
    """The event that a person is wanted, if the request means that; else None.

    Nobody outside is asked for it, so it is decided together with the event before it.
    """
    match request:
        case ConnectCaller():
            wanted = DialPerson(request.claim, request.attempt)
        case PutThroughCaller():
            wanted = DialPerson(request.claim, attempt=1, is_standing=True)
        case _:
            return None
    call = talk.call_of(talk.claims[request.claim])
    if call is None or not is_to_be_dialled(call):
        return None
    return _want_dialled(ports, call, wanted)


def _want_dialled(ports: Ports, call: Contact, wanted: DialPerson) -> TalkEvent:
    """The event that the person is wanted, unless the number cannot be read."""
    try:
        _number_of(ports, call)
    except Unavailable as error:
        return _not_dialled(ports, wanted, error)
    return PersonWanted(
        claim=wanted.claim, attempt=wanted.attempt, is_standing=wanted.is_standing
    )


def dial_person(ports: Ports, talk: Talk, request: DialPerson) -> Iterable[TalkEvent]:
    """Create the leg; a standing operator waits in the room from now on.

    The leg is saved here, although the carrier's notices bind it too: if they are lost
    and the operator leaves, this is how the ringing is known and ended.
    """
    claim = talk.claims[request.claim]
    try:
        leg = _call_back(ports, talk, claim)
    except Unavailable as error:
        if not error.ambiguous:
            return (_not_dialled(ports, request, error),)
        # The leg's own requests bind it; else the lease gives both sides back.
        note_failure(ports, "leg not heard of", claim.id, error)
        return _put_through(request)
    bound = PersonLegCreated(claim=claim.id, leg=leg)
    return (bound, *_put_through(request))


def _call_back(ports: Ports, talk: Talk, claim: Claim) -> LegId:
    call = talk.calls[claim.call]
    number = _number_of(ports, call)
    ring = rule_sets.in_force(ports, talk.line).callback.ring
    caller_id = choose_caller_id(ports, call)
    return ports.dialling.call_back(claim, number, caller_id, ring)


def _number_of(ports: Ports, call: Contact) -> PhoneNumber:
    preferences = call.callback.preferences
    try:
        return ports.vault.unseal_number(preferences.number if preferences else "")
    except Invalid as error:
        raise Unavailable(f"the number to call back: {error}", permanent=True) from None


def _not_dialled(ports: Ports, request: DialPerson, error: Unavailable) -> TalkEvent:
    note_failure(ports, "caller not brought", request.claim, error)
    if request.is_standing:
        return CallerNotPutThrough(claim=request.claim, permanent=error.permanent)
    return CallerNotMoved(
        claim=request.claim, attempt=request.attempt, permanent=error.permanent
    )


def _put_through(request: DialPerson) -> Iterable[TalkEvent]:
    """The event that lets a standing operator wait in the room from now on."""
    return (CallerPutThrough(claim=request.claim),) if request.is_standing else NOTHING
