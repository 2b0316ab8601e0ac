"""Somebody leaves, or is let go: a caller, an operator, both sides of a claim."""

from ivr.actions.talks.running import run
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import CallId, ClaimId, LineKey, OperatorId
from ivr.core.talk.events import CalledOff, CallerHungUp, StandingLegEnded
from ivr.ports import Ports


def end_call(ports: Ports, line: LineKey, leg: CallId, how: str = "") -> bool:
    """The caller's leg is over, wherever the call stood; asked twice, it ends once.

    A promise to call back outlives the call; so does one that reached nobody.
    """
    return run(ports, line, CallerHungUp(leg=leg, how=how)).changed


def call_off(ports: Ports, line: LineKey, key: ClaimId, reason: str) -> bool:
    """Give both sides of an offer, or of a taken claim, back; False for neither."""
    return run(ports, line, CalledOff(claim=key, reason=reason)).changed


def cut_off(ports: Ports, line: LineKey, key: OperatorId, leg: CallId) -> None:
    """A standing leg is gone: nobody is put through to it any more."""
    run(ports, line, StandingLegEnded(operator=key, leg=leg))


def fetch_back(ports: Ports, line: LineKey, leg: CallId) -> bool:
    """Bring a waiting caller who sits elsewhere back to the queue; False: not yet."""
    try:
        ports.transfers.send_back(leg)
    except NotFound:
        end_call(ports, line, leg)
    except Unavailable as error:
        ports.log.warning("caller not fetched back", call=leg, error=str(error))
        return False
    return True
