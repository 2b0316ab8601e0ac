"""The self-test: an operator tries this place of work before a caller needs it."""

from flask import Blueprint
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from ivr.actions.desk import self_test as tries
from ivr.core.model.account import Role
from ivr.core.model.errors import Stale
from ivr.web.context import web_context
from ivr.web.desk.render.responses import render_page
from ivr.web.desk.render.words import t
from ivr.web.desk.security import guard

self_test = Blueprint("self_test", __name__, url_prefix="/operator/self-test")
self_test.before_request(guard.require_role(Role.OPERATOR))


@self_test.get("", endpoint="show")
def show_self_test() -> Answer:
    return render_page("desk/self-test.html")


@self_test.post("/echo", endpoint="echo")
def test_echo() -> Answer:
    me = guard.current_account()
    tries.echo_change(web_context().ports, me.line, me.operator)
    return Answer(status=204)


@self_test.post("/ring", endpoint="ring")
def test_ring() -> Answer:
    me = guard.current_account()
    try:
        leg = tries.ring_once(web_context().ports, me.line, me.operator)
    except Stale as refusal:
        return Answer(t(f"refusal.{refusal.reason}"), 409, content_type="text/html")
    told = Markup('<span data-answer="{}">{}</span>')
    rung = web_context().ports.operators.operator(me.line, me.operator)
    by_itself = rung is not None and rung.is_in_browser
    words = told.format(leg, t(f"desk.try.ring.{'browser' if by_itself else 'phone'}"))
    return Answer(words, content_type="text/html")
