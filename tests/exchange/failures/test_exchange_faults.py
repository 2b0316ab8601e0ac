"""Bad days: doubled, late and lost webhooks, and a service that does not answer."""

from collections.abc import Mapping
from datetime import datetime

import pytest

from exchange.kernel.config import Config, Number
from exchange.state.faults import Fault, FaultKind
from exchange.state.people import Press
from exchange.testing.inline import InlineExchange
from tests.exchange.box import ACCOUNT, BASE, CALLER, HOTLINE, TOKEN, Box

MENU = '<Gather numDigits="1" action="/menu"/>'


def play(box: Box, *faults: Fault) -> list[str]:
    for fault in faults:
        box.exchange.state.faults.add(fault)
    box.page("/start", MENU)
    box.page("/menu", "<Say>Done</Say>")
    call = box.exchange.dial(CALLER, HOTLINE, Press(digits="1"))
    box.exchange.run_until(lambda: call.ended)
    box.exchange.run_for(60)
    return box.service.paths()


def test_doubled_webhook_comes_twice_with_same_token(box: Box) -> None:
    paths = play(box, Fault(kind=FaultKind.DOUBLED, path="/menu", times=1))

    assert paths == ["/start", "/menu", "/menu", "/status"]
    first, second = box.service.received[1:3]
    assert first == second
    assert first.headers["I-Twilio-Idempotency-Token"]


def test_copy_may_come_much_later(box: Box) -> None:
    fault = Fault(kind=FaultKind.DOUBLED, path="/menu", times=1, seconds=30)

    assert play(box, fault) == ["/start", "/menu", "/status", "/menu"]


def test_delayed_status_callback_comes_late(box: Box) -> None:
    box.page("/start", MENU)
    box.exchange.state.faults.add(
        Fault(kind=FaultKind.DELAYED, path="/status", seconds=50)
    )
    call = box.exchange.dial(CALLER, HOTLINE, Press(digits="1"))
    box.exchange.run_until(lambda: call.ended)

    box.exchange.run_for(49)
    before = box.service.asked("/status")
    box.exchange.run_for(2)

    assert (len(before), len(box.service.asked("/status"))) == (0, 1)


def test_only_callbacks_can_be_lost(box: Box) -> None:
    assert play(box, Fault(kind=FaultKind.LOST)) == ["/start", "/menu"]


def test_probability_drawn_from_seed() -> None:
    def count(seed: int) -> int:
        box = Box(seed=seed)
        fault = Fault(kind=FaultKind.DOUBLED, probability=0.5)
        return len(play(box, fault))

    first = [count(seed) for seed in range(12)]

    assert first == [count(seed) for seed in range(12)]
    assert len(set(first)) > 1


class Silence:
    """A service that fails in one way, a number of times, and then answers."""

    def __init__(self, fault: Exception, times: int) -> None:
        self.fault = fault
        self.left = times
        self.asked: list[str] = []

    def __call__(
        self, _method: str, url: str, _headers: Mapping[str, str], _body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(url.removeprefix(BASE))
        if self.left:
            self.left -= 1
            raise self.fault
        return 200, {"Content-Type": "text/xml"}, b"<Response><Pause/></Response>"


def exchange_with(service: Silence, fragment: str = "") -> InlineExchange:
    number = Number(
        number=HOTLINE,
        voice_url=f"{BASE}/start{fragment}",
        voice_fallback_url=f"{BASE}/fallback",
    )
    config = Config(account=ACCOUNT, token=TOKEN, numbers=(number,))
    return InlineExchange(config, service)


@pytest.mark.parametrize(
    ("fault", "fragment", "asked", "seconds"),
    [
        (TimeoutError(), "", ["/start", "/fallback"], 15),
        (ConnectionError(), "", ["/start", "/start", "/fallback"], 10),
        (ConnectionError(), "#rc=0", ["/start", "/fallback"], 5),
        (TimeoutError(), "#rc=1&rp=rt&tt=3000", ["/start", "/start", "/fallback"], 6),
    ],
)
def test_silent_service_given_up_per_address(
    fault: Exception, fragment: str, asked: list[str], seconds: float
) -> None:
    service = Silence(fault, times=len(asked) - 1)
    exchange = exchange_with(service, fragment)

    call = exchange.dial(CALLER, HOTLINE)
    exchange.run_until(lambda: call.answered_at)

    assert service.asked == asked
    assert call.answered_at == call.created + seconds


def test_time_told_of_every_move() -> None:
    moments: list[datetime] = []
    box = Box()
    box.exchange.on_time = moments.append
    box.page("/start", '<Pause length="3"/>')

    box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_for(5)

    assert moments == sorted(moments)
    assert len(moments) >= 5
    assert moments[-1] == box.exchange.now
