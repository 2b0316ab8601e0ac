"""Signing up by a one-time link: a password, and a device for one-time codes."""

from flask import Blueprint, Response, request

from ivr.actions.accounts.accounts import show_invitation, sign_up_by_link
from ivr.core.model.account import LEAST
from ivr.core.model.errors import HotlineError, NotFound, Refused
from ivr.web.context import web_context
from ivr.web.desk.pages.sign_in import let_in
from ivr.web.desk.render.refusals import answer_refusal as answer_refused
from ivr.web.desk.render.responses import (
    describe_refusal,
    draw_code,
    new_password,
    render_message,
    render_page,
)
from ivr.web.desk.render.words import current_language
from ivr.web.desk.security import guard
from ivr.web.desk.security.addresses import HOME
from ivr.web.desk.security.fields import TooLong, form_field
from ivr.web.desk.security.knocking import hashing_slot

sign_up_pages = Blueprint("joining", __name__, url_prefix="/join")
sign_up_pages.before_request(guard.anybody)

REFUSED = 422


@sign_up_pages.after_request
def forbid_referrer(response: Response) -> Response:
    # The address itself opens something.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@sign_up_pages.get("/<secret>", endpoint="show")
def show_form(secret: str) -> Response:
    return _sign_up_form(secret)


@sign_up_pages.post("/<secret>")
def sign_up(secret: str) -> Response:
    code = form_field("code")
    try:
        with hashing_slot():
            session = sign_up_by_link(
                web_context().ports, secret, new_password(), code, current_language()
            )
    except Refused as refused:
        return _sign_up_form(secret, describe_refusal(refused), REFUSED)
    return let_in(session, HOME)


@sign_up_pages.errorhandler(TooLong)
def too_long(error: TooLong) -> Response:
    reason = "code-wrong" if error.field == "code" else "password-long"
    secret = (request.view_args or {}).get("secret", "")
    try:
        return _sign_up_form(secret, describe_refusal(Refused(reason)), REFUSED)
    except NotFound as gone:
        # Nobody else handles a failure in here.
        return no_invitation(gone)
    except HotlineError as failed:
        return answer_refused(failed)


@sign_up_pages.errorhandler(NotFound)
def no_invitation(_: NotFound) -> Response:
    # One answer to what was used, is too old or never was.
    return render_message("account.no-invitation", 404)


def _sign_up_form(secret: str, said: str = "", status: int = 200) -> Response:
    account, device = show_invitation(web_context().ports, secret)
    return render_page(
        "desk/join.html",
        status,
        login=account.signs_in_as,
        seed=device.seed,
        picture=draw_code(device.label),
        least=LEAST,
        fault=said,
    )
