"""The desk itself: state and offers as they are, and as an operator changes them."""

from flask import Blueprint, Response, jsonify
from werkzeug.wrappers import Response as Answer

from ivr.actions.desk import desk_view
from ivr.actions.talks import accepting
from ivr.core.model.account import Role
from ivr.core.model.identifiers import ClaimId
from ivr.web.context import web_context
from ivr.web.desk.render.responses import render_page
from ivr.web.desk.render.shown import current_desk, do_and_show, with_talk
from ivr.web.desk.security import guard
from ivr.web.desk.security.fields import form_field

desk_ = Blueprint("desk", __name__, url_prefix="/operator")
desk_.before_request(guard.require_role(Role.OPERATOR))


@desk_.get("", endpoint="show")
def show_desk() -> Answer:
    return render_page("desk/desk.html", **with_talk(current_desk()))


@desk_.get("/now", endpoint="now")
@guard.without_presence
def show_now() -> Answer:
    return render_page("desk/_now.html", **with_talk(current_desk()))


@desk_.post("/state")
def choose_state() -> Answer:
    me, state, reason = (
        guard.current_account(),
        form_field("state"),
        form_field("reason", "other"),
    )
    return do_and_show(
        lambda: desk_view.choose_at_desk(
            web_context().ports, me.line, me.operator, state, reason
        )
    )


@desk_.post("/offers/<claim>/accept", endpoint="accept")
def accept_offer(claim: str) -> Answer:
    me, key = guard.current_account(), ClaimId(claim)
    return do_and_show(
        lambda: accepting.take_by_desk(web_context().ports, me.line, me.operator, key)
    )


@desk_.post("/offers/<claim>/decline", endpoint="decline")
def decline_offer(claim: str) -> Answer:
    me, key = guard.current_account(), ClaimId(claim)
    return do_and_show(
        lambda: accepting.decline_by_desk(
            web_context().ports, me.line, me.operator, key
        )
    )


@desk_.get("/token", endpoint="token")
@guard.without_presence
def give_token() -> Response:
    # Asked for by the page again and again: it lasts an hour.
    return jsonify(
        token=web_context().ports.softphone.token(guard.current_account().operator)
    )
