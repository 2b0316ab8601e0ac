"""Single values of ``rules.toml``: what each may be, and the faults of the others."""

import json
import re
from dataclasses import dataclass
from datetime import time, timedelta
from difflib import get_close_matches
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from ivr.core.model.phone_numbers import E164
from ivr.core.text.nearest import did_you_mean
from ivr.core.text.wall_clock import Day, end_of_hours, time_of_day


def _make_fault(what: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError(
        "rule", "{what}; {remedy}", {"what": what, "remedy": remedy}
    )


def show_value(value: Any) -> str:
    """A value as it may have been written in the file, cut short."""
    quoted = isinstance(value, str)
    text = json.dumps(value, ensure_ascii=False) if quoted else str(value).lower()
    return text[:40]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """A number as written in the file, within limits; quotes make it a text."""

    low: float
    high: float
    what: str = "number"
    above: bool = False

    def __call__(self, value: Any) -> Any:
        kinds = int if self.what == "whole number" else int | float
        fits = isinstance(value, kinds) and not isinstance(value, bool)
        if not fits or not self.low <= value <= self.high:
            raise self._make_limit_fault(value)
        if self.above and value == self.low:
            raise self._make_limit_fault(value)
        return value

    def _make_limit_fault(self, value: Any) -> PydanticCustomError:
        span = (
            "above {:.0f} and up to {:.0f}" if self.above else "from {:.0f} to {:.0f}"
        )
        remedy = f"write a {self.what} {span.format(self.low, self.high)}"
        return _make_fault(f"{show_value(value)} does not fit", remedy)


def _duration_between(low: float, high: float = 7 * 24 * 3600) -> BeforeValidator:
    number = _Number(low=low, high=high, what="number of seconds")
    return BeforeValidator(lambda value: timedelta(seconds=number(value)))


def _to_time(value: Any) -> time:
    start = time_of_day(value) if isinstance(value, str) else None
    if start is None:
        raise _no_time(value)
    return start


def _to_end(value: Any, info: ValidationInfo) -> time:
    end = end_of_hours(value) if isinstance(value, str) else None
    if end is None:
        raise _no_time(value)
    if end == info.data.get("start") != time():
        raise _make_fault(
            "must differ from `from`", 'the whole day is from "00:00" to "24:00"'
        )
    return end


def _no_time(value: Any) -> PydanticCustomError:
    return _make_fault(
        f"{show_value(value)} is no time of day", 'write it in quotes: "18:00"'
    )


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(value, available_timezones(), n=1)
        remedy = f'did you mean "{near[0]}"?' if near else 'for example "Europe/Kyiv"'
        raise _make_fault(f"{show_value(value)} is not a time zone", remedy) from None
    return value


def _class_name(value: str) -> str:
    if not re.fullmatch(r"[\w-]+", value):
        raise _make_fault("is no name of a class", "use letters, digits, - and _")
    return value


def _require_class(value: str, info: ValidationInfo) -> str:
    classes = (info.context or {}).get("classes")
    if classes and value not in classes:
        raise _make_fault("is not a class of these rules", did_you_mean(value, classes))
    return value


def _require_international(value: str) -> str:
    if not E164.fullmatch(value):
        remedy = 'write it with the country code: "+12025550123"'
        raise _make_fault(f"{show_value(value)} is no telephone number", remedy)
    return value


def _require_some(value: tuple[Day, ...]) -> tuple[Day, ...]:
    if not value:
        raise _make_fault("is empty", "name at least one day, or leave it out for all")
    return value


# The upper limits catch slips of the hand; they bound what the queue adds up.
Weight = Annotated[float, BeforeValidator(_Number(low=0, high=1e6, above=True))]
HeadStart = Annotated[float, BeforeValidator(_Number(low=0, high=1e9))]
Count = Annotated[int, BeforeValidator(_Number(low=0, high=1000, what="whole number"))]
Tries = Annotated[int, BeforeValidator(_Number(low=1, high=1000, what="whole number"))]
Duration = Annotated[timedelta, _duration_between(0)]
LongDuration = Annotated[timedelta, _duration_between(1)]
RingTime = Annotated[timedelta, _duration_between(1, 600)]
ClassName = Annotated[str, AfterValidator(_class_name)]
Number = Annotated[str, AfterValidator(_require_international)]
KnownClass = Annotated[str, AfterValidator(_require_class)]
Days = Annotated[tuple[Day, ...], Field(strict=False), AfterValidator(_require_some)]
TimeOfDay = Annotated[time, BeforeValidator(_to_time)]
EndOfHours = Annotated[time, BeforeValidator(_to_end)]
Zone = Annotated[str, AfterValidator(_known_zone)]
