"""What every page of the desk is given, and how it is answered."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, make_response, render_template, url_for
from jinja2 import StrictUndefined

from ivr.web.desk.addresses import here
from ivr.web.desk.guard import guest
from ivr.web.desk.visit import hand_out, visit
from ivr.web.desk.words import LANGUAGES, language, t

STATIC = Path(__file__).parents[1] / "static"
VENDOR = Path(__file__).parents[1] / "vendor"


def install(app: Flask) -> None:
    """Teach the application the desk's templates."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_given)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the desk; a browser that is new here gets its secret with it."""
    answer = make_response(render_template(template, **values), status)
    if visit().fresh:
        hand_out(answer, visit().secret)
    return answer


def message(key: str, status: int = 200, **values: Any) -> Response:
    """A page that says one thing: ``key`` and its ``-title``."""
    told = {"title": t(f"{key}-title"), "text": t(key, **values)}
    return page("desk/message.html", status, **told)


def asset(name: str) -> str:
    """The address of a file of ours, another one whenever the file has changed."""
    return url_for("files.own", name=name, v=_mark(STATIC / name))


def vendor(name: str) -> str:
    """The address of a file of others, another one whenever the file has changed."""
    return url_for("files.others", name=name, v=_mark(VENDOR / name))


@cache
def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.exists() else "-"


def _given() -> dict[str, Any]:
    return {
        "t": t,
        "language": language(),
        "languages": LANGUAGES,
        "account": guest(),
        "asset": asset,
        "vendor": vendor,
        "here": here(),
    }
