"""The end of every hard case: all faults are over, and the books are in order."""

from ivr.core.model.claim import OFFER_ENDS
from ivr.core.model.facts import OfferEnded
from tests.dsl.doing import facts_named
from tests.dsl.faults.invariants import (
    assert_carrier_agrees,
    assert_everybody_is_somewhere,
)
from tests.world import World

SETTLED = 45.0
"""Seconds after which nothing of a fault may be left: three reconciliations."""


def settle(world: World) -> None:
    """End all faults, let time pass, and look at the books before and after."""
    assert_everybody_is_somewhere(world.ports.store, world.redis)
    world.exchange.state.faults.clear()
    world.jobs.are_lost, world.ticks, world.reconciles = False, True, True
    world.exchange.run_for(SETTLED)
    assert_everybody_is_somewhere(world.ports.store, world.redis)
    assert_carrier_agrees(world)
    _send_everybody_home(world)
    assert_everybody_is_somewhere(world.ports.store, world.redis)
    assert_carrier_agrees(world)
    assert {offer.reason for offer in _offers_ended(world)} <= OFFER_ENDS
    assert not world.notes.failures
    assert not world.exchange.complaints


def _offers_ended(world: World) -> list[OfferEnded]:
    facts = facts_named(world, OfferEnded.name)
    return [fact for fact in facts if isinstance(fact, OfferEnded)]


def _send_everybody_home(world: World) -> None:
    for leg in world.exchange.state.legs.values():
        if not leg.ended:
            world.exchange.hang_up(leg)
    world.exchange.run_for(1)
