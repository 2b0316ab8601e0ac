"""An operator is in one state at a time, and every state has a way out."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.model.identifiers import LegId, OperatorId
from ivr.core.model.operator import (
    CHOOSABLE,
    ON_DUTY,
    Operator,
    State,
    Unanswered,
    chosen,
    cooled,
    freed,
    hung_up,
    identity_of,
    let_in,
    missed,
    ringing,
    shut_out,
    talking,
    timed_out,
    wrapping_up,
)
from ivr.core.model.values import replace
from tests.core.one_operator import (
    CLAIM,
    FREE,
    NOW,
    OFFLINE,
    PAUSE,
    RUNG,
    TALKS,
    WRAP,
    after,
)

LIMIT = 3


WRAPS = wrapping_up(TALKS, after(60), WRAP)
COOLS = cooled(RUNG, after(20), PAUSE)


@pytest.mark.parametrize(
    ("operator", "state", "due"),
    [
        (FREE, State.AVAILABLE, None),
        (RUNG, State.RINGING, None),
        (TALKS, State.TALKING, None),
        (WRAPS, State.WRAP_UP, after(90)),
        (COOLS, State.AVAILABLE, after(35)),
        (missed(RUNG, after(20), PAUSE, LIMIT), State.AVAILABLE, after(35)),
        (freed(RUNG, after(20)), State.AVAILABLE, None),
        (timed_out(WRAPS, after(90)), State.AVAILABLE, None),
        (timed_out(COOLS, after(35)), State.AVAILABLE, None),
        (wrapping_up(TALKS, after(60), timedelta()), State.AVAILABLE, None),
    ],
)
def test_each_event_leads_to_one_state(
    operator: Operator, state: State, due: datetime | None
) -> None:
    assert (operator.state, operator.due) == (state, due)


def test_only_rung_or_talking_bound() -> None:
    assert (RUNG.claim, TALKS.claim) == (CLAIM, CLAIM)
    assert (WRAPS.claim, COOLS.claim, freed(RUNG, NOW).claim) == (None, None, None)


def test_cooling_down_available_but_not_offered() -> None:
    assert COOLS.is_cooling(after(34))
    assert not COOLS.is_free(after(34))
    assert COOLS.is_free(after(35))


@pytest.mark.parametrize(
    "operator", [OFFLINE, RUNG, TALKS, WRAPS, chosen(FREE, State.AWAY, NOW)]
)
def test_nobody_but_available_is_free(operator: Operator) -> None:
    assert not operator.is_free(after(3600))


def test_three_missed_offers_make_away() -> None:
    operator, states = FREE, []
    for seconds in (0, 60, 120):
        rung = ringing(operator, CLAIM, after(seconds))
        operator = missed(rung, after(seconds + 20), PAUSE, LIMIT)
        states.append(operator.state)

    assert states == [State.AVAILABLE, State.AVAILABLE, State.AWAY]


def test_talk_forgives_what_was_missed() -> None:
    once = missed(RUNG, after(20), PAUSE, LIMIT)

    assert once.unanswered.missed == 1
    assert talking(ringing(once, CLAIM, after(60)), after(65)).unanswered.missed == 0


def test_declining_is_not_missing() -> None:
    once = missed(RUNG, after(20), PAUSE, LIMIT)

    refused = cooled(ringing(once, CLAIM, after(60)), after(65), PAUSE)
    assert refused.unanswered.missed == 1


@pytest.mark.parametrize("state", sorted(CHOOSABLE))
@pytest.mark.parametrize("operator", [OFFLINE, FREE, WRAPS, COOLS])
def test_choice_counts_at_once_ends_timer(operator: Operator, state: State) -> None:
    now = chosen(operator, state, after(70))

    assert (now.state, now.due, now.wish) == (state, None, None)
    assert now.unanswered.missed == 0
    assert (now.since, now.idle_since) == (after(70), after(70))


@pytest.mark.parametrize("state", sorted(CHOOSABLE))
@pytest.mark.parametrize("operator", [RUNG, TALKS])
def test_choice_during_call_kept_for_end(operator: Operator, state: State) -> None:
    wishing = chosen(operator, state, after(70))

    assert wishing == replace(operator, wish=state)


@pytest.mark.parametrize("wish", sorted(CHOOSABLE))
def test_wish_granted_when_call_is_over(wish: State) -> None:
    rung, talks = chosen(RUNG, wish, NOW), chosen(TALKS, wish, NOW)
    often = replace(rung, unanswered=Unanswered(missed=9))

    ends = [
        wrapping_up(talks, after(60), WRAP),
        freed(rung, after(60)),
        cooled(rung, after(60), PAUSE),
        missed(often, after(60), PAUSE, LIMIT),
    ]

    assert {(end.state, end.wish) for end in ends} == {(wish, None)}


def test_on_duty_is_who_works() -> None:
    assert set(State) - ON_DUTY == {State.OFFLINE, State.AWAY}


# --- whatever happens in whatever order -----------------------------------

CHOICES = sorted(CHOOSABLE)


def possible(operator: Operator, now: datetime) -> list[Operator]:
    """Everything that may become of an operator at this moment."""
    found = [chosen(operator, state, now) for state in CHOICES]
    if operator.is_free(now):
        found.append(ringing(operator, CLAIM, now))
    if operator.due is not None and operator.due <= now:
        found.append(timed_out(operator, now))
    if operator.state is State.TALKING:
        found.append(wrapping_up(operator, now, WRAP))
    if operator.state is State.RINGING:
        found += [talking(operator, now), freed(operator, now)]
        found += [cooled(operator, now, PAUSE), missed(operator, now, PAUSE, LIMIT)]
    return found


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=25))
def test_operator_is_never_in_half_state(moves: list[tuple[int, int]]) -> None:
    operator, now = OFFLINE, NOW
    for move, seconds in moves:
        now += timedelta(seconds=seconds)
        ways = possible(operator, now)
        operator = ways[move % len(ways)]

        in_call = operator.state in {State.RINGING, State.TALKING}
        assert in_call == (operator.claim is not None)
        assert in_call or operator.wish is None
        assert operator.due is None or operator.state in {
            State.WRAP_UP,
            State.AVAILABLE,
        }
        assert operator.state is not State.WRAP_UP or operator.due is not None
        assert operator.since <= now


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=25))
def test_disabled_operator_never_offered(
    moves: list[tuple[int, int]],
) -> None:
    for before in (OFFLINE, FREE, RUNG, TALKS, WRAPS, COOLS):
        operator, now = shut_out(before, after(70)), after(70)
        for move, seconds in moves:
            now += timedelta(seconds=seconds)
            ways = possible(operator, now)
            operator = ways[move % len(ways)]
            assert not operator.is_free(now)
            assert operator.claim is not None or operator.state is State.OFFLINE
        assert let_in(operator).disabled is False


def test_receiver_holder_free_when_put_down() -> None:
    waiting = replace(OFFLINE, state=State.AVAILABLE, leg=LegId("CA1"))

    assert not waiting.is_free(NOW)
    assert hung_up(waiting, NOW).is_free(NOW)
    assert chosen(waiting, State.AVAILABLE, NOW).is_free(NOW)


@pytest.mark.parametrize(
    ("key", "identity"),
    [("anna", "desk_2danna"), ("A-z_9", "desk_2dA_2dz_5f9"), ("ї", "desk_2d_d1_97")],
)
def test_browser_registers_under_name_that_carrier_takes(
    key: str, identity: str
) -> None:
    assert identity_of(OperatorId(key)) == identity


@given(st.text(), st.text())
def test_no_two_operators_register_under_one_name(one: str, other: str) -> None:
    assert (identity_of(OperatorId(one)) == identity_of(OperatorId(other))) == (
        one == other
    )
