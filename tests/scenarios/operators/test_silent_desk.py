"""A desk is seen, is silent, and is there again; on the real store and clock."""

from ivr.actions.operators import presence
from ivr.actions.operators.roster import choose_state
from ivr.core.desk.presence import CONNECTION, GRACE
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Reach, State
from tests.world import LINE, World

ANNA = OperatorId("anna")


def in_browser(world: World) -> None:
    world.operator("anna", reach=Reach.BROWSER)
    presence.heartbeat(world.ports, LINE, ANNA)


def silence(world: World) -> None:
    world.exchange.run_for(GRACE.total_seconds() + 2)


def test_silent_desk_counts_as_away_after_grace(world: World) -> None:
    in_browser(world)

    silence(world)

    now = world.operator_now()
    assert (now.state, now.why) == (State.AWAY, CONNECTION)


def test_seen_desk_stays_available(world: World) -> None:
    in_browser(world)

    for _ in range(10):
        world.exchange.run_for(4)
        presence.heartbeat(world.ports, LINE, ANNA)

    assert world.operator_now().state is State.AVAILABLE


def test_returned_desk_is_available_itself(world: World) -> None:
    in_browser(world)
    silence(world)

    presence.heartbeat(world.ports, LINE, ANNA)

    assert world.operator_now().state is State.AVAILABLE


def test_chosen_away_survives_desks_return(
    world: World,
) -> None:
    in_browser(world)
    choose_state(world.ports, LINE, ANNA, State.AWAY, "meal")
    silence(world)

    presence.heartbeat(world.ports, LINE, ANNA)

    now = world.operator_now()
    assert (now.state, now.why) == (State.AWAY, "meal")


def test_telephone_rings_on_when_desk_closed(world: World) -> None:
    world.operator("anna")
    presence.heartbeat(world.ports, LINE, ANNA)

    silence(world)

    assert world.operator_now().state is State.AVAILABLE


def test_unseen_twice_is_once(world: World) -> None:
    in_browser(world)
    silence(world)

    presence.heartbeat_expired(world.ports, LINE, ANNA)

    assert world.operator_now().why == CONNECTION
    assert world.ports.heartbeats.desk_until(LINE, ANNA) is None
