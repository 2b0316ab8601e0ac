"""The record page: what an operator writes of a call, sees of the caller, promises."""

import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as Answer

from ivr.actions.desk import call_records, scheduled_callback
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
    missing_fields,
)
from ivr.core.model.account import Role
from ivr.core.model.errors import Invalid, Stale
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.web.context import web_context
from ivr.web.desk.render.responses import redirect_to, render_page
from ivr.web.desk.render.saying import (
    A_MINUTE,
    CONFLICT,
    OK,
    SAYING,
    UNFIT,
    describe_error,
    disposition_titles,
    get_line,
    get_zone,
    is_fragment,
    render_fragment,
)
from ivr.web.desk.render.shown import do_and_show
from ivr.web.desk.render.words import t
from ivr.web.desk.security import guard
from ivr.web.desk.security.fields import form_field, is_given

record = Blueprint("record", __name__, url_prefix="/operator")
record.before_request(guard.require_role(Role.OPERATOR))

CALL = re.compile(r"[A-Za-z0-9_-]{1,100}")
NUMBER = re.compile(r"[0-9]{1,9}")
NO_CONTENT = 204

Values = dict[str, Any]


# --- the form ---------------------------------------------------------------


@record.get("/record", endpoint="show")
@guard.without_presence
def show_record() -> Answer:
    call, how = call_records.how_shown(web_context().ports, guard.current_account())
    if is_fragment() and _stands_there(call, how):
        # The same form is on the page, perhaps with words that are not saved yet.
        return Response(status=NO_CONTENT)
    return _record_fragment(OK, _form_values(call, _find_record(call)))


def _stands_there(call: ContactId | None, how: Shown) -> bool:
    asked = request.args
    # A page that was loaded before this was asked for tells the call alone.
    shown = asked.get("shown", how if call else None)
    return (asked.get("call"), shown) == (call or "", how)


@record.post("/record", endpoint="save")
def save_draft() -> Answer:
    draft = _read_draft()
    try:
        written = call_records.save_record(
            web_context().ports, guard.current_account(), draft
        )
    except (Stale, Invalid) as error:
        return _show_refused(draft, error, "desk/_saved.html")
    if not is_fragment():
        return redirect_to("record.show")
    return render_page("desk/_saved.html", **_form_values(draft.call, written))


@record.post("/record/complete", endpoint="complete")
def complete_record() -> Answer:
    draft = _read_draft()
    try:
        written = call_records.complete_record(
            web_context().ports, guard.current_account(), draft
        )
    except (Stale, Invalid) as error:
        return _show_refused(draft, error, "desk/_record.html")
    if written.complete is None:
        return _record_fragment(
            UNFIT, _form_values(draft.call, written) | {"asked": True}
        )
    if not is_fragment():
        return redirect_to("record.show")
    return _record_fragment(OK, _form_values(draft.call, written) | {"asked": True})


def _show_refused(draft: Draft, error: Stale | Invalid, name: str) -> Answer:
    """Show why nothing was saved.

    The typed text stays, beside what another has saved.
    """
    newer = isinstance(error, Stale) and error.reason == NEWER
    other = _find_record(draft.call) if newer else None
    told = {"fault": describe_error("record", error), "other": other}
    values = _form_values(draft.call, _typed_record(draft)) | told
    status = UNFIT if isinstance(error, Invalid) else CONFLICT
    if is_fragment():
        return render_page(name, status, **values)
    return _record_fragment(status, values)


def _record_fragment(status: int, values: Values) -> Answer:
    if is_fragment():
        return render_page("desk/_record.html", status, **values)
    return render_page("desk/record.html", status, **values | _caller_values())


def _read_draft() -> Draft:
    """The draft on the form; ``over`` is the version that is knowingly replaced."""
    version = form_field("over") or form_field("version")
    return Draft(
        call=_read_call(),
        version=int(version) if NUMBER.fullmatch(version) else 0,
        note=form_field("note"),
        disposition=form_field("disposition") or None,
        follow_up=form_field("follow_up"),
        follow_up_to=OperatorId(form_field("to")) if form_field("to") else None,
    )


def _read_call() -> ContactId:
    named = form_field("call")
    if not CALL.fullmatch(named):
        raise Stale("call-over")
    return ContactId(named)


def _find_record(call: ContactId | None) -> Record | None:
    if call is None:
        return None
    return web_context().ports.records.of(call, guard.current_account().operator)


