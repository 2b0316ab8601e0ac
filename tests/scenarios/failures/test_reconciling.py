"""Our state against the carrier's, when the carrier itself is not at its best."""

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest

from exchange.state.faults import FaultKind
from exchange.state.people import NOBODY, Callee, Stay, accepting_operator
from ivr.actions.upkeep.due_work import YOUNG
from ivr.core.model.claim import ClaimState
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import NotFound
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import State
from ivr.core.model.values import replace
from ivr.core.upkeep.orphaned_legs import LiveLeg
from ivr.core.upkeep.recordings import Recorded
from tests.dsl.doing import (
    MOVE,
    NOTICES,
    OTHER_CALLER,
    call_in,
    claim_now,
    facts_named,
    fault,
    stage_of,
    state_of,
    until_rung,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.ports.bare_ports import carrier_of
from tests.world import LINE, World

LISTENS = Callee(after=0.5, deeds=(Stay(),))


class Forgetful:
    """A carrier that knows of no leg."""

    def live_legs(self) -> set[ContactId]:
        """Nobody."""
        return set()

    def legs_of(self, _: Collection[str]) -> list[LiveLeg]:
        """Nobody."""
        return []

    def recordings(self, _: datetime | None) -> list[Recorded]:
        """Nothing was said."""
        return []

    def end_of(self, _: ContactId) -> str | None:
        """It cannot tell."""
        raise NotFound("no such leg")


def reconcile_with_nobody(world: World, at: datetime) -> None:
    """Look once, at that moment, while the carrier knows nobody."""
    now, ports = world.clock.moment, world.ports
    world.clock.moment = at
    world.ports = replace(ports, carrier=carrier_of(Forgetful()))
    world.reconcile()
    world.clock.moment, world.ports = now, ports


def test_untellable_call_hides_no_others(
    world: World,
) -> None:
    first, second = call_in(world), call_in(world, from_=OTHER_CALLER)
    fault(world, FaultKind.LOST, NOTICES)
    fault(world, FaultKind.DELAYED, "/voice/left", seconds=600)
    fault(world, FaultKind.BROKEN, f"/Calls/{first.sid}", method="GET")
    for caller in (first, second):
        world.exchange.hang_up(caller)
    world.exchange.run_for(20)

    assert stage_of(world, first) is Stage.WAITING, "nobody has told of the end"
    assert stage_of(world, second) is Stage.ENDED
    assert "not reconciled" in world.notes.events()


@pytest.mark.parametrize("who", ["caller", "operator"])
def test_stated_end_believed_however_young(world: World, who: str) -> None:
    world.reconciles = False
    world.operator("anna", LISTENS)
    caller = call_in(world)
    rung = until_rung(world)
    fault(world, FaultKind.LOST, NOTICES)
    fault(world, FaultKind.DELAYED, "/voice/", seconds=600)
    claim = claim_now(world)
    assert world.clock.now() - claim.made < YOUNG
    world.exchange.hang_up(rung if who == "operator" else caller)

    world.reconcile()

    if who == "caller":
        assert stage_of(world, caller) is Stage.ENDED
    else:
        assert not world.ports.contacts.open_claims(LINE)


@pytest.mark.parametrize(
    ("age", "stage"), [(0, Stage.WAITING), (YOUNG.total_seconds(), Stage.ENDED)]
)
def test_unknown_caller_given_time(world: World, age: float, stage: Stage) -> None:
    world.reconciles = False
    caller = call_in(world)
    started = world.ports.contacts.call(LINE, ContactId(caller.sid))
    assert started

    reconcile_with_nobody(world, started.started + timedelta(seconds=age))

    assert stage_of(world, caller) is stage


@pytest.mark.parametrize(
    ("age", "state"), [(0, State.RINGING), (YOUNG.total_seconds(), State.AVAILABLE)]
)
def test_unknown_operator_given_time(world: World, age: float, state: State) -> None:
    world.reconciles = False
    world.operator("anna", LISTENS)
    call_in(world)
    until_rung(world)

    reconcile_with_nobody(world, claim_now(world).made + timedelta(seconds=age))

    assert state_of(world) is state
    assert (world.operator_now().leg is None) is (state is State.AVAILABLE)


def test_operator_from_empty_room_soon_ringable(
    world: World,
) -> None:
    world.operator("anna", accepting_operator())
    fault(world, FaultKind.DELAYED, "/voice/room$", seconds=5)
    caller = call_in(world)
    world.exchange.run_until(lambda: claim_now(world).state is ClaimState.TAKEN)
    world.exchange.run_for(1)
    fault(world, FaultKind.TOO_MANY, MOVE, times=1)
    world.exchange.hang_up(caller)
    (leg,) = outbound_legs(world)
    assert not leg.ended, "the operator hears nothing, and holds the receiver"

    world.exchange.run_for(60)

    assert leg.ended
    assert state_of(world) is State.AVAILABLE
    assert world.operator_now().leg is None


def test_roomless_caller_waits_on(
    world: World,
) -> None:
    world.operator("anna", accepting_operator(), NOBODY)
    fault(world, FaultKind.DELAYED, "/voice/room$", seconds=5)
    caller = call_in(world)
    world.exchange.run_until(lambda: claim_now(world).state is ClaimState.TAKEN)
    world.exchange.run_for(2)
    fault(world, FaultKind.LOST, "/voice/status")
    fault(world, FaultKind.DELAYED, "/voice/offer/over", seconds=600)
    (leg,) = outbound_legs(world)
    world.exchange.hang_up(leg)

    world.exchange.run_for(20)

    assert not caller.conference
    assert facts_named(world, "caller-connected") == []
    assert stage_of(world, caller) in {Stage.WAITING, Stage.CLAIMED}
