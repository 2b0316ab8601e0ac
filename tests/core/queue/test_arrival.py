"""What an arrival is good for: which talks it survives, and how often."""

from datetime import timedelta

import pytest

from ivr.core.callback.promised_call import call_of_record
from ivr.core.dialogue.exit_menu import promised_fact
from ivr.core.dialogue.flow import Pressed, advance
from ivr.core.dialogue.returning import may_return
from ivr.core.history.callback_log import callback_of
from ivr.core.model.claim import Claim, ClaimState, ExitKind, Interruption, PendingExit
from ivr.core.model.contact.callback import CallbackPreferences
from ivr.core.model.contact.ending import Ending
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ClaimId, ContactId, OperatorId
from ivr.core.model.operator import Reach
from ivr.core.model.values import replace
from ivr.core.queue.arrival import (
    MOST_HANDED_ON,
    after_talk,
    give_back_place,
    handed_on,
    is_cut_off,
    restore_arrival,
    taken_over,
    words_of_arrival,
)
from tests.core.kyiv import PLAIN
from tests.core.walking import FRESH, LATER, LINE, NOW, TALKED

SHORT = timedelta(minutes=5)
TALK = Claim(
    id=ClaimId("k1"),
    line=LINE.key,
    call=TALKED.id,
    operator=OperatorId("anna"),
    state=ClaimState.CONNECTED,
    made=NOW,
)
IN_TALK = replace(TALKED, stage=Stage.CONNECTED, talk=replace(TALKED.talk, since=NOW))
CUT_OFF = after_talk(TALKED, cut_off=True)
OVER = after_talk(TALKED, cut_off=False)
GONE = {"stage": Stage.ENDED, "ending": Ending(at=LATER, stage=Stage.AFTER)}


@pytest.mark.parametrize(
    ("by", "reach", "changed", "minutes", "cut_off"),
    [
        ("operator", Reach.PHONE, {}, 4, True),
        ("operator", Reach.PHONE, {}, 5, False),
        ("caller", Reach.BROWSER, {}, 4, True),
        ("caller", Reach.BROWSER, {}, 5, False),
        ("carrier", Reach.PHONE, {}, 5, False),
        ("operator", Reach.BROWSER, {}, 90, True),
        ("operator", Reach.STANDING, {}, 90, True),
        ("caller", None, {"interruption": Interruption.OPERATOR_DROPPED}, 90, True),
        ("operator", Reach.BROWSER, {"going": PendingExit(way=ExitKind.END)}, 1, False),
        ("caller", Reach.PHONE, {"going": PendingExit(way=ExitKind.END)}, 1, False),
    ],
)
def test_talk_cut_off_as_far_as_known(
    by: str, reach: Reach, changed: dict[str, object], minutes: int, *, cut_off: bool
) -> None:
    claim, at = replace(TALK, **changed), NOW + timedelta(minutes=minutes)  # type: ignore[arg-type]

    assert is_cut_off(IN_TALK, claim, by, reach, SHORT, at) is cut_off


def test_talk_without_beginning_counts_as_short() -> None:
    call = replace(IN_TALK, talk=replace(IN_TALK.talk, since=None))

    assert is_cut_off(call, TALK, "caller", None, SHORT, NOW + timedelta(hours=1))


def test_key_after_cut_off_restores_place_once() -> None:
    first = advance(LINE, CUT_OFF, Pressed("1"), LATER).call
    talked = replace(first, stage=Stage.AFTER)
    second = advance(LINE, after_talk(talked, cut_off=True), Pressed("1"), LATER).call

    assert (first.arrival.at, first.arrival.given_back) == (TALKED.arrival.at, True)
    assert (second.arrival.at, second.arrival.given_back, second.arrival.spent) == (
        LATER,
        False,
        False,
    )


def test_key_after_ended_talk_arrives_anew() -> None:
    call = advance(LINE, OVER, Pressed("1"), LATER).call

    assert (call.stage, call.arrival.at) == (Stage.WAITING, LATER)


def test_ringing_after_talk_uses_return() -> None:
    before = replace(CUT_OFF, **GONE)  # type: ignore[arg-type]

    call = taken_over(replace(FRESH, id=ContactId("call-2")), before)

    assert may_return(before, SHORT, LATER)
    assert (call.arrival.at, call.arrival.given_back) == (TALKED.arrival.at, True)
    assert not may_return(
        replace(before, arrival=replace(before.arrival, spent=True)), SHORT, LATER
    )


def test_return_used_despite_second_break() -> None:
    before = replace(give_back_place(CUT_OFF), ending=Ending(stage=Stage.WAITING))

    assert taken_over(FRESH, before).arrival.given_back


def test_handed_caller_keeps_place_so_often() -> None:
    call = IN_TALK
    for _ in range(MOST_HANDED_ON):
        call = handed_on(call)

    assert call.arrival.at == IN_TALK.arrival.at
    assert handed_on(call).arrival.at is None
    assert taken_over(FRESH, call).arrival.handed_on == MOST_HANDED_ON


@pytest.mark.parametrize(
    "call",
    [
        IN_TALK,
        replace(IN_TALK, arrival=replace(IN_TALK.arrival, given_back=True)),
        replace(
            IN_TALK,
            arrival=replace(IN_TALK.arrival, handed_on=2, given_back=True),
        ),
    ],
)
def test_uses_travel_with_place_and_promise(call: object) -> None:
    assert isinstance(call, type(IN_TALK))
    wish = CallbackPreferences(number="sealed")

    known = restore_arrival(FRESH, words_of_arrival(call, LATER))
    record = callback_of([promised_fact(call, wish, LATER)])
    assert record is not None
    again = call_of_record(record)

    uses = (call.arrival.at, call.arrival.given_back, call.arrival.handed_on)
    assert (known.arrival.at, known.arrival.given_back, known.arrival.handed_on) == uses
    assert (again.arrival.at, again.arrival.given_back, again.arrival.handed_on) == uses


def test_ended_talks_place_is_not_old() -> None:
    assert restore_arrival(FRESH, words_of_arrival(OVER, LATER)).arrival.at == LATER
    assert (
        restore_arrival(FRESH, words_of_arrival(CUT_OFF, LATER)).arrival.at
        == TALKED.arrival.at
    )
    assert restore_arrival(FRESH, words_of_arrival(CUT_OFF, LATER)).arrival.given_back


def test_place_signed_before_uses_is_read() -> None:
    call = restore_arrival(FRESH, {"queued": NOW.isoformat()})

    assert (call.arrival.at, call.arrival.given_back, call.arrival.handed_on) == (
        NOW,
        False,
        0,
    )


def test_short_talk_length_has_default() -> None:
    assert PLAIN.wait.short_talk == timedelta(minutes=5)
