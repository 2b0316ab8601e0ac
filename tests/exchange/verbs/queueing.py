"""A caller who waits in a queue, for the tests about queues."""

from exchange.state.leg import Leg
from tests.exchange.box import CALLER, HOTLINE, Box

ENQUEUE = '<Enqueue waitUrl="/wait" action="/out">urgent</Enqueue><Say>next</Say>'
ROUND = "<Play>/music.mp3</Play><Say>Please wait a moment</Say>"


def waiting(box: Box, number: str = HOTLINE) -> Leg:
    box.service.pages.setdefault("/start", ENQUEUE)
    box.service.pages.setdefault("/wait", ROUND)
    call = box.exchange.dial(CALLER, number)
    box.exchange.run_until(lambda: call.queue)
    return call
