"""What the tests of the exchange share."""

import pytest

from exchange.state.people import Callee
from tests.exchange.box import BASE, CALLER, HOTLINE, OPERATOR, Box


@pytest.fixture
def box() -> Box:
    """Return a service of a few lines with an exchange in front of it."""
    return Box()


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
