"""The `twilio` library's way into an exchange in the same process."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from requests.exceptions import ReadTimeout
from twilio.base.exceptions import TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response

from exchange.hosts.faulty import Hang, answer_or_fail
from exchange.hosts.switch import Switch
from exchange.kernel.http_types import Form, RestAnswer, RestRequest


class ExchangeHttpClient(HttpClient):  # type: ignore[misc]
    """Hand it to `twilio.rest.Client(http_client=…)`: requests go to the switch.

    A hanging exchange raises what the library's own client would: ReadTimeout.
    `traffic` holds every request with its answer, None when there was none; sound is
    fetched beside it, for the carrier's document does not describe that.
    """

    def __init__(self, switch: Switch) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._switch = switch
        self.traffic: list[tuple[RestRequest, RestAnswer | None]] = []

    @property
    def requests(self) -> list[RestRequest]:
        """Return every request so far."""
        return [asked for asked, _ in self.traffic]

    def request(  # noqa: PLR0913, PLR0917 - the library's signature
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> Response:
        """Make a request; raises ReadTimeout when a fault lets the exchange hang."""
        parts = urlsplit(uri)
        form = (
            *parse_qsl(parts.query),
            *_flatten_values(params),
            *_flatten_values(data),
        )
        asked = RestRequest(
            method=method.upper(), path=parts.path, params=form, auth=auth
        )
        try:
            given = self._answer_here(asked)
        except ReadTimeout:
            self.traffic.append((asked, None))
            raise
        self.traffic.append((asked, given))
        body = "" if given.body is None else json.dumps(given.body)
        return Response(given.status, body, dict(given.headers))

    def fetch(self, url: str, auth: tuple[str, str]) -> bytes:
        """Return the sound at an address; raises what the library would."""
        asked = RestRequest(method="GET", path=urlsplit(url).path, auth=auth)
        given = self._answer_here(asked)
        if given.status != HTTPStatus.OK:
            raise TwilioRestException(given.status, url)
        return given.media

    def _answer_here(self, asked: RestRequest) -> RestAnswer:
        try:
            return answer_or_fail(self._switch, asked)
        except Hang as fault:
            raise ReadTimeout(str(fault)) from fault


def _flatten_values(values: Mapping[str, object] | None) -> Form:
    pairs: list[tuple[str, str]] = []
    for name, value in (values or {}).items():
        many = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, _text_of(each)) for each in many if each is not None]
    return tuple(pairs)


def _text_of(value: object) -> str:
    return str(value)
