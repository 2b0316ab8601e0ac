"""How the desk says times, lengths, languages and what happened, to whoever asks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location
from babel.units import format_unit
from flask import request
from werkzeug.wrappers import Response as Answer

from ivr.core.history.timeline import Happening
from ivr.core.line.menu import Line
from ivr.core.model.errors import Invalid, NotFound, Stale
from ivr.web.desk.render.responses import page
from ivr.web.desk.render.words import language, t, text
from ivr.web.desk.security.guard import who
from ivr.web.house import house

OK, CONFLICT, UNFIT = 200, 409, 422
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)


def line() -> Line:
    """The line of whoever asks."""
    return house().ports.content.lines()[who().line]


def zone() -> ZoneInfo:
    """The zone of the line: all times of the desk are its own."""
    return ZoneInfo(line().zone)


KYIV = frozenset({"Europe/Kyiv", "Europe/Kiev"})
"""What the database of zones calls one city, today and before."""


def zone_said(there: ZoneInfo, language: str) -> str:
    """Whose time is shown, in words: of Kyiv as people say it, else by its place."""
    if there.key in KYIV:
        return text(language, "shift.zone-kyiv", {})
    place = get_timezone_location(there, locale=language, return_city=True)
    return text(language, "shift.zone", {"place": place})


def clock(at: datetime, pattern: str = "HH:mm") -> str:
    """A moment as the clock on the line's wall shows it."""
    local = at.astimezone(zone())
    return str(format_time(local, pattern, tzinfo=local.tzinfo, locale=language()))


def clock_with_seconds(at: datetime) -> str:
    """A moment to the second, as a save is told."""
    return clock(at, "HH:mm:ss")


def moment(at: datetime) -> str:
    """A moment with its day, but for those of today."""
    local, now = at.astimezone(zone()), house().ports.clock.now().astimezone(zone())
    if local.date() == now.date():
        return clock(at)
    pattern = "d MMMM" if local.year == now.year else "d MMMM y"
    day = format_date(local.date(), pattern, locale=language())
    return f"{day}, {clock(at)}"


def length(lasts: timedelta) -> str:
    """A length in whole minutes, with hours where there are any; short: in seconds."""
    if lasts < A_MINUTE:
        return _unit(round(lasts.total_seconds()), "second")
    hours, rest = divmod(lasts, AN_HOUR)
    parts = ((hours, "hour"), (rest // A_MINUTE, "minute"))
    return " ".join(_unit(count, name) for count, name in parts if count)


def titles(chosen: str | None = None) -> dict[str, str]:
    """What the line's dispositions are called; ``chosen`` may be one of the past."""
    desk = line().desk
    codes = dict.fromkeys([*desk.dispositions, *([chosen] if chosen else [])])
    return {code: desk.title(code, language()) for code in codes}


def _unit(count: int, name: str) -> str:
    return str(format_unit(count, name, "short", locale=language()))


def language_name(code: str) -> str:
    """A language in the words of the line."""
    return _named(f"language-name.{code}", code)


def topic_name(topic: str | None) -> str:
    """A topic in the words of the line; one that it has no more, by its key."""
    return _named(f"topic-name.{topic}", topic or "")


def _named(prompt: str, key: str) -> str:
    spoken = line().languages
    known = language() if language() in spoken else next(iter(spoken))
    try:
        return house().ports.content.text(who().line, known, prompt, {})
    except NotFound:
        return key


CODES = ("location", "reason", "by", "outcome", "how", "kind")
"""What of a fact changes the sentence that tells it."""


def happened(event: Happening) -> str:
    """One line of a call's timeline; of a code without words, the fact alone."""
    told: Mapping[str, str] = event.values
    code = next((told[name] for name in CODES if name in told), "")
    values = {
        "operator": told.get("operator", ""),
        "language": language_name(told.get("language", "")),
        "topic": topic_name(told.get("topic")),
        "part": told.get("part", ""),
    }
    for key in (f"record.fact-{event.what}-{code}", f"record.fact-{event.what}"):
        said = text(language(), key, values)
        if said != key:
            return said
    return event.what


def refusal(area: str, error: Stale | Invalid) -> str:
    """Why something was not done, in the words of an area, else in the common ones."""
    reason = error.reason if isinstance(error, Stale) else "invalid"
    own = f"{area}.refused-{reason}"
    said = t(own)
    return said if said != own else t(f"refusal.{reason}")


def is_fragment() -> bool:
    """Whether a page asks for a part of itself."""
    return "HX-Request" in request.headers


def part(name: str, title: str, status: int = OK, **values: object) -> Answer:
    """A part of the desk: alone for a page that asks for it, else as a page."""
    if is_fragment():
        return page(f"desk/_{name}.html", status, **values)
    inside = {"part": f"desk/_{name}.html", "heading": title}
    return page("desk/part.html", status, **inside, **values)


SAYING: dict[str, Any] = {
    "clock": clock,
    "clock_with_seconds": clock_with_seconds,
    "moment": moment,
    "length": length,
    "language_name": language_name,
    "topic_name": topic_name,
    "happened": happened,
}
"""What the templates of records and lists are given besides the words."""
