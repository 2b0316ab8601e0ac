"""Where written messages arrive. Their conversations are not built yet.

The addresses are guarded already: what is forged gets 403, whether or not the
channel is configured; what is genuine is taken note of and not answered.
"""

import hmac

from flask import Blueprint, Response, abort, request

from ivr.web.guards import FORBIDDEN, only_the_carrier
from ivr.web.house import house

messages = Blueprint("messages", __name__, url_prefix="/messages")

TELEGRAM_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@messages.before_request
def only_the_provider() -> None:
    if request.endpoint == "messages.telegram":
        only_telegram()
    else:
        only_the_carrier()


def only_telegram() -> None:
    """Refuse whatever does not know the secret that the webhook was set with."""
    secret = house().telegram_secret
    given = request.headers.get(TELEGRAM_HEADER, "")
    if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
        abort(FORBIDDEN)


@messages.post("/twilio")
def twilio() -> Response:
    house().ports.notes.info("message not answered", channel="twilio")
    return Response("<Response/>", content_type="text/xml; charset=utf-8")


@messages.post("/telegram")
def telegram() -> Response:
    house().ports.notes.info("message not answered", channel="telegram")
    return Response(status=200)
