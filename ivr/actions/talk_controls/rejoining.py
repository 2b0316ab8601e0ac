"""A browser that drops out of a talk has not hung up: its operator may come back.

The room of two ends at the carrier with the leg that is lost, so that the caller
asks us at once what comes next, and waits with a tone: no notice has to arrive for
that. For some seconds the claim is kept, and a new leg to the browser goes straight
into the room. After them the talk is over, as if the operator had hung up.
"""

from ivr.actions.talks.running import run_for_desk
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.talk.events import RejoinAsked
from ivr.ports import Ports


def rejoin_talk(ports: Ports, line: LineKey, operator: OperatorId) -> None:
    """Ring the browser again, which picks up by itself; asked twice, it rings once."""
    run_for_desk(ports, line, RejoinAsked(operator=operator))
