"""A second hotline on the same service, and its operators."""

from exchange.state.people import accepting_operator
from ivr.actions.operators.roster import choose_state, load_roster
from ivr.core.model.address import PhoneNumber
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, State
from tests.world import World

OTHER = LineKey("zweite")
OTHER_NUMBER = "+12025550103"


def enrol(world: World, line: LineKey, name: str, phone: str) -> None:
    """An operator of a line who is free and accepts."""
    now = world.clock.now()
    key = OperatorId(f"{line}-{name}")
    enrolled = Operator(
        id=key,
        line=line,
        profile=Profile(name=name, languages=("uk",)),
        since=now,
        idle_since=now,
    )
    world.ports.roster.add(enrolled, PhoneNumber(phone))
    load_roster(world.ports, line)
    choose_state(world.ports, line, key, State.AVAILABLE, "test")
    world.exchange.put_person(phone, accepting_operator())
    world.work()
