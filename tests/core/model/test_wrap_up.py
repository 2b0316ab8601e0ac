"""After a talk: time to breathe, more of it, and what must be written first."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.history.report import operator_note
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import (
    CHOOSABLE,
    Operator,
    State,
    chosen,
    extended,
    relieved,
    ringing,
    set_owed,
    talking,
    timed_out,
    wrapping_up,
)
from tests.core.one_operator import CLAIM, FREE, NOW, TALKS, WRAP, after

CALL, OTHER = ContactId("call-1"), ContactId("call-2")
MORE, LIMIT = timedelta(seconds=60), 5
NO_TIME = timedelta()

WRAPS = wrapping_up(TALKS, after(60), WRAP, CALL)
OWES = wrapping_up(TALKS, after(60), WRAP, CALL, owes=True)
HELD = timed_out(OWES, after(90))


def test_last_call_remembered_after_wrap_up() -> None:
    free = timed_out(WRAPS, after(90))

    assert (WRAPS.wrap_up.last, free.wrap_up.last) == (CALL, CALL)
    assert free.state is State.AVAILABLE


def test_owed_record_holds_wrap_up() -> None:
    assert (HELD.state, HELD.due, HELD.wrap_up.owes) == (State.WRAP_UP, None, CALL)
    assert HELD.is_held

    free = relieved(HELD, CALL, after(200))

    assert (free.state, free.since) == (State.AVAILABLE, after(200))
    assert free.wrap_up.owes is None


def test_timely_record_leaves_breathing_time() -> None:
    paid = relieved(OWES, CALL, after(70))

    assert (paid.state, paid.due, paid.wrap_up.owes) == (State.WRAP_UP, after(90), None)
    assert timed_out(paid, after(90)).state is State.AVAILABLE


def test_record_of_another_call_relieves_nobody() -> None:
    assert relieved(HELD, OTHER, after(200)) == HELD
    assert relieved(WRAPS, CALL, after(70)) == WRAPS


def test_owed_record_without_breathing_holds() -> None:
    assert wrapping_up(TALKS, after(60), NO_TIME, CALL, owes=True).is_held
    assert wrapping_up(TALKS, after(60), NO_TIME, CALL).state is State.AVAILABLE


def test_saying_available_ends_wrap_up() -> None:
    free = chosen(HELD, State.AVAILABLE, after(100))

    assert (free.state, free.wrap_up.owes) == (State.AVAILABLE, None)


@pytest.mark.parametrize("pause", [State.AWAY, State.OFFLINE])
def test_pause_does_not_waive_what_is_owed(pause: State) -> None:
    away = chosen(HELD, pause, after(100))

    assert (away.state, away.wrap_up.owes) == (pause, CALL)
    assert relieved(away, CALL, after(200)) == set_owed(away, None)


def test_wish_for_available_skips_no_record() -> None:
    wishing = chosen(TALKS, State.AVAILABLE, after(30))

    assert wrapping_up(wishing, after(60), WRAP, CALL, owes=True).is_held


def test_wish_for_pause_granted_and_record_owed() -> None:
    wishing = chosen(TALKS, State.AWAY, after(30))

    away = wrapping_up(wishing, after(60), WRAP, CALL, owes=True)

    assert (away.state, away.wrap_up.owes, away.wish) == (State.AWAY, CALL, None)


def test_waiting_caller_waits_one_wrap_up() -> None:
    longer = extended(WRAPS, after(80), MORE, LIMIT)

    assert WRAPS.is_back_soon
    assert OWES.is_back_soon
    assert longer is not None
    assert not any(each.is_back_soon for each in (longer, HELD, FREE, TALKS))


def test_held_wrap_up_told_to_ops() -> None:
    assert operator_note(HELD) == "a record is owed"
    assert operator_note(OWES) == ""


def test_more_time_added_to_wrap_up() -> None:
    longer = extended(WRAPS, after(80), MORE, LIMIT)

    assert longer is not None
    assert longer.due == after(150)


def test_more_time_counts_from_now_if_passed() -> None:
    longer = extended(WRAPS, after(91), MORE, LIMIT)

    assert longer is not None
    assert longer.due == after(151)


def test_more_time_limited_per_talk() -> None:
    operator: Operator = WRAPS
    for _ in range(LIMIT):
        longer = extended(operator, after(80), MORE, LIMIT)
        assert longer is not None
        operator = longer

    assert extended(operator, after(80), MORE, LIMIT) is None
    talks = talking(ringing(timed_out(operator, after(390)), CLAIM, after(400)), NOW)
    assert extended(wrapping_up(talks, after(500), WRAP), after(510), MORE, LIMIT)


@pytest.mark.parametrize("operator", [FREE, TALKS, HELD])
def test_more_time_only_for_running_wrap_up(operator: Operator) -> None:
    assert extended(operator, after(100), MORE, LIMIT) is None


# --- whatever happens in whatever order -----------------------------------


def possible(operator: Operator, now: datetime) -> list[Operator]:
    """Everything that may become of an operator whose line requires a record."""
    found = [chosen(operator, state, now) for state in sorted(CHOOSABLE)]
    if operator.is_free(now):
        found.append(talking(ringing(operator, CLAIM, now), now))
    if operator.due is not None and operator.due <= now:
        found.append(timed_out(operator, now))
    if operator.state is State.TALKING:
        found += [
            wrapping_up(operator, now, length, CALL, owes=owes)
            for length in (WRAP, NO_TIME)
            for owes in (True, False)
        ]
    longer = extended(operator, now, MORE, LIMIT)
    return [*found, relieved(operator, CALL, now), *([longer] if longer else [])]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 90)), max_size=25))
def test_owing_operator_neither_available_nor_stuck(
    moves: list[tuple[int, int]],
) -> None:
    operator, now = FREE, NOW
    for move, seconds in moves:
        now += timedelta(seconds=seconds)
        ways = possible(operator, now)
        operator = ways[move % len(ways)]

        if operator.state in {State.AVAILABLE, State.RINGING}:
            assert operator.wrap_up.owes is None
        if operator.is_held:
            assert relieved(operator, CALL, now).state is State.AVAILABLE
            assert chosen(operator, State.AVAILABLE, now).state is State.AVAILABLE
        assert operator.wrap_up.extended <= LIMIT
