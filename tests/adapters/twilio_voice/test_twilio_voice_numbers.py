"""Whose number a leg's is, as the carrier shows a call."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import pytest
from twilio.http import HttpClient
from twilio.http.response import Response

from ivr.core.model.address import PhoneNumber
from tests.adapters.twilio_voice.answering_carrier import LEG, carrier_over
from tests.world import CALLER, HOTLINE

IN = {"direction": "inbound", "from": CALLER, "to": HOTLINE}


class Shows(HttpClient):  # type: ignore[misc]
    """A carrier that shows one call."""

    def __init__(self, call: Mapping[str, object]) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._call = {"sid": LEG, "status": "completed", **call}

    def request(self, *_: Any, **__: Any) -> Response:
        return Response(200, json.dumps(self._call))


@pytest.mark.parametrize(
    ("call", "number"),
    [
        (IN, CALLER),
        ({"direction": "outbound-api", "from": HOTLINE, "to": CALLER}, CALLER),
        (IN | {"from": "+266696687"}, None),
        (IN | {"from": "anonymous"}, None),
        (IN | {"from": "client:somebody"}, None),
        (IN | {"from": None}, None),
        ({}, None),
    ],
    ids=["caller", "called", "pseudo", "withheld", "browser", "none", "unsaid"],
)
def test_number_is_that_of_person_on_leg(
    call: Mapping[str, object], number: str | None
) -> None:
    found = carrier_over(Shows(call)).legs.number_of(LEG)

    assert found == (PhoneNumber(number) if number else None)
