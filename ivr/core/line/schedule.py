"""Opening hours: when a line is open, by its own local clock."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.core.line.menu import OpenHours
from ivr.core.text.wall_clock import runs_at


def is_open(hours: Iterable[OpenHours], zone: str, at: datetime) -> bool:
    """Whether the line answers at this moment; without any hours it always does.

    The wall clock in ``zone`` counts, so that 20:00 stays 20:00 when the clocks change.
    At the end of the hours the line is closed.
    """
    spans = tuple(hours)
    local = at.astimezone(ZoneInfo(zone))
    return not spans or any(
        runs_at(span.days, span.start, span.end, local) for span in spans
    )
