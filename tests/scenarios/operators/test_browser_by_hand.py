"""An operator in a browser, whose page rings, is reloaded, and rings again."""

from exchange.state.leg import Leg
from ivr.actions.talk_controls import rejoining
from ivr.actions.talks.accepting import take_by_desk
from ivr.core.model.claim import Interruption
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Reach, State, identity_of
from tests.dsl.doing import (
    call_in,
    claim_now,
    has_heard,
    stage_of,
    state_of,
    until_rung,
    until_stage,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.talking import ANNA, talks_on
from tests.world import LINE, World

PAGE, RELOADED = "page-1", "page-2"


def at_the_desk(world: World) -> None:
    """An operator whose page is open, and who decides by hand."""
    world.operator("anna", reach=Reach.BROWSER)
    address = identity_of(OperatorId("anna"))
    world.exchange.state.people.pop(f"client:{address}")
    register(world, PAGE)


def register(world: World, page: str) -> None:
    world.exchange.switch.register(identity_of(OperatorId("anna")), page)


def in_talk(world: World) -> tuple[Leg, Leg]:
    """The operator has picked up at the page, and talks."""
    at_the_desk(world)
    caller = call_in(world)
    leg = until_rung(world)
    take_by_desk(world.ports, LINE, ANNA, claim_now(world).id)
    world.exchange.switch.pick_up(leg.sid, PAGE)
    until_stage(world, caller, Stage.CONNECTED)
    return leg, caller


def test_operator_whose_page_answers_talks(world: World) -> None:
    leg, caller = in_talk(world)

    assert talks_on(world, leg, caller)
    assert state_of(world) is State.TALKING


def test_declining_page_costs_no_place(world: World) -> None:
    at_the_desk(world)
    caller = call_in(world)
    leg = until_rung(world)

    world.exchange.switch.reject(leg.sid, PAGE)
    world.exchange.run_for(1)

    assert stage_of(world, caller) is Stage.WAITING
    assert world.operator_now().is_cooling(world.clock.now())


def test_reloaded_page_is_back_in_talk(world: World) -> None:
    leg, caller = in_talk(world)

    world.exchange.switch.close(PAGE)
    world.exchange.run_for(3)
    assert leg.ended
    assert claim_now(world).interruption is Interruption.OPERATOR_DROPPED
    assert has_heard(world, caller, "rejoin.wait")
    register(world, RELOADED)
    rejoining.rejoin_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(2)
    again = outbound_legs(world)[-1]
    assert claim_now(world).leg == again.sid
    world.exchange.switch.pick_up(again.sid, RELOADED)
    world.exchange.run_until(
        lambda: claim_now(world).interruption is Interruption.NONE, limit=10
    )

    assert talks_on(world, caller, again)


def test_missing_page_rung_once_present(world: World) -> None:
    _, caller = in_talk(world)
    world.exchange.switch.close(PAGE)
    world.exchange.run_for(1)

    rejoining.rejoin_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(2)
    assert claim_now(world).interruption is Interruption.OPERATOR_DROPPED
    register(world, RELOADED)
    rejoining.rejoin_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(1)
    again = outbound_legs(world)[-1]
    world.exchange.switch.pick_up(again.sid, RELOADED)
    world.exchange.run_until(
        lambda: claim_now(world).interruption is Interruption.NONE, limit=10
    )

    assert talks_on(world, caller, again)


def test_hung_up_page_operator_expected_back(world: World) -> None:
    """The desk ends a talk by itself: a leg that ends otherwise was cut off."""
    leg, caller = in_talk(world)

    world.exchange.switch.hang_up(leg.sid, PAGE)
    world.exchange.run_for(1)

    assert claim_now(world).interruption is Interruption.OPERATOR_DROPPED
    until_stage(world, caller, Stage.AFTER, limit=30)
