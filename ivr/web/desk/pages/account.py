"""The own account: the password, the language, and the device for codes."""

from flask import Blueprint, Response, request

from ivr.actions.accounts.accounts import change_device, change_password, new_device
from ivr.core.model.account import LEAST, Role
from ivr.core.model.errors import Refused
from ivr.web.desk.render.responses import fault, new_password, page, picture, see
from ivr.web.desk.security import guard
from ivr.web.desk.security.fields import given
from ivr.web.desk.security.knocking import in_turn
from ivr.web.desk.security.session import visit
from ivr.web.house import house

own = Blueprint("account", __name__, url_prefix="/account")
own.before_request(guard.only(Role.OPERATOR))

REFUSED = 422
CHANGED = frozenset({"password", "device"})


@own.get("")
def show() -> Response:
    return _page(changed=request.args.get("changed", ""))


@own.post("/password")
def set_password() -> Response:
    old = given("old")
    try:
        new = new_password()
        with in_turn():
            change_password(house().ports, guard.who(), visit().secret, old, new)
    except Refused as refused:
        return _page(fault(refused), REFUSED)
    return see("account.show", changed="password")


@own.get("/device")
def show_device() -> Response:
    return _device()


@own.post("/device")
def set_device() -> Response:
    words, code = given("password"), given("code")
    try:
        with in_turn():
            change_device(house().ports, guard.who(), visit().secret, words, code)
    except Refused as refused:
        return _device(fault(refused), REFUSED)
    return see("account.show", changed="device")


def _page(said: str = "", status: int = 200, changed: str = "") -> Response:
    told = changed if changed in CHANGED else ""
    return page("desk/account.html", status, least=LEAST, fault=said, changed=told)


def _device(said: str = "", status: int = 200) -> Response:
    device = new_device(house().ports, guard.who())
    drawn = picture(device.label)
    return page("desk/device.html", status, seed=device.seed, picture=drawn, fault=said)
