"""Legs that the service does not know, and what it does with them."""

from collections.abc import Mapping
from typing import Any, cast

from exchange.state.leg import Leg
from exchange.state.people import Callee
from tests.dsl.doing import THIRD_OPERATOR, call_in
from tests.world import ACCOUNT, HOTLINE, LINE, TOKEN, World

ALONE = "<Response><Dial><Conference waitUrl=''>empty</Conference></Dial></Response>"
ALONE_TOO = ALONE.replace("empty", "another")
NOWHERE = "<Response><Pause length='1800'/></Response>"
SOON, LONG = 100, 600
"""Seconds after which a leg has been looked at; after which whoever is silent too."""


def rest(world: World, path: str, **params: str) -> Mapping[str, Any]:
    """Somebody else's request to the carrier."""
    path = f"/2010-04-01/Accounts/{ACCOUNT}/{path}.json"
    form = tuple(params.items())
    answer = world.exchange.rest("POST", path, form, (ACCOUNT, TOKEN))
    assert answer.status in {200, 201}, answer.body
    return cast("Mapping[str, Any]", answer.body)


def created(world: World, document: str, from_: str = HOTLINE) -> Leg:
    """A leg to a telephone that is picked up, and that the service does not know."""
    world.exchange.put_person(THIRD_OPERATOR, Callee(after=2))
    shown = rest(world, "Calls", To=THIRD_OPERATOR, From=from_, Twiml=document)
    return world.exchange.state.legs[shown["sid"]]


def moved(world: World, document: str) -> Leg:
    """A caller who was sent elsewhere, and whom the service has forgotten."""
    caller = call_in(world)
    world.exchange.run_until(lambda: caller.queue)
    rest(world, f"Calls/{caller.sid}", Twiml=document)
    world.exchange.run_for(1)
    world.redis.flushall()
    return caller


def seen_to(world: World) -> list[tuple[str, object]]:
    """The actions, and the legs that they were done to."""
    return [
        (event, fields["leg"])
        for event, fields in world.notes.kept
        if event.startswith("unknown leg")
    ]


def strangers(world: World) -> int:
    """The number in the metrics."""
    text = world.app.test_client().get("/metrics").get_data(as_text=True)
    (value,) = (
        one.rpartition(" ")[2]
        for one in text.splitlines()
        if one.startswith(f'hotline_strangers{{line="{LINE}"}}')
    )
    return int(float(value))
