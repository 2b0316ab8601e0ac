"""Rejoining: a browser that drops out of a talk has not hung up; it may come back.

The carrier ends the room of two with the lost leg. So the caller asks us at once what
comes next, and waits with a tone: this needs no notice. For some seconds we keep the
claim, and a new leg to the browser goes straight into the room. After that the talk is
over, as if the operator had hung up.
"""

from ivr.actions.talks.running import run_for_desk
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.talk.events import RejoinAsked
from ivr.ports import Ports


def rejoin_talk(ports: Ports, line: LineKey, operator: OperatorId) -> None:
    """Ring the browser again, which picks up by itself; once, even if asked twice."""
    run_for_desk(ports, line, RejoinAsked(operator=operator))
