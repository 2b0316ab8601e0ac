"""What all that is asked of the carrier has in common: a failure is noted."""

from collections.abc import Callable, Iterable
from typing import Any

from ivr.core.talk.events import TalkEvent
from ivr.core.talk.talk import Talk
from ivr.ports import Ports

Done = Callable[[Ports, Talk, Any], Iterable[TalkEvent]]
"""Does what a request asks for; the events that follow from it."""

NOTHING: tuple[TalkEvent, ...] = ()


def note(ports: Ports, what: str, claim: str, error: Exception) -> None:
    """Note what the carrier has not done for a claim."""
    ports.log.warning(what, claim=claim, error=str(error))
