"""An operator's own shifts: seen, confirmed, declined, taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.units import format_unit
from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ivr.actions.operators import shifts as planning
from ivr.core.model.account import Role
from ivr.core.model.errors import Stale
from ivr.core.model.identifiers import OperatorId, ShiftId
from ivr.core.shifts.reminding import BEFORE, is_near
from ivr.core.shifts.shift import (
    LONGEST_REASON,
    Reminder,
    Shift,
    ShiftAnswer,
    ShiftState,
    colleagues_of,
    next_of,
    possible_answers,
)
from ivr.web.context import web_context
from ivr.web.desk.render.responses import render_page
from ivr.web.desk.render.saying import zone_said
from ivr.web.desk.render.words import current_language, t
from ivr.web.desk.security.fields import form_field
from ivr.web.desk.security.guard import current_account, require_role, without_presence

shifts = Blueprint("shifts", __name__, url_prefix="/operator/shifts")
shifts.before_request(require_role(Role.OPERATOR))

AHEAD = timedelta(weeks=4)
OK, SEE_OTHER, CONFLICT = 200, 303, 409
AN_HOUR, A_MINUTE = timedelta(hours=1), timedelta(minutes=1)

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownShift:
    """A shift in words, with the possible answers."""

    key: ShiftId
    day: date
    times: str
    length: str
    state: str
    said: ShiftState
    mark: str
    runs: bool
    colleagues: str
    may_confirm: bool
    may_decline: bool


@shifts.get("", endpoint="show")
def show_shifts() -> ResponseReturnValue:
    return render_page("desk/shifts.html", **_list_values())


@shifts.post("/<key>/confirm", endpoint="confirm")
def confirm_shift(key: str) -> ResponseReturnValue:
    return _answer_shift(ShiftId(key), ShiftAnswer.CONFIRM)


@shifts.post("/<key>/decline", endpoint="decline")
def decline_shift(key: str) -> ResponseReturnValue:
    return _answer_shift(ShiftId(key), ShiftAnswer.DECLINE)


@shifts.get("/next", endpoint="coming")
@without_presence
def show_next() -> ResponseReturnValue:
    return render_page("desk/_next_shift.html", **next_shift())


def next_shift() -> Values:
    """The values for ``desk/_next_shift.html``: the next shift of the account."""
    ports, account = web_context().ports, current_account()
    now = ports.clock.now()
    found = ports.shifts.between(account.line, now, now + AHEAD)
    shift = next_of(account.operator, found, now)
    return {"next_shift": None if shift is None else _next_values(shift, now)}


def _next_values(shift: Shift, now: datetime) -> Values:
    zone = _line_zone()
    times = _format_times(shift, zone)
    day = _day_name(shift.starts.astimezone(zone).date(), now.astimezone(zone).date())
    return {
        "text": t(f"shift.next-{shift.state}", when=f"{day} {times}"),
        "runs": shift.has_started(now),
        "unanswered": shift.state is ShiftState.PLANNED and is_near(shift, now),
        "soon": timedelta() < shift.starts - now <= BEFORE[Reminder.HOUR],
    }


# --- what is said to a shift ------------------------------------------------


def _answer_shift(key: ShiftId, answer: ShiftAnswer) -> ResponseReturnValue:
    """Save the answer; return the page, or for htmx only the list, with the outcome.

    An answer that comes too late is refused there, and changes nothing.
    """
    try:
        shift = _save_answer(key, answer)
    except Stale as stale:
        return _list_answered(refusal=t(f"shift.refused-{stale.reason}"))
    if "HX-Request" not in request.headers:
        where = url_for("shifts.show", _anchor=f"shift-{key}")
        return make_response(redirect(where, SEE_OTHER))
    zone = _line_zone()
    day = _format_date(shift.starts.astimezone(zone).date())
    when = f"{day}, {_format_times(shift, zone)}"
    return _list_answered(done=t(f"shift.done-{answer}", when=when))


def _save_answer(key: ShiftId, answer: ShiftAnswer) -> Shift:
    ports, operator = web_context().ports, current_account().operator
    if answer is ShiftAnswer.CONFIRM:
        return planning.confirm_shift(ports, operator, key)
    return planning.decline_shift(ports, operator, key, form_field("reason"))


def _list_answered(done: str = "", refusal: str = "") -> ResponseReturnValue:
    alone = "HX-Request" in request.headers
    name = "desk/_shifts.html" if alone else "desk/shifts.html"
    told = _list_values() | {"done": done, "refusal": refusal}
    return render_page(name, CONFLICT if refusal else OK, **told)


# --- what is shown ----------------------------------------------------------


def _list_values() -> Values:
    """The operator's shifts by day; the shown ones count as seen from now on."""
    ports, account = web_context().ports, current_account()
    now, zone = ports.clock.now(), _line_zone()
    found = planning.show_shifts(ports, account.line, account.operator, now + AHEAD)
    names = {each.id: each.profile.name for each in ports.roster.all(account.line)}
    own = [shift for shift in found if shift.operator == account.operator]
    rows = [
        _shown_shift(shift, colleagues_of(shift, found), names, now) for shift in own
    ]
    today = now.astimezone(zone).date()
    by_day = groupby(rows, key=lambda row: row.day)
    days = [(_day_heading(day, today), list(each)) for day, each in by_day]
    told = {"zone": zone_said(zone, current_language()), "longest": LONGEST_REASON}
    return {"days": days, "done": "", "refusal": "", **told}


