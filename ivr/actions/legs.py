"""Legs at the carrier that are ended: what it refuses is noted, not undone."""

from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import CallId
from ivr.ports import Ports


def end_leg(ports: Ports, leg: CallId) -> None:
    """End a leg at the carrier; if that fails its own time limit will."""
    try:
        ports.dialling.end(leg)
    except Unavailable as error:
        ports.log.warning("leg not ended", error=str(error))
