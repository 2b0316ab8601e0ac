"""The end of legs at the carrier: a refusal is logged, and nothing is undone."""

from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import LegId
from ivr.ports import Ports


def end_leg(ports: Ports, leg: LegId) -> None:
    """End a leg at the carrier; if that fails, its own time limit ends it."""
    try:
        ports.dialling.end(leg)
    except Unavailable as error:
        ports.log.warning("leg not ended", error=str(error))