def _typed_record(draft: Draft) -> Record:
    """The words of a form that were not saved, shown as if they were."""
    follow = FollowUp(text=draft.follow_up, made=_local_now(), to=draft.follow_up_to)
    return Record(
        id=RecordId(""),
        line=guard.current_account().line,
        call=draft.call,
        operator=guard.current_account().operator,
        saved=_local_now(),
        version=draft.version,
        note=draft.note,
        disposition=draft.disposition,
        follow_up=follow if draft.follow_up else None,
    )


def _form_values(call: ContactId | None, written: Record | None) -> Values:
    me, desk = guard.current_account(), get_line().desk
    names = names_of(web_context().ports, me.line)
    chosen = written.disposition if written else None
    return {
        **SAYING,
        "call": call,
        "record": written,
        "titles": disposition_titles(chosen),
        "colleagues": {key: names[key] for key in names if key != me.operator},
        "required": desk.required,
        "missing": missing_fields(written, desk),
        "longest": {"note": LONGEST_NOTE, "follow_up": LONGEST_FOLLOW_UP},
        "fault": "",
        "other": None,
        "asked": False,
        **_callback_values(call),
        **_place_values(call),
    }


def _place_values(call: ContactId | None) -> Values:
    """How the record stands on the page: open, or under a heading with its time."""
    ports, me = web_context().ports, guard.current_account()
    at_hand, how = call_records.how_shown(ports, me)
    is_now = call is not None and call == at_hand and how is Shown.NOW
    shown = Shown.NOT if call is None else Shown.NOW if is_now else Shown.LAST
    began = (
        call_records.start_of_handling(ports, me, call) if call and not is_now else None
    )
    return {"shown": shown, "began": began}


# --- more time --------------------------------------------------------------


@record.post("/more-time")
def more_time() -> Answer:
    me = guard.current_account()
    return do_and_show(
        lambda: wrap_up.more_time(web_context().ports, me.line, me.operator)
    )


# --- the caller -------------------------------------------------------------


@record.get("/caller", endpoint="caller")
@guard.without_presence
def show_caller() -> Answer:
    return render_fragment("caller", t("record.caller"), **_caller_values())


@record.post("/reveal", endpoint="reveal")
def reveal_number() -> Answer:
    told: Values = {"is_news": True}
    status = OK
    try:
        told["place"] = reveal_area(web_context().ports, guard.current_account())
    except Stale as error:
        told["place_fault"], status = describe_error("record", error), CONFLICT
    return render_fragment(
        "caller", t("record.caller"), status, **_caller_values() | told
    )


def _caller_values() -> Values:
    try:
        card = caller_card(web_context().ports, guard.current_account())
    except Stale:
        card = None
    place = card.place if card else None
    told = {"place": place, "place_fault": "", "is_news": False}
    return {**SAYING, "card": card, "titles": disposition_titles(), **told}


# --- another call -----------------------------------------------------------


@record.post("/call-again", endpoint="call_again")
def promise_call() -> Answer:
    ports, me, call = web_context().ports, guard.current_account(), _read_call()
    told, status = {"again_fault": ""}, OK
    try:
        if is_given("back"):
            scheduled_callback.take_back(ports, me, call)
        else:
            scheduled_callback.schedule_callback(ports, me, call, _read_moment())
    except Stale as error:
        told, status = {"again_fault": describe_error("record", error)}, CONFLICT
    except Invalid:
        told, status = {"again_fault": t("record.refused-moment")}, UNFIT
    if is_fragment():
        values = {**SAYING, "call": call, **_callback_values(call), **told}
        return render_page("desk/_again.html", status, **values)
    if status == OK:
        return redirect_to("record.show")
    return _record_fragment(status, _form_values(call, _find_record(call)) | told)


def _read_moment() -> datetime:
    """The chosen moment, by the line's wall clock."""
    try:
        chosen = datetime.fromisoformat(form_field("at"))
        return chosen.replace(tzinfo=get_zone()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("the moment is no moment; choose a day and a time") from None


def _callback_values(call: ContactId | None) -> Values:
    ports, now = web_context().ports, _local_now()
    known = call and scheduled_callback.promised_for(
        ports, guard.current_account().line, call
    )
    may = call and scheduled_callback.may_schedule(ports, guard.current_account(), call)
    return {
        "again_at": known,
        "again_may": may,
        "again_from": _typable_moment(now + A_MINUTE),
        "again_until": _typable_moment(now + MOST_AHEAD),
        "again_fault": "",
    }


def _typable_moment(at: datetime) -> str:
    return at.astimezone(get_zone()).strftime("%Y-%m-%dT%H:%M")


def _local_now() -> datetime:
    return web_context().ports.clock.now()
