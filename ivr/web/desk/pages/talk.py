"""Talk controls of an operator: hold, mute, bring in, hand over, end.

Each form names the claim of the talk that its page shows. A page that has heard no news
for a while must not end or hand over the next caller.
"""

from collections.abc import Callable

from flask import Blueprint, request
from werkzeug.wrappers import Response as Answer

from ivr.actions.talk_controls import inviting, rejoining, transfer
from ivr.actions.talk_controls import talk as talks
from ivr.core.model.account import Role
from ivr.core.model.errors import Invalid, Stale
from ivr.core.model.identifiers import OperatorId
from ivr.web.context import web_context
from ivr.web.desk.render.responses import render_page
from ivr.web.desk.render.shown import do_and_show, whom_to_ask
from ivr.web.desk.security import guard
from ivr.web.desk.security.fields import form_field

talk = Blueprint("talk", __name__, url_prefix="/operator/talk")
talk.before_request(guard.require_role(Role.OPERATOR))


@talk.get("/choices", endpoint="choices")
@guard.without_presence
def show_choices() -> Answer:
    shown = request.args.get("claim", "")
    return render_page("desk/_transfer.html", talk_in=shown, **whom_to_ask())


@talk.post("/hold", endpoint="hold")
def hold_caller() -> Answer:
    me, on = guard.current_account(), bool(form_field("on"))
    return _do_in_talk(
        lambda: talks.hold_caller(web_context().ports, me.line, me.operator, on=on)
    )


@talk.post("/mute", endpoint="mute")
def mute_self() -> Answer:
    me, on = guard.current_account(), bool(form_field("on"))
    return _do_in_talk(
        lambda: talks.mute_operator(web_context().ports, me.line, me.operator, on=on)
    )


@talk.post("/end", endpoint="end")
def end_talk() -> Answer:
    me = guard.current_account()
    return _do_in_talk(
        lambda: talks.end_talk(web_context().ports, me.line, me.operator)
    )


@talk.post("/invite", endpoint="invite")
def invite_colleague() -> Answer:
    me, whom = guard.current_account(), OperatorId(form_field("who"))
    return _do_in_talk(
        lambda: inviting.invite_colleague(
            web_context().ports, me.line, me.operator, whom
        )
    )


@talk.post("/withdraw", endpoint="withdraw")
def withdraw_invitation() -> Answer:
    me = guard.current_account()
    return _do_in_talk(
        lambda: inviting.withdraw_invitation(web_context().ports, me.line, me.operator)
    )


@talk.post("/leave", endpoint="leave")
def leave_talk() -> Answer:
    me = guard.current_account()
    return _do_in_talk(
        lambda: inviting.leave_to(web_context().ports, me.line, me.operator)
    )


@talk.post("/rejoin", endpoint="rejoin")
def rejoin_talk() -> Answer:
    me = guard.current_account()
    return do_and_show(
        lambda: rejoining.rejoin_talk(web_context().ports, me.line, me.operator)
    )


@talk.post("/transfer", endpoint="hand_over")
def transfer_caller() -> Answer:
    kind, _, whom = form_field("to").partition(":")
    return _do_in_talk(lambda: _transfer_to(kind, whom))


def _transfer_to(kind: str, whom: str) -> None:
    ports, me = web_context().ports, guard.current_account()
    match kind:
        case "queue":
            transfer.to_queue(ports, me.line, me.operator)
        case "team":
            transfer.to_team(ports, me.line, me.operator, team=whom)
        case "operator":
            transfer.to_operator(ports, me.line, me.operator, to=OperatorId(whom))
        case _:
            raise Invalid(f"to: {kind!r} is none of queue, team, operator")


def _do_in_talk(deed: Callable[[], object]) -> Answer:
    def in_the_talk_that_is_shown() -> None:
        ports, me = web_context().ports, guard.current_account()
        whose = ports.operators.operator(me.line, me.operator)
        if whose is None or whose.claim != form_field("claim"):
            raise Stale("call-over")
        deed()

    return do_and_show(in_the_talk_that_is_shown)
