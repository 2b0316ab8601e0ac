"""What an operator writes of a call, sees of the caller, and promises."""

import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as Answer

from ivr.actions.desk import notes, scheduled_callback
from ivr.actions.desk.caller_profile import caller_card, names_of, reveal_area
from ivr.actions.operators import wrap_up
from ivr.core.callback.scheduled_callback import MOST_AHEAD
from ivr.core.desk.record_shown import Shown
from ivr.core.history.record import (
    LONGEST_FOLLOW_UP,
    LONGEST_NOTE,
    NEWER,
    Draft,
    FollowUp,
    Record,
    RecordId,
    missing,
)
from ivr.core.model.account import Role
from ivr.core.model.call import CallId, OperatorId
from ivr.core.model.errors import Invalid, Stale
from ivr.web.desk.render.responses import page, see
from ivr.web.desk.render.saying import (
    A_MINUTE,
    CONFLICT,
    OK,
    SAYING,
    UNFIT,
    is_fragment,
    line,
    part,
    refusal,
    titles,
    zone,
)
from ivr.web.desk.render.shown import done
from ivr.web.desk.render.words import t
from ivr.web.desk.security import guard
from ivr.web.desk.security.fields import given, is_given
from ivr.web.house import house

record = Blueprint("record", __name__, url_prefix="/operator")
record.before_request(guard.only(Role.OPERATOR))

CALL = re.compile(r"[A-Za-z0-9_-]{1,100}")
NUMBER = re.compile(r"[0-9]{1,9}")
NO_CONTENT = 204

Values = dict[str, Any]


# --- the form ---------------------------------------------------------------


@record.get("/record")
@guard.by_itself
def show() -> Answer:
    call, how = notes.how_shown(house().ports, guard.who())
    if is_fragment() and _stands_there(call, how):
        # The same form is on the page, perhaps with words that are not saved yet.
        return Response(status=NO_CONTENT)
    return _whole(OK, _form(call, _known(call)))


def _stands_there(call: CallId | None, how: Shown) -> bool:
    asked = request.args
    # A page that was loaded before this was asked for tells the call alone.
    shown = asked.get("shown", how if call else None)
    return (asked.get("call"), shown) == (call or "", how)


@record.post("/record")
def save() -> Answer:
    draft = _draft()
    try:
        written = notes.save_record(house().ports, guard.who(), draft)
    except (Stale, Invalid) as error:
        return _refused(draft, error, "desk/_saved.html")
    if not is_fragment():
        return see("record.show")
    return page("desk/_saved.html", **_form(draft.call, written))


@record.post("/record/complete")
def complete() -> Answer:
    draft = _draft()
    try:
        written = notes.complete_record(house().ports, guard.who(), draft)
    except (Stale, Invalid) as error:
        return _refused(draft, error, "desk/_record.html")
    if written.complete is None:
        return _whole(UNFIT, _form(draft.call, written) | {"asked": True})
    if not is_fragment():
        return see("record.show")
    return _whole(OK, _form(draft.call, written) | {"asked": True})


def _refused(draft: Draft, error: Stale | Invalid, name: str) -> Answer:
    """Why nothing was saved; what was typed stays, beside what another has saved."""
    newer = isinstance(error, Stale) and error.reason == NEWER
    other = _known(draft.call) if newer else None
    told = {"fault": refusal("record", error), "other": other}
    values = _form(draft.call, _typed(draft)) | told
    status = UNFIT if isinstance(error, Invalid) else CONFLICT
    if is_fragment():
        return page(name, status, **values)
    return _whole(status, values)


def _whole(status: int, values: Values) -> Answer:
    if is_fragment():
        return page("desk/_record.html", status, **values)
    return page("desk/record.html", status, **values | _caller())


def _draft() -> Draft:
    """What stands on the form; ``over`` is the version that is knowingly replaced."""
    version = given("over") or given("version")
    return Draft(
        call=_call(),
        version=int(version) if NUMBER.fullmatch(version) else 0,
        note=given("note"),
        disposition=given("disposition") or None,
        follow_up=given("follow_up"),
        follow_up_to=OperatorId(given("to")) if given("to") else None,
    )


def _call() -> CallId:
    named = given("call")
    if not CALL.fullmatch(named):
        raise Stale("call-over")
    return CallId(named)


