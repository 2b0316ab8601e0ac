"""The door of the desk: signing in and out, and the language spoken there."""

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as Answer

from ivr.actions.accounts.accounts import speak
from ivr.actions.accounts.browsers import remembered
from ivr.actions.accounts.sessions import present, sign_in, sign_out
from ivr.actions.desk import desk_view
from ivr.core.model.errors import Refused, Stale, TooOften, Unavailable
from ivr.web.desk.render.responses import fault, page, seconds_until
from ivr.web.desk.render.shown import refused
from ivr.web.desk.render.words import LANGUAGES, remember
from ivr.web.desk.security import guard
from ivr.web.desk.security.addresses import HOME, local
from ivr.web.desk.security.fields import TooLong, given
from ivr.web.desk.security.knocking import in_turn
from ivr.web.desk.security.session import (
    hand_out,
    known_browser,
    remember_browser,
    take_back,
    visit,
)
from ivr.web.house import house

door = Blueprint("sign_in", __name__)
door.before_request(guard.anybody)

SEE_OTHER, REFUSED, TOO_OFTEN = 303, 403, 429


@door.get("/")
def show() -> Response:
    wanted = local(request.args.get("next"))
    if guard.guest() is not None:
        return _sent(wanted or HOME)
    return _form(wanted)


@door.post("/")
def enter() -> Response:
    wanted, name, words = local(given("next")), given("name"), given("password")
    try:
        with in_turn():
            browser = known_browser()
            secret = sign_in(house().ports, name, words, given("code"), browser)
    except TooOften as refused:
        answer = _form(wanted, TOO_OFTEN, fault(refused), name)
        answer.headers["Retry-After"] = str(seconds_until(refused))
        return answer
    except Refused as refused:
        return _form(wanted, REFUSED, fault(refused), name)
    return let_in(secret, wanted or HOME)


@door.errorhandler(TooLong)
def too_long(_: TooLong) -> Response:
    # Nobody has it: the word of everything else that is wrong at the door.
    return _form("", REFUSED, fault(Refused("sign-in")))


@door.post("/sign-out")
def leave() -> Answer:
    me, ports = guard.guest(), house().ports
    try:
        if me is not None:
            desk_view.leave(ports, me.line, me.operator)
    except Stale as refusal:
        return refused(refusal)
    except Unavailable as error:
        # Nobody is kept signed in for that: a silent desk is away soon enough.
        ports.notes.warning("off duty not noted", error=str(error))
    if not visit().fresh:
        sign_out(house().ports, visit().secret)
    answer = _sent("/")
    take_back(answer)
    return answer


@door.post("/language")
def choose_language() -> Response:
    chosen = given("language")
    answer = _sent(local(given("back"), open_too=True) or HOME)
    if chosen in LANGUAGES:
        remember(answer, chosen)
        if account := guard.guest():
            speak(house().ports, account, chosen)
    return answer


def let_in(secret: str, wanted: str) -> Response:
    """Go on with a new session; what was signed in there before is signed out."""
    if not visit().fresh:
        sign_out(house().ports, visit().secret)
    answer = _sent(wanted)
    hand_out(answer, secret)
    if account := present(house().ports, secret):
        token = remembered(house().ports, known_browser(), account.login)
        remember_browser(answer, token)
    return answer


def _sent(where: str) -> Response:
    return make_response(redirect(where, SEE_OTHER))


def _form(wanted: str, status: int = 200, said: str = "", name: str = "") -> Response:
    values = {"wanted": wanted, "fault": said, "name": name}
    return page("desk/sign-in.html", status, **values)
