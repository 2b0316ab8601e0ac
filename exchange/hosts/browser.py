"""The web face for the devices of clients, and the library that pages load for it.

Pages come from another port than the exchange's, so the browser asks first whether they
may (CORS): pages of this machine may, and those of the service. Every request carries
the client's access token; a device fetches its notices with a request that waits. A
device that is out of touch for a while is lost with its calls.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Blueprint, Response, abort, jsonify, request

from exchange.hosts import access
from exchange.hosts.current import current_access, current_engine
from exchange.hosts.switch import Switch
from exchange.rest.answers import RestError
from exchange.state.devices import Device, TooLate, UnknownDevice

Answered = tuple[dict[str, object], int]

LIBRARY = Path(__file__).parents[1] / "static" / "sdk"
PARTS = ("begin", "errors", "events", "sound", "audio", "call", "device", "names")
LONGEST_WAIT = 20.0
# How often a waiting request looks whether anybody still waits for its answer.
_LOOK = 0.5
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d{1,5})?")
_ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}
_FRAME = """\
// The carrier's browser library (@twilio/voice-sdk 2), played by the exchange.
//
// A page that loads this in its stead finds Twilio.Device and Twilio.Call with the same
// names, states, events and errors, as far as an operator's desk needs them; it can be
// called, not call. News is fetched with requests that wait, where the carrier has a
// WebSocket. No sound is carried, but the microphone is opened as for a real call.

"use strict";

(() => {{
{parts}
}})();
"""
_DONE: dict[str, object] = {"done": True}
_DEVICE = "/clients/<device>"
_CALL = f"{_DEVICE}/calls/<sid>"

browser = Blueprint("browser", __name__, url_prefix="/exchange")


# --- the door -------------------------------------------------------------


@browser.before_request
def refuse_strange_pages() -> None:
    """Refuse pages of other origins, even with a token: it is none of theirs."""
    if "Origin" in request.headers and not _is_welcome(request.headers["Origin"]):
        abort(403)


@browser.after_request
def let_in(response: Response) -> Response:
    """Tell the browser which page may read the answer."""
    origin = request.headers.get("Origin", "")
    response.headers["Vary"] = "Origin"
    response.headers["Cache-Control"] = "no-store"
    if _is_welcome(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        if request.method == "OPTIONS":
            response.headers.update(_ALLOWED)
    return response


@browser.errorhandler(RestError)
def answer_refusal(refusal: RestError) -> tuple[Response, int]:
    """Answer as the carrier refuses: with a code and what it means."""
    return jsonify(refusal.answer().body), refusal.status


@browser.errorhandler(UnknownDevice)
def not_here(_: UnknownDevice) -> Answered:
    """Say that a device has to register, perhaps again."""
    return {"message": "no such device is registered"}, 404


@browser.errorhandler(TooLate)
def too_late(_: TooLate) -> Answered:
    """Say that a call is not, or no longer, this device's: no fault of the page."""
    text = "the call is taken elsewhere, turned down or over"
    return {"done": False, "code": 31008, "message": text}, 200


# --- the library ----------------------------------------------------------


@browser.get("/sdk.js")
def serve_library() -> Response:
    """Hand out the stand-in for the carrier's browser library, as one script."""
    parts = [(LIBRARY / f"{name}.js").read_text(encoding="utf-8") for name in PARTS]
    script = _FRAME.format(parts="\n".join(parts))
    return Response(script, mimetype="text/javascript")


# --- devices --------------------------------------------------------------


@browser.post(_DEVICE)
def register_device(device: str) -> Answered:
    """Let a device ring; once more with a new token keeps it what it is."""
    grant, now = _read_grant(_bearer_token()), current_access().wall()
    grant.check_time(now)
    with current_engine().using() as switch:
        fresh = device not in switch.state.devices.known
        if not fresh:
            _check_owner(switch.device(device), grant)
        switch.register(grant.identity, device)
        known = switch.attend(device)
        _note_leaving(switch, known)
        return {
            "identity": grant.identity,
            "ttl": grant.expires - now,
            "fresh": fresh,
            "calls": known.calls,
        }, 200


@browser.delete(_DEVICE)
def unregister_device(device: str) -> Answered:
    """Stop all ringing at a device."""
    with _hold_switch(device) as switch:
        switch.unregister(device)
    return {}, 200


@browser.post(f"{_DEVICE}/gone")
def close_device(device: str) -> Answered:
    """Take it that the page is closed; its browser sends no headers of ours then."""
    given = request.get_json(force=True, silent=True)
    token = given.get("token") if isinstance(given, dict) else None
    with _hold_switch(device, str(token)) as switch:
        switch.close(device)
    return {}, 200


