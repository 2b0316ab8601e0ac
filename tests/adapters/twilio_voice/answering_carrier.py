"""A carrier's REST interface that answers as it is told."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from twilio.http import HttpClient
from twilio.http.response import Response

from ivr.adapters.twilio_voice import TwilioSettings
from ivr.bootstrap.carrier import make_carrier
from ivr.core.model.identifiers import LegId
from ivr.ports import Carrier
from tests.adapters.redis_store.store_people import LINE
from tests.world import ACCOUNT, BASE, TOKEN

LEG = LegId("CA" + "1" * 32)
ROOM = "CF" + "2" * 32
QUEUE = "QU" + "4" * 32
API = "https://api.twilio.com"
LEG_SHOWN = {"sid": LEG, "status": "in-progress", "to": "client:desk_2danna"}
ROOM_SHOWN = {"sid": ROOM, "friendly_name": "k1", "status": "in-progress"}
LISTED: Mapping[str, Mapping[str, Any]] = {
    "Participants.json": {"participants": [{"call_sid": LEG}]},
    "Conferences.json": {"conferences": [ROOM_SHOWN]},
    "Members.json": {"queue_members": [{"call_sid": LEG}]},
    "Queues.json": {"queues": [{"sid": QUEUE, "friendly_name": LINE}]},
    "Recordings.json": {"recordings": []},
}


@dataclass(slots=True)
class Asked:
    """One request as the library made it."""

    method: str
    url: str
    query: Mapping[str, Any]
    form: list[tuple[str, str]] = field(default_factory=list)
    auth: object = None


class Told(HttpClient):  # type: ignore[misc]
    """A carrier that answers as it is told, and keeps what it was asked."""

    def __init__(self, status: int = 200, code: int = 0) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._status, self._code = status, code
        self.asked: list[Asked] = []
        self.leg = dict(LEG_SHOWN)
        self.fails_with: Exception | None = None

    def request(  # noqa: PLR0913, PLR0917 - the library's signature
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> Response:
        self.asked.append(Asked(method, uri, params or {}, _pairs(data), auth))
        if self.fails_with is not None:
            raise self.fails_with
        return Response(self._status, json.dumps(self._body(uri)))

    def _body(self, uri: str) -> Mapping[str, Any]:
        if self._status >= 400:
            text = {"message": "quoting +447700900201", "more_info": ""}
            return {"code": self._code, "status": self._status, **text}
        page: dict[str, Any] = {"next_page_uri": None, "page": 0, "uri": ""}
        for ending, listed in LISTED.items():
            if uri.endswith(ending):
                return {**page, **listed}
        if uri.endswith("Calls.json") and not self.asked[-1].form:
            return page | {"calls": [self.leg]}
        return self.leg


def _pairs(data: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    given = [(k, v) for k, v in (data or {}).items() if v is not None]
    return [
        (name, str(one))
        for name, value in given
        for one in (value if isinstance(value, list) else [value])
    ]


def carrier_over(http: HttpClient | None, api_url: str = API) -> Carrier:
    """Our carrier, who asks in this way at this address."""
    settings = TwilioSettings(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        api_url=api_url,
        public_url=BASE,
        timeout=timedelta(seconds=0.2),
    )
    return make_carrier(settings, http)
