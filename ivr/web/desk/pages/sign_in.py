"""Signing in and out, and the language of the pages before."""

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from ivr.actions.accounts.accounts import change_language
from ivr.actions.accounts.browsers import make_browser_token
from ivr.actions.accounts.sessions import account_of_session, sign_in, sign_out
from ivr.actions.desk import desk_view
from ivr.core.model.errors import Refused, Stale, TooOften, Unavailable
from ivr.web.context import web_context
from ivr.web.desk.render.responses import describe_refusal, render_page, seconds_until
from ivr.web.desk.render.shown import show_refused
from ivr.web.desk.render.words import LANGUAGES, remember_language
from ivr.web.desk.security import guard
from ivr.web.desk.security.addresses import HOME, local_address
from ivr.web.desk.security.fields import TooLong, form_field
from ivr.web.desk.security.knocking import hashing_slot
from ivr.web.desk.security.session import (
    current_session,
    delete_secret,
    known_browser,
    remember_browser,
    set_secret,
)

sign_in_pages = Blueprint("sign_in", __name__)
sign_in_pages.before_request(guard.anybody)

SEE_OTHER, REFUSED, TOO_OFTEN = 303, 403, 429


@sign_in_pages.get("/", endpoint="show")
def show_form() -> Response:
    wanted = local_address(request.args.get("next"))
    if guard.find_account() is not None:
        return _send_to(wanted or HOME)
    return _sign_in_form(wanted)


@sign_in_pages.post("/", endpoint="enter")
def sign_in_here() -> Response:
    wanted, name, words = (
        local_address(form_field("next")),
        form_field("name"),
        form_field("password"),
    )
    try:
        with hashing_slot():
            browser = known_browser()
            secret = sign_in(
                web_context().ports, name, words, form_field("code"), browser
            )
    except TooOften as refused:
        answer = _sign_in_form(wanted, TOO_OFTEN, describe_refusal(refused), name)
        answer.headers["Retry-After"] = str(seconds_until(refused))
        return answer
    except Refused as refused:
        return _sign_in_form(wanted, REFUSED, describe_refusal(refused), name)
    return let_in(secret, wanted or HOME)


@sign_in_pages.errorhandler(TooLong)
def too_long(_: TooLong) -> Response:
    # Nobody has it: the word of everything else that is wrong at sign-in.
    return _sign_in_form("", REFUSED, describe_refusal(Refused("sign-in")))


@sign_in_pages.post("/sign-out", endpoint="leave")
def sign_out_here() -> Answer:
    me, ports = guard.find_account(), web_context().ports
    try:
        if me is not None:
            desk_view.sign_off(ports, me.line, me.operator)
    except Stale as refusal:
        return show_refused(refusal)
    except Unavailable as error:
        # Nobody is kept signed in for that: a silent desk is away soon enough.
        ports.log.warning("off duty not noted", error=str(error))
    if not current_session().fresh:
        sign_out(web_context().ports, current_session().secret)
    answer = _send_to("/")
    delete_secret(answer)
    return answer


@sign_in_pages.post("/language")
def choose_language() -> Response:
    chosen = form_field("language")
    answer = _send_to(local_address(form_field("back"), open_too=True) or HOME)
    if chosen in LANGUAGES:
        remember_language(answer, chosen)
        if account := guard.find_account():
            change_language(web_context().ports, account, chosen)
    return answer


def let_in(secret: str, wanted: str) -> Response:
    """Go on with a new session; end the earlier one in that browser."""
    if not current_session().fresh:
        sign_out(web_context().ports, current_session().secret)
    answer = _send_to(wanted)
    set_secret(answer, secret)
    if account := account_of_session(web_context().ports, secret):
        token = make_browser_token(web_context().ports, known_browser(), account.login)
        remember_browser(answer, token)
    return answer


def _send_to(where: str) -> Response:
    return make_response(redirect(where, SEE_OTHER))


def _sign_in_form(
    wanted: str, status: int = 200, said: str = "", name: str = ""
) -> Response:
    values = {"wanted": wanted, "fault": said, "name": name}
    return render_page("desk/sign-in.html", status, **values)
