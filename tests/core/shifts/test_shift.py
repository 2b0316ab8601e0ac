"""Shifts: what an operator may say to one, until when, and what is in the way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from ivr.core.model.errors import Conflict, Stale
from ivr.core.model.identifiers import LineKey, OperatorId, ShiftId
from ivr.core.model.values import replace
from ivr.core.shifts.shift import (
    Reminder,
    Sending,
    Shift,
    ShiftAnswer,
    ShiftState,
    colleagues_of,
    confirm_shift,
    decline_shift,
    in_the_way,
    next_of,
    possible_answers,
    revoke_shift,
    shift_row,
    tidy_reason,
)
from tests.core.night_shift import (
    CANCELLED,
    CONFIRMED,
    DECLINED,
    ENDS,
    HOUR,
    NIGHT,
    STARTS,
)

BEFORE, DURING = STARTS - HOUR, STARTS + HOUR


def at(start: float, length: float = 1, **more: Any) -> Shift:
    """A shift that begins so many hours after the night shift."""
    starts = STARTS + start * HOUR
    ends, key = starts + length * HOUR, ShiftId(f"shift-at-{start}")
    return replace(NIGHT, id=key, starts=starts, ends=ends, **more)


# --- what the operator says -------------------------------------------------


@pytest.mark.parametrize("now", [BEFORE, STARTS, DURING, ENDS - timedelta(seconds=1)])
def test_shift_may_be_confirmed_until_it_ends(now: datetime) -> None:
    assert confirm_shift(NIGHT, now).state is ShiftState.CONFIRMED


@pytest.mark.parametrize("now", [BEFORE, DURING])
@pytest.mark.parametrize("shift", [NIGHT, CONFIRMED])
def test_operator_may_decline_until_end(shift: Shift, now: datetime) -> None:
    after = decline_shift(shift, "sealed", now)

    assert (after.state, after.reason) == (ShiftState.DECLINED, "sealed")


def test_reason_kept_unless_replaced() -> None:
    assert decline_shift(DECLINED, "", BEFORE) == DECLINED
    assert decline_shift(DECLINED, "other", BEFORE).reason == "other"


def test_taking_back_forgets_reason() -> None:
    after = confirm_shift(DECLINED, BEFORE)

    assert (after.state, after.reason) == (ShiftState.CONFIRMED, "")


@pytest.mark.parametrize("now", [STARTS, DURING])
def test_nothing_taken_back_once_shift_has_begun(now: datetime) -> None:
    with pytest.raises(Stale) as refusal:
        confirm_shift(DECLINED, now)

    assert refusal.value.reason == "shift-begun"


def decline(shift: Shift, now: datetime) -> Shift:
    return decline_shift(shift, "", now)


@pytest.mark.parametrize("say", [confirm_shift, decline])
@pytest.mark.parametrize(
    ("shift", "now", "reason"),
    [
        (CANCELLED, BEFORE, "shift-cancelled"),
        (CANCELLED, ENDS, "shift-cancelled"),
        (NIGHT, ENDS, "shift-over"),
        (CONFIRMED, ENDS, "shift-over"),
        (DECLINED, ENDS, "shift-over"),
    ],
)
def test_cancelled_or_ended_shift_answers_nothing(
    say: Callable[[Shift, datetime], Shift], shift: Shift, now: datetime, reason: str
) -> None:
    with pytest.raises(Stale) as refusal:
        say(shift, now)

    assert refusal.value.reason == reason


@pytest.mark.parametrize("shift", [NIGHT, CONFIRMED, DECLINED, CANCELLED])
@pytest.mark.parametrize("now", [BEFORE, STARTS, DURING, ENDS])
def test_what_is_offered_can_be_said(shift: Shift, now: datetime) -> None:
    say = {ShiftAnswer.CONFIRM: confirm_shift, ShiftAnswer.DECLINE: decline}

    for answer in possible_answers(shift, now):
        assert say[answer](shift, now).state is not shift.state


def test_only_unsaid_answers_are_offered() -> None:
    assert possible_answers(NIGHT, BEFORE) == {ShiftAnswer.CONFIRM, ShiftAnswer.DECLINE}
    assert possible_answers(CONFIRMED, DURING) == {ShiftAnswer.DECLINE}
    assert possible_answers(DECLINED, BEFORE) == {ShiftAnswer.CONFIRM}
    assert possible_answers(DECLINED, DURING) == frozenset()
    assert possible_answers(NIGHT, ENDS) == frozenset()
    assert possible_answers(CANCELLED, BEFORE) == frozenset()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  ill\r\n since\tMonday ", "ill since Monday"),
        ("\x1b[31mill\x07\x9b2J", "[31mill 2J"),
        ("\u202elli", "lli"),
        ("х" * 300, "х" * 200),  # noqa: RUF001 - a letter of our callers
        ("\0 \n", ""),
    ],
)
def test_reason_is_short_harmless_line(typed: str, kept: str) -> None:
    assert tidy_reason(typed) == kept


# --- what those who plan do -------------------------------------------------


def test_cancelled_shift_is_to_be_seen_anew() -> None:
    after = revoke_shift(replace(CONFIRMED, seen=BEFORE), BEFORE)

    assert (after.state, after.seen) == (ShiftState.CANCELLED, None)


def test_shift_cancelled_once_before_its_end() -> None:
    with pytest.raises(Conflict, match="cancelled before"):
        revoke_shift(CANCELLED, BEFORE)
    with pytest.raises(Conflict, match="is over"):
        revoke_shift(NIGHT, ENDS)


@pytest.mark.parametrize(
    ("start", "length"), [(-1, 2), (0, 8), (3, 1), (7, 2), (-1, 10)]
)
def test_overlapping_shift_is_in_way(start: float, length: float) -> None:
    assert in_the_way([at(start, length)], [NIGHT]) == NIGHT
    assert in_the_way([at(start, length)], [DECLINED]) == DECLINED


def test_shifts_may_follow_each_other() -> None:
    assert in_the_way([at(-2, 2), at(8)], [NIGHT]) is None


def test_colleague_or_cancelled_not_in_way() -> None:
    others = replace(NIGHT, operator=OperatorId("olha"))

    assert in_the_way([at(0)], [others, CANCELLED]) is None


def test_first_of_several_in_way_told() -> None:
    known = [at(24), at(0), at(48)]

    assert in_the_way([at(24), at(0)], known) == at(0)


# --- what is seen -----------------------------------------------------------


def test_colleagues_are_those_who_are_expected_meanwhile() -> None:
    olha = OperatorId("olha")
    there = [at(-1, 2, operator=olha), at(7, 5, operator=olha)]
    elsewhere = [
        at(0, operator=olha, state=ShiftState.DECLINED),
        at(0, operator=olha, state=ShiftState.CANCELLED),
        at(8, operator=olha),
        at(-1, operator=olha),
        at(0, operator=olha, line=LineKey("other")),
        at(0),
    ]

    assert colleagues_of(NIGHT, [*elsewhere, *there]) == there


def test_next_shift_runs_or_comes_first() -> None:
    later, anna = at(24), OperatorId("anna")

    assert next_of(anna, [later, NIGHT], DURING) == NIGHT
    assert next_of(anna, [later, NIGHT], ENDS) == later
    assert next_of(anna, [later, DECLINED], BEFORE) == later
    assert next_of(OperatorId("olha"), [later], BEFORE) is None


def test_row_tells_all_but_reason() -> None:
    told = {Reminder.DAY: Sending(tries=2, tried=BEFORE, sent=BEFORE)}

    row = shift_row(replace(DECLINED, reminded=told), "Anna", "Europe/Kyiv")

    assert row == {
        "shift": "shift-1",
        "line": "example",
        "operator": "Anna",
        "zone": "Europe/Kyiv",
        "starts": "2026-01-06T20:00:00+00:00",
        "ends": "2026-01-07T04:00:00+00:00",
        "state": "declined",
        "seen": None,
        "reminded": [{"before": "day", "tries": 2, "sent": BEFORE.isoformat()}],
    }
