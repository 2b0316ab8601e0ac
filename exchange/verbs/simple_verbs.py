"""The verbs without ado: Redirect, Hangup, Leave, Reject."""

from exchange.documents.interpreter import Ending, Next, Step
from exchange.kernel.signals import Goto
from exchange.kernel.tasks import Script


def redirect(step: Step) -> Script[Next]:
    """Go on with another document; an empty address is the same one again."""
    yield from ()
    url = step.document.resolve(step.verb.text)
    return Goto(url=url, method=step.verb.get("method", "POST"))


def hangup(_step: Step) -> Script[Next]:
    """End the call."""
    yield from ()
    return Ending.HANG_UP


def leave(_step: Step) -> Script[Next]:
    """Leave the queue."""
    yield from ()
    return Ending.LEAVE


def reject(step: Step) -> Script[Next]:
    """Refuse a call that has not been answered."""
    yield from ()
    busy = step.verb.get("reason", "rejected") == "busy"
    return Ending.BUSY if busy else Ending.REJECTED
