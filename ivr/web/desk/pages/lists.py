"""Work lists of an operator besides the queue, and their own day."""

import re
from collections.abc import Callable

from flask import Blueprint, Response
from werkzeug.wrappers import Response as Answer

from ivr.actions.desk import call_records
from ivr.actions.desk import work_lists as waiting
from ivr.actions.desk.caller_profile import names_of
from ivr.core.history.record import RecordId
from ivr.core.model.account import Role
from ivr.core.model.errors import Stale
from ivr.core.model.identifiers import ContactId
from ivr.ports import Ports
from ivr.web.context import web_context
from ivr.web.desk.render.responses import redirect_to
from ivr.web.desk.render.saying import (
    CONFLICT,
    OK,
    SAYING,
    describe_error,
    is_fragment,
    render_fragment,
)
from ivr.web.desk.render.words import t
from ivr.web.desk.security import guard

lists = Blueprint("lists", __name__, url_prefix="/operator")
lists.before_request(guard.require_role(Role.OPERATOR))

KEY = re.compile(r"[A-Za-z0-9_-]{1,100}")


@lists.get("/waiting", endpoint="show")
@guard.without_presence
def show_lists() -> Answer:
    return _waiting_lists()


@lists.post("/follow-ups/<key>/done")
def follow_up_done(key: str) -> Answer:
    return _do_and_list(lambda: _end_follow_up(key), "list.done-follow-up")


@lists.get("/messages/<call>/audio", endpoint="hear")
def play_message(call: str) -> Answer:
    try:
        sound = waiting.play_message(
            _get_ports(), guard.current_account(), ContactId(call)
        )
    except Stale as error:
        return _waiting_lists(CONFLICT, fault=describe_error("list", error))
    return Response(sound, content_type="audio/wav")


@lists.post("/messages/<call>/done")
def message_done(call: str) -> Answer:
    me, key = guard.current_account(), ContactId(call)
    return _do_and_list(
        lambda: waiting.done_with(_get_ports(), me, key), "list.done-message"
    )


@lists.get("/day", endpoint="day")
@guard.without_presence
def show_day() -> Answer:
    figures = waiting.figures_of_today(_get_ports(), guard.current_account())
    return render_fragment("day", t("list.day"), day=figures, **SAYING)


@lists.get("/missed", endpoint="missed")
@guard.without_presence
def show_missed() -> Answer:
    offers = waiting.missed_today(_get_ports(), guard.current_account())
    return render_fragment("missed", t("list.missed"), offers=offers, **SAYING)


def _end_follow_up(key: str) -> None:
    if not KEY.fullmatch(key):
        raise Stale("not-yours")
    call_records.end_follow_up(_get_ports(), guard.current_account(), RecordId(key))


def _do_and_list(deed: Callable[[], None], words: str) -> Answer:
    """Do it; return the lists again, with the outcome."""
    try:
        deed()
    except Stale as error:
        return _waiting_lists(CONFLICT, fault=describe_error("list", error))
    return _waiting_lists(done=t(words)) if is_fragment() else redirect_to("lists.show")


def _waiting_lists(status: int = OK, *, fault: str = "", done: str = "") -> Answer:
    ports, me = _get_ports(), guard.current_account()
    return render_fragment(
        "waiting",
        t("list.waiting"),
        status,
        calls=waiting.promised_calls(ports, me),
        messages=waiting.list_messages(ports, me),
        follow_ups=call_records.follow_ups(ports, me),
        names=names_of(ports, me.line),
        fault=fault,
        done=done,
        whole=not is_fragment(),
        **SAYING,
    )


def _get_ports() -> Ports:
    return web_context().ports
