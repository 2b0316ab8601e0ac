"""Shifts of enrolled operators."""

from datetime import UTC, datetime, timedelta

from ivr.actions.operators import shifts
from ivr.core.shifts.shift import Shift
from ivr.core.shifts.shift_times import Span
from tests.world import LINE, World

STARTS = datetime(2026, 1, 7, 20, tzinfo=UTC)
"""A Wednesday, 22:00 in Kyiv."""

HOUR = timedelta(hours=1)


def planned(world: World, name: str = "anna", *starts: datetime) -> list[Shift]:
    """Shifts of eight hours of an operator who is enrolled already."""
    (known,) = [one for one in world.ports.roster.all(LINE) if one.profile.name == name]
    wanted = [Span(starts=at, ends=at + 8 * HOUR) for at in starts or (STARTS,)]
    return shifts.plan_shifts(world.ports, known, wanted)


def look(world: World, at: datetime) -> None:
    """The ticker looks at this moment."""
    world.clock.move(at)
    shifts.send_reminders(world.ports, LINE)
