"""A shift: when an operator has to be there, and what they answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from ivr.core.model.errors import Conflict, Stale
from ivr.core.model.identifiers import LineKey, OperatorId, ShiftId
from ivr.core.model.values import replace

LONGEST_REASON = 200
"""The most characters of the reason why an operator cannot come."""


class ShiftState(StrEnum):
    """The state of a shift; ``planned`` waits for the operator's answer."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


COMING = frozenset({ShiftState.PLANNED, ShiftState.CONFIRMED})
"""The states in which the operator is expected."""


class ShiftAnswer(StrEnum):
    """What an operator can say to a shift: "I come", "I cannot come"."""

    CONFIRM = "confirm"
    DECLINE = "decline"


class Reminder(StrEnum):
    """A message about a coming shift: a day before, an hour before."""

    DAY = "day"
    HOUR = "hour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How often a reminder was tried and when last; ``sent`` once that is done."""

    tries: int
    tried: datetime
    sent: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A span of real time in which one operator has to be there.

    ``starts`` and ``ends`` are moments in UTC, so that a night is one shift and as long
    as it really is when the clocks change. ``reason`` is sealed: it says why the
    operator cannot come. ``seen`` is when the operator saw the shift.
    """

    id: ShiftId
    line: LineKey
    operator: OperatorId
    starts: datetime
    ends: datetime
    state: ShiftState = ShiftState.PLANNED
    reason: str = ""
    reminded: Mapping[Reminder, Sending] = field(default_factory=dict)
    seen: datetime | None = None
    rev: int = 0

    @property
    def length(self) -> timedelta:
        """How long it really is, whatever the wall clock shows."""
        return self.ends - self.starts

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended; at its end it has."""
        return self.ends <= now

    def has_started(self, now: datetime) -> bool:
        """Whether it runs, or is over."""
        return self.starts <= now


# --- what the operator says -------------------------------------------------


def confirm_shift(shift: Shift, now: datetime) -> Shift:
    """The shift of an operator who comes; Stale when it is too late to say so.

    An operator who could not come may take that back until the shift begins: from then
    on somebody else may have been asked.
    """
    _refuse_if_settled(shift, now)
    if shift.state is ShiftState.DECLINED and shift.has_started(now):
        raise Stale("shift-begun")
    return replace(shift, state=ShiftState.CONFIRMED, reason="")


def decline_shift(shift: Shift, reason: str, now: datetime) -> Shift:
    """The shift of an operator who cannot come, for a sealed reason or for none ("").

    Stale when it is over. An earlier reason is kept unless there is a new one.
    """
    _refuse_if_settled(shift, now)
    return replace(shift, state=ShiftState.DECLINED, reason=reason or shift.reason)


def tidy_reason(reason: str) -> str:
    """A reason as it is kept: one short line that does nothing in a terminal."""
    shown = "".join(each if each.isprintable() else " " for each in reason)
    return " ".join(shown.split())[:LONGEST_REASON]


def _refuse_if_settled(shift: Shift, now: datetime) -> None:
    if shift.state is ShiftState.CANCELLED:
        raise Stale("shift-cancelled")
    if shift.is_over(now):
        raise Stale("shift-over")


def possible_answers(shift: Shift, now: datetime) -> frozenset[ShiftAnswer]:
    """The answers that the operator may give now, and has not given already."""
    if shift.state is ShiftState.CANCELLED or shift.is_over(now):
        return frozenset()
    match shift.state:
        case ShiftState.PLANNED:
            return frozenset(ShiftAnswer)
        case ShiftState.CONFIRMED:
            return frozenset({ShiftAnswer.DECLINE})
        case _:
            late = shift.has_started(now)
            return frozenset() if late else frozenset({ShiftAnswer.CONFIRM})


# --- what those who plan do -------------------------------------------------


def revoke_shift(shift: Shift, now: datetime) -> Shift:
    """The shift after it was cancelled; the operator has not seen that.

    Conflict when it was cancelled before, or is over.
    """
    if shift.state is ShiftState.CANCELLED:
        raise Conflict("this shift was cancelled before; nothing was changed")
    if shift.is_over(now):
        raise Conflict("this shift is over and cannot be changed any more")
    return replace(shift, state=ShiftState.CANCELLED, seen=None)


def in_the_way(new: Iterable[Shift], known: Iterable[Shift]) -> Shift | None:
    """The first of an operator's known shifts that one of the new would overlap.

    A shift that the operator has declined counts too: they can take that back.
    """
    bound = [each for each in known if each.state is not ShiftState.CANCELLED]
    wanted = list(new)
    found = (old for old in bound if any(_do_overlap(old, each) for each in wanted))
    return min(found, key=lambda shift: shift.starts, default=None)


def _do_overlap(one: Shift, other: Shift) -> bool:
    same = one.operator == other.operator
    return same and one.starts < other.ends and other.starts < one.ends


def colleagues_of(shift: Shift, others: Iterable[Shift]) -> list[Shift]:
    """The shifts of colleagues who are expected while this one runs."""
    return [
        each
        for each in others
        if each.operator != shift.operator
        and each.line == shift.line
        and each.state in COMING
        and each.starts < shift.ends
        and shift.starts < each.ends
    ]


def next_of(
    operator: OperatorId, shifts: Iterable[Shift], now: datetime
) -> Shift | None:
    """The operator's shift that runs or comes next, if they are expected to it."""
    own = [
        each
        for each in shifts
        if each.operator == operator and each.state in COMING and not each.is_over(now)
    ]
    return min(own, key=lambda shift: shift.starts, default=None)


def shift_row(shift: Shift, operator: str, zone: str) -> dict[str, Any]:
    """A shift as ``hotline shifts list --json`` prints it, without the reason."""
    return {
        "shift": shift.id,
        "line": shift.line,
        "operator": operator,
        "zone": zone,
        "starts": shift.starts.isoformat(),
        "ends": shift.ends.isoformat(),
        "state": shift.state.value,
        "seen": shift.seen.isoformat() if shift.seen else None,
        "reminded": [
            {
                "before": reminder.value,
                "tries": sending.tries,
                "sent": sending.sent.isoformat() if sending.sent else None,
            }
            for reminder, sending in shift.reminded.items()
        ],
    }
