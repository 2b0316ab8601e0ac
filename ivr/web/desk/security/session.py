"""The desk's one cookie: a random secret, and the session that Flask sees in it.

Nothing is kept in the browser but the secret. What Flask calls the session, and
CSRF protection wants, is derived from it: a form counts in the session alone that
it was made for, and a new secret at sign-in makes every older form worthless.
"""

import hashlib
import hmac
from collections.abc import Iterator
from functools import cached_property
from typing import Any, cast

from flask import Flask, Request, Response, request, session
from flask.sessions import SessionInterface, SessionMixin

from ivr.actions.accounts.browsers import LASTS
from ivr.web.context import WebContext, web_context

COOKIE = "__Host-hotline"
KNOWN = "__Host-known"
"""The cookie of a browser that somebody has signed in with before."""

FORMS = "csrf_token"

_LONGEST = 64


class BrowserSession(SessionMixin):
    """A browser by its secret; ``fresh`` while it has not got that yet.

    Nothing is looked up before somebody asks: the carrier has no session, and most
    requests come from it.
    """

    def __init__(self, request: Request, context: WebContext) -> None:
        self._request = request
        self._context = context

    @cached_property
    def fresh(self) -> bool:
        """Whether the browser has no secret yet."""
        return not 0 < len(self._given) <= _LONGEST

    @cached_property
    def secret(self) -> str:
        """The browser's secret, or a new one."""
        return self._context.ports.ids.secret() if self.fresh else self._given

    @cached_property
    def _given(self) -> str:
        return self._request.cookies.get(COOKIE, "")

    @cached_property
    def _values(self) -> dict[str, Any]:
        key, secret = self._context.form_key.encode(), self.secret.encode()
        return {FORMS: hmac.new(key, secret, hashlib.sha256).hexdigest()}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[name] = value

    def __delitem__(self, name: str) -> None:
        del self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class BrowserSessions(SessionInterface):
    """Flask's way to our sessions."""

    def open_session(self, app: Flask, request: Request) -> BrowserSession:  # noqa: ARG002 - Flask's own
        """The session of a request; a browser without one gets a secret of its own."""
        return BrowserSession(request, web_context())

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
    """The token with which the browser claims to be known; verified by its readers."""
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
