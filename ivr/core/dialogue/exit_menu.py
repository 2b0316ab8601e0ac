"""The ways out of the queue: a call back, a message, an honest goodbye.

A caller who looks at them still waits: an operator who becomes free meanwhile comes at
once. A caller who falls silent goes back to waiting with nothing changed. When the
longest wait is over there is no way back, and the last word is a goodbye that names the
other channels.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from ivr.core.dialogue.exit_menu_spoken import (
    AT_ANY_HOUR,
    BETWEEN_HOURS,
    CALL_BACK,
    IN_WRITING,
    LEAVE_MESSAGE,
    OTHER_NUMBER,
    RETYPE,
    RIGHT,
    THIS_NUMBER,
    calls_back,
    may_be_written_to,
    takes_message,
)
from ivr.core.dialogue.flow import ASKINGS, Answer, Silence, Step
from ivr.core.line.menu import BACK, Line
from ivr.core.model.contact.callback import CallbackPreferences, CallbackRequest
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.contact.exit_menu import Page
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import (
    CallbackEnded,
    CallbackPromised,
    Fact,
    MessageLeft,
    of_call,
)
from ivr.core.model.phone_numbers import typed_number
from ivr.core.model.values import replace

HELD = frozenset({Stage.WAITING, Stage.CLAIMED})
BY_MESSAGE = "message"
"""Why a promise has ended: its caller left a message instead."""


def is_overlong(call: Contact, longest_wait: timedelta, now: datetime) -> bool:
    """Whether a caller on the line has waited as long as anyone may."""
    since = call.wait.since or call.arrival.at or call.started
    return now - since >= longest_wait


def open_exit_menu(line: Line, call: Contact, key: str) -> Contact | None:
    """The page that a key opens for a caller on hold; None for any other key."""
    page = _page_of(line, call, key)
    if page is None or call.stage not in HELD:
        return None
    return _turn_to_page(call, page)


def max_wait_reached(call: Contact) -> Contact:
    """The call once the longest wait is over: it cannot go back to waiting."""
    menu = replace(call.exit_menu, max_wait_reached=True)
    return _turn_to_page(replace(call, exit_menu=menu), Page.OFFER)


def is_without_ways(line: Line, call: Contact) -> bool:
    """Whether only a goodbye is left for this caller."""
    return not calls_back(line, call) and not takes_message(line, call)


def end_with_goodbye(call: Contact) -> Contact:
    """The call of somebody who has only the other channels left."""
    call = call.say_goodbye(Outcome.FAILED)
    call = replace(call, exit_menu=call.exit_menu.close())
    return call.with_notices("way.goodbye")


def advance(
    line: Line, call: Contact, answer: Answer, now: datetime, number: str
) -> Step:
    """Lead on from an answer on a page.

    ``number`` is the sealed number that "yes" on this page chooses: the one that calls,
    or the one that was typed.
    """
    if not call.exit_menu.is_open or call.stage not in HELD:
        return Step(call=call)
    call = replace(call, menu=call.menu.next_step())
    key = "" if isinstance(answer, Silence) else answer.keys
    if key == BACK and call.exit_menu.page is not Page.OFFER:
        return Step(call=_stay_waiting(call))
    if not key:
        return _repeat_or_give_up(call, now, "flow.no-answer")
    given = _Given(line=line, call=call, key=key, now=now, number=number)
    turn = _PAGES[call.exit_menu.page]
    return turn(given) or _repeat_or_give_up(call, now, "flow.wrong-key")


def left_message(
    call: Contact, recording: str | None, length: timedelta, now: datetime
) -> Step:
    """Take what the caller has said after the tone.

    If nothing was said, nothing changes.

    The recording counts, wherever the call stands by now: we may have heard of the end
    of the call first, and it may have a promise by then.
    """
    if recording is None or not length:
        if call.exit_menu.page is not Page.MESSAGE or call.stage not in HELD:
            return Step(call=call)
        return Step(call=_stay_waiting(call).with_notices("message.none"))
    if call.exit_menu.recording == recording:
        return Step(call=call)
    fact = message_fact(call, recording, length, now)
    left = replace(call.exit_menu, recording=recording)
    after = _with_message(replace(call, exit_menu=left), now)
    ended = of_call(CallbackEnded, call, now, reason=BY_MESSAGE)
    is_over = call.is_live and not after.is_live
    return Step(call=after, facts=(fact, ended) if is_over else (fact,))


def message_fact(
    call: Contact, recording: str, length: timedelta, now: datetime
) -> Fact:
    """The fact of a message."""
    return of_call(
        MessageLeft,
        call,
        now,
        recording=recording,
        seconds=round(length.total_seconds()),
        language=call.need.language or "",
    )


def _with_message(call: Contact, now: datetime) -> Contact:
    if call.leg is None:
        return _replace_callback(call, now)
    if call.exit_menu.page is not Page.MESSAGE:
        return call  # it is late: a caller who has gone on by now is not moved
    menu, exits = call.menu.count_step(), call.exit_menu.close()
    call = replace(call, menu=menu, exit_menu=exits)
    if call.stage is Stage.CLAIMED:
        return call.with_notices("message.kept", "back.operator-coming")
    if call.stage is not Stage.WAITING:
        return call
    call = call.say_goodbye(Outcome.MESSAGE)
    return call.with_notices("message.thanks")


def _replace_callback(call: Contact, now: datetime) -> Contact:
    """End a promise that the end of the call has renewed: the message replaces it.

    An operator who is on the way to the person by now is left alone.
    """
    if call.stage not in {Stage.WAITING, Stage.PROMISED}:
        return call
    return call.end_at(now)


# --- pages ----------------------------------------------------------------


class _Given(Struct, frozen=True, kw_only=True):
    """Keys on a page, and everything that their meaning depends on."""

    line: Line
    call: Contact
    key: str
    now: datetime
    number: str


Turn = Callable[[_Given], Step | None]
"""The step that a page's key leads to; None for a key that the page does not know."""


