"""Whether the carrier itself sent a form to an address.

HMAC-SHA1 with the account's token over the address and all fields, by name
(https://www.twilio.com/docs/usage/security). The library's validator does the same,
but always for two addresses, and compares in a time that tells how far it came.
"""

import base64
import hmac
from collections.abc import Iterator
from urllib.parse import urlparse

from twilio.request_validator import add_port, remove_port

from ivr.ports import Form


def is_genuine(token: bytes, address: str, form: Form, signature: str) -> bool:
    """Whether the signature is the carrier's, over the address and all fields.

    Tried with and without the standard port if need be, for the signing side is
    not consistent there.
    """
    fields = "".join(
        [
            name + value
            for name, values in sorted(form.items())
            for value in (values if len(values) == 1 else sorted(set(values)))
        ]
    )
    given = signature.encode()
    for each in _spellings_of(address):
        if hmac.compare_digest(_sign_text(token, each + fields), given):
            return True
    return False


def _sign_text(token: bytes, text: str) -> bytes:
    return base64.b64encode(hmac.digest(token, text.encode(), "sha1"))


def _spellings_of(address: str) -> Iterator[str]:
    yield address
    parsed = urlparse(address)
    yield remove_port(parsed)
    yield add_port(parsed)
