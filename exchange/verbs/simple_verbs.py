"""The verbs without ado: Redirect, Hangup, Leave, Reject."""

from exchange.documents.interpreter import Ending, Next, VerbStep
from exchange.kernel.signals import Goto
from exchange.kernel.tasks import Script


def redirect(step: VerbStep) -> Script[Next]:
    """Go on with another document; an empty address is the same one again."""
    yield from ()
    url = step.document.resolve(step.verb.text)
    return Goto(url=url, method=step.verb.get("method", "POST"))


def hangup(_step: VerbStep) -> Script[Next]:
    """End the call."""
    yield from ()
    return Ending.HANG_UP


def leave(_step: VerbStep) -> Script[Next]:
    """Leave the queue."""
    yield from ()
    return Ending.LEAVE


def reject(step: VerbStep) -> Script[Next]:
    """Refuse a call that has not been answered."""
    yield from ()
    busy = step.verb.get("reason", "rejected") == "busy"
    return Ending.BUSY if busy else Ending.REJECTED
