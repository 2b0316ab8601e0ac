"""Answers of an operator to their own shift: the shift after it, and the fact."""

from dataclasses import dataclass
from datetime import datetime

from ivr.core.model.errors import Stale
from ivr.core.model.facts import Fact, ShiftConfirmed, ShiftDeclined
from ivr.core.model.identifiers import OperatorId
from ivr.core.shifts.shift import Shift, ShiftAnswer, confirm_shift, decline_shift

SAID = {ShiftAnswer.CONFIRM: ShiftConfirmed, ShiftAnswer.DECLINE: ShiftDeclined}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftChange:
    """A shift to save, with its facts."""

    shift: Shift
    facts: tuple[Fact, ...] = ()


def answer_shift(
    shift: Shift,
    now: datetime,
    *,
    operator: OperatorId,
    answer: ShiftAnswer,
    reason: str = "",
) -> ShiftChange | None:
    """The shift after the answer, with its fact; None when it was given before.

    ``reason`` is sealed. Stale when the shift is another operator's, or it is too late
    to answer. Another reason for the same answer is saved, and is no new fact.
    """
    if shift.operator != operator:
        raise Stale("not-yours")
    if answer is ShiftAnswer.CONFIRM:
        after = confirm_shift(shift, now)
    else:
        after = decline_shift(shift, reason, now)
    if after == shift:
        return None
    fact = SAID[answer](at=now, line=shift.line, shift=shift.id, operator=operator)
    is_news = after.state is not shift.state
    return ShiftChange(shift=after, facts=(fact,) if is_news else ())
