"""Shifts: plan, cancel, confirm, decline, and remind.

Every function here may run in several processes at once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from ivr.actions.operators.roster import own_language
from ivr.actions.updating import if_found, retry_on_conflict
from ivr.core.line.prompts import weekday_prompt
from ivr.core.model.errors import Conflict, HotlineError, NotFound, Stale
from ivr.core.model.identifiers import LineKey, OperatorId, ShiftId
from ivr.core.model.operator import Operator
from ivr.core.shifts import shift as shifts
from ivr.core.shifts.answering import ShiftChange, answer_shift
from ivr.core.shifts.reminding import (
    BEFORE,
    PROMPTS,
    due_reminder,
    mark_sent,
    mark_tried,
)
from ivr.core.shifts.shift import Reminder, Shift, ShiftAnswer
from ivr.core.shifts.shift_times import Span, by_the_wall
from ivr.core.text.wall_clock import DAYS
from ivr.ports import Ports

DecideShift = Callable[[Shift, datetime], ShiftChange | None]


def plan_shifts(ports: Ports, operator: Operator, spans: Sequence[Span]) -> list[Shift]:
    """Plan shifts of an operator, all or none; Conflict when one overlaps another."""
    new = [
        Shift(
            id=ShiftId(ports.ids.token()),
            line=operator.line,
            operator=operator.id,
            starts=span.starts,
            ends=span.ends,
        )
        for span in spans
    ]
    found = ports.shifts.add(new)
    if found is not None:
        when = by_the_wall(found, ports.content.lines()[operator.line].zone)
        raise Conflict(
            f"{operator.profile.name} has another shift then, {found.id} ({when});"
            " nothing was planned: take other times, or run"
            f" `hotline shifts cancel {found.id}`"
        )
    return new


def revoke_shift(ports: Ports, key: ShiftId) -> Shift:
    """Cancel a shift; Conflict when it was cancelled before, or is over."""
    shift = _update_shift(ports, key, cancel_shift)
    if shift is None:
        raise NotFound("there is no such shift; see `hotline shifts list`")
    return shift


def cancel_shift(shift: Shift, now: datetime) -> ShiftChange:
    """Cancel a shift; there is no fact for it."""
    return ShiftChange(shift=shifts.revoke_shift(shift, now))


def _update_shift(ports: Ports, key: ShiftId, decide: DecideShift) -> Shift | None:
    """Change a shift; return it as it is now, None when there is none."""
    found, change = retry_on_conflict(
        ports,
        partial(ports.shifts.find, key),
        if_found(decide),
        lambda change: ports.shifts.save(change.shift, change.facts),
    )
    return found if change is None else change.shift


def show_shifts(
    ports: Ports, line: LineKey, operator: OperatorId, until: datetime
) -> list[Shift]:
    """The line's shifts from now on; the operator's own count as seen afterwards.

    They are returned as they were before, so that new ones can be marked as new.
    """
    now = ports.clock.now()
    found = ports.shifts.between(line, now, until)
    own = [shift for shift in found if shift.operator == operator]
    unseen = [shift.id for shift in own if shift.seen is None]
    if unseen:
        ports.shifts.mark_shown(unseen, now)
    return found


def confirm_shift(ports: Ports, operator: OperatorId, key: ShiftId) -> Shift:
    """Confirm that an operator comes to a shift, even after they said otherwise."""
    decide = partial(answer_shift, operator=operator, answer=ShiftAnswer.CONFIRM)
    return _answer_shift(ports, key, decide)


def decline_shift(
    ports: Ports, operator: OperatorId, key: ShiftId, reason: str
) -> Shift:
    """Note that an operator cannot come to a shift; the reason, if any, is sealed."""
    sealed = ports.vault.seal(shifts.tidy_reason(reason))
    decide = partial(
        answer_shift, operator=operator, answer=ShiftAnswer.DECLINE, reason=sealed
    )
    return _answer_shift(ports, key, decide)


def _answer_shift(ports: Ports, key: ShiftId, decide: DecideShift) -> Shift:
    shift = _update_shift(ports, key, decide)
    if shift is None:
        raise Stale("not-yours")
    return shift


# --- reminders ----------------------------------------------------------------


def send_reminders(ports: Ports, line: LineKey) -> None:
    """Send the reminders that are due; a failure does not hold up the others.

    A disabled operator is expected nowhere and hears nothing.

    The process that saves the try is the one that sends it. If one may have been sent
    and nobody has confirmed it, it is sent again after a while: a second reminder does
    no harm, and an empty chair does.
    """
    now = ports.clock.now()
    out = {each.id for each in ports.roster.all(line) if each.disabled}
    for shift in ports.shifts.between(line, now, now + BEFORE[Reminder.DAY]):
        reminder = None if shift.operator in out else due_reminder(shift, now)
        if reminder and ports.shifts.save(mark_tried(shift, reminder, now)):
            _send_reminder(ports, shift, reminder)


def _send_reminder(ports: Ports, shift: Shift, reminder: Reminder) -> None:
    try:
        _write_to_operator(ports, shift, reminder)
    except HotlineError as error:
        ports.log.warning("operator not reminded", shift=shift.id, error=str(error))
    else:
        _keep_sent(ports, shift.id, reminder)


def _write_to_operator(ports: Ports, shift: Shift, reminder: Reminder) -> None:
    """Write to the operator; where no text can be sent, the desk shows it."""
    hotline = ports.content.lines()[shift.line]
    number = ports.roster.number(shift.operator)
    if not hotline.phones.reminders_from or number is None:
        return
    everybody = {each.id: each for each in ports.roster.all(shift.line)}
    language = own_language(ports, everybody.get(shift.operator), shift.line)
    values = _values_of_shift(shift, hotline.zone)
    body = ports.content.text(shift.line, language, PROMPTS[reminder], values)
    ports.texts.text(number, hotline.phones.reminders_from, body)


def _values_of_shift(shift: Shift, zone: str) -> dict[str, str | int]:
    starts, ends = (at.astimezone(ZoneInfo(zone)) for at in (shift.starts, shift.ends))
    return {
        "day": weekday_prompt(DAYS[starts.weekday()]),
        "start": f"{starts:%H:%M}",
        "end": f"{ends:%H:%M}",
    }


def _keep_sent(ports: Ports, key: ShiftId, reminder: Reminder) -> None:
    _update_shift(ports, key, partial(note_sent, reminder=reminder))


def note_sent(shift: Shift, now: datetime, *, reminder: Reminder) -> ShiftChange:
    """Note that a reminder is sent: it is not sent again."""
    return ShiftChange(shift=mark_sent(shift, reminder, now))
