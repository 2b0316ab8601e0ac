"""What the carrier plays to callers: recordings and the waiting tone."""

from flask import Blueprint, Response, abort, send_file

from ivr.core.model.call import LineKey
from ivr.web.house import house

audio = Blueprint("audio", __name__, url_prefix="/audio")

CACHED = "public, max-age=86400"


@audio.get("/tone.wav")
def tone() -> Response:
    answer = Response(house().tone, content_type="audio/wav")
    answer.headers["Cache-Control"] = CACHED
    return answer


@audio.get("/<line>/<language>/<name>")
def recording(line: str, language: str, name: str) -> Response:
    path = house().recording(LineKey(line), language, name)
    if path is None:
        abort(404)
    answer = send_file(path)
    answer.headers["Cache-Control"] = CACHED
    return answer