def _choose_way(given: _Given) -> Step | None:
    page = _page_of(given.line, given.call, given.key)
    return None if page is None else Step(call=_turn_to_page(given.call, page))


def _choose_number(given: _Given) -> Step | None:
    if given.key == OTHER_NUMBER:
        return Step(call=_turn_to_page(given.call, Page.TYPING))
    if given.key == THIS_NUMBER and given.number:
        return _ask_when(given)
    if given.key == THIS_NUMBER:
        call = _turn_to_page(given.call, Page.TYPING)
        return Step(call=call.with_notices("back.odd"))
    return None


def _type_number(given: _Given) -> Step | None:
    number = typed_number(given.key, given.line.phones.country)
    if number is None:
        return None
    digits = number.reveal().removeprefix("+")
    return Step(call=_turn_to_page(given.call, Page.CONFIRMING, digits))


def _confirm_number(given: _Given) -> Step | None:
    if given.key == RIGHT and given.number:
        return _ask_when(given, typed=True)
    if given.key not in {RIGHT, RETYPE}:
        return None
    notices = ("back.odd",) if given.key == RIGHT else ()
    call = _turn_to_page(given.call, Page.TYPING)
    return Step(call=call.with_notices(*notices))


def _ask_when(given: _Given, *, typed: bool = False) -> Step:
    wish = CallbackPreferences(number=given.number, typed=typed)
    return Step(call=_turn_to_page(given.call.with_preferences(wish), Page.WHEN))


def _choose_when(given: _Given) -> Step | None:
    if given.key == AT_ANY_HOUR:
        return _request_callback(given.call, given.now, at_any_hour=True)
    if given.key == IN_WRITING and may_be_written_to(given.call):
        return _request_callback(given.call, given.now, in_writing=True)
    if given.key == BETWEEN_HOURS:
        return Step(call=_turn_to_page(given.call, Page.FROM))
    return None


def _choose_start(given: _Given) -> Step | None:
    hour, wish = _read_hour(given.key), given.call.callback.preferences
    if hour is None or wish is None:
        return None
    call = given.call.with_preferences(replace(wish, start=hour))
    return Step(call=_turn_to_page(call, Page.UNTIL))


def _choose_end(given: _Given) -> Step | None:
    hour, wish = _read_hour(given.key), given.call.callback.preferences
    if hour is None or wish is None or hour == wish.start:
        return None
    return _request_callback(given.call, given.now, end=hour)


_PAGES: Mapping[Page, Turn] = {
    Page.OFFER: _choose_way,
    Page.NUMBER: _choose_number,
    Page.TYPING: _type_number,
    Page.CONFIRMING: _confirm_number,
    Page.WHEN: _choose_when,
    Page.FROM: _choose_start,
    Page.UNTIL: _choose_end,
    Page.MESSAGE: lambda _: None,
}

_ODD = {
    Page.TYPING: "back.odd",
    Page.FROM: "back.odd-hour",
    Page.UNTIL: "back.odd-hour",
}
_WISHING = frozenset({Page.WHEN, Page.FROM, Page.UNTIL})


