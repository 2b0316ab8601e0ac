"""The exchange's web face: REST for the service, a small JSON interface for people.

The second is what `hotline call` and the demo use: place a call, press keys, hear
what is heard, say who answers which number, switch faults on.
"""

import json
from collections import Counter
from dataclasses import replace  # noqa: TID251 - the service is not known here

from flask import Blueprint, Flask, Response, abort, request

from exchange.hosts.browser import browser
from exchange.hosts.current import PageAccess, put_behind
from exchange.hosts.current import current_engine as _engine
from exchange.hosts.engine import Engine
from exchange.hosts.faulty import Hang, answer_or_fail
from exchange.hosts.switch import UnknownNumber
from exchange.kernel.config import Number
from exchange.kernel.http_types import RestRequest
from exchange.state import script
from exchange.state.conferences import RoomStatus
from exchange.state.faults import Fault, FaultKind
from exchange.state.leg import Leg

Json = dict[str, object]
Answered = tuple[Json, int]

# Longer than any client waits; a hanging answer must still end some day.
HANG_SECONDS = 120.0
LONGEST_POLL = 60.0
YAML = "application/yaml"
_LOCAL = {"127.0.0.1", "localhost"}

rest = Blueprint("rest", __name__)
control = Blueprint("control", __name__, url_prefix="/exchange")


def create_app(engine: Engine, door: PageAccess) -> Flask:
    """Return the web application in front of an engine."""
    app = Flask(__name__, static_folder=None)
    put_behind(app, engine, door)
    app.before_request(_refuse_other_hosts)
    app.register_blueprint(rest)
    app.register_blueprint(control)
    app.register_blueprint(browser)
    app.register_error_handler(UnknownNumber, lambda fault: _refuse_with(404, fault))
    app.register_error_handler(script.BadScript, lambda fault: _refuse_with(422, fault))
    return app


@rest.route("/2010-04-01/<path:_tail>", methods=["GET", "POST", "DELETE"])
def answer_rest(_tail: str) -> Response:
    """Answer a REST request of the service."""
    login = request.authorization
    asked = RestRequest(
        method=request.method,
        path=request.path,
        params=(
            *request.args.items(multi=True),
            *request.form.items(multi=True),
        ),
        auth=(login.username or "", login.password or "") if login else None,
    )
    try:
        with _engine().using() as switch:
            given = answer_or_fail(switch, asked)
    except Hang:
        _engine().stopping.wait(HANG_SECONDS)
        return Response(status=504)
    if given.media:
        return Response(given.media, given.status, content_type="audio/x-wav")
    body = "" if given.body is None else json.dumps(given.body)
    return Response(body, given.status, content_type="application/json")


@control.get("")
def show_overview() -> Answered:
    """Show whose exchange it is, and what is going on, in numbers."""
    with _engine().using() as switch:
        state = switch.state
        live = Counter(str(leg.status) for leg in state.legs.values() if not leg.ended)
        open_rooms = (
            room
            for room in state.conferences.values()
            if room.status is not RoomStatus.COMPLETED
        )
        return {
            "account": state.config.account,
            "voice_urls": sorted({each.voice_url for each in state.config.numbers}),
            "now": state.now,
            "calls": dict(live),
            "calls_ended": sum(leg.ended for leg in state.legs.values()),
            "queues": {q.name: len(q.members) for q in state.queues.values()},
            "conferences": {r.name: len(r.participants) for r in open_rooms},
            "clients": dict(Counter(device.identity for device in state.devices)),
            "messages": len(state.messages),
            "complaints": len(state.complaints),
            "failures": sum(len(leg.failures) for leg in state.legs.values()),
            "webhooks_sent": state.sent_count,
            "webhooks_failed": len(state.trouble),
        }, 200


@control.get("/complaints")
def list_complaints() -> Answered:
    """Show what the service did wrong, and what persons expected in vain."""
    with _engine().using() as switch:
        noted = [
            {"at": note.at, "call": note.call, "text": note.text}
            for note in switch.state.complaints
        ]
        missed = {
            leg.sid: list(leg.failures)
            for leg in switch.state.legs.values()
            if leg.failures
        }
        return {"complaints": noted, "failures": missed}, 200


@control.get("/messages")
def list_messages() -> Answered:
    """Show the messages the service has sent."""
    with _engine().using() as switch:
        return {"messages": list(switch.state.messages.values())}, 200


@control.post("/calls")
def place_call() -> Answered:
    """Let somebody call a number, by a script or by hand."""
    given = _json_body()
    deeds = script.parse_steps(given.get("script") or ["stay"])
    with _engine().using() as switch:
        leg = switch.dial(str(given.get("from", "")), str(given.get("to", "")), deeds)
        return {"call": leg.sid}, 201


