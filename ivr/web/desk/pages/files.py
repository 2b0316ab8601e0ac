"""Files that browsers load beside the pages: our style and scripts, and others'."""

from pathlib import Path, PurePath

from flask import Blueprint, Response, abort, send_from_directory

from ivr.web.desk.render.responses import STATIC, VENDOR

files = Blueprint("files", __name__, url_prefix="/desk")

AN_HOUR = 3600
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
}
"""Ours to say: what a machine believes of a suffix differs from one to the next."""

LICENCES = frozenset({"LICENSE", "LICENCE", "NOTICE", "COPYING"})


@files.get("/static/<path:name>", endpoint="own")
def send_static(name: str) -> Response:
    # Scripts load one another by their plain names: two versions must never meet.
    return _send_file(STATIC, name, 0 if name.endswith(".js") else AN_HOUR)


@files.get("/vendor/<path:name>", endpoint="others")
def send_vendor(name: str) -> Response:
    return _send_file(VENDOR, name, AN_HOUR)


def _send_file(folder: Path, name: str, keeps: int) -> Response:
    path = PurePath(name)
    kind = KINDS.get(path.suffix.lower())
    if path.stem.upper() in LICENCES and kind is None:
        kind = KINDS[".txt"]
    if kind is None or any(part.startswith(".") for part in path.parts):
        abort(404)
    answer = send_from_directory(folder, name, mimetype=kind, max_age=keeps)
    answer.headers["Content-Type"] = kind
    return answer