def _shown_shift(
    shift: Shift,
    colleagues: Iterable[Shift],
    names: Mapping[OperatorId, str],
    now: datetime,
) -> ShownShift:
    zone, may = _line_zone(), possible_answers(shift, now)
    there = sorted({names.get(each.operator, "") for each in colleagues} - {""})
    return ShownShift(
        key=shift.id,
        day=shift.starts.astimezone(zone).date(),
        times=_whole_times(shift, zone),
        length=_format_length(shift.length),
        state=t(f"shift.state-{shift.state}"),
        said=shift.state,
        mark=_shift_mark(shift),
        runs=shift.has_started(now) and not shift.is_over(now),
        colleagues=", ".join(there),
        may_confirm=ShiftAnswer.CONFIRM in may,
        may_decline=ShiftAnswer.DECLINE in may,
    )


def _shift_mark(shift: Shift) -> str:
    """The mark of a shift that the operator sees for the first time; "" for others."""
    if shift.seen is not None:
        return ""
    is_off = shift.state is ShiftState.CANCELLED
    return t("shift.changed" if is_off else "shift.new")


def _line_zone() -> ZoneInfo:
    return ZoneInfo(web_context().ports.content.lines()[current_account().line].zone)


def _day_heading(day: date, today: date) -> str:
    words = _format_date(day)
    near = _near_day(day, today)
    told = t("shift.day", near=near, date=words) if near else words
    return told[:1].upper() + told[1:]


def _day_name(day: date, today: date) -> str:
    return _near_day(day, today) or f"{_format_date(day)},"


def _near_day(day: date, today: date) -> str:
    near = {0: "shift.today", 1: "shift.tomorrow"}.get((day - today).days)
    return t(near) if near else ""


def _format_date(day: date) -> str:
    return str(format_date(day, "EEEE, d MMMM", locale=current_language()))


def _format_times(shift: Shift, zone: ZoneInfo, key: str = "shift.times") -> str:
    starts, ends = (at.astimezone(zone) for at in (shift.starts, shift.ends))
    return t(key, start=_format_clock(starts), end=_format_clock(ends))


def _whole_times(shift: Shift, zone: ZoneInfo) -> str:
    """The times, with a word about the day if the end is on the next one."""
    inside = (shift.starts, shift.ends - A_MINUTE)
    days = {at.astimezone(zone).date() for at in inside}
    return _format_times(
        shift, zone, "shift.times-overnight" if len(days) > 1 else "shift.times"
    )


def _format_clock(local: datetime) -> str:
    return str(
        format_time(local, "HH:mm", tzinfo=local.tzinfo, locale=current_language())
    )


def _format_length(length: timedelta) -> str:
    hours, rest = divmod(length, AN_HOUR)
    parts = ((hours, "hour"), (rest // A_MINUTE, "minute"))
    words = (format_unit(n, unit, locale=current_language()) for n, unit in parts if n)
    return " ".join(map(str, words))
