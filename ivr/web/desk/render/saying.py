"""How the desk writes times, lengths, languages and what happened."""

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
from ivr.web.context import web_context
from ivr.web.desk.render.responses import render_page
from ivr.web.desk.render.words import current_language, t, translate_to
from ivr.web.desk.security.guard import current_account

OK, CONFLICT, UNFIT = 200, 409, 422
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)


def get_line() -> Line:
    """The line of the account that asks."""
    return web_context().ports.content.lines()[current_account().line]


def get_zone() -> ZoneInfo:
    """The zone of the line: all times of the desk are its own."""
    return ZoneInfo(get_line().zone)


KYIV = frozenset({"Europe/Kyiv", "Europe/Kiev"})
"""The names of one city in the database of zones, today's and the former."""


def zone_said(there: ZoneInfo, language: str) -> str:
    """The zone of the shown times, in words: Kyiv as people say it, else its place."""
    if there.key in KYIV:
        return translate_to(language, "shift.zone-kyiv", {})
    place = get_timezone_location(there, locale=language, return_city=True)
    return translate_to(language, "shift.zone", {"place": place})


def format_clock(at: datetime, pattern: str = "HH:mm") -> str:
    """A moment as the line's wall clock shows it."""
    local = at.astimezone(get_zone())
    return str(
        format_time(local, pattern, tzinfo=local.tzinfo, locale=current_language())
    )


def clock_with_seconds(at: datetime) -> str:
    """A moment to the second, for saves."""
    return format_clock(at, "HH:mm:ss")


def format_moment(at: datetime) -> str:
    """A moment with its day, unless it is today."""
    local, now = (
        at.astimezone(get_zone()),
        web_context().ports.clock.now().astimezone(get_zone()),
    )
    if local.date() == now.date():
        return format_clock(at)
    pattern = "d MMMM" if local.year == now.year else "d MMMM y"
    day = format_date(local.date(), pattern, locale=current_language())
    return f"{day}, {format_clock(at)}"


def format_length(lasts: timedelta) -> str:
    """A length in whole minutes, with hours where there are any; short: in seconds."""
    if lasts < A_MINUTE:
        return _format_unit(round(lasts.total_seconds()), "second")
    hours, rest = divmod(lasts, AN_HOUR)
    parts = ((hours, "hour"), (rest // A_MINUTE, "minute"))
    return " ".join(_format_unit(count, name) for count, name in parts if count)


def disposition_titles(chosen: str | None = None) -> dict[str, str]:
    """The titles of the line's dispositions; ``chosen`` may be a former one."""
    desk = get_line().desk
    codes = dict.fromkeys([*desk.dispositions, *([chosen] if chosen else [])])
    return {code: desk.title(code, current_language()) for code in codes}


def _format_unit(count: int, name: str) -> str:
    return str(format_unit(count, name, "short", locale=current_language()))


def language_name(code: str) -> str:
    """A language in the words of the line."""
    return _name_in_line(f"language-name.{code}", code)


def topic_name(topic: str | None) -> str:
    """A topic in the words of the line; its key if the line does not have it."""
    return _name_in_line(f"topic-name.{topic}", topic or "")


def _name_in_line(prompt: str, key: str) -> str:
    spoken = get_line().languages
    known = current_language() if current_language() in spoken else next(iter(spoken))
    try:
        return web_context().ports.content.text(
            current_account().line, known, prompt, {}
        )
    except NotFound:
        return key


CODES = ("location", "reason", "by", "outcome", "how", "kind")
"""The values of a fact that change the sentence about it."""


def describe_happening(event: Happening) -> str:
    """One line of a call's timeline; for a code without words, only the fact."""
    told: Mapping[str, str] = event.values
    code = next((told[name] for name in CODES if name in told), "")
    values = {
        "operator": told.get("operator", ""),
        "language": language_name(told.get("language", "")),
        "topic": topic_name(told.get("topic")),
        "part": told.get("part", ""),
    }
    for key in (f"record.fact-{event.what}-{code}", f"record.fact-{event.what}"):
        said = translate_to(current_language(), key, values)
        if said != key:
            return said
    return event.what


def describe_error(area: str, error: Stale | Invalid) -> str:
    """Why something was not done, in the words of an area, else in the common ones."""
    reason = error.reason if isinstance(error, Stale) else "invalid"
    own = f"{area}.refused-{reason}"
    said = t(own)
    return said if said != own else t(f"refusal.{reason}")


def is_fragment() -> bool:
    """Whether a page asks for a part of itself."""
    return "HX-Request" in request.headers


def render_fragment(
    name: str, title: str, status: int = OK, **values: object
) -> Answer:
    """A part of the desk: alone for a page that asks for it, else as a page."""
    if is_fragment():
        return render_page(f"desk/_{name}.html", status, **values)
    inside = {"part": f"desk/_{name}.html", "heading": title}
    return render_page("desk/part.html", status, **inside, **values)


SAYING: dict[str, Any] = {
    "clock": format_clock,
    "clock_with_seconds": clock_with_seconds,
    "moment": format_moment,
    "length": format_length,
    "language_name": language_name,
    "topic_name": topic_name,
    "happened": describe_happening,
}
"""The functions that the templates of records and lists get besides the words."""
