"""The carrier's signature over a webhook, and the address it is made over.

Rule (carrier's security page): HMAC-SHA1 with the primary token over the full
address as called, for a POST form followed by every name and value, names sorted.
"""

from urllib.parse import urlencode, urlsplit, urlunsplit

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from exchange.kernel.http_types import Form


def sign_request(token: str, url: str, form: Form) -> str:
    """Return the value of `X-Twilio-Signature`; an empty form for GET."""
    signed: str = RequestValidator(token).compute_signature(url, MultiDict(form))
    return signed


def escape_url(url: str) -> str:
    """Return `url` with what HTTP cannot carry escaped, and all else as written."""
    return "".join(c if "!" <= c <= "~" else _escape_character(c) for c in url.strip())


def with_query(url: str, form: Form) -> str:
    """Return `url` with the form appended to its query, as GET webhooks carry it."""
    parts = urlsplit(url)
    query = "&".join(q for q in (parts.query, urlencode(form)) if q)
    return urlunsplit(parts._replace(query=query))


def split_fragment(url: str) -> tuple[str, dict[str, str]]:
    """Return `url` without its fragment, and the connection overrides in it."""
    bare, _, fragment = url.partition("#")
    pairs = (piece.partition("=") for piece in fragment.split("&") if piece)
    return bare, {name: value for name, _, value in pairs}


def _escape_character(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
