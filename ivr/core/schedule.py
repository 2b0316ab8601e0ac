"""When a line is open, by its own local clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.core.menu import OpenHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The days of the week, in the order of ``datetime.weekday``."""


def is_open(hours: Iterable[OpenHours], zone: str, at: datetime) -> bool:
    """Whether the line answers at this moment; without any hours it always does.

    The clock on the wall in ``zone`` counts, so that 20:00 stays 20:00 when the
    clocks change. The end is no longer open.
    """
    spans = tuple(hours)
    local = at.astimezone(ZoneInfo(zone))
    return not spans or any(_covers(span, local) for span in spans)


def _covers(span: OpenHours, local: datetime) -> bool:
    if span.start < span.end:
        return _names(span, local) and span.start <= local.time() < span.end
    # Over midnight; with start and end the same it is a whole day from there on.
    began_today = _names(span, local) and local.time() >= span.start
    began_yesterday = (
        _names(span, local - timedelta(days=1)) and local.time() < span.end
    )
    return began_today or began_yesterday


def _names(span: OpenHours, day: datetime) -> bool:
    return DAYS[day.weekday()] in span.days
