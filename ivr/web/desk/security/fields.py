"""The fields that each form of the desk may send, and how long each may be.

Input from outside is measured here before anything is computed from it, for some
computing takes far longer than its input grows (composing letters with many marks,
looking for the nearest word). A view reads a field with ``given``, which knows only the
fields of the view's own form: a new field must be added here, or its view fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request
from flask_wtf.csrf import CSRFError

from ivr.core.history.record import LONGEST_FOLLOW_UP, LONGEST_NOTE
from ivr.core.model.account import LONGEST_CODE, LONGEST_NAME, MOST
from ivr.core.model.errors import Invalid
from ivr.core.shifts.shift import LONGEST_REASON

TOKEN = "csrf_token"  # noqa: S105 - a field's name

KEY = 100
"""Characters of an identifier, or of a word that is one of a few."""

ADDRESS = 2048
"""Characters of one of our own addresses."""

OTHER = 512
"""Characters of the token, and of a field that the form has not and nobody reads."""

SMALL = 4 * 1024
DOOR = 8 * 1024
"""Bytes: the longest password in letters of two bytes, each written with six."""

TWICE = 16 * 1024
"""Bytes of a form that asks for passwords more than once."""

WRITTEN = 128 * 1024
"""Bytes of a record: the longest note in letters of three bytes, nine each."""

NUL = "\0"
"""The one letter that a text in PostgreSQL cannot have."""

PARTS = 32
"""The most fields of one form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of a form, each with its most characters; and the bytes in all."""

    most: int = SMALL
    fields: Mapping[str, int] = field(default_factory=dict)


_TALK = {"claim": KEY}
_PASSWORDS = {"password": MOST, "again": MOST}
_RECORD = Form(
    most=WRITTEN,
    fields={
        "call": KEY,
        "shown": KEY,
        "version": KEY,
        "over": KEY,
        "disposition": KEY,
        "to": KEY,
        # A browser sends two letters for the end of a line, and we keep one.
        "note": 2 * LONGEST_NOTE,
        "follow_up": 2 * LONGEST_FOLLOW_UP,
    },
)

FORMS: Mapping[str, Form] = {
    "sign_in.enter": Form(
        most=DOOR,
        fields={
            "name": LONGEST_NAME,
            "password": MOST,
            "code": LONGEST_CODE,
            "next": ADDRESS,
        },
    ),
    "sign_in.leave": Form(),
    "sign_in.choose_language": Form(fields={"language": KEY, "back": ADDRESS}),
    "joining.sign_up": Form(most=TWICE, fields={**_PASSWORDS, "code": LONGEST_CODE}),
    "account.set_password": Form(
        most=TWICE, fields={"name": LONGEST_NAME, "old": MOST, **_PASSWORDS}
    ),
    "account.set_device": Form(
        most=DOOR, fields={"password": MOST, "code": LONGEST_CODE}
    ),
    "desk.choose_state": Form(fields={"state": KEY, "reason": KEY}),
    "desk.accept": Form(),
    "desk.decline": Form(),
    "talk.hold": Form(fields=_TALK | {"on": KEY}),
    "talk.mute": Form(fields=_TALK | {"on": KEY}),
    "talk.end": Form(fields=_TALK),
    "talk.invite": Form(fields=_TALK | {"who": KEY}),
    "talk.withdraw": Form(fields=_TALK),
    "talk.leave": Form(fields=_TALK),
    "talk.rejoin": Form(fields=_TALK),
    "talk.hand_over": Form(fields=_TALK | {"to": KEY}),
    "self_test.echo": Form(),
    "self_test.ring": Form(),
    "record.save": _RECORD,
    "record.complete": _RECORD,
    "record.more_time": Form(),
    "record.reveal": Form(),
    "record.call_again": Form(fields={"call": KEY, "at": KEY, "back": KEY}),
    "lists.follow_up_done": Form(),
    "lists.message_done": Form(),
    "shifts.confirm": Form(),
    "shifts.decline": Form(fields={"reason": 2 * LONGEST_REASON}),
}
"""Every form of the desk, by the endpoint that it is sent to."""

_NONE = Form()


class TooLong(Invalid):
    """A field is longer than anybody can mean it to be; ``field`` says which."""

    code = "too-long"

    def __init__(self, name: str) -> None:
        super().__init__(f"the field {name!r} is too long; shorten it")
        self.field = name


def limit_body() -> None:
    """Set how much of this request's body may be read."""
    request.max_content_length = _current_form().most
    request.max_form_parts = PARTS


def require_lengths() -> None:
    """Refuse a form that holds more than anybody can mean, before it is used.

    TooLong names the field. A body that is too large is refused where it is read.
    """
    limits = _current_form().fields
    if sum(map(len, request.form.listvalues())) > PARTS:
        raise CSRFError("the form has more fields than any of ours")
    for name, values in request.form.lists():
        if max(map(len, values)) > limits.get(name, OTHER):
            raise TooLong(name if name in limits else "(unknown)")


def form_field(name: str, default: str = "") -> str:
    """A field of the form that was sent; KeyError for one that the form does not have.

    NUL characters are removed: nobody types them, and no database has to accept them.
    """
    _ = _current_form().fields[name]
    return request.form.get(name, default).replace(NUL, "")


def is_text() -> bool:
    """Whether the address is a text: one with a NUL in it is no address of ours."""
    asked = (request.path, *request.args, *request.args.values())
    return not any(NUL in each for each in asked)


def is_given(name: str) -> bool:
    """Whether a field was sent, even an empty one."""
    _ = _current_form().fields[name]
    return name in request.form


def _current_form() -> Form:
    return FORMS.get(request.endpoint or "", _NONE)
