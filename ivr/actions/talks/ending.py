"""Ends: a caller or an operator leaves, or both sides of a claim are given back."""

from ivr.actions.talks.running import run
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import ClaimId, LegId, LineKey, OperatorId
from ivr.core.talk.events import CalledOff, CallerHungUp, StandingLegEnded
from ivr.ports import Ports


def end_call(ports: Ports, line: LineKey, leg: LegId, how: str = "") -> bool:
    """End the call of a leg that is over, wherever it stood.

    A second time does nothing.

    A promise to call back outlives the call; so does one that reached nobody.
    """
    return run(ports, line, CallerHungUp(leg=leg, how=how)).changed


def call_off(ports: Ports, line: LineKey, key: ClaimId, reason: str) -> bool:
    """Give both sides of an offer, or of a taken claim, back; False for neither."""
    return run(ports, line, CalledOff(claim=key, reason=reason)).changed


def cut_off(ports: Ports, line: LineKey, key: OperatorId, leg: LegId) -> None:
    """Take an operator whose standing leg is gone off the line."""
    run(ports, line, StandingLegEnded(operator=key, leg=leg))


def fetch_back(ports: Ports, line: LineKey, leg: LegId) -> bool:
    """Bring a waiting caller who sits elsewhere back to the queue; False: not yet."""
    try:
        ports.transfers.send_back(leg)
    except NotFound:
        end_call(ports, line, leg)
    except Unavailable as error:
        ports.log.warning("caller not fetched back", call=leg, error=str(error))
        return False
    return True
