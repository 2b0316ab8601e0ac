"""What the tests of the exchange share."""

import os
from pathlib import Path

import pytest

from ivr.exchange.people import Callee
from tests.exchange.box import BASE, CALLER, HOTLINE, OPERATOR, Box
from tests.exchange.openapi import Spec

_BESIDE = Path(__file__).parents[3] / "shared" / "twilio_api_v2010.json.gz"


@pytest.fixture
def box() -> Box:
    """Return a service of a few lines with an exchange in front of it."""
    return Box()


@pytest.fixture(scope="session")
def spec_path() -> Path:
    """Return where the carrier's OpenAPI document is."""
    named = os.environ.get("TWILIO_OPENAPI")  # noqa: TID251 - the one read in tests
    if named:
        return Path(named)
    if _BESIDE.exists():
        return _BESIDE
    pytest.skip(
        "THE CARRIER'S OPENAPI DOCUMENT IS MISSING: set TWILIO_OPENAPI to the path of"
        " twilio_api_v2010.json (or .json.gz), or REST stays unchecked"
    )


@pytest.fixture(scope="session")
def spec(spec_path: Path) -> Spec:
    """Return the carrier's OpenAPI document."""
    return Spec.load(spec_path)


@pytest.fixture
def busy(box: Box) -> Box:
    """An exchange with a queue, a conference, calls, messages and numbers."""
    box.page("/start", lambda _: _first_or_second(box))
    box.page("/url", '<Pause length="60"/>')
    box.exchange.put_person(OPERATOR, Callee())
    for _ in range(3):
        box.exchange.dial(CALLER, HOTLINE)
    box.call("POST", "Calls", To=OPERATOR, From=HOTLINE, Url=f"{BASE}/url")
    box.call("POST", "Messages", To=CALLER, From=HOTLINE, Body="hello")
    box.exchange.run_for(5)
    return box


def _first_or_second(box: Box) -> str:
    if len(box.service.asked("/start")) == 1:
        return '<Enqueue waitUrl="">q</Enqueue>'
    return "<Dial><Conference>r</Conference></Dial>"
