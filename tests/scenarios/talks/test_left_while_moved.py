"""What happens while the carrier moves a caller to the operator who has agreed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from exchange.state.people import Callee, Press, Stay
from ivr.actions.talks.ending import call_off
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ClaimId, LegId
from ivr.core.model.operator import State
from ivr.core.model.values import replace
from ivr.ports import Transfers
from ivr.web.context import NAME, WebContext, attach_context
from tests.dsl.doing import (
    call_in,
    claim_now,
    has_heard,
    stage_of,
    state_of,
    until_rung,
)
from tests.world import LINE, World

THINKS = Callee(after=2.0, deeds=(Press(digits="1", after=3), Stay()))


@dataclass(slots=True)
class SlowMoves:
    """The caller has been moved, and something happens before the carrier says so."""

    real: Transfers
    meanwhile: Callable[[], object]

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def send_to_room(self, leg: LegId, claim: ClaimId) -> None:
        """Move the caller."""
        self.real.send_to_room(leg, claim)
        self.meanwhile()


def meanwhile(world: World, happens: Callable[[], object]) -> None:
    context = cast("WebContext", world.app.extensions[NAME])
    slow = cast("Transfers", SlowMoves(world.ports.transfers, happens))
    carrier = replace(context.ports.carrier, transfers=slow)
    ports = replace(context.ports, carrier=carrier)
    attach_context(world.app, replace(context, ports=ports))


def test_operator_hears_caller_hung_up(world: World) -> None:
    world.operator("anna", THINKS)
    caller = call_in(world)
    leg = until_rung(world)
    meanwhile(world, lambda: world.exchange.hang_up(caller))
    world.exchange.run_until(lambda: leg.ended, limit=20)

    assert has_heard(world, leg, "operator.caller-left")
    assert stage_of(world, caller) is Stage.ENDED
    assert state_of(world) is State.AVAILABLE


def test_operator_alone_after_end_is_told(world: World) -> None:
    world.operator("anna", THINKS)
    caller = call_in(world)
    leg = until_rung(world)
    claim = claim_now(world).id
    meanwhile(world, lambda: call_off(world.ports, LINE, claim, "carrier"))
    # Long before anybody looks for operators who are left in silence.
    world.exchange.run_until(lambda: leg.ended, limit=20)

    assert has_heard(world, leg, "operator.failed")
    assert stage_of(world, caller) is Stage.WAITING
