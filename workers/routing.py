"""Routing, as a job. Safe to run twice: a claim is saved once."""

from ivr.actions import routing
from ivr.core.model.identifiers import LineKey
from workers.worker_ports import worker_ports


def route(line: str) -> None:
    """Bring together the callers and operators of a line."""
    routing.route_callers(worker_ports(), LineKey(line))
