"""When operators are reminded of their shifts."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.model.values import replace
from ivr.core.shifts.reminding import (
    AGAIN,
    MOST_TRIES,
    due_reminder,
    is_near,
    mark_sent,
    mark_tried,
)
from ivr.core.shifts.shift import Reminder, Shift, ShiftState
from tests.core.night_shift import CANCELLED, CONFIRMED, DECLINED, ENDS, NIGHT, STARTS

SECOND = timedelta(seconds=1)
DAY_BEFORE, HOUR_BEFORE = STARTS - timedelta(days=1), STARTS - timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (DAY_BEFORE - SECOND, None),
        (DAY_BEFORE, Reminder.DAY),
        (HOUR_BEFORE - SECOND, Reminder.DAY),
        (HOUR_BEFORE, Reminder.HOUR),
        (STARTS - SECOND, Reminder.HOUR),
        (STARTS, None),
        (ENDS, None),
    ],
)
def test_unanswered_shift_reminded_twice(
    now: datetime, expected: Reminder | None
) -> None:
    assert due_reminder(NIGHT, now) == expected


def test_confirmed_shift_reminded_in_last_hour() -> None:
    assert due_reminder(CONFIRMED, DAY_BEFORE) is None
    assert due_reminder(CONFIRMED, HOUR_BEFORE) is Reminder.HOUR


@pytest.mark.parametrize("shift", [DECLINED, CANCELLED])
@pytest.mark.parametrize("now", [DAY_BEFORE, HOUR_BEFORE])
def test_nobody_reminded_of_declined_shift(shift: Shift, now: datetime) -> None:
    assert due_reminder(shift, now) is None


def test_sent_reminder_is_never_due_again() -> None:
    told = mark_sent(
        mark_tried(NIGHT, Reminder.DAY, DAY_BEFORE), Reminder.DAY, DAY_BEFORE
    )

    assert due_reminder(told, HOUR_BEFORE - SECOND) is None
    assert due_reminder(told, HOUR_BEFORE) is Reminder.HOUR


def test_failed_reminder_retried_few_times() -> None:
    shift, now, tries = NIGHT, DAY_BEFORE, 0

    while due_reminder(shift, now) is Reminder.DAY:
        shift, tries = mark_tried(shift, Reminder.DAY, now), tries + 1
        assert due_reminder(shift, now + AGAIN - SECOND) is None
        now += AGAIN

    assert tries == MOST_TRIES
    assert shift.reminded[Reminder.DAY].tries == MOST_TRIES


def test_shift_is_near_within_a_day() -> None:
    assert not is_near(NIGHT, DAY_BEFORE - SECOND)
    assert is_near(NIGHT, DAY_BEFORE)
    assert is_near(NIGHT, STARTS)


@given(
    st.lists(st.floats(0, 30 * 3600), max_size=60),
    st.sampled_from(ShiftState),
    st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_each_reminder_sent_once_in_time(
    looks: list[float], state: ShiftState, works: list[bool]
) -> None:
    shift, told = replace(NIGHT, state=state), []

    for after, carrier_works in zip(sorted(looks), works, strict=False):
        now = STARTS - timedelta(hours=28) + timedelta(seconds=after)
        reminder = due_reminder(shift, now)
        if reminder is None:
            continue
        shift = mark_tried(shift, reminder, now)
        if carrier_works:
            shift = mark_sent(shift, reminder, now)
            told.append((reminder, now))

    assert len({reminder for reminder, _ in told}) == len(told)
    assert all(now < STARTS for _, now in told)
    assert all(one.tries <= MOST_TRIES for one in shift.reminded.values())
    assert not told or state in {ShiftState.PLANNED, ShiftState.CONFIRMED}
