"""What waits for an operator besides the queue, and the own day."""

import re
from collections.abc import Callable

from flask import Blueprint, Response
from werkzeug.wrappers import Response as Answer

from ivr.actions.desk import notes
from ivr.actions.desk import work_lists as waiting
from ivr.actions.desk.caller_profile import names_of
from ivr.core.history.record import RecordId
from ivr.core.model.account import Role
from ivr.core.model.call import CallId
from ivr.core.model.errors import Stale
from ivr.ports import Ports
from ivr.web.desk.render.responses import see
from ivr.web.desk.render.saying import CONFLICT, OK, SAYING, is_fragment, part, refusal
from ivr.web.desk.render.words import t
from ivr.web.desk.security import guard
from ivr.web.house import house

lists = Blueprint("lists", __name__, url_prefix="/operator")
lists.before_request(guard.only(Role.OPERATOR))

KEY = re.compile(r"[A-Za-z0-9_-]{1,100}")


@lists.get("/waiting")
@guard.by_itself
def show() -> Answer:
    return _waiting()


@lists.post("/follow-ups/<key>/done")
def follow_up_done(key: str) -> Answer:
    return _after(lambda: _end(key), "list.done-follow-up")


@lists.get("/messages/<call>/audio")
def hear(call: str) -> Answer:
    try:
        sound = waiting.hear(_ports(), guard.who(), CallId(call))
    except Stale as error:
        return _waiting(CONFLICT, fault=refusal("list", error))
    return Response(sound, content_type="audio/wav")


@lists.post("/messages/<call>/done")
def message_done(call: str) -> Answer:
    me, key = guard.who(), CallId(call)
    return _after(lambda: waiting.done_with(_ports(), me, key), "list.done-message")


@lists.get("/day")
@guard.by_itself
def day() -> Answer:
    figures = waiting.today(_ports(), guard.who())
    return part("day", t("list.day"), day=figures, **SAYING)


@lists.get("/missed")
@guard.by_itself
def missed() -> Answer:
    offers = waiting.missed_today(_ports(), guard.who())
    return part("missed", t("list.missed"), offers=offers, **SAYING)


def _end(key: str) -> None:
    if not KEY.fullmatch(key):
        raise Stale("not-yours")
    notes.end_follow_up(_ports(), guard.who(), RecordId(key))


def _after(deed: Callable[[], None], words: str) -> Answer:
    """Do it; the lists again, with what came of it."""
    try:
        deed()
    except Stale as error:
        return _waiting(CONFLICT, fault=refusal("list", error))
    return _waiting(done=t(words)) if is_fragment() else see("lists.show")


def _waiting(status: int = OK, *, fault: str = "", done: str = "") -> Answer:
    ports, me = _ports(), guard.who()
    return part(
        "waiting",
        t("list.waiting"),
        status,
        calls=waiting.promised_calls(ports, me),
        messages=waiting.messages(ports, me),
        follow_ups=notes.follow_ups(ports, me),
        names=names_of(ports, me.line),
        fault=fault,
        done=done,
        whole=not is_fragment(),
        **SAYING,
    )


def _ports() -> Ports:
    return house().ports
