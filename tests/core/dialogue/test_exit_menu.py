"""Every page of the ways out of the queue, and every key on it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.dialogue.exit_menu import (
    advance,
    end_with_goodbye,
    is_overlong,
    is_without_ways,
    left_message,
    max_wait_reached,
    open_exit_menu,
)
from ivr.core.dialogue.exit_menu_spoken import offered_ways, present_way_out
from ivr.core.dialogue.instructions import Gather, RecordMessage
from ivr.core.line.menu import Line
from ivr.core.model.contact.callback import (
    Callback,
    CallbackPreferences,
    CallbackRequest,
)
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.contact.exit_menu import ExitMenu, Page
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival, QueueWait
from ivr.core.model.facts import CallbackPromised, Fact, MessageLeft
from ivr.core.model.identifiers import LegId
from ivr.core.model.values import replace
from tests.core import walking
from tests.core.walking import NOW, QUIET, answer

LINE = replace(
    walking.LINE,
    calls_back=True,
    limits=replace(walking.LINE.limits, message=timedelta(seconds=60)),
)
WAITS = walking.after(["3", "1", "3", "0"])
SEALED = "sealed"
LATER = NOW + timedelta(minutes=5)
MESSAGE = timedelta(seconds=9)

NEXT: Mapping[tuple[Page, str], Page] = {
    (Page.OFFER, "1"): Page.NUMBER,
    (Page.OFFER, "2"): Page.MESSAGE,
    (Page.NUMBER, "1"): Page.WHEN,
    (Page.NUMBER, "2"): Page.TYPING,
    (Page.TYPING, "447700900123"): Page.CONFIRMING,
    (Page.TYPING, "00447700900123"): Page.CONFIRMING,
    (Page.CONFIRMING, "1"): Page.WHEN,
    (Page.CONFIRMING, "2"): Page.TYPING,
    (Page.WHEN, "2"): Page.FROM,
    (Page.FROM, "09"): Page.UNTIL,
    (Page.FROM, "21"): Page.UNTIL,
    (Page.FROM, "24"): Page.UNTIL,
}
PROMISES = {(Page.WHEN, "1"), (Page.WHEN, "3"), (Page.UNTIL, "21"), (Page.UNTIL, "24")}
KEYS = ("1", "2", "3", "4", "0", "*", "09", "21", "24", "25", "447700900123", "123456")
ASKED = tuple(page for page in Page if page not in {Page.NONE, Page.MESSAGE})


def on(page: Page, line: Line = LINE, **more: object) -> Contact:
    """The caller who waits and looks at a page."""
    assert line.calls_back
    wish = (
        CallbackPreferences(number=SEALED)
        if page in {Page.WHEN, Page.FROM, Page.UNTIL}
        else None
    )
    if page is Page.UNTIL:
        wish = CallbackPreferences(number=SEALED, start=9)
    draft = "447700900123" if page is Page.CONFIRMING else ""
    menu = replace(WAITS.menu, notices=(), draft=draft)
    call = replace(
        WAITS,
        exit_menu=ExitMenu(page),
        callback=Callback(preferences=wish),
        menu=menu,
    )
    return replace(call, **more)  # type: ignore[arg-type]


def page_of(call: Contact) -> Page:
    return call.exit_menu.page


def _late(page: Page) -> ExitMenu:
    return ExitMenu(page, max_wait_reached=True)


def pressed(call: Contact, *keys: str, number: str = SEALED) -> Contact:
    return told(call, *keys, number=number)[0]


def told(
    call: Contact, *keys: str, number: str = SEALED
) -> tuple[Contact, Sequence[Fact]]:
    facts: list[Fact] = []
    for key in keys:
        step = advance(LINE, call, answer(key), LATER, number)
        call = step.call
        facts.extend(step.facts)
    return call, facts


def spoken(call: Contact, line: Line = LINE) -> list[str]:
    (asked,) = present_way_out(line, call)
    assert isinstance(asked, Gather)
    return [say.prompt for say in asked.prompts]


# --- every page and key ---------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("page", ASKED)
def test_unknown_key_is_asked_again(page: Page, key: str) -> None:
    after, facts = told(on(page), key)

    if (page, key) in PROMISES:
        assert after.stage is Stage.PROMISED
        assert [fact.name for fact in facts] == ["callback-promised"]
        return
    assert facts == []
    if (page, key) in NEXT:
        assert (page_of(after), after.menu.tries) == (NEXT[page, key], 0)
    elif key == "0" and page is not Page.OFFER:
        assert (page_of(after), after.menu.notices) == (
            Page.NONE,
            ("wait.start",),
        )
    else:
        assert (page_of(after), after.menu.tries) == (page, 1)
        assert len(after.menu.notices) == 1
    assert after.stage is Stage.WAITING


@pytest.mark.parametrize("page", ASKED)
def test_silence_is_forgiven_once(page: Page) -> None:
    once = pressed(on(page), QUIET)

    assert (page_of(once), once.menu.tries) == (page, 1)
    assert spoken(once)[0] == once.menu.notices[0]


@pytest.mark.parametrize(
    ("page", "stage"),
    [
        (Page.OFFER, Stage.GOODBYE),
        (Page.NUMBER, Stage.WAITING),
        (Page.TYPING, Stage.WAITING),
        (Page.CONFIRMING, Stage.WAITING),
        (Page.WHEN, Stage.PROMISED),
        (Page.FROM, Stage.PROMISED),
        (Page.UNTIL, Stage.PROMISED),
    ],
)
def test_silence_twice_loses_nobody(page: Page, stage: Stage) -> None:
    after = pressed(on(page), QUIET, QUIET)

    assert (after.stage, page_of(after)) == (stage, Page.NONE)
    if stage is Stage.PROMISED:
        assert after.callback.preferences == CallbackPreferences(number=SEALED), (
            "the usual hours"
        )


@pytest.mark.parametrize("page", ASKED)
@pytest.mark.parametrize("key", ["1", "3", QUIET, "21"])
def test_claimed_meanwhile_is_not_dismissed(page: Page, key: str) -> None:
    after, facts = told(on(page, stage=Stage.CLAIMED), key, key)

    assert after.stage is Stage.CLAIMED
    assert facts == []


def test_claimed_caller_told_that_operator_comes() -> None:
    for page in (Page.WHEN, Page.OFFER):
        after = pressed(on(page, stage=Stage.CLAIMED), QUIET, QUIET)

        assert (page_of(after), after.menu.notices) == (
            Page.NONE,
            ("back.operator-coming",),
        )


@pytest.mark.parametrize("stage", set(Stage) - {Stage.WAITING, Stage.CLAIMED})
def test_answer_of_gone_waiter_changes_nothing(stage: Stage) -> None:
    call = on(Page.WHEN, stage=stage)

    assert told(call, "1") == (call, [])


@pytest.mark.parametrize("page", [Page.NUMBER, Page.CONFIRMING, Page.WHEN])
def test_way_back_offered_while_there_is_one(page: Page) -> None:
    assert "way.stay" in spoken(on(page))
    assert "way.stay" not in spoken(on(page, exit_menu=_late(page)))


@pytest.mark.parametrize("page", [page for page in ASKED if page is not Page.OFFER])
def test_after_longest_wait_back_leads_to_exits(page: Page) -> None:
    after = pressed(on(page, exit_menu=_late(page)), "0")

    assert (after.stage, page_of(after)) == (Stage.WAITING, Page.OFFER)


def test_nothing_leads_round_forever_after_longest_wait() -> None:
    call = max_wait_reached(WAITS)
    after = pressed(call, *[QUIET] * 2)

    assert (after.stage, after.ending.outcome) == (Stage.GOODBYE, Outcome.FAILED)
    assert after.menu.notices == ("way.goodbye",)


# --- opening a page -------------------------------------------------------


def test_first_page_depends_on_known_number() -> None:
    known = open_exit_menu(LINE, WAITS, "1")
    withheld = open_exit_menu(
        LINE, replace(WAITS, caller=Caller(WAITS.caller.dialled)), "1"
    )

    assert known is not None
    assert withheld is not None
    assert (page_of(known), page_of(withheld)) == (Page.NUMBER, Page.TYPING)
    assert known.menu.step == WAITS.menu.step + 1


def test_line_without_exits_offers_none() -> None:
    plain = replace(
        LINE, calls_back=False, limits=replace(LINE.limits, message=timedelta())
    )

    assert offered_ways(plain, WAITS) == []
    assert (
        open_exit_menu(plain, WAITS, "1") is open_exit_menu(plain, WAITS, "2") is None
    )
    assert is_without_ways(plain, WAITS)


def test_second_message_not_offered() -> None:
    told_already = replace(WAITS, exit_menu=ExitMenu(recording="RE1"))
    alone = replace(LINE, calls_back=False)

    assert [say.prompt for say in offered_ways(LINE, told_already)] == ["way.call-back"]
    assert open_exit_menu(LINE, told_already, "2") is None
    assert not is_without_ways(alone, WAITS)
    assert is_without_ways(alone, told_already)


@pytest.mark.parametrize("stage", set(Stage) - {Stage.WAITING, Stage.CLAIMED})
def test_late_key_opens_nothing(stage: Stage) -> None:
    assert open_exit_menu(LINE, replace(WAITS, stage=stage), "1") is None


def test_longest_wait_counts_from_present_wait() -> None:
    longest = timedelta(minutes=10)
    call = replace(
        WAITS,
        arrival=Arrival(at=NOW),
        wait=QueueWait(since=NOW + timedelta(minutes=8)),
    )

    assert not is_overlong(call, longest, NOW + timedelta(minutes=17, seconds=59))
    assert is_overlong(call, longest, NOW + timedelta(minutes=18))
    assert is_overlong(
        replace(call, wait=replace(call.wait, since=None)), longest, NOW + longest
    )


# --- the number and the hours ---------------------------------------------


@pytest.mark.parametrize(
    "keys", ["", "123456", "0123456789", "1" * 16, "00", "12*4567", "0001234567"]
)
def test_typed_nonsense_asked_for_again(keys: str) -> None:
    after = pressed(on(Page.TYPING), keys)

    assert (page_of(after), after.menu.draft, after.menu.tries) == (
        Page.TYPING,
        "",
        1,
    )


def test_typed_number_read_back_then_forgotten() -> None:
    typed = pressed(on(Page.TYPING), "00447700900123")
    (asked,) = present_way_out(LINE, typed)
    assert isinstance(asked, Gather)

    assert typed.menu.draft == "447700900123"
    assert asked.prompts[0].values == {"digits": ", ".join(typed.menu.draft)}
    for key in ("1", "2", "0"):
        assert pressed(typed, key).menu.draft == ""
    assert pressed(typed, QUIET, QUIET).menu.draft == ""


def test_unfit_number_asked_for_again() -> None:
    refused = pressed(on(Page.CONFIRMING), "1", number="")
    unknown = pressed(on(Page.NUMBER), "1", number="")

    assert (page_of(refused), refused.menu.notices) == (
        Page.TYPING,
        ("back.odd",),
    )
    assert (page_of(unknown), unknown.menu.notices) == (
        Page.TYPING,
        ("back.odd",),
    )


@given(st.text("0123456789*#", max_size=4))
def test_hour_is_two_digits_up_to_24(keys: str) -> None:
    after = pressed(on(Page.FROM), keys)

    if len(keys) == 2 and keys.isdecimal() and int(keys) <= 24:
        assert after.callback.preferences == CallbackPreferences(
            number=SEALED, start=int(keys) % 24
        )
    elif keys == "0":
        assert not after.exit_menu.is_open
    else:
        assert (page_of(after), after.callback.preferences) == (
            Page.FROM,
            CallbackPreferences(number=SEALED),
        )


def test_empty_hours_asked_for_again() -> None:
    after = pressed(on(Page.UNTIL), "09")

    assert (page_of(after), after.menu.notices) == (
        Page.UNTIL,
        ("back.odd-hour",),
    )


def test_promise_says_all_it_needs() -> None:
    after, (fact,) = told(on(Page.UNTIL), "21")

    assert after.callback.request == CallbackRequest(made=LATER)
    assert after.callback.preferences == CallbackPreferences(
        number=SEALED, start=9, end=21
    )
    assert isinstance(fact, CallbackPromised)
    assert (fact.number, fact.start, fact.end) == (SEALED, 9, 21)
    assert (fact.arrived, fact.urgency) == (NOW.isoformat(), "urgent")
    assert not fact.in_writing


def test_promise_in_writing_told_otherwise() -> None:
    after, (fact,) = told(on(Page.WHEN), "3")

    assert after.menu.notices == ("back.written",)
    assert isinstance(fact, CallbackPromised)
    assert fact.in_writing


def test_typed_number_offered_no_text() -> None:
    typed = pressed(on(Page.CONFIRMING), "1")
    called_from = pressed(on(Page.NUMBER), "1")

    assert "back.in-writing" not in spoken(typed)
    assert "back.in-writing" in spoken(called_from)
    refused, facts = told(typed, "3")
    assert (page_of(refused), refused.menu.notices) == (
        Page.WHEN,
        ("flow.wrong-key",),
    )
    assert list(facts) == []
    assert told(typed, "1")[0].stage is Stage.PROMISED


def test_repeated_promise_keeps_leg_counts_anew() -> None:
    leg = LegId("leg-1")
    before = CallbackRequest(made=NOW, activated=True, leg=leg, reached=True, tries=2)

    after = pressed(on(Page.WHEN).with_request(before), "1")

    assert after.callback.request == CallbackRequest(
        made=LATER, activated=True, leg=leg
    )


def test_called_back_turning_back_still_promised() -> None:
    before = CallbackRequest(made=NOW, activated=True, leg=LegId("leg-1"), reached=True)
    call = on(Page.WHEN).with_request(before)

    assert pressed(call, "0").callback.preferences == CallbackPreferences(number=SEALED)
    assert pressed(call.with_request(None), "0").callback.preferences is None


# --- messages -------------------------------------------------------------


def test_message_page_records_a_minute() -> None:
    *_, record = present_way_out(LINE, on(Page.MESSAGE))

    assert record == RecordMessage(limit=timedelta(seconds=60))


def test_message_ends_wait_with_thanks() -> None:
    step = left_message(on(Page.MESSAGE), "RE1", MESSAGE, LATER)

    assert (step.call.stage, step.call.ending.outcome) == (
        Stage.GOODBYE,
        Outcome.MESSAGE,
    )
    (fact,) = step.facts
    assert isinstance(fact, MessageLeft)
    assert (fact.recording, fact.seconds) == ("RE1", 9)


def test_message_counts_once_and_also_after_end() -> None:
    over = on(Page.MESSAGE, stage=Stage.ENDED)
    first = left_message(over, "RE1", MESSAGE, LATER)
    second = left_message(first.call, "RE1", MESSAGE, LATER)

    assert (first.call.stage, len(first.facts)) == (Stage.ENDED, 1)
    assert (second.call, second.facts) == (first.call, ())


def test_message_while_reaching_operator_kept() -> None:
    step = left_message(on(Page.MESSAGE, stage=Stage.CLAIMED), "RE1", MESSAGE, LATER)

    assert (step.call.stage, page_of(step.call)) == (Stage.CLAIMED, Page.NONE)
    assert step.call.menu.notices == ("message.kept", "back.operator-coming")


@pytest.mark.parametrize(("key", "length"), [(None, MESSAGE), ("RE1", timedelta())])
def test_message_without_words_is_none(key: str | None, length: timedelta) -> None:
    step = left_message(on(Page.MESSAGE), key, length, LATER)

    assert (page_of(step.call), step.call.menu.notices) == (
        Page.NONE,
        ("message.none",),
    )
    assert step.facts == ()
    gone = on(Page.MESSAGE, stage=Stage.ENDED)
    assert left_message(gone, key, length, LATER).call == gone


def test_late_message_kept_and_moves_nobody() -> None:
    for call in (WAITS, on(Page.NUMBER), on(Page.NONE, stage=Stage.CONNECTED)):
        step = left_message(call, "RE1", MESSAGE, LATER)

        assert step.call == replace(
            call, exit_menu=replace(call.exit_menu, recording="RE1")
        )
        assert [fact.name for fact in step.facts] == ["message-left"]


def test_goodbye_names_other_channels() -> None:
    assert end_with_goodbye(WAITS).menu.notices == ("way.goodbye",)


def test_person_called_back_offered_no_text() -> None:
    promise = CallbackRequest(
        made=NOW, activated=True, leg=LegId("leg-1"), reached=True
    )
    called = on(Page.WHEN).with_request(promise)

    assert not called.is_on_first_leg
    assert "back.in-writing" not in spoken(called)
    assert pressed(called, "3").menu.notices == ("flow.wrong-key",)
