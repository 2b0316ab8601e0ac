"""Orphaned legs: the carrier holds them live, and nobody here knows them.

We suspect each one for a while, then look at it by itself. Only legs of the line's own
numbers count, for an account may serve others too.
"""

from collections.abc import Sequence
from datetime import datetime

from ivr.actions.saving import save_and_enqueue
from ivr.core.model.claim import Claim, ClaimState
from ivr.core.model.contact.leg import contact_of_leg
from ivr.core.model.errors import HotlineError, NotFound, Unavailable
from ivr.core.model.facts import OrphanedLegFound
from ivr.core.model.identifiers import LegId, LineKey
from ivr.core.upkeep.orphaned_legs import (
    AT_EASE,
    LegAction,
    LegLocation,
    LiveLeg,
    action_for,
    legs_to_check,
)
from ivr.ports import Change, Contacts, Ports


def handle_orphaned_legs(ports: Ports, line: LineKey) -> None:
    """Rescue callers that no state knows; end our own legs that nobody needs.

    When the carrier or the store does not answer, nothing happens to anybody.
    """
    try:
        _see_to(ports, line)
    except HotlineError as error:
        ports.log.warning("strangers not looked at", line=line, error=str(error))


def _see_to(ports: Ports, line: LineKey) -> None:
    # We ask the carrier first: a call that begins in between is known by the time the
    # state is read.
    numbers = ports.content.lines()[line].numbers
    strange = _orphaned_among(ports, line, ports.legs.legs_of(numbers))
    now = ports.clock.now()
    since = ports.carrier_memory.note_orphaned_legs(
        line, [leg.id for leg in strange], now
    )
    looked_at = legs_to_check(strange, since, now)
    if not looked_at:
        return
    places = ports.legs.leg_locations([leg.id for leg in looked_at], line)
    # The look took its time: a leg that asked us meanwhile is known now.
    for leg in _orphaned_among(ports, line, looked_at):
        if leg.id in places:
            _see_to_one(ports, line, leg, places[leg.id], since[leg.id])


def _orphaned_among(
    ports: Ports, line: LineKey, legs: Sequence[LiveLeg]
) -> list[LiveLeg]:
    """The legs that no state of the line knows."""
    known = {operator.leg for operator in ports.operators.operators(line)}
    for claim in _open_claims(ports.contacts, line):
        known |= {claim.leg, claim.person.leg}
    others = (leg for leg in legs if leg.id not in known)
    return [leg for leg in others if not _is_of_call(ports.contacts, line, leg)]


def _open_claims(contacts: Contacts, line: LineKey) -> list[Claim]:
    found = (contacts.claim(line, key) for key in contacts.open_claims(line))
    return [claim for claim in found if claim is not None]


def _is_of_call(contacts: Contacts, line: LineKey, leg: LiveLeg) -> bool:
    """Whether a call is on this leg; a caller's leg stays known after the end.

    We answer an ended call's requests with the end, so it cannot begin again.
    """
    call = contacts.call(line, contact_of_leg(leg.id))
    if call is None or leg.rang_us:
        return call is not None
    return call.is_live and call.leg == leg.id


def _see_to_one(
    ports: Ports, line: LineKey, leg: LiveLeg, place: LegLocation, since: datetime
) -> None:
    now = ports.clock.now()
    limit = ports.content.lines()[line].limits.message
    todo = action_for(leg, place, now - since, limit)
    if todo is LegAction.ENDED and _is_awaited(ports, line, since):
        return
    if todo is not None or place in AT_EASE:
        ports.carrier_memory.restart_suspicion(line, leg.id, now)
    if todo is not None and _is_done(ports, line, leg.id, todo):
        event = f"unknown leg was {todo}"
        ports.log.warning(event, line=line, leg=leg.id)
        fact = OrphanedLegFound(at=now, line=line, leg=leg.id, done=todo.value)
        save_and_enqueue(ports, line, Change(save=(), facts=(fact,)))


def _is_awaited(ports: Ports, line: LineKey, since: datetime) -> bool:
    """Whether it may be the leg of a claim whose creation was never answered.

    A claim made after the leg cannot be meant.
    """
    return any(
        claim.made <= since and (claim.leg is None or claim.state is ClaimState.TAKEN)
        for claim in _open_claims(ports.contacts, line)
    )


def _is_done(ports: Ports, line: LineKey, leg: LegId, todo: LegAction) -> bool:
    try:
        if todo is LegAction.RESCUED:
            ports.transfers.send_back(leg)
        else:
            ports.dialling.end(leg)
    except NotFound:
        return False  # gone by itself meanwhile
    except Unavailable as error:
        event = f"unknown leg not {todo}"
        ports.log.warning(event, line=line, leg=leg, error=str(error))
        return False
    return True