@browser.get(f"{_DEVICE}/events")
def await_events(device: str) -> Answered:
    """Tell a device what is new since notice `after`; wait for it up to `wait`."""
    after = request.args.get("after", 0, type=int)
    wait = min(request.args.get("wait", 0.0, type=float), LONGEST_WAIT)
    with _hold_switch(device) as switch:
        known = switch.attend(device)
    try:
        _await_notices(known, after, wait)
        with current_engine().using() as switch:
            if switch.device(device) is not known:
                raise UnknownDevice(device)
            return {
                "events": [each.as_json() for each in known.notices_after(after)]
            }, 200
    finally:
        with current_engine().using() as switch:
            _note_leaving(switch, known)


# --- calls ----------------------------------------------------------------


@browser.post(f"{_CALL}/accept")
def accept_call(device: str, sid: str) -> Answered:
    """Pick a ringing call up."""
    with _hold_switch(device) as switch:
        switch.pick_up(sid, device)
    return _DONE, 200


@browser.post(f"{_CALL}/reject")
def reject_call(device: str, sid: str) -> Answered:
    """Turn a ringing call down."""
    with _hold_switch(device) as switch:
        switch.reject(sid, device)
    return _DONE, 200


@browser.post(f"{_CALL}/ignore")
def ignore_call(device: str, sid: str) -> Answered:
    """Stop ringing for a call on this device."""
    with _hold_switch(device) as switch:
        switch.ignore(sid, device)
    return _DONE, 200


@browser.post(f"{_CALL}/hang-up")
def hang_up(device: str, sid: str) -> Answered:
    """Hang up."""
    with _hold_switch(device) as switch:
        switch.hang_up(sid, device)
    return _DONE, 200


@browser.post(f"{_CALL}/keys")
def press_keys(device: str, sid: str) -> Answered:
    """Press keys."""
    digits = str(_json_field("digits"))
    if not re.fullmatch(r"[0-9*#]+", digits):
        abort(422)
    with _hold_switch(device) as switch:
        switch.press(sid, digits, device)
    return _DONE, 200


@browser.post(f"{_CALL}/mute")
def mute_call(device: str, sid: str) -> Answered:
    """Note that the microphone is closed, or open again."""
    with _hold_switch(device) as switch:
        switch.mute(sid, device, on=_json_field("muted") is True)
    return _DONE, 200


# --- who asks -------------------------------------------------------------


@contextmanager
def _hold_switch(device: str, token: str | None = None) -> Iterator[Switch]:
    """Hold the switch for the owner of a device; raises RestError for anybody else.

    A token that has run out will do for the calls one has, as with the carrier.
    """
    grant = _read_grant(_bearer_token() if token is None else token)
    with current_engine().using() as switch:
        known = switch.device(device)
        _check_owner(known, grant)
        if not known.calls:
            grant.check_time(current_access().wall())
        yield switch


def _bearer_token() -> str:
    login = request.authorization
    return (login.token or "") if login and login.type == "bearer" else ""


def _read_grant(token: str) -> access.Grant:
    with current_engine().using() as switch:
        return access.read_grant(token, switch.state.config)


def _check_owner(device: Device, grant: access.Grant) -> None:
    if device.identity != grant.identity:
        raise RestError(403, 20403, "The device is another client's")


def _json_field(name: str) -> object:
    given = request.get_json()
    return given.get(name) if isinstance(given, dict) else None


def _is_welcome(origin: str) -> bool:
    return bool(_LOOPBACK.fullmatch(origin)) or origin in current_access().origins


# --- waiting --------------------------------------------------------------


def _await_notices(device: Device, after: int, seconds: float) -> None:
    def has_notices(switch: Switch) -> bool:
        known = switch.state.devices.known.get(device.id)
        return known is not device or device.told > after

    engine = current_engine()
    while seconds > 0 and not engine.wait_for(has_notices, min(seconds, _LOOK)):
        seconds -= _LOOK
        if _is_cut_off():
            return
    if engine.stopping.is_set():
        abort(503)


def _is_cut_off() -> bool:
    """Tell whether the browser has gone away: then nobody waits for this answer."""
    line = request.environ.get("werkzeug.socket")
    if not isinstance(line, socket.socket):
        return False
    try:
        return not line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _note_leaving(switch: Switch, device: Device) -> None:
    # A browser is silent in seconds of its own, however fast the exchange runs.
    patience = switch.state.config.client_silence * current_engine().speed
    switch.leave(device, patience)
