"""Who is on a standing line, who may come, and what is said on the way."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.dialogue import standing
from ivr.core.dialogue.instructions import AskKeys, AskNext, HangUp, NextRequest, Pause
from ivr.core.history.report import operator_note, operator_row
from ivr.core.line.prompts import ENGINE
from ivr.core.model.identifiers import ClaimId, LegId, LineKey, OperatorId
from ivr.core.model.operator import (
    Operator,
    Profile,
    Reach,
    State,
    Unanswered,
    chosen,
    freed,
    hung_up,
    ringing,
    set_pin_tries,
    talking,
    wrapping_up,
)
from ivr.core.model.values import replace

NOW = datetime(2026, 1, 5, 17, tzinfo=UTC)
LEG, OTHER_LEG = LegId("CA-1"), LegId("CA-2")
CLAIM = ClaimId("claim-1")
WRAP = timedelta(seconds=30)
ENROLLED = Operator(
    id=OperatorId("anna"),
    line=LineKey("harbour"),
    profile=Profile(name="anna", languages=("uk",), reach=Reach.STANDING),
    since=NOW,
    idle_since=NOW,
)
HERE = standing.came_in(ENROLLED, LEG, NOW)
RUNG = ringing(HERE, CLAIM, NOW)
TALKS = talking(RUNG, NOW)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_whoever_came_in_is_available_and_free() -> None:
    assert HERE.state is State.AVAILABLE
    assert HERE.leg == LEG
    assert HERE.is_free(NOW)


def test_nobody_free_on_absent_line() -> None:
    assert not replace(HERE, leg=None).is_free(NOW)


def test_rung_operator_is_free_without_leg() -> None:
    by_phone = replace(HERE, profile=replace(HERE.profile, reach=Reach.PHONE))

    assert not by_phone.is_free(NOW)
    assert replace(by_phone, leg=None).is_free(NOW)


def test_choosing_state_leaves_line_up() -> None:
    away = chosen(HERE, State.AWAY, NOW)

    assert away.leg == LEG
    assert chosen(away, State.AVAILABLE, NOW).is_free(NOW)


def test_chosen_away_stays_when_coming_in() -> None:
    away = replace(ENROLLED, state=State.AWAY)

    assert standing.came_in(away, LEG, NOW).state is State.AWAY


@pytest.mark.parametrize("state", [State.AVAILABLE, State.AWAY, State.WRAP_UP])
def test_hanging_up_ends_shift(state: State) -> None:
    gone = hung_up(replace(HERE, state=state), after(1))

    assert (gone.state, gone.leg, gone.since) == (State.OFFLINE, None, after(1))


@pytest.mark.parametrize("bound", [RUNG, TALKS])
def test_hangup_in_call_ends_shift_after(
    bound: Operator,
) -> None:
    gone = hung_up(bound, after(1))

    assert gone.claim == CLAIM, "the claim is ended with its caller"
    for over in (freed(gone, after(2)), wrapping_up(gone, after(2), WRAP)):
        assert over.state is State.OFFLINE
        assert not over.is_free(after(60))


def test_coming_again_continues_shift() -> None:
    again = standing.came_in(hung_up(TALKS, after(1)), OTHER_LEG, after(2))

    over = freed(again, after(3))

    assert over.state is State.AVAILABLE
    assert over.leg == OTHER_LEG


@pytest.mark.parametrize("state", list(State))
def test_fresh_state_trusts_no_unheard_line(state: State) -> None:
    entered = standing.enter_fresh(replace(HERE, state=state))

    assert not entered.is_free(NOW)
    assert entered.state in {State.OFFLINE, State.AWAY}


def test_fresh_state_trusts_those_rung() -> None:
    by_phone = replace(
        ENROLLED,
        profile=replace(ENROLLED.profile, reach=Reach.PHONE),
        state=State.AVAILABLE,
    )

    assert standing.enter_fresh(by_phone) == by_phone


def test_third_wrong_pin_locks_awhile() -> None:
    operator = ENROLLED
    for _ in range(standing.PIN_TRIES):
        assert not standing.is_locked(operator, NOW)
        operator = standing.count_wrong_pin(operator, NOW)

    assert standing.is_locked(operator, after(15 * 60 - 1))
    assert not standing.is_locked(operator, after(15 * 60))
    assert operator.telephone.mistyped == 0


@given(st.integers(1, 20))
def test_at_most_three_wrong_pins_checked(many: int) -> None:
    operator, looked_at = ENROLLED, 0
    for _ in range(many):
        if not standing.is_locked(operator, NOW):
            looked_at += 1
            operator = standing.count_wrong_pin(operator, NOW)

    assert looked_at <= standing.PIN_TRIES


def test_coming_in_forgets_what_was_mistyped() -> None:
    locked = set_pin_tries(ENROLLED, 2, after(60))

    here = standing.came_in(locked, LEG, NOW)

    assert (here.telephone.mistyped, here.telephone.locked) == (0, None)


@pytest.mark.parametrize("wrong", [False, True])
def test_silence_is_answer_to_pin(wrong: bool) -> None:  # noqa: FBT001
    asked, otherwise = standing.ask_pin("uk", 1, wrong=wrong)

    assert isinstance(asked, AskKeys)
    assert isinstance(otherwise, AskNext)
    assert (asked.path, asked.values) == (otherwise.path, otherwise.values)
    assert ("operator.pin-wrong" in [say.prompt for say in asked.prompts]) is wrong


def test_telephone_that_says_nothing_is_left() -> None:
    asked, otherwise = standing.ask_if_there("uk", "token")

    assert isinstance(asked, AskKeys)
    assert otherwise == HangUp()
    assert ENGINE[asked.prompts[0].prompt].keys == {standing.CAME}


def test_waiting_operator_is_heard_repeatedly() -> None:
    silence, again = standing.wait_in_silence("token")

    assert isinstance(silence, Pause)
    assert timedelta() < silence.length <= timedelta(seconds=20)
    assert again == AskNext(path=NextRequest.STANDING, values={"t": "token"})


@pytest.mark.parametrize(
    ("operator", "note"),
    [
        (ENROLLED, ""),
        (HERE, ""),
        (
            replace(HERE, unanswered=Unanswered(missed=1), due=after(15)),
            "missed 1, pause until 17:00:15",
        ),
        (
            replace(
                HERE,
                state=State.AWAY,
                why="missed",
                unanswered=Unanswered(missed=3),
            ),
            "missed 3",
        ),
        (replace(HERE, state=State.AWAY, why="command line"), "command line"),
        (replace(HERE, state=State.WRAP_UP, due=after(30)), ""),
    ],
)
def test_table_notes_what_person_should_see(operator: Operator, note: str) -> None:
    assert operator_note(operator) == note


def test_list_tells_line_and_unoffered_time() -> None:
    pause = replace(HERE, unanswered=Unanswered(missed=2), why="missed", due=after(15))

    row = operator_row(pause)

    assert row["on_line"] is True
    assert row["missed"] == 2
    assert row["cooling_until"] == after(15).isoformat()
    assert operator_row(ENROLLED)["on_line"] is False
    wraps = wrapping_up(TALKS, NOW, WRAP)
    assert operator_row(wraps)["cooling_until"] is None
