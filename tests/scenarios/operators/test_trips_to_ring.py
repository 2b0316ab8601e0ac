"""From an operator who becomes free to the ring: how often the live state is asked.

A caller waits meanwhile. Each step reads at once what it reads, and the number of lines
changes nothing. These numbers are only ever lowered.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from redis import Redis
from sqlalchemy import Engine, event

from exchange.state.people import accepting_operator
from ivr.actions import routing
from ivr.actions.operators.roster import choose_state
from ivr.actions.talks.ending import call_off
from ivr.actions.talks.running import run
from ivr.core.model.operator import State
from ivr.core.talk.events import OfferDue
from tests.dsl.doing import call_in, until_rung
from tests.dsl.talking import ANNA
from tests.ports.stores import counted_trips, counting_client
from tests.world import LINE, World

BECOMES_FREE = 3
"""The operator, the change, and whose telephone it is as well, on any line."""

ROUTING = 8
"""What was asked for and the rules, the line, the operator's telephone, the caller and
other calls of the number, the place among created legs, the claim; the line once more,
and that all is done."""

RING = 5
"""The talk, that it rings, whether the telephone is in use by now; and when the carrier
has answered, the rules and the leg."""


@pytest.fixture
def redis(valkey_url: str) -> Iterator[Redis]:
    """A client that counts, of an empty store; both kinds of world use it."""
    client = counting_client(valkey_url)
    client.flushall()
    yield client
    client.close()


def trips(ask: Callable[[], object]) -> int:
    before = counted_trips()
    ask()
    return counted_trips() - before


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that any database is given meanwhile."""
    given: list[str] = []

    def note(_connection: object, _cursor: object, text: str, *_: object) -> None:
        given.append(text)

    event.listen(Engine, "before_cursor_execute", note)
    yield given
    event.remove(Engine, "before_cursor_execute", note)


def become_free(world: World) -> None:
    choose_state(world.ports, LINE, ANNA, State.AVAILABLE, "test")


def route(world: World) -> None:
    routing.route_callers(world.ports, LINE)


def place_offer(world: World) -> None:
    (claim,) = world.ports.contacts.open_claims(LINE)
    run(world.ports, LINE, OfferDue(claim=claim))


def rung_once(world: World) -> World:
    """A caller waits, and the operator who was rung before is away."""
    world.operator("anna", accepting_operator(after=60))
    call_in(world)
    until_rung(world)
    (claim,) = world.ports.contacts.open_claims(LINE)
    choose_state(world.ports, LINE, ANNA, State.AWAY, "test")
    call_off(world.ports, LINE, claim, "declined")
    world.exchange.run_for(5)
    assert not world.ports.contacts.open_claims(LINE)
    return world


def trips_to_ring(world: World) -> tuple[int, int, int]:
    """How often each step asks: it becomes known, the claim is made, the ring."""
    return (
        trips(lambda: become_free(world)),
        trips(lambda: route(world)),
        # What tells of the claim is no step.
        trips(lambda: place_offer(world)) - 1,
    )


def test_steps_to_ring_ask_as_little_as_ever(world: World) -> None:
    assert trips_to_ring(rung_once(world)) == (BECOMES_FREE, ROUTING, RING)


def test_second_line_costs_no_trip_to_ring(both: World) -> None:
    assert trips_to_ring(rung_once(both)) == (BECOMES_FREE, ROUTING, RING)


def test_no_database_on_way_to_ring(world: World) -> None:
    become_free(rung_once(world))

    with statements() as given:
        route(world)
        place_offer(world)

    assert given == []
