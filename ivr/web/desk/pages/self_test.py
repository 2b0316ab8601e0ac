"""The self-test: an operator tries this place of work before a caller needs it."""

from flask import Blueprint
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from ivr.actions.desk import self_test as tries
from ivr.core.model.account import Role
from ivr.core.model.errors import Stale
from ivr.core.model.operator import Reach
from ivr.web.desk.render.responses import page
from ivr.web.desk.render.words import t
from ivr.web.desk.security import guard
from ivr.web.house import house

self_test = Blueprint("self_test", __name__, url_prefix="/operator/self-test")
self_test.before_request(guard.only(Role.OPERATOR))


@self_test.get("")
def show() -> Answer:
    return page("desk/self-test.html")


@self_test.post("/echo")
def echo() -> Answer:
    me = guard.who()
    tries.echo(house().ports, me.line, me.operator)
    return Answer(status=204)


@self_test.post("/ring")
def ring() -> Answer:
    me = guard.who()
    try:
        leg = tries.ring_once(house().ports, me.line, me.operator)
    except Stale as refusal:
        return Answer(t(f"refusal.{refusal.reason}"), 409, content_type="text/html")
    told = Markup('<span data-answer="{}">{}</span>')
    rung = house().ports.operators.operator(me.line, me.operator)
    by_itself = rung is not None and rung.reach is Reach.BROWSER
    words = told.format(leg, t(f"desk.try.ring.{'browser' if by_itself else 'phone'}"))
    return Answer(words, content_type="text/html")
