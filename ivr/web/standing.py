"""The addresses of the standing line: operators who stay for the shift."""

from flask import Blueprint, Response, request

from ivr.actions.on_line import standing
from ivr.core.model.call import ClaimId
from ivr.web.guards import require_carrier
from ivr.web.voice import (
    carrier_event,
    line_of_request,
    ports_of_request,
    require_leg,
    speak_instructions,
    start_call,
)
from ivr.web.voice import pressed_keys as keys

line = Blueprint("standing", __name__, url_prefix="/voice/standing")
line.before_request(require_carrier)


@line.post("", endpoint="stand")
def keep_alive() -> Response:
    ports, key = ports_of_request(), line_of_request().key
    if "claim" in request.args:
        return speak_instructions(
            standing.fetched(ports, key, _token_given(), require_leg(), _claim_given())
        )
    return speak_instructions(standing.stand(ports, key, _token_given(), require_leg()))


@line.post("/back", endpoint="back")
def come_back() -> Response:
    ports, key = ports_of_request(), line_of_request().key
    is_up = carrier_event().leg_end is None
    return speak_instructions(
        standing.back(
            ports, key, _token_given(), require_leg(), _claim_given(), is_up=is_up
        )
    )


@line.post("/pin", endpoint="pin")
def enter_pin() -> Response:
    ports, key = ports_of_request(), line_of_request().key
    tries, caller = request.args.get("n", -1, int), carrier_event().caller
    given = standing.answer_pin(ports, key, require_leg(), caller, keys(), tries)
    return speak_instructions(given or start_call())


@line.post("/called", endpoint="called")
def answer_call_in() -> Response:
    return speak_instructions(
        standing.called(ports_of_request(), line_of_request().key, _token_given())
    )


@line.post("/called/answer")
def called_answer() -> Response:
    ports, key = ports_of_request(), line_of_request().key
    return speak_instructions(
        standing.answer_called(ports, key, _token_given(), require_leg(), keys())
    )


@line.post("/room", endpoint="room")
def enter_room() -> Response:
    ports, key = ports_of_request(), line_of_request().key
    return speak_instructions(
        standing.caller_to_room(ports, key, require_leg(), _claim_given())
    )


def _token_given() -> str:
    return request.args.get("t", "")


def _claim_given() -> ClaimId:
    return ClaimId(request.args.get("claim", ""))
