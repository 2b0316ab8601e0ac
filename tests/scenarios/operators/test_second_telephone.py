"""When the next operator is rung, the telephone of the one before is silent."""

import pytest

from exchange.state.faults import FaultKind
from exchange.state.people import Callee, Stay
from tests.dsl.doing import (
    CREATE,
    NOTICES,
    OTHER_OPERATOR,
    call_in,
    fault,
    until_rung,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.world import World

NEVER = Callee(after=500)
LISTENS = Callee(after=2, deeds=(Stay(),))


@pytest.mark.parametrize("callee", [NEVER, LISTENS], ids=["rings on", "listens"])
@pytest.mark.parametrize(
    "kind", [None, FaultKind.LOST, FaultKind.BROKEN_AFTER], ids=str
)
def test_first_telephone_silent_before_second_rings(
    world: World, callee: Callee, kind: FaultKind | None
) -> None:
    world.operator("anna", callee)
    world.operator("bela", callee, phone=OTHER_OPERATOR)
    if kind is FaultKind.LOST:
        fault(world, kind, NOTICES)
    elif kind is not None:
        fault(world, kind, CREATE, method="POST", times=1)

    call_in(world)
    until_rung(world, 2)
    first, second = outbound_legs(world)

    assert first.ended
    assert not second.ended
