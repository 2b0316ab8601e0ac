"""Legs that live at the carrier while nobody here knows them: nobody is hurt."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from exchange.kernel.config import Number
from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import Callee, Press, Stay, accepting_operator
from ivr.actions.upkeep.orphaned_legs import handle_orphaned_legs
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import OrphanedLegFound
from ivr.core.model.values import replace
from ivr.core.upkeep.orphaned_legs import LiveLeg
from ivr.ports import Legs
from tests.dsl.doing import (
    CREATE,
    MOVE,
    OTHER_CALLER,
    OTHER_OPERATOR,
    THIRD_OPERATOR,
    call_in,
    call_of,
    fault,
    is_known,
    stage_of,
    until_stage,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.faults.strange_legs import (
    ALONE,
    ALONE_TOO,
    LONG,
    NOWHERE,
    SOON,
    created,
    moved,
    rest,
    seen_to,
    strangers,
)
from tests.dsl.rules import publish
from tests.world import BASE, CALLER, HOTLINE, LINE, World

ELSEWHERE = "https://other.example"
FOREIGN = "+12025550180"


@pytest.fixture
def talk(world: World) -> tuple[Leg, Leg]:
    """A caller and an operator who talk while the store is wiped."""
    world.operator("anna", accepting_operator())
    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)
    world.redis.flushall()
    (operator,) = outbound_legs(world)
    return caller, operator


# --- nobody is ended who is well --------------------------------------------


def test_wiped_stores_talk_goes_on(world: World, talk: tuple[Leg, Leg]) -> None:
    caller, operator = talk
    world.exchange.run_for(LONG)

    assert caller.is_connected
    assert operator.is_connected
    assert strangers(world) == 2
    assert seen_to(world) == []
    world.exchange.hang_up(caller)
    world.exchange.run_for(20)
    assert strangers(world) == 0


def test_carriers_queued_caller_left_there(world: World) -> None:
    publish(world, announce_every="900")
    caller = call_in(world)
    world.exchange.run_until(lambda: caller.queue)
    queued = call_of(world, caller).arrival.at

    world.redis.flushall()
    world.exchange.run_for(LONG)
    assert not is_known(world, caller)
    assert strangers(world) == 1

    world.exchange.run_until(lambda: is_known(world, caller), limit=LONG)
    assert call_of(world, caller).arrival.at == queued
    assert seen_to(world) == []


def test_externally_connected_caller_talks_on(
    world: World,
) -> None:
    """With the house away the on-call number is dialled, past all state."""
    world.exchange.put_person(OTHER_OPERATOR, Callee(after=2))
    caller = moved(
        world, f"<Response><Dial><Number>{OTHER_OPERATOR}</Number></Dial></Response>"
    )
    world.exchange.run_for(LONG)

    assert caller.is_connected
    assert seen_to(world) == []
    world.exchange.hang_up(caller)


def test_listening_caller_known_by_next_key(
    world: World,
) -> None:
    """What is spoken, or a message that is recorded, lasts some minutes."""
    caller = moved(world, NOWHERE)
    world.exchange.run_for(SOON)

    assert seen_to(world) == []
    assert not is_known(world, caller)
    rest(world, f"Calls/{caller.sid}", Url=f"{BASE}/voice/step?n=3")
    world.exchange.run_until(lambda: is_known(world, caller))


def test_unanswered_creations_leg_rings_on(
    world: World,
) -> None:
    world.operator("anna", Callee(after=95, deeds=(Press(digits="1"), Stay())))
    publish(world, ring_seconds="110")
    fault(world, FaultKind.HANG_AFTER, CREATE, method="POST", times=1)
    fault(world, FaultKind.LOST, "/voice/status")
    caller = call_in(world)

    until_stage(world, caller, Stage.CONNECTED, limit=130)
    assert len(outbound_legs(world)) == 1
    assert seen_to(world) == []


def test_accounts_other_legs_never_touched(world: World) -> None:
    world.exchange.state.add_number(
        Number(number=FOREIGN, voice_url=f"{ELSEWHERE}/voice")
    )
    elsewhere(world)
    inbound = world.exchange.dial(OTHER_CALLER, FOREIGN, Stay())
    outbound = [created(world, document, FOREIGN) for document in (ALONE, NOWHERE)]
    world.exchange.run_for(LONG)

    assert strangers(world) == 0
    assert not any(leg.ended for leg in (inbound, *outbound))
    assert not any("resume" in url for _, url in world.asked)
    world.exchange.hang_up(inbound)


def elsewhere(world: World) -> None:
    """Let another application answer at an address that is not ours."""
    ours = world.exchange._transport

    def carried(method: str, url: str, *rest: Any) -> Any:
        if url.startswith(ELSEWHERE):
            return 200, {"Content-Type": "text/xml"}, NOWHERE.encode()
        return ours(method, url, *rest)

    world.exchange._transport = carried


# --- lists lag ---------------------------------------------------------------


@dataclass(slots=True)
class LaggingLegs:
    """A carrier that tells of live legs what was true when it was last let."""

    real: Legs
    lags: bool = False
    told: list[LiveLeg] = field(default_factory=list)

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def legs_of(self, numbers: Collection[str]) -> list[LiveLeg]:
        """The legs of now, or of before."""
        if not self.lags:
            self.told = self.real.legs_of(numbers)
        return self.told


@pytest.fixture
def lagging(world: World) -> LaggingLegs:
    legs = LaggingLegs(world.ports.legs)
    carrier = replace(world.ports.carrier, legs=cast("Legs", legs))
    world.ports = replace(world.ports, carrier=carrier)
    return legs


def test_listed_ended_leg_left_alone(world: World, lagging: LaggingLegs) -> None:
    leg = created(world, NOWHERE)
    world.exchange.run_for(20)
    lagging.lags = True
    world.exchange.hang_up(leg)
    world.exchange.run_for(SOON)

    assert [each.id for each in lagging.told] == [leg.sid]
    assert seen_to(world) == []
    lagging.lags = False


def test_short_lived_leg_left_alone(world: World) -> None:
    leg = created(world, "<Response><Pause length='45'/></Response>")
    world.exchange.run_for(30)
    assert strangers(world) == 1
    world.exchange.run_for(SOON)

    assert leg.ended
    assert seen_to(world) == []


def test_old_suspicion_begins_anew(world: World) -> None:
    leg = created(world, NOWHERE)
    world.exchange.run_for(50)
    world.redis.flushall()
    world.exchange.run_for(40)

    assert not leg.ended
    world.exchange.run_for(SOON)
    assert leg.ended


# --- whoever needs it is rescued; what nobody needs is ended ------------------


def test_lone_room_caller_hears_beginning(world: World) -> None:
    caller = moved(world, ALONE)
    assert caller.conference
    world.exchange.run_for(SOON)

    assert stage_of(world, caller) is Stage.MENU
    assert not caller.conference
    assert seen_to(world) == [("unknown leg was rescued", caller.sid)]
    assert strangers(world) == 0


def test_unknown_live_caller_finally_rescued(
    world: World,
) -> None:
    caller = moved(world, NOWHERE)
    world.exchange.run_for(LONG)

    assert is_known(world, caller)
    assert not caller.ended
    assert seen_to(world) == [("unknown leg was rescued", caller.sid)]


@pytest.mark.parametrize("document", [ALONE, NOWHERE])
def test_useless_own_leg_is_ended(world: World, document: str) -> None:
    leg = created(world, document)
    world.exchange.run_for(45)
    assert not leg.ended
    world.exchange.run_for(SOON)

    assert leg.ended
    assert seen_to(world) == [("unknown leg was ended", leg.sid)]


def test_lone_operator_freed_after_loss(
    world: World,
) -> None:
    """Nobody tells that the caller has gone, and nobody remembers the claim."""
    world.operator("anna", accepting_operator(), accepting_operator())
    first = call_in(world)
    until_stage(world, first, Stage.CONNECTED)
    (leg,) = outbound_legs(world)
    rest(world, f"Calls/{leg.sid}", Twiml=ALONE)
    world.redis.flushall()
    world.exchange.hang_up(first)
    second = call_in(world, from_=OTHER_CALLER)
    until_stage(world, second, Stage.CONNECTED, limit=180)

    assert leg.ended
    assert seen_to(world) == [("unknown leg was ended", leg.sid)]


def test_interventions_are_facts_without_call(world: World) -> None:
    world.jobs.are_lost = True
    ours, caller = created(world, ALONE), moved(world, ALONE_TOO)
    world.exchange.run_for(SOON)

    facts = [fact for _, fact in world.ports.journal.take(LINE, 100)]
    met = [fact for fact in facts if isinstance(fact, OrphanedLegFound)]
    assert {(fact.leg, fact.done) for fact in met} == {
        (ours.sid, "ended"),
        (caller.sid, "rescued"),
    }
    assert {fact.call for fact in met} == {None}
    assert len(met) == 2


# --- the carrier is away -------------------------------------------------------


@pytest.mark.parametrize("path", ["/Calls", "/Conferences", "/Queues"])
@pytest.mark.parametrize("kind", [FaultKind.BROKEN, FaultKind.HANG, FaultKind.TOO_MANY])
def test_nothing_done_while_carrier_cannot_be_asked(
    world: World, kind: FaultKind, path: str
) -> None:
    ours, caller = created(world, ALONE), moved(world, ALONE_TOO)
    fault(world, kind, path, method="GET")
    world.exchange.run_for(SOON)

    assert not ours.ended
    assert caller.conference
    world.exchange.state.faults.clear()
    world.exchange.run_for(SOON)
    assert ours.ended
    assert not caller.conference


def test_calls_reconciled_although_strangers_unseen(
    world: World,
) -> None:
    created(world, ALONE)
    fault(world, FaultKind.BROKEN, "/(Conferences|Queues)", method="GET")
    fault(world, FaultKind.LOST, "/voice/(status|left)")
    caller = call_in(world)
    world.exchange.run_for(80)
    world.exchange.state.legs[caller.sid].callbacks = replace(
        caller.callbacks, events=frozenset()
    )
    world.exchange.hang_up(caller)
    world.exchange.run_for(20)

    assert stage_of(world, caller) is Stage.ENDED
    assert "strangers not looked at" in world.notes.events()


def test_refused_move_told_and_retried(world: World) -> None:
    leg = created(world, ALONE)
    world.exchange.run_for(10)
    fault(world, FaultKind.BROKEN, MOVE, method="POST", times=1)
    world.exchange.run_for(SOON)
    assert seen_to(world) == [("unknown leg not ended", leg.sid)]

    world.exchange.run_for(SOON)
    assert seen_to(world)[1:] == [("unknown leg was ended", leg.sid)]


def test_doubled_look_does_nothing_more(world: World) -> None:
    caller = moved(world, ALONE)
    world.reconciles = False
    handle_orphaned_legs(world.ports, LINE)
    world.exchange.run_for(SOON)
    handle_orphaned_legs(world.ports, LINE)
    handle_orphaned_legs(world.ports, LINE)
    world.exchange.run_for(1)

    assert seen_to(world) == [("unknown leg was rescued", caller.sid)]


def test_number_of_strange_leg_told_nowhere(world: World) -> None:
    created(world, ALONE)
    moved(world, ALONE_TOO)
    world.exchange.run_for(SOON)

    told = repr(world.notes.kept) + repr(world.asked)
    asked = [each.path for each in world.rest.requests if each.method == "GET"]
    searched = [each.params for each in world.rest.requests if each.method == "GET"]
    assert len(seen_to(world)) == 2
    for number in (THIRD_OPERATOR, CALLER, HOTLINE):
        assert number not in told
        assert number not in repr(asked) + repr(searched)
