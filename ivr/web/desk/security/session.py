"""The desk's one cookie: a random secret, and the session that Flask sees in it.

Nothing is kept in the browser but the secret. What Flask calls the session, and
CSRF protection wants, is derived from it: a form counts in the session alone that
it was made for, and a new secret at sign-in makes every older form worthless.
"""

import hashlib
import hmac
from typing import Any, cast

from flask import Flask, Request, Response, request, session
from flask.sessions import SessionInterface, SessionMixin

from ivr.actions.accounts.browsers import LASTS
from ivr.web.context import web_context

COOKIE = "__Host-hotline"
KNOWN = "__Host-known"
"""The cookie of a browser that somebody has signed in with before."""

FORMS = "csrf_token"

_LONGEST = 64


class BrowserSession(dict[str, Any], SessionMixin):
    """A browser by its secret; ``fresh`` while it has not been given that yet."""

    def __init__(self, secret: str, *, fresh: bool, form_key: str) -> None:
        mark = hmac.new(form_key.encode(), secret.encode(), hashlib.sha256)
        super().__init__({FORMS: mark.hexdigest()})
        self.secret = secret
        self.fresh = fresh


class BrowserSessions(SessionInterface):
    """How Flask comes by its session."""

    def open_session(self, app: Flask, request: Request) -> BrowserSession:  # noqa: ARG002 - Flask's own
        """The session of a request; a browser without one gets a secret of its own."""
        given = request.cookies.get(COOKIE, "")
        fresh = not 0 < len(given) <= _LONGEST
        secret = web_context().ports.ids.secret() if fresh else given
        return BrowserSession(secret, fresh=fresh, form_key=web_context().form_key)

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        """Keep nothing: a page with a form hands out the secret itself."""


def current_session() -> BrowserSession:
    """The session of the browser that sends this request."""
    # Behind the proxy that Flask shows stands what we have put there.
    return cast("BrowserSession", cast("Any", session)._get_current_object())  # noqa: SLF001 - the documented way


def set_secret(response: Response, secret: str) -> None:
    """Give a browser its secret, for as long as it is open."""
    response.set_cookie(
        COOKIE, secret, secure=True, httponly=True, samesite="Strict", path="/"
    )


def known_browser() -> str:
    """What this browser says it is known by; it proves itself where it is read."""
    return request.cookies.get(KNOWN, "")


def remember_browser(response: Response, token: str) -> None:
    """Let a browser be known when it comes again, also after it was closed."""
    lasts = int(LASTS.total_seconds())
    response.set_cookie(
        KNOWN, token, lasts, secure=True, httponly=True, samesite="Strict", path="/"
    )


def delete_secret(response: Response) -> None:
    """Let a browser forget its secret."""
    response.delete_cookie(
        COOKIE, secure=True, httponly=True, samesite="Strict", path="/"
    )
