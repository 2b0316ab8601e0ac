"""The lease of a claim has run out, whoever died: go on, or give both sides back."""

from ivr.actions.ending import end_offer, release_taken, talk_over
from ivr.actions.offers import place_offer
from ivr.actions.rooms import joined
from ivr.actions.saving import save
from ivr.core.model.call import ClaimId, LineKey
from ivr.core.model.claim import TAKEN_LEASE, Apart, Claim, ClaimState, moved
from ivr.core.model.errors import Unavailable
from ivr.ports import Change, Ports


def offer_due(ports: Ports, line: LineKey, key: ClaimId) -> None:
    """The lease of a claim has run out: go on, or give both sides back."""
    claim = ports.store.claim(line, key)
    if claim is None or claim.deadline is None:
        return
    if claim.deadline > ports.clock.now():
        return
    match claim.state:
        case ClaimState.MADE:
            place_offer(ports, line, key)
        case ClaimState.DIALLING:
            # The leg was never heard of: that is not the operator's doing.
            end_offer(ports, line, key, "carrier")
        case ClaimState.TAKEN:
            _taken_too_long(ports, claim)
        case ClaimState.CONNECTED:
            _apart_too_long(ports, claim)
        case _:
            end_offer(ports, line, key, "expired")


def _taken_too_long(ports: Ports, claim: Claim) -> None:
    """Nobody told that a talk began: look into the room before it is undone."""
    if _is_looked_into(ports, claim):
        release_taken(ports, claim.line, claim.id, "expired")


def _apart_too_long(ports: Ports, claim: Claim) -> None:
    """Nobody told that they are in their room again: look before the talk is over."""
    if not _is_looked_into(ports, claim):
        return
    now = ports.store.claim(claim.line, claim.id)
    if now is not None and now.apart is not Apart.NO:
        talk_over(ports, claim.line, claim.id, "operator")


def _is_looked_into(ports: Ports, claim: Claim) -> bool:
    """Whether it was seen who is in the room of a claim; else it is looked at later."""
    try:
        legs = ports.carrier.in_room(claim.room)
    except Unavailable as error:
        ports.notes.warning("room not seen", claim=claim.id, error=str(error))
        later = ports.clock.now() + TAKEN_LEASE
        save(ports, claim.line, Change(save=(moved(claim, claim.state, later),)))
        return False
    for leg in sorted(legs):
        joined(ports, claim.line, claim.id, leg)
    return True
