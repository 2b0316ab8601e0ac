"""The addresses of the standing line: operators who stay for the shift."""

from flask import Blueprint, Response, request

from ivr.actions import standing
from ivr.core.model.call import ClaimId
from ivr.web.guards import only_the_carrier
from ivr.web.house import house
from ivr.web.voice import begin_anew, g_heard, leg, line_of_request, speak
from ivr.web.voice import kept_keys as keys

line = Blueprint("standing", __name__, url_prefix="/voice/standing")
line.before_request(only_the_carrier)


@line.post("")
def stand() -> Response:
    ports, key = house().ports, line_of_request().key
    if "claim" in request.args:
        return speak(standing.fetched(ports, key, _token(), leg(), _claim()))
    return speak(standing.stand(ports, key, _token(), leg()))


@line.post("/back")
def back() -> Response:
    ports, key = house().ports, line_of_request().key
    is_up = g_heard().leg_end is None
    return speak(standing.back(ports, key, _token(), leg(), _claim(), is_up=is_up))


@line.post("/pin")
def pin() -> Response:
    ports, key = house().ports, line_of_request().key
    tries, caller = request.args.get("n", -1, int), g_heard().caller
    given = standing.answer_pin(ports, key, leg(), caller, keys(), tries)
    return speak(given or begin_anew())


@line.post("/called")
def called() -> Response:
    return speak(standing.called(house().ports, line_of_request().key, _token()))


@line.post("/called/answer")
def called_answer() -> Response:
    ports, key = house().ports, line_of_request().key
    return speak(standing.answer_called(ports, key, _token(), leg(), keys()))


@line.post("/room")
def room() -> Response:
    ports, key = house().ports, line_of_request().key
    return speak(standing.caller_to_room(ports, key, leg(), _claim()))


def _token() -> str:
    return request.args.get("t", "")


def _claim() -> ClaimId:
    return ClaimId(request.args.get("claim", ""))
