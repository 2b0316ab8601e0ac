"""Reminders: when an operator is reminded of a shift, and how."""

from datetime import datetime, timedelta

from ivr.core.model.values import replace
from ivr.core.shifts.shift import COMING, Reminder, Sending, Shift, ShiftState

BEFORE = {Reminder.DAY: timedelta(hours=24), Reminder.HOUR: timedelta(hours=1)}
"""How long before a shift begins its reminders are due."""

MOST_TRIES = 3
"""How often we hand a reminder to the carrier before we give up."""

AGAIN = timedelta(minutes=5)
"""When to try a reminder again if nobody knows that it was sent."""

PROMPTS = {Reminder.DAY: "shift.day-before", Reminder.HOUR: "shift.hour-before"}


def due_reminder(shift: Shift, now: datetime) -> Reminder | None:
    """The reminder to send now, if any.

    Once the last hour has begun we do not send the day's reminder any more, and none at
    all once the shift has begun. A shift that is planned late is announced at once.
    """
    if shift.state not in COMING or shift.has_started(now):
        return None
    if shift.starts - now <= BEFORE[Reminder.HOUR]:
        wanted = Reminder.HOUR
    elif shift.state is ShiftState.PLANNED and is_near(shift, now):
        wanted = Reminder.DAY
    else:
        return None
    return wanted if _is_open(shift.reminded.get(wanted), now) else None


def is_near(shift: Shift, now: datetime) -> bool:
    """Whether the shift begins within a day, or runs."""
    return shift.starts - now <= BEFORE[Reminder.DAY]


def _is_open(sending: Sending | None, now: datetime) -> bool:
    if sending is None:
        return True
    if sending.sent is not None or sending.tries >= MOST_TRIES:
        return False
    return now - sending.tried >= AGAIN


def mark_tried(shift: Shift, reminder: Reminder, now: datetime) -> Shift:
    """The shift with a reminder that is about to be sent."""
    before = shift.reminded.get(reminder)
    tries = before.tries + 1 if before else 1
    return _with_sending(shift, reminder, Sending(tries=tries, tried=now))


def mark_sent(shift: Shift, reminder: Reminder, now: datetime) -> Shift:
    """The shift with a reminder that was sent: it is not sent again."""
    before = shift.reminded.get(reminder) or Sending(tries=1, tried=now)
    return _with_sending(shift, reminder, replace(before, sent=now))


def _with_sending(shift: Shift, reminder: Reminder, sending: Sending) -> Shift:
    return replace(shift, reminded={**shift.reminded, reminder: sending})
