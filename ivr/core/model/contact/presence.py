"""The whereabouts of a caller: in the queue, on a number, on hold, gone.

Each store of calls answers by these rules.
"""

from datetime import timedelta

from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.exit_menu import Page
from ivr.core.model.contact.stage import Stage

IN_QUEUE = frozenset({Stage.WAITING, Stage.CLAIMED, Stage.PROMISED})
"""The stages of a caller who is shown as waiting."""

EXPECTED = frozenset({Stage.MENU, Stage.WAITING, Stage.CLAIMED, Stage.AFTER})
"""The stages in which the next request of the caller is expected in time."""

HOLDING = EXPECTED - {Stage.MENU}
"""The stages in which it comes by itself."""

FIRST_POLL = timedelta(seconds=60)
"""A caller who begins to wait must ask for the wait document within this time, and one
who comes out of a talk must answer, or be silent for long enough."""

ASKED = timedelta(minutes=6)
"""A caller who is asked something answers within this time, or is silent for long
enough: only a document that takes a message lasts longer, and the carrier tells us
when it ends."""


def is_in_queue(call: Contact) -> bool:
    """Whether the caller waits, is claimed or is promised a call back."""
    return call.stage in IN_QUEUE and not call.wait.beside


def has_place(call: Contact) -> bool:
    """Whether the caller stands in a queue, and may be offered to an operator."""
    waits = call.stage is Stage.WAITING and not call.wait.beside
    return waits and call.arrival.at is not None


def is_on_hold(call: Contact) -> bool:
    """Whether the next request comes by itself, whatever the caller does."""
    return not call.exit_menu.is_open and call.stage in HOLDING


def waits_on_line(call: Contact) -> bool:
    """Whether the caller hears the wait document now."""
    return is_on_hold(call) and call.stage is Stage.WAITING and call.leg is not None


def next_request_within(call: Contact) -> timedelta | None:
    """The time within which the caller's next request must come; None if none must."""
    expected = call.stage in EXPECTED and call.exit_menu.page is not Page.MESSAGE
    if not expected or call.leg is None:
        return None
    return FIRST_POLL if is_on_hold(call) else ASKED


def numbers_of(call: Contact) -> frozenset[str]:
    """The keyed names of the numbers that this call has had a leg to."""
    request = call.callback.request
    back = request.phone if request else ""
    return frozenset(phone for phone in (call.caller.pseudonym, back) if phone)


def number_on_line(call: Contact) -> str | None:
    """The keyed name of the number that is on the call now, if one is."""
    request = call.callback.request
    if not call.is_live:
        return None
    if call.is_on_first_leg or request is None:
        return call.caller.pseudonym
    return request.phone if request.leg else None


def has_left(call: Contact) -> bool:
    """Whether the caller has left the queue's line, and may ring for the old place.

    A promise that an operator made for a moment is a promise apart: a caller who rings
    before that moment neither takes its place nor ends it.
    """
    preferences = call.callback.preferences
    stands = call.is_live and preferences is not None and preferences.at is not None
    is_off = call.stage in {Stage.PROMISED, Stage.ENDED} or call.leg is None
    return call.arrival.at is not None and is_off and not stands