def _known(call: CallId | None) -> Record | None:
    if call is None:
        return None
    return house().ports.records.of(call, guard.who().operator)


def _typed(draft: Draft) -> Record:
    """The words of a form that were not saved, as if they were."""
    follow = FollowUp(text=draft.follow_up, made=_now(), to=draft.follow_up_to)
    return Record(
        id=RecordId(""),
        line=guard.who().line,
        call=draft.call,
        operator=guard.who().operator,
        saved=_now(),
        version=draft.version,
        note=draft.note,
        disposition=draft.disposition,
        follow_up=follow if draft.follow_up else None,
    )


def _form(call: CallId | None, written: Record | None) -> Values:
    me, desk = guard.who(), line().desk
    names = names_of(house().ports, me.line)
    chosen = written.disposition if written else None
    return {
        **SAYING,
        "call": call,
        "record": written,
        "titles": titles(chosen),
        "colleagues": {key: names[key] for key in names if key != me.operator},
        "required": desk.required,
        "missing": missing(written, desk),
        "longest": {"note": LONGEST_NOTE, "follow_up": LONGEST_FOLLOW_UP},
        "fault": "",
        "other": None,
        "asked": False,
        **_promise(call),
        **_place(call),
    }


def _place(call: CallId | None) -> Values:
    """How the record stands on the page: open, or under a heading with its time."""
    ports, me = house().ports, guard.who()
    at_hand, how = notes.how_shown(ports, me)
    is_now = call is not None and call == at_hand and how is Shown.NOW
    shown = Shown.NOT if call is None else Shown.NOW if is_now else Shown.LAST
    began = notes.began(ports, me, call) if call and not is_now else None
    return {"shown": shown, "began": began}


# --- more time --------------------------------------------------------------


@record.post("/more-time")
def more_time() -> Answer:
    me = guard.who()
    return done(lambda: wrap_up.more_time(house().ports, me.line, me.operator))


# --- the caller -------------------------------------------------------------


@record.get("/caller")
@guard.by_itself
def caller() -> Answer:
    return part("caller", t("record.caller"), **_caller())


@record.post("/reveal")
def reveal() -> Answer:
    told: Values = {"is_news": True}
    status = OK
    try:
        told["place"] = reveal_area(house().ports, guard.who())
    except Stale as error:
        told["place_fault"], status = refusal("record", error), CONFLICT
    return part("caller", t("record.caller"), status, **_caller() | told)


def _caller() -> Values:
    try:
        card = caller_card(house().ports, guard.who())
    except Stale:
        card = None
    place = card.place if card else None
    told = {"place": place, "place_fault": "", "is_news": False}
    return {**SAYING, "card": card, "titles": titles(), **told}


# --- another call -----------------------------------------------------------


@record.post("/call-again")
def call_again() -> Answer:
    ports, me, call = house().ports, guard.who(), _call()
    told, status = {"again_fault": ""}, OK
    try:
        if is_given("back"):
            scheduled_callback.take_back(ports, me, call)
        else:
            scheduled_callback.promise_again(ports, me, call, _moment())
    except Stale as error:
        told, status = {"again_fault": refusal("record", error)}, CONFLICT
    except Invalid:
        told, status = {"again_fault": t("record.refused-moment")}, UNFIT
    if is_fragment():
        values = {**SAYING, "call": call, **_promise(call), **told}
        return page("desk/_again.html", status, **values)
    if status == OK:
        return see("record.show")
    return _whole(status, _form(call, _known(call)) | told)


def _moment() -> datetime:
    """The moment as it was chosen: by the clock on the line's wall."""
    try:
        chosen = datetime.fromisoformat(given("at"))
        return chosen.replace(tzinfo=zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("the moment is no moment; choose a day and a time") from None


def _promise(call: CallId | None) -> Values:
    ports, now = house().ports, _now()
    known = call and scheduled_callback.promised_for(ports, guard.who().line, call)
    may = call and scheduled_callback.may_promise(ports, guard.who(), call)
    return {
        "again_at": known,
        "again_may": may,
        "again_from": _typable(now + A_MINUTE),
        "again_until": _typable(now + MOST_AHEAD),
        "again_fault": "",
    }


def _typable(at: datetime) -> str:
    return at.astimezone(zone()).strftime("%Y-%m-%dT%H:%M")


def _now() -> datetime:
    return house().ports.clock.now()
