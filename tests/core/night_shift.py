"""A shift of a night, in each of its states."""

from datetime import UTC, datetime, timedelta

from ivr.core.model.identifiers import LineKey, OperatorId, ShiftId
from ivr.core.model.values import replace
from ivr.core.shifts.shift import Shift, ShiftState

STARTS = datetime(2026, 1, 6, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
ENDS = STARTS + 8 * HOUR
NIGHT = Shift(
    id=ShiftId("shift-1"),
    line=LineKey("example"),
    operator=OperatorId("anna"),
    starts=STARTS,
    ends=ENDS,
)

CONFIRMED = replace(NIGHT, state=ShiftState.CONFIRMED)
DECLINED = replace(NIGHT, state=ShiftState.DECLINED, reason="sealed")
CANCELLED = replace(NIGHT, state=ShiftState.CANCELLED)
