"""Responses of the desk's pages, and the values that every page gets."""

import hashlib
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import segno
from flask import (
    Flask,
    Response,
    make_response,
    redirect,
    render_template,
    url_for,
)
from jinja2 import StrictUndefined
from markupsafe import Markup

from ivr.core.model.account import LEAST
from ivr.core.model.errors import Refused, TooOften
from ivr.web.context import web_context
from ivr.web.desk.render.words import LANGUAGES, current_language, t
from ivr.web.desk.security.addresses import this_address
from ivr.web.desk.security.fields import form_field
from ivr.web.desk.security.guard import find_account
from ivr.web.desk.security.session import current_session, set_secret

SEE_OTHER = 303

STATIC = Path(__file__).parents[2] / "static"
VENDOR = Path(__file__).parents[2] / "vendor"


def install_templates(app: Flask) -> None:
    """Set up templates: unknown names are errors, and all get the desk's values."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_template_values)


def render_page(template: str, status: int = 200, **values: Any) -> Response:
    """Draw a page of the desk; give a browser that is new here its secret."""
    answer = make_response(render_template(template, **values), status)
    if current_session().fresh:
        set_secret(answer, current_session().secret)
    return answer


def render_message(
    key: str, status: int = 200, *, tries: bool = False, **values: Any
) -> Response:
    """Draw a page that says one thing, ``key`` and its ``-title``.

    With ``tries`` the page itself asks until the wanted one can be had again.
    """
    told = {"title": t(f"{key}-title"), "text": t(key, **values), "tries": tries}
    return render_page("desk/message.html", status, **told)


def redirect_to(endpoint: str, **values: Any) -> Response:
    """Go on to a page, after a form."""
    return make_response(redirect(url_for(endpoint, **values), SEE_OTHER))


def new_password() -> str:
    """The password that a form asks for twice."""
    chosen = form_field("password")
    if chosen != form_field("again"):
        raise Refused("password-differs")
    return chosen


def describe_refusal(refused: Refused) -> str:
    """The words of a form that was refused."""
    key = f"account.refused-{refused.reason}"
    if isinstance(refused, TooOften) and refused.reason == refused.code:
        return t(key, count=seconds_until(refused))
    return t(key, least=LEAST)


def seconds_until(refused: TooOften) -> int:
    """In how many seconds another attempt counts; at least one."""
    left = refused.again - web_context().ports.clock.now()
    return max(1, ceil(left.total_seconds()))


def draw_code(label: str) -> Markup:
    """An address as a picture (a QR code) for the camera of a device."""
    drawn: str = segno.make(label, error="m").svg_inline(
        scale=4, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - numbers and letters of its own


def asset_address(name: str) -> str:
    """The address of a file of ours, another one whenever the file has changed."""
    return url_for("files.own", name=name, v=_file_mark(STATIC / name))


def vendor_address(name: str) -> str:
    """The address of a file of others, another one whenever the file has changed."""
    return url_for("files.others", name=name, v=_file_mark(VENDOR / name))


@cache
def _file_mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.exists() else "-"


def _template_values() -> dict[str, Any]:
    return {
        "t": t,
        "language": current_language(),
        "languages": LANGUAGES,
        "account": find_account(),
        "asset": asset_address,
        "vendor": vendor_address,
        "here": this_address(),
    }
