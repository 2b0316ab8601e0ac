"""Access to the figures: for monitoring, and not for the public.

The number of waiting callers tells somebody who watches one street that a person there
is calling just now. With a token, its holders may look. Without one, requests from this
machine itself may; but behind a proxy every request seems to come from here, so
anything that looks as if it came through one is refused. A plain nginx shows it only by
the old protocol.
"""

import hmac
import ipaddress

from flask import Response, request

from ivr.web.context import web_context

NOT_SHOWN = 401
THROUGH_A_PROXY = (
    *("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto"),
    *("X-Forwarded-Host", "X-Real-Ip"),
)
OLD = "HTTP/1.0"
REMEDY = (
    "The figures are for those who monitor this service. Ask with the token of"
    " METRICS_TOKEN (Authorization: Bearer ...), or where no token is set from this"
    " machine itself, at 127.0.0.1 and not through a proxy.\n"
)


def only_watchers() -> Response | None:
    """Return None to those who may look, else the refusal with its remedy."""
    if _may_watch():
        return None
    return Response(
        REMEDY,
        NOT_SHOWN,
        {"WWW-Authenticate": "Bearer"},
        content_type="text/plain; charset=utf-8",
    )


def _may_watch() -> bool:
    if token := web_context().metrics_token:
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode(), token.encode())
        return right and kind.lower() == "bearer"
    return _asks_from_here()


def _asks_from_here() -> bool:
    through = any(name in request.headers for name in THROUGH_A_PROXY)
    old = request.environ.get("SERVER_PROTOCOL") == OLD
    host = request.host.rpartition(":")[0] or request.host
    return not through and not old and _is_here(request.remote_addr) and _is_here(host)


def _is_here(address: str | None) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address((address or "").strip("[]")).is_loopback
    except ValueError:
        return False
