"""The signed token of an operator on a standing line."""

from ivr.core.model.identifiers import LegId, LineKey, OperatorId
from ivr.ports import Ports


def token_of(ports: Ports, line: LineKey, key: OperatorId, leg: LegId) -> str:
    """The operator on the line with this leg, signed: it outlives a wiped store."""
    return ports.vault.sign({"line": line, "operator": key, "leg": leg})
