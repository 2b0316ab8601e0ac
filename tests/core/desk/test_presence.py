"""Who counts as away because no desk of theirs is heard of."""

import pytest

from ivr.core.desk import presence
from ivr.core.desk.presence import CONNECTION
from ivr.core.model.identifiers import LegId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, Reach, State, chosen
from ivr.core.model.values import replace
from tests.ports.fakes import EVENING

ANNA = Operator(
    id=OperatorId("anna"),
    line=LineKey("example"),
    profile=Profile(name="anna", languages=("uk",), reach=Reach.BROWSER),
    state=State.AVAILABLE,
    since=EVENING,
    idle_since=EVENING,
)


def test_operator_in_browser_is_away_without_desk() -> None:
    away = presence.note_lost_desk(ANNA, EVENING)

    assert away is not None
    assert (away.state, away.why) == (State.AWAY, CONNECTION)


def test_operator_comes_back_with_desk() -> None:
    away = presence.note_lost_desk(ANNA, EVENING)
    assert away is not None

    back = presence.note_desk_back(away, EVENING)

    assert back is not None
    assert (back.state, back.why) == (State.AVAILABLE, "")


def test_operator_by_telephone_needs_no_desk() -> None:
    by_phone = replace(ANNA, profile=replace(ANNA.profile, reach=Reach.PHONE))

    assert presence.note_lost_desk(by_phone, EVENING) is None


def test_whoever_is_away_by_choice_stays_so() -> None:
    away = replace(chosen(ANNA, State.AWAY, EVENING), why="meal")

    assert presence.note_desk_back(away, EVENING) is None


@pytest.mark.parametrize("state", [State.RINGING, State.TALKING, State.WRAP_UP])
def test_what_goes_on_is_not_broken_off(state: State) -> None:
    busy = replace(ANNA, state=state)

    assert presence.note_lost_desk(busy, EVENING) is None
    assert presence.is_in_doubt(busy)


def test_live_leg_not_forgotten() -> None:
    away = presence.note_lost_desk(replace(ANNA, leg=LegId("CA1")), EVENING)

    assert away is not None
    assert away.leg == "CA1"
