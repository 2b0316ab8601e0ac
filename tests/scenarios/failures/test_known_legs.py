"""Whose leg is known, in whatever state of ours, is no stranger."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from redis import Redis

from exchange.state.people import Stay, accepting_operator
from ivr.core.model.claim import CalledPerson, ClaimState
from ivr.core.model.contact.callback import Callback, CallbackRequest
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.identifiers import ContactId, LegId, LineKey
from ivr.core.model.operator import Reach
from ivr.core.model.values import replace
from ivr.core.upkeep.orphaned_legs import LegLocation
from ivr.ports import Change, Entity, Legs
from tests.adapters.redis_store.store_people import at, claim, operator, waiting
from tests.dsl.doing import TO_THE_QUEUE, call_in, stage_of, until_stage
from tests.dsl.faults.strange_legs import (
    ALONE,
    ALONE_TOO,
    LONG,
    NOWHERE,
    SOON,
    created,
    moved,
    seen_to,
    strangers,
)
from tests.world import LINE, World, build_world


@pytest.fixture
def bare(redis: Redis, tmp_path: Path) -> Iterator[World]:
    """A hotline whose state is made up: its books need not be in order."""
    with build_world(redis, tmp_path) as built:
        yield built


def keep(world: World, *entities: Entity) -> None:
    assert world.ports.changes.commit(LINE, Change(save=entities)) is not None


def called_back(leg: LegId) -> Entity:
    promise = CallbackRequest(made=at(0), activated=True, leg=leg, fulfilled=True)
    return waiting(
        "call-1", 0, stage=Stage.CONNECTED, callback=Callback(request=promise)
    )


BOUND = {"state": ClaimState.CONNECTED, "deadline": None}


@pytest.mark.parametrize(
    "entity",
    [
        lambda leg: operator("o1", leg=leg, reach=Reach.STANDING),
        lambda leg: claim("k1", "c1", "o1", leg=leg, **BOUND),
        lambda leg: claim("k1", "c1", "o1", person=CalledPerson(leg=leg), **BOUND),
        called_back,
    ],
    ids=["operator", "claim", "claim with a call back", "person called back"],
)
def test_our_occupied_leg_is_no_stranger(
    bare: World, entity: Callable[[ContactId], Entity]
) -> None:
    leg = created(bare, NOWHERE)
    keep(bare, entity(ContactId(leg.sid)))
    bare.exchange.run_for(SOON)

    assert strangers(bare) == 0
    assert not leg.ended


def test_past_trys_leg_is_ended(bare: World) -> None:
    """The person is to be called anew, and this leg reaches nobody."""
    leg = created(bare, NOWHERE)
    keep(bare, called_back(LegId(leg.sid)))
    call = bare.ports.contacts.call(LINE, ContactId(leg.sid))
    assert call is not None
    assert call.callback.request is not None
    put_off = replace(call.callback.request, leg=None, due=at(10_000))
    keep(
        bare,
        replace(
            call, stage=Stage.PROMISED, callback=replace(call.callback, request=put_off)
        ),
    )
    bare.exchange.run_for(SOON)

    assert seen_to(bare) == [("unknown leg was ended", leg.sid)]


def test_ended_calls_caller_is_no_stranger(bare: World) -> None:
    """Sent to us, such a call would be answered with its end."""
    caller = moved(bare, ALONE)
    ended = waiting(caller.sid, 0, stage=Stage.ENDED, arrival=Arrival())
    keep(bare, ended)
    bare.exchange.run_for(LONG)

    assert caller.conference
    assert strangers(bare) == 0


def test_later_claim_ignores_older_leg(
    bare: World,
) -> None:
    leg = created(bare, NOWHERE)
    bare.exchange.run_for(30)
    later = claim("k1", "c1", "o1", made=bare.clock.now(), deadline=None)
    keep(bare, replace(later, state=ClaimState.DIALLING))
    bare.exchange.run_for(SOON)

    assert leg.ended


def test_possible_called_persons_leg_rings_on(
    bare: World,
) -> None:
    """The carrier did not answer when it was asked for this leg."""
    operators, persons = created(bare, ALONE), created(bare, NOWHERE)
    own = ContactId(operators.sid)
    taken = claim("k1", "c1", "o1", leg=own, state=ClaimState.TAKEN, deadline=None)
    keep(bare, taken)
    bare.exchange.run_for(SOON)

    assert strangers(bare) == 1
    assert not persons.ended


def test_nobody_is_stranger_while_nothing_lost(world: World) -> None:
    world.operator("anna", accepting_operator())
    callers = [world.dial(Stay()), world.dial(*TO_THE_QUEUE, Stay())]
    counted = set()
    for _ in range(2 * SOON):
        world.exchange.run_for(1)
        counted.add(strangers(world))

    assert {stage_of(world, caller) for caller in callers} == {
        Stage.CONNECTED,
        Stage.WAITING,
    }
    assert counted == {0}


# --- while the carrier is asked, things happen ------------------------------


@dataclass(slots=True)
class SlowLegs:
    """A carrier during whose looking something happens."""

    real: Legs
    meanwhile: Callable[[], None]

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def leg_locations(
        self, legs: Collection[LegId], queue: LineKey
    ) -> Mapping[LegId, LegLocation]:
        """Where they are, and what happens then."""
        places = self.real.leg_locations(legs, queue)
        self.meanwhile()
        return places


def meanwhile(world: World, happens: Callable[[], None]) -> None:
    slow = cast("Legs", SlowLegs(world.ports.legs, happens))
    carrier = replace(world.ports.carrier, legs=slow)
    world.ports = replace(world.ports, carrier=carrier)


def test_newly_known_leg_left_alone(
    bare: World,
) -> None:
    leg = created(bare, NOWHERE)
    known = operator("o1", leg=ContactId(leg.sid), reach=Reach.STANDING)
    meanwhile(bare, lambda: keep(bare, known))
    bare.exchange.run_for(SOON)

    assert strangers(bare) == 0
    assert not leg.ended


def test_hung_up_while_sought_delays_nobody(
    world: World,
) -> None:
    caller = moved(world, ALONE)
    world.exchange.run_for(2)
    ours = created(world, ALONE_TOO)
    meanwhile(world, lambda: world.exchange.hang_up(caller))
    world.exchange.run_until(lambda: caller.ended, limit=SOON)
    world.exchange.run_until(lambda: ours.ended, limit=SOON)

    assert seen_to(world) == [("unknown leg was ended", ours.sid)]
    assert "strangers not looked at" not in world.notes.events()


def test_healthy_checked_once_a_minute(world: World) -> None:
    world.operator("anna", accepting_operator())
    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)
    world.redis.flushall()
    before = len(world.rest.requests)
    world.exchange.run_for(LONG)

    asked = [each.path for each in world.rest.requests[before:]]
    looks = sum(path.endswith("/Participants.json") for path in asked)
    assert LONG / 75 - 2 <= looks <= LONG / 60
    world.exchange.hang_up(caller)
