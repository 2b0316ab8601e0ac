"""Sounds that the carrier plays to callers: recordings and the waiting tone."""

from flask import Blueprint, Response, abort, send_file

from ivr.core.model.identifiers import LineKey
from ivr.web.context import web_context

audio = Blueprint("audio", __name__, url_prefix="/audio")

CACHED = "public, max-age=86400"


@audio.get("/tone.wav", endpoint="tone")
def play_tone() -> Response:
    answer = Response(web_context().tone, content_type="audio/wav")
    answer.headers["Cache-Control"] = CACHED
    return answer


@audio.get("/<line>/<language>/<name>", endpoint="recording")
def play_recording(line: str, language: str, name: str) -> Response:
    path = web_context().recording(LineKey(line), language, name)
    if path is None:
        abort(404)
    answer = send_file(path)
    answer.headers["Cache-Control"] = CACHED
    return answer
