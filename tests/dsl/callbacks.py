"""Call backs: somebody asks for one, an operator comes, the person is called."""

from exchange.state.leg import Leg
from exchange.state.people import Callee, Deed, Press, Stay, accepting_operator
from ivr.actions import rules as rule_sets
from ivr.actions.operators.roster import choose_state
from ivr.core.history.report import queue_rows
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import State
from tests.dsl.doing import TO_THE_QUEUE, call_of, facts_named, until_stage
from tests.dsl.faults.invariants import outbound_legs
from tests.world import CALLER, LINE, World

SAY_YES = Press(digits="1")
ASKS = (Press(digits="1", after=3), SAY_YES, SAY_YES)
"""Call me back; on this number; at any hour."""

IS_CALLED = Callee(after=3.0, deeds=(Press(digits="1"), Stay()))


OTHER = "+447700900177"
TO_OTHER = (
    Press(digits="1", after=3),
    Press(digits="2"),
    Press(digits="447700900177#"),
    SAY_YES,
    SAY_YES,
)
"""Call me back; on that other number; at any hour."""


def promised(world: World, *deeds: Deed, from_: str = CALLER) -> Leg:
    """A caller who waits, asks to be called back, and has hung up."""
    leg: Leg = world.dial(*TO_THE_QUEUE, *(deeds or ASKS), Stay(), from_=from_)
    world.exchange.run_until(lambda: leg.ended, 300)
    assert call_of(world, leg).callback.request is not None
    return leg


def come(world: World, name: str = "anna") -> None:
    """An operator who is enrolled is free from now on."""
    choose_state(world.ports, LINE, OperatorId(name), State.AVAILABLE, "test")
    world.work()


def operator_to_come(world: World, *callee: Callee, name: str = "anna") -> None:
    """An operator who is enrolled and away."""
    world.operator(name, *callee)
    choose_state(world.ports, LINE, OperatorId(name), State.AWAY, "test")


def rows(world: World) -> list[tuple[str, str]]:
    """Call and state of everybody in the queue."""
    waiting = world.ports.queues.waiting(LINE)
    rules = rule_sets.in_force(world.ports, LINE)
    found = queue_rows(waiting, {}, rules, world.clock.now())
    return [(row["call"], row["state"]) for row in found]


def persons_legs(world: World, number: str = CALLER) -> list[Leg]:
    """The legs on which a person was called, the oldest first."""
    return [leg for leg in outbound_legs(world) if leg.to == number]


def reasons(world: World) -> list[str]:
    """The reasons why promises ended, in order."""
    return [fact.reason for fact in facts_named(world, "callback-ended")]  # type: ignore[attr-defined]


def called_back_and_left_alone(
    world: World, *deeds: Deed, later: float = 0
) -> tuple[Leg, Leg]:
    """Somebody who is called back has said yes, and just then the operator is lost."""
    operator_to_come(world, accepting_operator())
    yes = Press(digits="1", after=3)
    world.exchange.put_person(CALLER, Callee(after=2.0, deeds=(yes, *deeds)))
    caller = promised(world)
    world.exchange.run_for(later)
    come(world)
    world.exchange.run_until(lambda: _is_reached(world, caller))
    operators, person = outbound_legs(world)
    world.exchange.hang_up(operators)
    until_stage(world, caller, Stage.WAITING)
    choose_state(world.ports, LINE, OperatorId("anna"), State.OFFLINE, "test")
    return caller, person


def _is_reached(world: World, caller: Leg) -> bool:
    promise = call_of(world, caller).callback.request
    return promise is not None and promise.reached
