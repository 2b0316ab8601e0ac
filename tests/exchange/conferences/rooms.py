"""Callers who enter a conference, for the tests about conferences."""

from exchange.kernel.transcript import Kind
from exchange.state.leg import Leg
from tests.exchange.box import CALLER, HOTLINE, Box

TOLD = (
    'statusCallback="/room" statusCallbackEvent="start end join leave mute hold modify"'
)


def document(attributes: str = "", *, action: str = 'action="/after"') -> str:
    return f"<Dial {action}><Conference {attributes}>r</Conference></Dial>"


def enter(box: Box, markup: str) -> Leg:
    box.page("/start", markup)
    call = box.exchange.dial(CALLER, HOTLINE)
    box.exchange.run_until(lambda: call.conference, limit=5)
    return call


def events(box: Box) -> list[str]:
    return [form["StatusCallbackEvent"] for form in box.service.asked("/room")]


def kinds(call: Leg) -> list[Kind]:
    return [event.kind for event in call.transcript]
