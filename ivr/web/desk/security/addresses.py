"""The desk's own addresses: where somebody may be sent after signing in."""

from urllib.parse import unquote, urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

HOME = "/operator"
SIGN_IN = "sign_in.show"
"""The endpoint of the sign-in form; the live process has none."""


def this_address() -> str:
    """The path and query of this request, as it was sent."""
    query = request.query_string.decode("latin-1")
    return request.path + (f"?{query}" if query else "")


def page_of(address: str | None) -> str:
    """The desk's page that a whole address of ours names; "" when it names none.

    Scheme and host are ignored: a browser itself says where it is.
    """
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return ""
    return local_address(parts.path + (f"?{parts.query}" if parts.query else ""))


def local_address(address: str | None, *, open_too: bool = False) -> str:
    """The path and query of one of the desk's pages, else "".

    Only an address that somebody may be sent to counts: it begins with one slash, names
    nothing outside, and one of our pages answers it; one that needs no sign-in only
    with ``open_too``.
    """
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or not _is_page(parts.path, open_too=open_too):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def sign_in_address(wanted: str) -> str:
    """Where to sign in, to go on to one of the desk's pages."""
    return url_for(SIGN_IN, next=wanted or None)


def _is_page(path: str, *, open_too: bool) -> bool:
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return False
    try:
        endpoint, _ = current_app.url_map.bind("").match(unquote(path), method="GET")
    except HTTPException:
        return False
    face = endpoint.rpartition(".")[0]
    guards = current_app.before_request_funcs.get(face, ())
    roles = [each.role for each in guards if hasattr(each, "role")]
    return any(roles) or (open_too and bool(roles))
