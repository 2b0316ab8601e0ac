"""An operator accepts or declines at the desk; Stale tells why nothing was done."""

from ivr.actions.talks.running import run_for_desk
from ivr.core.model.identifiers import ClaimId, LineKey, OperatorId
from ivr.core.talk.events import AcceptedAtDesk, DeclinedAtDesk
from ivr.ports import Ports


def take_by_desk(
    ports: Ports, line: LineKey, operator: OperatorId, key: ClaimId
) -> None:
    """The operator accepts; asked twice, it is done once."""
    run_for_desk(ports, line, AcceptedAtDesk(claim=key, operator=operator))


def decline_by_desk(
    ports: Ports, line: LineKey, operator: OperatorId, key: ClaimId
) -> None:
    """The operator declines: the leg ends, a pause follows."""
    run_for_desk(ports, line, DeclinedAtDesk(claim=key, operator=operator))
