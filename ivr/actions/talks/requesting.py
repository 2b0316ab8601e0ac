"""The common parts of all requests to the carrier."""

from collections.abc import Callable, Iterable
from typing import Any

from ivr.core.model.contact.contact import Contact
from ivr.core.talk.events import TalkEvent
from ivr.core.talk.talk import Talk
from ivr.ports import Ports

Done = Callable[[Ports, Talk, Any], Iterable[TalkEvent]]
"""Does a request; returns the events that follow from it."""

NOTHING: tuple[TalkEvent, ...] = ()


def choose_caller_id(ports: Ports, call: Contact) -> str:
    """The number shown to a person who is rung for a call: the one that was dialled.

    If the line does not have that number any more, its first one.
    """
    ours = ports.content.lines()[call.line].numbers
    return call.caller.dialled if call.caller.dialled in ours else ours[0]


def note_failure(ports: Ports, what: str, claim: str, error: Exception) -> None:
    """Log what the carrier has not done for a claim."""
    ports.log.warning(what, claim=claim, error=str(error))
