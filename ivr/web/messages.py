"""Where written messages arrive. Their conversations are not built yet.

The addresses are guarded already: what is forged gets 403, whether or not the
channel is configured; what is genuine is taken note of and not answered.
"""

import hmac

from flask import Blueprint, Response, abort, request

from ivr.web.context import web_context
from ivr.web.guards import FORBIDDEN, require_carrier

messages = Blueprint("messages", __name__, url_prefix="/messages")

TELEGRAM_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@messages.before_request
def require_provider() -> None:
    if request.endpoint == "messages.telegram":
        require_telegram()
    else:
        require_carrier()


def require_telegram() -> None:
    """Refuse requests without the secret that the webhook was set up with."""
    secret = web_context().telegram_secret
    given = request.headers.get(TELEGRAM_HEADER, "")
    if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
        abort(FORBIDDEN)


@messages.post("/twilio", endpoint="twilio")
def receive_twilio() -> Response:
    web_context().ports.log.info("message not answered", channel="twilio")
    return Response("<Response/>", content_type="text/xml; charset=utf-8")


@messages.post("/telegram", endpoint="telegram")
def receive_telegram() -> Response:
    web_context().ports.log.info("message not answered", channel="telegram")
    return Response(status=200)
