"""Sends webhooks over real connections, to where the service really listens.

The address is sent byte for byte as it was signed, which is why no HTTP library
that tidies addresses is used. When the service is reached elsewhere than under its
public address, `Host` and `X-Forwarded-Proto` say what the caller used, as a proxy
that ends TLS would.
"""

import http.client
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from exchange.kernel.http_types import Failure, Outcome, Trouble, Webhook, WebhookAnswer

_LARGEST = 1024 * 1024


class Sender:
    """Sends requests until it is told to abort; safe to use from several threads."""

    def __init__(self, bases: Mapping[str, str]) -> None:
        self._bases = bases
        self._open: set[socket.socket] = set()
        self._aborted = threading.Event()

    def deliver(self, webhook: Webhook) -> Outcome:
        """Send one request; `bases` maps public addresses to where they are served."""
        real = rebase_url(webhook.url, self._bases)
        parts = urlsplit(real)
        connection = _open_connection(
            parts.scheme, parts.netloc, webhook.connect_seconds
        )
        try:
            connection.connect()
        except OSError:
            return Failure(trouble=Trouble.CONNECT)
        try:
            return self._exchange_http(connection, webhook, _target_of(real))
        except (OSError, http.client.HTTPException):
            return Failure(trouble=Trouble.READ)
        finally:
            connection.close()

    def abort(self) -> None:
        """Cut off what is under way, so that nobody waits for a slow service."""
        self._aborted.set()
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _exchange_http(
        self, connection: http.client.HTTPConnection, webhook: Webhook, target: str
    ) -> Outcome:
        # It is None only before connecting.
        line: socket.socket = connection.sock
        self._open.add(line)
        try:
            if self._aborted.is_set():
                return Failure(trouble=Trouble.READ)
            line.settimeout(webhook.total_seconds)
            return _ask_service(connection, webhook, target)
        finally:
            self._open.discard(line)


def rebase_url(url: str, bases: Mapping[str, str]) -> str:
    """Return the address to connect to."""
    for public, real in bases.items():
        rest = url.removeprefix(public.rstrip("/"))
        if rest != url and rest[:1] in {"", "/", "?"}:
            return real.rstrip("/") + rest
    return url


def _open_connection(
    scheme: str, place: str, seconds: float
) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(place, timeout=seconds)
    return http.client.HTTPConnection(place, timeout=seconds)


def _target_of(url: str) -> str:
    _, _, rest = url.partition("://")
    start = min((rest.find(c) for c in "/?" if c in rest), default=len(rest))
    target = rest[start:]
    return target if target.startswith("/") else f"/{target}"


def _ask_service(
    connection: http.client.HTTPConnection, webhook: Webhook, target: str
) -> WebhookAnswer:
    public = urlsplit(webhook.url)
    headers = {
        **webhook.headers,
        "Host": public.netloc,
        "X-Forwarded-Proto": public.scheme,
        "Connection": "close",
    }
    body = webhook.body if webhook.method != "GET" else None
    connection.request(webhook.method, target, body=body, headers=headers)
    response = connection.getresponse()
    return WebhookAnswer(
        status=response.status,
        headers=tuple(response.getheaders()),
        body=response.read(_LARGEST),
    )
