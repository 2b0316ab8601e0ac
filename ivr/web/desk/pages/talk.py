"""What an operator does during a talk: hold, mute, bring in, hand over, end.

Each form names the claim of the talk that its page shows. A page that has heard no
news for a while must not end or hand over the next caller.
"""

from collections.abc import Callable

from flask import Blueprint, request
from werkzeug.wrappers import Response as Answer

from ivr.actions import inviting, rejoining, transfer
from ivr.actions import talk as talks
from ivr.core.model.account import Role
from ivr.core.model.call import OperatorId
from ivr.core.model.errors import Invalid, Stale
from ivr.web.desk.render.responses import page
from ivr.web.desk.render.shown import done, whom_to_ask
from ivr.web.desk.security import guard
from ivr.web.desk.security.fields import given
from ivr.web.house import house

talk = Blueprint("talk", __name__, url_prefix="/operator/talk")
talk.before_request(guard.only(Role.OPERATOR))


@talk.get("/choices")
@guard.by_itself
def choices() -> Answer:
    shown = request.args.get("claim", "")
    return page("desk/_transfer.html", talk_in=shown, **whom_to_ask())


@talk.post("/hold")
def hold() -> Answer:
    me, on = guard.who(), bool(given("on"))
    return _done(lambda: talks.hold(house().ports, me.line, me.operator, on=on))


@talk.post("/mute")
def mute() -> Answer:
    me, on = guard.who(), bool(given("on"))
    return _done(lambda: talks.mute(house().ports, me.line, me.operator, on=on))


@talk.post("/end")
def end() -> Answer:
    me = guard.who()
    return _done(lambda: talks.end(house().ports, me.line, me.operator))


@talk.post("/invite")
def invite() -> Answer:
    me, whom = guard.who(), OperatorId(given("who"))
    return _done(lambda: inviting.invite(house().ports, me.line, me.operator, whom))


@talk.post("/withdraw")
def withdraw() -> Answer:
    me = guard.who()
    return _done(lambda: inviting.withdraw(house().ports, me.line, me.operator))


@talk.post("/leave")
def leave() -> Answer:
    me = guard.who()
    return _done(lambda: inviting.leave_to(house().ports, me.line, me.operator))


@talk.post("/rejoin")
def rejoin() -> Answer:
    me = guard.who()
    return done(lambda: rejoining.rejoin(house().ports, me.line, me.operator))


@talk.post("/transfer")
def hand_over() -> Answer:
    kind, _, whom = given("to").partition(":")
    return _done(lambda: _hand_over(kind, whom))


def _hand_over(kind: str, whom: str) -> None:
    ports, me = house().ports, guard.who()
    match kind:
        case "queue":
            transfer.to_queue(ports, me.line, me.operator)
        case "team":
            transfer.to_team(ports, me.line, me.operator, team=whom)
        case "operator":
            transfer.to_operator(ports, me.line, me.operator, to=OperatorId(whom))
        case _:
            raise Invalid(f"to: {kind!r} is none of queue, team, operator")


def _done(deed: Callable[[], object]) -> Answer:
    def in_the_talk_that_is_shown() -> None:
        ports, me = house().ports, guard.who()
        whose = ports.operators.operator(me.line, me.operator)
        if whose is None or whose.claim != given("claim"):
            raise Stale("call-over")
        deed()

    return done(in_the_talk_that_is_shown)
