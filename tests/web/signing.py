"""Requests as the carrier makes them: a form, and a signature over all of it."""

from collections.abc import Mapping

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from tests.world import BASE, TOKEN


def signature(path: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    """The carrier's signature over a public address and a form."""
    signed: str = RequestValidator(token).compute_signature(BASE + path, dict(form))
    return signed


def post(client: FlaskClient, path: str, form: Mapping[str, str]) -> TestResponse:
    """A rightly signed request."""
    headers = {"X-Twilio-Signature": signature(path, form)}
    return client.post(path, data=dict(form), headers=headers, base_url=BASE)
