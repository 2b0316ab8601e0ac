"""Refusals and failures as people see them: a calm page, no traces.

Everything that a person opens answers this way, in their language and with a way back,
whether they are signed in or not, and whether the address exists or not. Requests of
machines (the carrier, a probe, a script of the page) get the bare status.
"""

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
)

from ivr.actions.accounts.sessions import account_of_session
from ivr.core.model.account import Account
from ivr.core.model.errors import Conflict, HotlineError, Invalid, NotFound, Unavailable
from ivr.web.context import web_context
from ivr.web.desk.render.responses import redirect_to, render_message
from ivr.web.desk.security.guard import SAFE
from ivr.web.desk.security.session import current_session

STATUS: dict[type[HotlineError], tuple[int, str]] = {
    NotFound: (404, "account.not-found"),
    Conflict: (409, "account.conflict"),
    Invalid: (422, "account.invalid"),
    Unavailable: (503, "account.unavailable"),
}
"""Searched in order; a face with a better answer gives it before."""

KEYS = {
    403: "account.forbidden",
    404: "account.not-found",
    405: "account.no-page",
    413: "account.too-large",
    503: "account.unavailable",
}
BAD, FAILED = "account.not-understood", "account.failed"
SOONEST_FAULT = 500
AWAY = 503

POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
"""The policy of a page that only tells something: no script may run in it."""


def install_refusals(app: Flask) -> None:
    """Teach the application refusals for people; machines get the bare status."""
    app.register_error_handler(HotlineError, answer_refusal)
    app.register_error_handler(CSRFError, old_form)
    app.register_error_handler(HTTPException, answer_http_error)


def answer_refusal(error: HotlineError) -> Response:
    """Answer one of our own refusals."""
    if not (_is_for_people() and _can_draw()):
        raise error
    web_context().ports.log.warning("refused at the desk", code=error.code)
    for kind, (status, key) in STATUS.items():
        if isinstance(error, kind):
            return _refusal_page(key, status)
    raise error


def _refusal_page(key: str, status: int) -> Response:
    # For these two, a page shows the answer in place of a part of itself.
    if not _is_looked_at() and status in {409, 422}:
        return Response(status=status, headers={"HX-Reswap": "none"})
    if status == AWAY and request.method in SAFE:
        return render_message("account.away", status, tries=True)
    return render_message(key, status)


def old_form(error: CSRFError) -> Response | HTTPException:
    """Answer a form that none of this session's pages has shown."""
    return render_message("account.old-form", 400) if _can_draw() else error


def answer_http_error(error: HTTPException) -> Response | HTTPException:
    """Answer for an address that is missing, refused or misunderstood, or a fault."""
    if error.code is None or not (_is_for_people() and _is_looked_at() and _can_draw()):
        return error
    try:
        return _shape_answer(error)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the first is answered
        web_context().ports.log.failure("page of a fault not drawn", fault)
        return error


def _shape_answer(error: HTTPException) -> Response:
    if not isinstance(error, MethodNotAllowed):
        return _error_page(error)
    if request.method in SAFE and _is_sign_in_form():
        return redirect_to("sign_in.show")
    answer = _error_page(error)
    answer.allow.update(error.valid_methods or ())
    return answer


def _is_sign_in_form() -> bool:
    """Whether a form of the sign-in pages, such as sign-out, is sent to this address.

    Then somebody has opened it as a page.
    """
    forms = current_app.url_map.bind("")
    endpoint: str = forms.match(request.path, method="POST")[0]
    return endpoint.startswith("sign_in.")


def _error_page(error: HTTPException) -> Response:
    status = error.code or InternalServerError.code
    if "headers" not in g:
        g.headers = {"Content-Security-Policy": POLICY}
        g.account = _find_account()
    other = FAILED if status >= SOONEST_FAULT else BAD
    return render_message(KEYS.get(status, other), status)


def _find_account() -> Account | None:
    """The account that asks, for its language; None if it cannot be loaded just now."""
    try:
        ports = web_context().ports
        return (
            None
            if current_session().fresh
            else account_of_session(ports, current_session().secret, notes=False)
        )
    except HotlineError:
        return None


def _is_for_people() -> bool:
    """Whether it is an address for people: one of the desk, or none at all."""
    return "headers" in g or not (request.endpoint or _is_for_machines())


def _is_for_machines() -> bool:
    signed = web_context().ports.voice.signature_header in request.headers
    return signed or _first_of(request.path) in _machine_addresses()


def _machine_addresses() -> set[str]:
    """The beginnings of the addresses that no guard of the desk protects."""
    rules, guards = current_app.url_map.iter_rules(), current_app.before_request_funcs
    return {
        _first_of(rule.rule)
        for rule in rules
        if not any(
            hasattr(each, "role")
            for each in guards.get(rule.endpoint.rpartition(".")[0], ())
        )
    }


def _first_of(path: str) -> str:
    return path.lstrip("/").partition("/")[0]


def _is_looked_at() -> bool:
    """Whether a person waits for a whole page, not for a part, a stream or a file."""
    if "HX-Request" in request.headers:
        return False
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    accepted = request.accept_mimetypes
    return mode == "navigate" and (not accepted or accepted["text/html"] > 0)


def _can_draw() -> bool:
    """Whether this process has pages; the one of the live streams has none."""
    return "sign_in.show" in current_app.view_functions
