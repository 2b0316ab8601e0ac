"""The desk itself: state and offers as they are, and as an operator changes them."""

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.wrappers import Response as Answer

from ivr.actions import accepting, desk
from ivr.core.account import Role
from ivr.core.call import ClaimId
from ivr.web.desk import guard
from ivr.web.desk.shown import done, look, with_talk
from ivr.web.house import house

page = Blueprint("desk", __name__, url_prefix="/operator")
page.before_request(guard.only(Role.OPERATOR))


@page.get("")
def show() -> str:
    return render_template("desk/desk.html", **with_talk(look()))


@page.get("/now")
def now() -> str:
    return render_template("desk/_now.html", **with_talk(look()))


@page.post("/state")
def choose_state() -> Answer:
    me, form = guard.who(), request.form
    state, reason = form.get("state", ""), form.get("reason", "other")
    return done(lambda: desk.choose(house().ports, me.line, me.operator, state, reason))


@page.post("/offers/<claim>/accept")
def accept(claim: str) -> Answer:
    me, key = guard.who(), ClaimId(claim)
    return done(
        lambda: accepting.take_by_desk(house().ports, me.line, me.operator, key)
    )


@page.post("/offers/<claim>/decline")
def decline(claim: str) -> Answer:
    me, key = guard.who(), ClaimId(claim)
    return done(
        lambda: accepting.decline_by_desk(house().ports, me.line, me.operator, key)
    )


@page.get("/token")
def token() -> Response:
    # Asked for by the page again and again: it lasts an hour.
    return jsonify(token=house().ports.softphone.token(guard.who().operator))
