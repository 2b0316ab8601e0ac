"""Accepting and declining at the desk; Stale says why nothing was done."""

from ivr.actions.talks.running import run_for_desk
from ivr.core.model.identifiers import ClaimId, LineKey, OperatorId
from ivr.core.talk.events import AcceptedAtDesk, DeclinedAtDesk
from ivr.ports import Ports


def take_by_desk(
    ports: Ports, line: LineKey, operator: OperatorId, key: ClaimId
) -> None:
    """Accept for the operator; a second request changes nothing."""
    run_for_desk(ports, line, AcceptedAtDesk(claim=key, operator=operator))


def decline_by_desk(
    ports: Ports, line: LineKey, operator: OperatorId, key: ClaimId
) -> None:
    """Decline for the operator: the leg ends, a pause follows."""
    run_for_desk(ports, line, DeclinedAtDesk(claim=key, operator=operator))
