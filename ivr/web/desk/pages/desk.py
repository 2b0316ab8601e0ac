"""The desk itself: state and offers as they are, and as an operator changes them."""

from flask import Blueprint, Response, jsonify
from werkzeug.wrappers import Response as Answer

from ivr.actions.desk import desk_view
from ivr.actions.talks import accepting
from ivr.core.model.account import Role
from ivr.core.model.call import ClaimId
from ivr.web.desk.render.responses import page
from ivr.web.desk.render.shown import done, look, with_talk
from ivr.web.desk.security import guard
from ivr.web.desk.security.fields import given
from ivr.web.house import house

desk_ = Blueprint("desk", __name__, url_prefix="/operator")
desk_.before_request(guard.only(Role.OPERATOR))


@desk_.get("")
def show() -> Answer:
    return page("desk/desk.html", **with_talk(look()))


@desk_.get("/now")
@guard.by_itself
def now() -> Answer:
    return page("desk/_now.html", **with_talk(look()))


@desk_.post("/state")
def choose_state() -> Answer:
    me, state, reason = guard.who(), given("state"), given("reason", "other")
    return done(
        lambda: desk_view.choose(house().ports, me.line, me.operator, state, reason)
    )


@desk_.post("/offers/<claim>/accept")
def accept(claim: str) -> Answer:
    me, key = guard.who(), ClaimId(claim)
    return done(
        lambda: accepting.take_by_desk(house().ports, me.line, me.operator, key)
    )


@desk_.post("/offers/<claim>/decline")
def decline(claim: str) -> Answer:
    me, key = guard.who(), ClaimId(claim)
    return done(
        lambda: accepting.decline_by_desk(house().ports, me.line, me.operator, key)
    )


@desk_.get("/token")
@guard.by_itself
def token() -> Response:
    # Asked for by the page again and again: it lasts an hour.
    return jsonify(token=house().ports.softphone.token(guard.who().operator))