def _repeat_or_give_up(call: Contact, now: datetime, notice: str) -> Step:
    if call.menu.tries + 1 < ASKINGS:
        notice = _ODD.get(call.exit_menu.page, notice)
        return Step(call=replace(call, menu=call.menu.repeat_question(notice)))
    if call.exit_menu.page in _WISHING:
        # The number is known; only the hours are not, so the usual ones count.
        return _request_callback(call.with_preferences(_without_hours(call)), now)
    if call.exit_menu.page is not Page.OFFER:
        return Step(call=_stay_waiting(call))
    if call.stage is Stage.CLAIMED:
        return _operator_comes(call)
    return Step(call=end_with_goodbye(call))


def _operator_comes(call: Contact) -> Step:
    """Go back to the queue, whatever was asked: an operator is being rung."""
    return Step(call=_wait_on(call).with_notices("back.operator-coming"))


def _without_hours(call: Contact) -> CallbackPreferences | None:
    preferences = call.callback.preferences
    return preferences and CallbackPreferences(number=preferences.number)


def _request_callback(call: Contact, now: datetime, **told: bool | int) -> Step:
    if call.stage is Stage.CLAIMED:
        return _operator_comes(call)
    if call.callback.preferences is None:
        return Step(call=_stay_waiting(call))
    wish = replace(call.callback.preferences, **told)  # type: ignore[arg-type]
    request = _renew_request(call.callback.request, now)
    call = replace(
        call,
        stage=Stage.PROMISED,
        exit_menu=call.exit_menu.reset(),
        wait=replace(call.wait, beside=False),
        callback=replace(call.callback, preferences=wish, request=request),
    ).with_notices("back.written" if wish.in_writing else "back.promised")
    return Step(call=call, facts=(promised_fact(call, wish, now),))


def refuse_callback(call: Contact) -> Contact:
    """The call that cannot be promised a call back just now; other ways stay open."""
    stayed = _stay_waiting(replace(call, menu=call.menu.count_step()))
    notices = () if stayed.exit_menu.page is Page.OFFER else stayed.menu.notices
    return stayed.with_notices("back.not-now", *notices)


def _renew_request(promise: CallbackRequest | None, now: datetime) -> CallbackRequest:
    """A new promise.

    It keeps the leg of a person who was called back and is still on it.
    """
    if promise is None:
        return CallbackRequest(made=now)
    return CallbackRequest(
        made=now, activated=promise.activated, leg=promise.leg, phone=promise.phone
    )


def promised_fact(
    call: Contact, wish: CallbackPreferences, now: datetime
) -> CallbackPromised:
    """The fact of a promise: everything that is needed to keep it."""
    counts_from = call.arrival.counts_from
    return of_call(
        CallbackPromised,
        call,
        now,
        number=wish.number,
        at_any_hour=wish.at_any_hour,
        start=wish.start,
        end=wish.end,
        in_writing=wish.in_writing,
        not_before=wish.at.isoformat() if wish.at else None,
        dialled=call.caller.dialled,
        caller=call.caller.pseudonym,
        started=call.started.isoformat(),
        arrived=(call.arrival.at or call.started).isoformat(),
        language=call.need.language or "",
        topic=call.need.topic or "",
        urgency=call.need.urgency or "",
        location=call.location.kind.value,
        given_back=call.arrival.given_back,
        handed_on=call.arrival.handed_on,
        counts_from=counts_from.isoformat() if counts_from else None,
    )


# --- turning pages --------------------------------------------------------


def _page_of(line: Line, call: Contact, key: str) -> Page | None:
    if key == CALL_BACK and calls_back(line, call):
        return Page.NUMBER if call.caller.is_reachable else Page.TYPING
    if key == LEAVE_MESSAGE and takes_message(line, call):
        return Page.MESSAGE
    return None


def _turn_to_page(call: Contact, page: Page, draft: str = "") -> Contact:
    menu = replace(call.menu.reset_question(), step=call.menu.step + 1, draft=draft)
    return replace(call, exit_menu=call.exit_menu.open_page(page), menu=menu)


def _stay_waiting(call: Contact) -> Contact:
    is_last = call.exit_menu.max_wait_reached
    return _turn_to_page(call, Page.OFFER) if is_last else _wait_on(call)


def _wait_on(call: Contact) -> Contact:
    # A person who was called back and looks at the ways out is still promised a call.
    wish = call.callback.preferences if call.callback.request else None
    menu = call.menu.reset_question().with_notices("wait.start")
    return replace(
        call,
        exit_menu=call.exit_menu.close(),
        menu=menu,
        callback=replace(call.callback, preferences=wish),
    )


def _read_hour(keys: str) -> int | None:
    """A whole hour as two digits; midnight may be typed as 24."""
    if len(keys) != len("09") or not keys.isdecimal() or int(keys) > 24:  # noqa: PLR2004
        return None
    return int(keys) % 24
