"""The check of the carrier's signature, and the headers of every answer."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, abort, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.wsgi import get_host

from ivr.ports import Form
from ivr.web.context import web_context
from ivr.web.webhook import (
    Webhook,
    put_webhook,
    read_form,
    read_values,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FORBIDDEN = 403
CARRIER_BODY = 64 * 1024
"""The largest form read from the carrier; its own are below 8 kB."""

CARRIER_FIELDS = 256
"""The most fields of one; its own have some forty. Each costs time."""

DRAINED = 2 * 1024 * 1024
"""How much of a larger form is read and thrown away."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def require_carrier() -> None:
    """Refuse everything that the carrier did not sign; nothing is read or done before.

    The address is the public one with path and query exactly as sent: Flask's own
    values are decoded, and would not match (trust.md 14).
    """
    context, environ = web_context(), request.environ
    voice = context.ports.voice
    form = _read_fields(environ)
    path, query = signed_path(environ), environ.get("QUERY_STRING", "")
    address = context.public_url + path + (f"?{query}" if query else "")
    signature = environ.get(_variable_of(voice.signature_header), "")
    if not voice.is_genuine(address, form, signature):
        abort(FORBIDDEN)
    event = voice.read({key: values[0] for key, values in form.items()})
    put_webhook(Webhook(context, event, request.path, read_values(query)))


def _read_fields(environ: Mapping[str, Any]) -> Form:
    """The fields of the form; a form that is too large or has too many is refused."""
    body = _read_body(environ)
    if body.count(b"&") >= CARRIER_FIELDS:
        abort(FORBIDDEN)
    return read_form(environ, body)


def _read_body(environ: Mapping[str, Any]) -> bytes:
    """The body of a request; one that is too large is refused."""
    length = environ.get("CONTENT_LENGTH", "")
    if length.isdecimal() and int(length) <= CARRIER_BODY:
        # The server says so itself, and there is no limit to be watched by the library.
        body: bytes = environ["wsgi.input"].read(int(length))
        return body
    request.max_content_length = CARRIER_BODY
    try:
        return request.get_data(cache=False)
    except HTTPException:
        _drain_body()
        abort(FORBIDDEN)


def _drain_body() -> None:
    """Read a body that is too large to its end, within reason, and forget it.

    A proxy sends many callers through one connection: bytes left unread on it would
    cost the next of them the answer.
    """
    left, source = DRAINED, request.environ["wsgi.input"]
    while left > 0 and (read := len(source.read(min(left, CARRIER_BODY)))):
        left -= read


@cache
def _variable_of(header: str) -> str:
    """The name of a header in a request's environment: PEP 3333."""
    return f"HTTP_{header.upper().replace('-', '_')}"


def signed_path(environ: Mapping[str, Any]) -> str:
    """The path of a request as the carrier called and signed it."""
    raw: str = environ.get("RAW_URI") or environ.get("REQUEST_URI", "")
    return raw.partition("?")[0] if raw.startswith("/") else request.path


class ProtectedFlask(Flask):
    """An application each of whose answers carries the headers that protect.

    They are added to what the server is given: of the library's own headers each is
    looked at many times. An answer's own stay, and a face may put others in their
    place: ``g.headers``.
    """

    def wsgi_app(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""

        def start_answer(
            status: str, headers: list[tuple[str, str]], *more: Any
        ) -> Any:
            own = {name.title() for name, _ in headers}
            wanted = HEADERS | g.get("headers", {})
            added = [each for each in wanted.items() if each[0] not in own]
            return start_response(status, headers + added, *more)

        return super().wsgi_app(environ, start_answer)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """The route of a request: only its path decides, whatever host it names."""
        if request is None:
            return super().create_url_adapter(None)
        environ = request.environ
        # The path as it was sent: the request's own has lost its first slashes.
        path = environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace")
        return self.url_map.bind(
            get_host(environ),
            environ.get("SCRIPT_NAME"),
            url_scheme=environ["wsgi.url_scheme"],
            default_method=environ["REQUEST_METHOD"],
            path_info=path,
            query_args=environ.get("QUERY_STRING"),
        )

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The view unchanged: none is a coroutine, and Flask would inspect each."""
        return func
