"""Where the caller of a call is to be found: in the queue, on a number, on hold, gone.

Whoever keeps calls answers by these rules, wherever the calls are kept.
"""

from datetime import timedelta

from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.exit_menu import Page
from ivr.core.model.contact.stage import Stage

IN_QUEUE = frozenset({Stage.WAITING, Stage.CLAIMED, Stage.PROMISED})
"""The stages of a caller who is shown as waiting."""

EXPECTED = frozenset({Stage.MENU, Stage.WAITING, Stage.CLAIMED, Stage.AFTER})
"""The stages in which the next request of the caller is expected in time."""

FIRST_POLL = timedelta(seconds=60)
"""Within which whoever begins to wait must have asked for the wait document, and
whoever comes out of a talk must have answered or been silent for long enough."""

ASKED = timedelta(minutes=6)
"""Within which whoever is asked something has answered, or said nothing for long
enough: no document of ours lasts longer but one that takes a message, and of that
one the carrier sees the end."""


def is_in_queue(call: Contact) -> bool:
    """Whether the caller waits, is claimed or is promised a call back."""
    return call.stage in IN_QUEUE and not call.wait.beside


def has_place(call: Contact) -> bool:
    """Whether the caller stands in a queue, and may be offered to an operator."""
    waits = call.stage is Stage.WAITING and not call.wait.beside
    return waits and call.arrival.at is not None


def is_on_hold(call: Contact) -> bool:
    """Whether what is asked next is asked whatever the caller does."""
    return not call.exit_menu.is_open and call.stage in EXPECTED - {Stage.MENU}


def waits_on_line(call: Contact) -> bool:
    """Whether the caller hears the wait document now."""
    return is_on_hold(call) and call.stage is Stage.WAITING and call.leg is not None


def next_request_within(call: Contact) -> timedelta | None:
    """Within which the next request of the caller is expected; None: of none."""
    expected = call.stage in EXPECTED and call.exit_menu.page is not Page.MESSAGE
    if not expected or call.leg is None:
        return None
    return FIRST_POLL if is_on_hold(call) else ASKED


def numbers_of(call: Contact) -> frozenset[str]:
    """The keyed names of the numbers that the call has had a leg to."""
    request = call.callback.request
    back = request.phone if request else ""
    return frozenset(phone for phone in (call.caller.pseudonym, back) if phone)


def number_on_line(call: Contact) -> str | None:
    """The keyed name of the number that is on the call now, if one is."""
    request = call.callback.request
    if not call.is_live:
        return None
    if call.leg == call.id or request is None:
        return call.caller.pseudonym
    return request.phone if request.leg else None


def has_left(call: Contact) -> bool:
    """Whether the caller has left the queue's line, and may ring for the old place.

    What an operator has promised for a moment stands by itself: whoever rings
    before that neither takes its place nor ends it.
    """
    preferences = call.callback.preferences
    stands = call.is_live and preferences is not None and preferences.at is not None
    is_off = call.stage in {Stage.PROMISED, Stage.ENDED} or call.leg is None
    return call.arrival.at is not None and is_off and not stands
