"""The parameters webhooks carry (facts sheet, section 1.2 and 1.3)."""

from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlencode

from exchange.kernel.http_types import Form
from exchange.state.leg import Direction, Leg

API_VERSION = "2010-04-01"
CONTENT_TYPE = "application/x-www-form-urlencoded; charset=UTF-8"
# Withheld callers turn up with these numbers, which are the words on a keypad.
ANONYMOUS = "+266696687"
_COUNTRIES = {"+1": "US", "+44": "GB", "+380": "UA", "+7": "RU", "+266": "LS"}
_PLACES = ("City", "State", "Zip", "Country")


def standard_form(account: str, leg: Leg) -> Form:
    """Return what every request about a call carries."""
    form = {
        "CallSid": leg.sid,
        "AccountSid": account,
        "From": leg.from_,
        "To": leg.to,
        "Caller": leg.from_,
        "Called": leg.to,
        "CallStatus": str(leg.status),
        "ApiVersion": API_VERSION,
        "Direction": str(leg.direction),
        **_geography_of(leg),
        **leg.extra,
    }
    if leg.parent is not None:
        form["ParentCallSid"] = leg.parent.sid
    if leg.direction is Direction.INBOUND:
        # Carriers add parameters without notice; this one is unknown to everybody.
        form |= {"StirVerstat": "TN-Validation-Passed-C", "CarrierNovelty": ""}
    return tuple(form.items())


def encode_form(form: Form) -> bytes:
    """Return a form as the body of a POST."""
    return urlencode(form).encode("ascii")


def mail_date(at: float) -> str:
    """Return an exchange time as RFC 2822 in GMT, as webhooks carry it."""
    return format_datetime(datetime.fromtimestamp(at, UTC), usegmt=True)


def rest_date(at: float | None) -> str | None:
    """Return an exchange time as RFC 2822 with a numeric zone, as REST shows it."""
    return None if at is None else format_datetime(datetime.fromtimestamp(at, UTC))


def _geography_of(leg: Leg) -> dict[str, str]:
    sides = {"From": leg.from_, "To": leg.to, "Caller": leg.from_, "Called": leg.to}
    return {
        f"{side}{place}": _country_of(number) if place == "Country" else ""
        for side, number in sides.items()
        for place in _PLACES
    }


def _country_of(number: str) -> str:
    found = [code for code in _COUNTRIES if number.startswith(code)]
    return _COUNTRIES[max(found, key=len)] if found else ""
