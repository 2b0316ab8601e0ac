"""Signing up by a one-time link: a password, and a device for one-time codes."""

from flask import Blueprint, Response, request

from ivr.actions.accounts.accounts import invitation, join
from ivr.core.model.account import LEAST
from ivr.core.model.errors import HotlineError, NotFound, Refused
from ivr.web.desk.pages.sign_in import let_in
from ivr.web.desk.render.refusals import refused as answer_refused
from ivr.web.desk.render.responses import fault, message, new_password, page, picture
from ivr.web.desk.render.words import language
from ivr.web.desk.security import guard
from ivr.web.desk.security.addresses import HOME
from ivr.web.desk.security.fields import TooLong, given
from ivr.web.desk.security.knocking import in_turn
from ivr.web.house import house

joining = Blueprint("joining", __name__, url_prefix="/join")
joining.before_request(guard.anybody)

REFUSED = 422


@joining.after_request
def tell_nobody(response: Response) -> Response:
    # The address itself opens something.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@joining.get("/<secret>")
def show(secret: str) -> Response:
    return _form(secret)


@joining.post("/<secret>")
def sign_up(secret: str) -> Response:
    code = given("code")
    try:
        with in_turn():
            session = join(house().ports, secret, new_password(), code, language())
    except Refused as refused:
        return _form(secret, fault(refused), REFUSED)
    return let_in(session, HOME)


@joining.errorhandler(TooLong)
def too_long(error: TooLong) -> Response:
    reason = "code-wrong" if error.field == "code" else "password-long"
    secret = (request.view_args or {}).get("secret", "")
    try:
        return _form(secret, fault(Refused(reason)), REFUSED)
    except NotFound as gone:
        # What fails in here is looked at by nobody else.
        return no_invitation(gone)
    except HotlineError as failed:
        return answer_refused(failed)


@joining.errorhandler(NotFound)
def no_invitation(_: NotFound) -> Response:
    # One answer to what was used, is too old or never was.
    return message("account.no-invitation", 404)


def _form(secret: str, said: str = "", status: int = 200) -> Response:
    account, device = invitation(house().ports, secret)
    return page(
        "desk/join.html",
        status,
        login=account.signs_in_as,
        seed=device.seed,
        picture=picture(device.label),
        least=LEAST,
        fault=said,
    )
