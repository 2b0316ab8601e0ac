"""Which record a desk shows in each state: the present call's, or the last one's."""

from datetime import UTC, datetime

import pytest

from ivr.core.desk.record_shown import Shown, record_shown
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, State, WrapUp, set_owed
from ivr.core.model.values import replace

LAST, PRESENT = ContactId("CA1"), ContactId("CA2")
BEGAN = datetime(2026, 1, 5, 17, tzinfo=UTC)
ANNA = Operator(
    id=OperatorId("anna"),
    line=LineKey("harbour"),
    profile=Profile(name="anna", languages=("uk",)),
    since=BEGAN,
    idle_since=BEGAN,
    wrap_up=WrapUp(last=LAST),
)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (State.AVAILABLE, (LAST, Shown.LAST)),
        (State.OFFLINE, (LAST, Shown.LAST)),
        (State.RINGING, (None, Shown.NOT)),
        (State.TALKING, (None, Shown.NOT)),
        (State.AWAY, (None, Shown.NOT)),
    ],
)
def test_last_record_shown_only_at_rest(
    state: State, shown: tuple[ContactId | None, Shown]
) -> None:
    assert record_shown(replace(ANNA, state=state), None) == shown


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (State.AWAY, (LAST, Shown.LAST)),
        (State.RINGING, (None, Shown.NOT)),
    ],
)
def test_owed_record_can_be_opened_while_away(
    state: State, shown: tuple[ContactId | None, Shown]
) -> None:
    owing = set_owed(replace(ANNA, state=state), LAST)

    assert record_shown(owing, None) == shown


def test_record_is_of_call_in_hand() -> None:
    talks = set_owed(replace(ANNA, state=State.TALKING), LAST)

    assert record_shown(talks, PRESENT) == (PRESENT, Shown.NOW)


def test_nobody_talked_to_means_no_record() -> None:
    newcomer = replace(ANNA, wrap_up=WrapUp())

    assert record_shown(newcomer, None) == (None, Shown.NOT)
