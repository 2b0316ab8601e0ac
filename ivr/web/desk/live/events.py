"""Live events: a desk hears at once that something has changed for it.

An event says only *that*; the page asks what it is. So nothing personal is in a stream,
and a lost event does no harm. A beat every two seconds lets the page see within five
that the connection is gone. That we can write into a stream says nothing about its
other end: a network that is gone accepts writes for a quarter of an hour. So the page
answers the beats by saying that it is here.

Open streams would starve webhooks if they shared their threads, so a process of its own
holds them (``ivr.cli.live``). Where no such process can be reached, the web process
answers the same address with one beat, and is asked again in a second.
"""

import threading
from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import count

from flask import Blueprint, Response, current_app, request

from ivr.actions.accounts.sessions import account_of_session
from ivr.actions.operators import presence
from ivr.core.model.account import Account, Role
from ivr.core.model.errors import Unavailable
from ivr.core.model.operator import ON_DUTY
from ivr.ports import Operators, Ports
from ivr.web.context import web_context
from ivr.web.desk.live.hub import Hub
from ivr.web.desk.security import guard
from ivr.web.desk.security.session import current_session

EXTENSION = "hub"
"""Where the live process keeps the desks that are open."""

HEARTBEAT_INTERVAL = 2.0
"""Seconds between two signs of life."""

LOOKED_AT = 5
"""Beats between two looks whether the session still is."""

RETRY_SOON = "retry: 1000\n\n"
RETRY_LATER = "retry: 60000\n\n"
"""Told to the oldest of too many, so that they do not end one another in turn."""

CHANGED, HERE, SIGNED_OUT = (
    f"event: {name}\ndata: \n\n" for name in ("changed", "here", "signed-out")
)

events = Blueprint("events", __name__)
events.before_request(guard.require_role(Role.OPERATOR))


@events.get("/operator/events", endpoint="stream")
@guard.without_presence
def stream_events() -> Response:
    hub: Hub | None = current_app.extensions.get(EXTENSION)
    account, ports, secret = (
        guard.current_account(),
        web_context().ports,
        current_session().secret,
    )

    def still() -> bool:
        # An operator on duty with the desk open is there, without touching it.
        try:
            notes = _is_on_duty(ports.operators, account)
            return account_of_session(ports, secret, notes=notes) is not None
        except Unavailable:
            return True  # nothing is told in a stream that must be kept from anybody

    beats = (
        _one_beat(ports, account)
        if hub is None
        else _stream_beats(hub, ports, account, still)
    )
    return Response(beats, content_type="text/event-stream")


@events.get("/operator/events/here", endpoint="is_here")
@guard.without_presence
def report_here() -> Response:
    _note_presence(web_context().ports, guard.current_account())
    return Response(status=HTTPStatus.NO_CONTENT)


@events.errorhandler(Unavailable)
def answer_unavailable(_: Unavailable) -> Response:
    # A request for a stream gets no page, and the live process has none.
    return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)


@events.after_request
def allow_origin(response: Response) -> Response:
    # The live process has a port of its own where no proxy joins the two.
    origin = request.headers.get("Origin", "")
    if origin and origin == web_context().public_url:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Vary"] = "Origin"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _is_on_duty(operators: Operators, account: Account) -> bool:
    operator = operators.operator(account.line, account.operator)
    return operator is not None and operator.state in ON_DUTY


def _one_beat(ports: Ports, account: Account) -> Iterator[str]:
    _note_presence(ports, account)
    yield RETRY_SOON + CHANGED


def _stream_beats(
    hub: Hub, ports: Ports, account: Account, still: Callable[[], bool]
) -> Iterator[str]:
    with hub.open_desk((account.line, account.operator)) as woken:
        _note_presence(ports, account)
        yield RETRY_SOON + CHANGED
        for beat in count():
            if beat % LOOKED_AT == 0 and not still():
                yield SIGNED_OUT
                return
            yield CHANGED if _is_woken(woken) else HERE
            if woken.ended:
                yield RETRY_LATER
                return
            if hub.closing.is_set():
                return


def _is_woken(woken: threading.Event) -> bool:
    changed = woken.wait(HEARTBEAT_INTERVAL)
    woken.clear()
    return changed


def _note_presence(ports: Ports, account: Account) -> None:
    try:
        presence.heartbeat(ports, account.line, account.operator)
    except Unavailable as error:
        # The desk is there; that we cannot say so now is told by its state.
        ports.log.warning("desk not noted", error=str(error))
