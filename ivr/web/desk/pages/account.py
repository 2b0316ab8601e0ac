"""The own account: the password, the language, and the device for codes."""

from flask import Blueprint, Response, request

from ivr.actions.accounts.accounts import change_device, change_password, new_device
from ivr.core.model.account import LEAST, Role
from ivr.core.model.errors import Refused
from ivr.web.context import web_context
from ivr.web.desk.render.responses import (
    describe_refusal,
    draw_code,
    new_password,
    redirect_to,
    render_page,
)
from ivr.web.desk.security import guard
from ivr.web.desk.security.fields import form_field
from ivr.web.desk.security.knocking import hashing_slot
from ivr.web.desk.security.session import current_session

own = Blueprint("account", __name__, url_prefix="/account")
own.before_request(guard.require_role(Role.OPERATOR))

REFUSED = 422
CHANGED = frozenset({"password", "device"})


@own.get("", endpoint="show")
def show_account() -> Response:
    return _account_page(changed=request.args.get("changed", ""))


@own.post("/password")
def set_password() -> Response:
    old = form_field("old")
    try:
        new = new_password()
        with hashing_slot():
            change_password(
                web_context().ports,
                guard.current_account(),
                current_session().secret,
                old,
                new,
            )
    except Refused as refused:
        return _account_page(describe_refusal(refused), REFUSED)
    return redirect_to("account.show", changed="password")


@own.get("/device")
def show_device() -> Response:
    return _device_page()


@own.post("/device")
def set_device() -> Response:
    words, code = form_field("password"), form_field("code")
    try:
        with hashing_slot():
            change_device(
                web_context().ports,
                guard.current_account(),
                current_session().secret,
                words,
                code,
            )
    except Refused as refused:
        return _device_page(describe_refusal(refused), REFUSED)
    return redirect_to("account.show", changed="device")


def _account_page(said: str = "", status: int = 200, changed: str = "") -> Response:
    told = changed if changed in CHANGED else ""
    return render_page(
        "desk/account.html", status, least=LEAST, fault=said, changed=told
    )


def _device_page(said: str = "", status: int = 200) -> Response:
    device = new_device(web_context().ports, guard.current_account())
    drawn = draw_code(device.label)
    return render_page(
        "desk/device.html", status, seed=device.seed, picture=drawn, fault=said
    )
