"""Messages over REST: they are kept, so that persons and tests can read them."""

import re

from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.rest.answers import RestError, not_found, page_of, resource_path
from exchange.state import forms
from exchange.state.exchange_state import ExchangeState

LONGEST_BODY = 1600
_ADDRESS = re.compile(r"(whatsapp:)?\+[1-9]\d{6,14}")


def create(state: ExchangeState, request: RestRequest) -> RestAnswer:
    """Send a message."""
    _check_parameters(request)
    sid = state.issue_sid("SM")
    message = _find_shown(state, request, sid)
    state.messages[sid] = message
    return RestAnswer(status=201, body=message)


def index(state: ExchangeState, request: RestRequest) -> RestAnswer:
    """List messages, the newest first."""
    wanted = {"to": request.get("To"), "from": request.get("From")}
    found = [
        message
        for message in reversed(state.messages.values())
        if all(message[name] == value for name, value in wanted.items() if value)
    ]
    return page_of(request, "messages", found)


def fetch(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Show a message."""
    return RestAnswer(status=200, body=_find_message(state, request, sid))


def update(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Redact a message's body."""
    message = _find_message(state, request, sid)
    if "Body" in dict(request.params):
        message["body"] = request.get("Body")
    return RestAnswer(status=200, body=message)


def delete(state: ExchangeState, request: RestRequest, sid: str) -> RestAnswer:
    """Forget a message."""
    _find_message(state, request, sid)
    state.messages.pop(sid)
    return RestAnswer(status=204)


def _check_parameters(request: RestRequest) -> None:
    if not _ADDRESS.fullmatch(request.get("To")):
        raise RestError(400, 21211, f"Invalid 'To' number {request.get('To')}")
    if not (request.get("From") or request.get("MessagingServiceSid")):
        raise RestError(400, 21603, "A 'From' number is required")
    if not any(request.get(name) for name in ("Body", "MediaUrl", "ContentSid")):
        raise RestError(400, 21602, "Message body is required")
    if len(request.get("Body")) > LONGEST_BODY:
        raise RestError(400, 21617, "The body exceeds 1600 characters")


def _find_shown(
    state: ExchangeState, request: RestRequest, sid: str
) -> dict[str, object]:
    tail = f"Messages/{sid}"
    return {
        "sid": sid,
        "account_sid": state.config.account,
        "api_version": forms.API_VERSION,
        "body": request.get("Body"),
        "direction": "outbound-api",
        "from": request.get("From") or None,
        "to": request.get("To"),
        "messaging_service_sid": request.get("MessagingServiceSid") or None,
        "num_media": str(len(request.all("MediaUrl"))),
        "num_segments": "1",
        "status": "queued",
        "error_code": None,
        "error_message": None,
        "price": None,
        "price_unit": "USD",
        "date_created": forms.rest_date(state.now),
        "date_updated": forms.rest_date(state.now),
        "date_sent": None,
        "uri": resource_path(state, f"{tail}.json"),
        "subresource_uris": {"media": resource_path(state, f"{tail}/Media.json")},
    }


def _find_message(
    state: ExchangeState, request: RestRequest, sid: str
) -> dict[str, object]:
    if sid not in state.messages:
        raise not_found(request.path)
    return state.messages[sid]
