"""What an operator says of a shift: whose it is, what is saved, what is a fact."""

import pytest

from ivr.core.model.errors import Stale
from ivr.core.model.facts import ShiftConfirmed, ShiftDeclined
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.values import replace
from ivr.core.shifts.answering import answer_shift
from ivr.core.shifts.shift import ShiftAnswer, ShiftState
from tests.core.night_shift import CONFIRMED, DECLINED, HOUR, NIGHT, STARTS

NOW = STARTS - HOUR
OWN = NIGHT.operator


@pytest.mark.parametrize(
    ("answer", "state", "kind"),
    [
        (ShiftAnswer.CONFIRM, ShiftState.CONFIRMED, ShiftConfirmed),
        (ShiftAnswer.DECLINE, ShiftState.DECLINED, ShiftDeclined),
    ],
)
def test_answer_saved_with_fact(
    answer: ShiftAnswer, state: ShiftState, kind: type[ShiftConfirmed | ShiftDeclined]
) -> None:
    change = answer_shift(NIGHT, NOW, operator=OWN, answer=answer, reason="sealed")

    assert change is not None
    assert change.shift.state is state
    fact = kind(at=NOW, line=NIGHT.line, shift=NIGHT.id, operator=OWN)
    assert change.facts == (fact,)


def test_same_answer_changes_nothing() -> None:
    assert (
        answer_shift(CONFIRMED, NOW, operator=OWN, answer=ShiftAnswer.CONFIRM) is None
    )
    assert answer_shift(DECLINED, NOW, operator=OWN, answer=ShiftAnswer.DECLINE) is None


def test_other_reason_is_no_new_fact() -> None:
    change = answer_shift(
        DECLINED, NOW, operator=OWN, answer=ShiftAnswer.DECLINE, reason="other"
    )

    assert change is not None
    assert change.shift == replace(DECLINED, reason="other")
    assert change.facts == ()


def test_shift_of_somebody_else_refused() -> None:
    with pytest.raises(Stale, match="not-yours"):
        answer_shift(
            NIGHT, NOW, operator=OperatorId("another"), answer=ShiftAnswer.CONFIRM
        )
