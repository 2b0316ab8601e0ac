"""The guard of the desk: everything is closed unless somebody is signed in.

Each blueprint of the desk has one of these before its requests::

    shifts.before_request(require_role(Role.OPERATOR))

It lets nobody pass who is not signed in or whose role is too low, and no change that
none of our own forms has asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect

from ivr.actions.accounts.sessions import account_of_session
from ivr.core.model.account import Account, Role
from ivr.web.context import web_context
from ivr.web.desk.security import fields
from ivr.web.desk.security.addresses import (
    SIGN_IN,
    local_address,
    page_of,
    sign_in_address,
    this_address,
)
from ivr.web.desk.security.session import BrowserSessions, current_session

FORBIDDEN, NOT_SIGNED_IN, NOT_FOUND = 403, 401, 404
SAFE = frozenset({"GET", "HEAD"})
MOST = fields.WRITTEN
"""The largest form of the desk, in bytes; each has its own limit."""

POLICY = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "connect-src": ("'self'",),
    "media-src": ("'self'", "blob:"),
    "font-src": ("'self'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
    "base-uri": ("'none'",),
}
HEADERS = {
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Guard:
    """Stands before every request of a blueprint; without ``role`` anybody may."""

    role: Role | None = None

    def __call__(self) -> ResponseReturnValue | None:
        """Let the request through, or answer in its place."""
        g.headers = HEADERS | {"Content-Security-Policy": _content_policy()}
        fields.limit_body()
        if _comes_from_elsewhere():
            return render_template("desk/moment.html")
        g.account = _load_account()
        if not fields.is_text():
            abort(NOT_FOUND)
        if self.role is not None:
            if g.account is None:
                return _send_to_sign_in()
            if not current_account().role.may(self.role):
                abort(FORBIDDEN)
        fields.require_lengths()
        current_app.extensions["csrf"].protect()
        return None


anybody = Guard()


def require_role(role: Role) -> Guard:
    """The guard for pages of this role and those above it."""
    return Guard(role)


def without_presence(view: View) -> View:
    """Mark a request that pages make by themselves: it does not show a person there."""
    view.by_itself = True  # type: ignore[attr-defined]
    return view


def current_account() -> Account:
    """The account that asks; the guard has let nobody else in."""
    account: Account = g.account
    return account


def find_account() -> Account | None:
    """The account that asks, or None where nobody need be signed in."""
    account: Account | None = g.get("account")
    return account


def install_guards(app: Flask, form_key: str) -> None:
    """Teach the application the desk's session, and what a form must carry."""
    app.secret_key = form_key
    app.session_interface = BrowserSessions()
    # The guards ask for the token, once it is known who is there. It lasts as long
    # as the session; the referrer adds nothing to it, and some take it away.
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    CSRFProtect(app)


def _content_policy() -> str:
    others = web_context().desk_origins
    return "; ".join(
        " ".join([directive, *sources, *others.get(directive, ())])
        for directive, sources in POLICY.items()
    )


def _comes_from_elsewhere() -> bool:
    """Whether somebody followed a link from another site, such as in a letter.

    Browsers then keep our cookie back, and would seem to be signed out. The answer is a
    page that asks once more by itself, now from our own site.
    """
    return (
        request.method in SAFE
        and current_session().fresh
        and request.headers.get("Sec-Fetch-Site") == "cross-site"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
    )


def _load_account() -> Account | None:
    if current_session().fresh:
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    notes = not getattr(view, "by_itself", False)
    return account_of_session(
        web_context().ports, current_session().secret, notes=notes
    )


def _send_to_sign_in() -> ResponseReturnValue:
    """Send a page to the sign-in; answer only a status for everything else."""
    if SIGN_IN not in current_app.view_functions:
        return Response(status=NOT_SIGNED_IN)
    if "HX-Request" in request.headers:
        asked_at = page_of(request.headers.get("HX-Current-URL"))
        return Response(
            status=NOT_SIGNED_IN, headers={"HX-Redirect": sign_in_address(asked_at)}
        )
    if not _is_navigation():
        return Response(status=NOT_SIGNED_IN)
    wanted = (
        local_address(this_address())
        if request.method in SAFE
        else page_of(request.referrer)
    )
    return redirect(sign_in_address(wanted), 303)


def _is_navigation() -> bool:
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode == "navigate" and "event-stream" not in request.headers.get(
        "Accept", ""
    )