@control.post("/scripts")
def play_script() -> Answered:
    """Let somebody call as a call file says; the people called in it are there."""
    # A page of somewhere else cannot send this type unless it is asked first.
    if request.mimetype != YAML:
        abort(415)
    call = script.read_text(request.get_data(as_text=True))
    with _engine().using() as switch:
        for number, attempts in (call.operators | call.called_back).items():
            switch.put_person(number, *attempts)
        leg = switch.dial(call.from_, call.to, call.caller)
        return {"call": leg.sid}, 201


@control.get("/calls/<sid>")
def await_transcript(sid: str) -> Answered:
    """Show what was heard since event `after`; wait for news up to `wait` seconds."""
    after = request.args.get("after", 0, type=int)
    wait = min(request.args.get("wait", 0.0, type=float), LONGEST_POLL)
    with _engine().using() as switch:
        leg = switch.leg(sid)
    _engine().wait_for(lambda _: leg.ended or len(leg.transcript) > after, wait)
    with _engine().using():
        return _show_call(leg, after), 200


@control.post("/calls/<sid>/keys")
def press_keys(sid: str) -> Answered:
    """Press keys on a telephone."""
    digits = str(_json_body().get("digits", ""))
    if not digits or set(digits) - set("0123456789*#"):
        abort(422)
    with _engine().using() as switch:
        switch.press(sid, digits)
        return _show_call(switch.leg(sid), 0) | {"events": []}, 200


@control.post("/calls/<sid>/speech")
def speak_text(sid: str) -> Answered:
    """Say something into a telephone."""
    text = str(_json_body().get("text", ""))
    with _engine().using() as switch:
        switch.speak(sid, text)
        return _show_call(switch.leg(sid), 0) | {"events": []}, 200


@control.delete("/calls/<sid>")
def hang_up(sid: str) -> Answered:
    """Put a receiver down."""
    with _engine().using() as switch:
        switch.hang_up(sid)
        return _show_call(switch.leg(sid), 0) | {"events": []}, 200


@control.put("/people/<number>")
def put_person(number: str) -> Answered:
    """Say who answers a number."""
    attempts = script.parse_attempts(request.get_json())
    with _engine().using() as switch:
        switch.put_person(number, *attempts)
    return {"number": number, "attempts": len(attempts)}, 200


@control.get("/people/<number>/calls")
def calls_to(number: str) -> Answered:
    """Show who rang a number since call `after`; wait for a ring up to `wait`."""
    after = request.args.get("after", 0, type=int)
    wait = min(request.args.get("wait", 0.0, type=float), LONGEST_POLL)
    _engine().wait_for(lambda switch: len(switch.calls_to(number)) > after, wait)
    with _engine().using() as switch:
        rang = switch.calls_to(number)
        return {"calls": [leg.sid for leg in rang[after:]], "next": len(rang)}, 200


@control.put("/numbers/<number>")
def put_number(number: str) -> Answered:
    """Add a number, or change where its calls are sent."""
    given = {name: str(value) for name, value in _json_body().items()}
    unknown = set(given) - set(Number.__slots__) | set(given) & {"number"}
    if unknown:
        raise script.BadScript(f"a number knows no {sorted(unknown)}")
    with _engine().using() as switch:
        known = switch.state.numbers.get(number, Number(number=number))
        switch.state.add_number(replace(known, **given))
    return {"number": number}, 200


@control.post("/faults")
def add_fault() -> Answered:
    """Switch a fault on."""
    given = _json_body()
    try:
        kind = FaultKind(str(given.pop("kind", "")))
        fault = Fault(kind=kind, **given)  # type: ignore[arg-type]
    except (ValueError, TypeError) as wrong:
        raise script.BadScript(str(wrong)) from wrong
    with _engine().using() as switch:
        switch.state.faults.add(fault)
    return {"kind": str(kind)}, 201


@control.delete("/faults")
def clear_faults() -> Answered:
    """Switch all faults off."""
    with _engine().using() as switch:
        switch.state.faults.clear()
    return {}, 200


def _refuse_other_hosts() -> None:
    # A page in somebody's browser must not reach this through a name of its own.
    if request.host.rsplit(":", 1)[0] not in _LOCAL:
        abort(403)


def _json_body() -> Json:
    given = request.get_json()
    if not isinstance(given, dict):
        raise script.BadScript("an object is wanted")
    return given


def _refuse_with(status: int, fault: Exception) -> Answered:
    return {"message": str(fault)}, status


def _show_call(leg: Leg, after: int) -> Json:
    return {
        "call": leg.sid,
        "status": str(leg.status),
        "ended": leg.ended,
        "failures": list(leg.failures),
        "events": [event.as_json() for event in leg.transcript[after:]],
        "next": len(leg.transcript),
    }
