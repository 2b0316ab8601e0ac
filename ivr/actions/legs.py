"""Legs at the carrier that are ended or told: what it refuses is noted, not undone."""

from ivr.core.model.call import CallId
from ivr.core.model.claim import Apart, Claim, ClaimState
from ivr.core.model.errors import NotFound, Unavailable
from ivr.ports import Ports

LISTENING = frozenset({ClaimState.ANSWERED, ClaimState.TAKEN})
"""While an operator has picked up and is not in the room yet."""


def end_leg(ports: Ports, leg: CallId) -> None:
    """End a leg at the carrier; if that fails its own time limit will."""
    try:
        ports.carrier.end(leg)
    except Unavailable as error:
        ports.notes.warning("leg not ended", error=str(error))


def tell_over(ports: Ports, claim: Claim) -> None:
    """Tell an operator who is on the line that the claim is over, and why."""
    if claim.leg is None:
        return
    try:
        ports.carrier.tell_over(claim.leg, claim.id)
    except NotFound:
        return  # the operator has hung up meanwhile: there is nobody to tell
    except Unavailable as error:
        ports.notes.warning("operator not told", claim=claim.id, error=str(error))


def dismiss(ports: Ports, claim: Claim, leg: CallId) -> None:
    """Let the operator of a claim that is over go."""
    # An operator who has picked up is told; a telephone that still rings stops.
    # A leg that is picked up just now asks for its words and is told there.
    rings = claim.is_offered or claim.apart is Apart.COMING
    listens = claim.state in LISTENING or claim.apart is Apart.GATHERING
    if listens:
        tell_over(ports, claim)
    elif rings:
        end_leg(ports, leg)
