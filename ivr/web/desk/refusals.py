"""What the desk says when something is refused or fails: a calm page, no traces."""

from flask import Flask, Response, g
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Forbidden, HTTPException, InternalServerError

from ivr.core.errors import Conflict, HotlineError, Invalid, NotFound, Unavailable
from ivr.web.desk.pages import message
from ivr.web.house import house

STATUS: dict[type[HotlineError], tuple[int, str]] = {
    NotFound: (404, "account.not-found"),
    Conflict: (409, "account.conflict"),
    Invalid: (422, "account.invalid"),
    Unavailable: (503, "account.unavailable"),
}
"""Looked through in order; whoever has a better answer gives it before."""


def install(app: Flask) -> None:
    """Teach the application what the desk says; other faces say what they said."""
    app.register_error_handler(HotlineError, refused)
    app.register_error_handler(CSRFError, old_form)
    app.register_error_handler(Forbidden, forbidden)
    app.register_error_handler(InternalServerError, failed)


def refused(error: HotlineError) -> Response:
    """One of the house's own refusals."""
    if not _at_the_desk():
        raise error
    house().ports.notes.warning("refused at the desk", code=error.code)
    for kind, (status, key) in STATUS.items():
        if isinstance(error, kind):
            return message(key, status)
    raise error


def old_form(_: CSRFError) -> Response:
    """A form that none of this session's pages has shown."""
    return message("account.old-form", 400)


def forbidden(error: Forbidden) -> Response | HTTPException:
    """Somebody is signed in who may not do this."""
    return message("account.forbidden", 403) if _at_the_desk() else error


def failed(error: InternalServerError) -> Response | HTTPException:
    """A fault of ours, which has been logged."""
    return message("account.failed", 500) if _at_the_desk() else error


def _at_the_desk() -> bool:
    return "headers" in g
