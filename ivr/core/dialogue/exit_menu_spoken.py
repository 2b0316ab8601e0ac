"""The words on the pages of the ways out of the queue."""

from collections.abc import Callable, Mapping

from ivr.core.dialogue.asking import ask_for_keys, say, say_notices
from ivr.core.dialogue.instructions import Instruction, RecordMessage, Say
from ivr.core.line.menu import BACK, Line
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.exit_menu import Page
from ivr.core.model.phone_numbers import country_name

CALL_BACK, LEAVE_MESSAGE = "1", "2"
THIS_NUMBER, OTHER_NUMBER = "1", "2"
RIGHT, RETYPE = "1", "2"
AT_ANY_HOUR, BETWEEN_HOURS, IN_WRITING = "1", "2", "3"

MOST_DIGITS = 15
"""ITU-T E.164: the longest number, country code included."""

_DIGITS = {Page.TYPING: MOST_DIGITS, Page.FROM: 2, Page.UNTIL: 2}


def present_way_out(line: Line, call: Contact, token: str = "") -> list[Instruction]:
    """The question of the page; on the last one the carrier records."""
    if call.exit_menu.page is Page.MESSAGE:
        asked = say(call, "message.ask")
        record = RecordMessage(limit=line.limits.message, token=token)
        return [*say_notices(line, call), asked, record]
    says = _PAGES[call.exit_menu.page](line, call)
    digits = _DIGITS.get(call.exit_menu.page, 1)
    return [ask_for_keys(line, call, says, digits=digits, token=token)]


def offered_ways(line: Line, call: Contact) -> list[Say]:
    """Each way out that the line offers, with its key."""
    ways = []
    if calls_back(line, call):
        ways.append(say(call, "way.call-back", key=CALL_BACK))
    if takes_message(line, call):
        ways.append(say(call, "way.message", key=LEAVE_MESSAGE))
    return ways


def calls_back(line: Line, call: Contact) -> bool:
    """Whether the caller may be promised a call: that takes a place in the queue."""
    return line.calls_back and not call.wait.beside


def takes_message(line: Line, call: Contact) -> bool:
    """Whether the caller may leave a message: one in each call."""
    return bool(line.limits.message) and not call.exit_menu.recording


def _say_ways(line: Line, call: Contact) -> list[Say]:
    return [say(call, "way.too-long"), *offered_ways(line, call)]


def _say_numbers(_: Line, call: Contact) -> list[Say]:
    return [
        say(call, "back.this-number", key=THIS_NUMBER),
        say(call, "back.other-number", key=OTHER_NUMBER),
        *_say_stay(call),
    ]


def _say_typing(_: Line, call: Contact) -> list[Say]:
    return [say(call, "back.type")]


def _read_back(_: Line, call: Contact) -> list[Say]:
    return [
        say(call, "location.confirm", digits=", ".join(call.menu.draft)),
        *_say_country(call),
        say(call, "location.right", key=RIGHT),
        say(call, "location.retype", key=RETYPE),
        *_say_stay(call),
    ]


def _say_country(call: Contact) -> list[Say]:
    """Name the country of the number: a wrong one shows that it was typed wrongly."""
    number = PhoneNumber(f"+{call.menu.draft}")
    name = country_name(number, call.need.language or "")
    return [say(call, "back.country", country=name)] if name else []


def _say_times(_: Line, call: Contact) -> list[Say]:
    writing = [say(call, "back.in-writing", key=IN_WRITING)]
    return [
        say(call, "back.any-hour", key=AT_ANY_HOUR),
        say(call, "back.hours", key=BETWEEN_HOURS),
        *(writing if may_be_written_to(call) else ()),
        *_say_stay(call),
    ]


def may_be_written_to(call: Contact) -> bool:
    """Whether somebody can write to the chosen number.

    The carrier's list shows operators the number that called. A number that was typed
    is sealed, and only a call opens it; the same is true for a person who is called
    back.
    """
    preferences = call.callback.preferences
    called_us = call.is_on_first_leg
    return called_us and preferences is not None and not preferences.typed


def _say_start(_: Line, call: Contact) -> list[Say]:
    return [say(call, "back.from")]


def _say_end(_: Line, call: Contact) -> list[Say]:
    return [say(call, "back.until")]


def _say_stay(call: Contact) -> list[Say]:
    """The key back to the queue, while there is a way back."""
    return [] if call.exit_menu.max_wait_reached else [say(call, "way.stay", key=BACK)]


_PAGES: Mapping[Page, Callable[[Line, Contact], list[Say]]] = {
    Page.OFFER: _say_ways,
    Page.NUMBER: _say_numbers,
    Page.TYPING: _say_typing,
    Page.CONFIRMING: _read_back,
    Page.WHEN: _say_times,
    Page.FROM: _say_start,
    Page.UNTIL: _say_end,
}
