"""Callers are put through to operators who stay on the line: no ringing, no key."""

from collections.abc import Callable
from typing import Any

import pytest

from exchange.kernel.transcript import Kind
from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import Press, Stay, Talk, accepting_operator
from ivr.actions.operators.roster import put_down
from ivr.actions.talks.running import run
from ivr.core.model.claim import WHISPER_LEASE
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import LegId, LineKey, OperatorId
from ivr.core.model.operator import State
from ivr.core.model.values import replace
from ivr.core.talk.events import OfferDue
from ivr.ports import Change
from tests.dsl.doing import (
    NOTICES,
    OTHER_CALLER,
    call_in,
    call_of,
    carrier_says,
    claim_now,
    facts_named,
    fault,
    has_heard,
    heard,
    stage_of,
    state_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.line_people import (
    PHONES,
    claimed_with_no_job,
    in_talk,
    is_taken,
    moves,
    on_line,
    stands,
    talk_begins,
)
from tests.world import LINE, World

THIRD_CALLER = "+447700900125"


def kinds(leg: Leg) -> list[Kind]:
    return [event.kind for event in leg.transcript]


def test_caller_connected_with_tone_unrung(
    world: World,
) -> None:
    standing = on_line(world)
    before = len(standing.transcript)

    caller = call_in(world)
    talk_begins(world, caller)
    world.exchange.run_until(lambda: standing.is_connected)

    assert outbound_legs(world) == [], "no created call"
    assert caller.is_connected
    told = [event.kind for event in standing.transcript[before:]]
    assert Kind.RINGING not in told
    assert Kind.GATHER not in told
    assert Kind.BEEP in told
    assert Kind.BEEP in kinds(caller)
    assert standing.conference == caller.conference
    assert state_of(world) is State.TALKING
    record = world.record(caller)
    assert record.operator == "anna"
    assert record.answered is not None


def test_operator_hears_who_comes_before_talk_begins(world: World) -> None:
    standing, _ = in_talk(world)

    told = [(event.kind, event.text) for event in standing.transcript]
    topic = world.ports.content.text(
        LINE, "uk", "operator.topic", {"topic": "topic-name.myself"}
    )
    assert told.index((Kind.SAY, topic)) < kinds(standing).index(Kind.CONNECTED)
    assert not has_heard(world, standing, "operator.keys")


def test_request_for_callers_move_leaves_before_operators(
    world: World,
) -> None:
    standing = on_line(world)
    world.rest.traffic.clear()

    caller = call_in(world)
    world.exchange.run_until(lambda: len(moves(world)) == 2)

    assert [path.rpartition("/")[2] for path in moves(world)] == [
        f"{caller.sid}.json",
        f"{standing.sid}.json",
    ]


def test_operator_hears_out_long_announcement(
    world: World,
) -> None:
    standing = on_line(world)
    caller = call_in(world)
    world.exchange.run_until(lambda: is_told(world, caller, standing), limit=30)

    claim = claim_now(world)
    assert claim.offer.taken is not None
    assert claim.deadline == claim.offer.taken + WHISPER_LEASE
    there = f"/voice/standing?t=none&claim={claim.id}"
    carrier_says(world, there, standing.sid)
    assert claim_now(world).deadline == claim.deadline, "asked again, no new lease"


def test_two_callers_in_turn_never_meet(world: World) -> None:
    standing = on_line(world)
    first = call_in(world, Talk(seconds=30))
    second = call_in(world, Talk(seconds=30), from_=OTHER_CALLER)
    talk_begins(world, first)
    assert stage_of(world, second) is Stage.WAITING

    world.exchange.run_until(lambda: first.ended)
    until_state(world, State.WRAP_UP, limit=5)
    world.exchange.run_for(20)
    assert stage_of(world, second) is Stage.WAITING, "wrap-up is the operator's own"
    talk_begins(world, second)

    assert stands(world, standing)
    rooms = [set(heard_in(leg)) for leg in (first, second)]
    assert not rooms[0] & rooms[1]
    world.exchange.run_until(lambda: second.ended)
    assert {record.outcome for record in world.log()} == {"answered"}


def heard_in(leg: Leg) -> list[str]:
    """The rooms in which somebody has been."""
    return [event.text for event in leg.transcript if event.kind is Kind.CONFERENCE]


def test_late_notices_spare_next_call(world: World) -> None:
    standing = on_line(world)
    first = call_in(world)
    talk_begins(world, first)
    old = claim_now(world)
    world.exchange.hang_up(first)
    second = call_in(world, from_=OTHER_CALLER)
    talk_begins(world, second, limit=90)
    claim = claim_now(world)

    late = f"/voice/room-events?claim={old.id}&line=example"
    for event in (
        "participant-join",
        "participant-leave",
        "conference-start",
        "conference-end",
    ):
        for leg in (first.sid, standing.sid):
            carrier_says(world, late, leg, {"StatusCallbackEvent": event})
    carrier_says(world, "/voice/status", first.sid, {"CallStatus": "completed"})
    carrier_says(world, f"/voice/after?claim={old.id}", first.sid)
    carrier_says(world, f"/voice/standing/room?claim={old.id}", first.sid)
    carrier_says(world, f"/voice/offer/over?claim={old.id}", standing.sid)

    assert claim_now(world) == claim
    assert stage_of(world, second) is Stage.CONNECTED
    assert state_of(world) is State.TALKING
    assert second.is_connected
    assert standing.is_connected


def test_every_operator_on_line_gets_own_caller(world: World) -> None:
    lines = [on_line(world, name) for name in PHONES]
    callers = [
        call_in(world, from_=number)
        for number in ("+447700900123", OTHER_CALLER, THIRD_CALLER)
    ]
    for caller in callers:
        talk_begins(world, caller)

    rooms = {leg.conference for leg in lines}
    assert len(rooms) == 3
    assert {leg.conference for leg in callers} == rooms
    assert outbound_legs(world) == []


def test_telephone_and_line_share_queue(world: World) -> None:
    on_line(world, "anna")
    world.operator("bela", accepting_operator(), phone=PHONES["bela"])

    callers = [call_in(world), call_in(world, from_=OTHER_CALLER)]
    for caller in callers:
        talk_begins(world, caller)

    assert len(outbound_legs(world)) == 1
    assert {record.operator for record in world.log()} == {"anna", "bela"}


# --- callers hang up ------------------------------------------------------

Moment = Callable[[World, Leg, Leg], object]


def is_told(world: World, _: Leg, standing: Leg) -> bool:
    topic = {"topic": "topic-name.myself"}
    return world.ports.content.text(LINE, "uk", "operator.topic", topic) in heard(
        standing
    )


def is_in_the_room(_: World, caller: Leg, __: Leg) -> bool:
    return bool(caller.conference)


def talks(world: World, caller: Leg, _: Leg) -> bool:
    return stage_of(world, caller) is Stage.CONNECTED


CALLERS_MOMENTS: dict[str, Moment] = {
    "on the way": is_taken,
    "while the operator is told": is_told,
    "in the room alone": is_in_the_room,
    "in the talk": talks,
}


@pytest.mark.parametrize("moment", CALLERS_MOMENTS)
def test_operator_stays_whenever_caller_hangs_up(world: World, moment: str) -> None:
    standing = on_line(world)
    caller = call_in(world)
    world.exchange.run_until(
        lambda: CALLERS_MOMENTS[moment](world, caller, standing), limit=30
    )

    world.exchange.hang_up(caller)
    until_state(world, State.AVAILABLE, limit=60)

    assert not standing.ended
    assert stands(world, standing)
    assert world.operator_now().unanswered.missed == 0
    following = call_in(world, from_=OTHER_CALLER)
    talk_begins(world, following)


def test_caller_gone_before_move_costs_nothing(
    world: World,
) -> None:
    standing = on_line(world)
    caller = claimed_with_no_job(world)
    fault(world, FaultKind.LOST, NOTICES)
    told = heard(standing)

    world.exchange.hang_up(caller)
    until_state(world, State.AVAILABLE, limit=5)
    world.exchange.run_for(5)

    assert heard(standing) == told
    assert not standing.conference
    assert stage_of(world, caller) is Stage.ENDED


# --- operators hang up ----------------------------------------------------

OPERATORS_MOMENTS: dict[str, Moment] = {
    "as the caller is moved": is_taken,
    "while told": is_told,
    "as the caller is in the room": is_in_the_room,
}


@pytest.mark.parametrize("moment", OPERATORS_MOMENTS)
def test_caller_keeps_place_without_talk(world: World, moment: str) -> None:
    standing = on_line(world)
    caller = call_in(world)
    place = call_of(world, caller).arrival.at
    world.exchange.run_until(
        lambda: OPERATORS_MOMENTS[moment](world, caller, standing), limit=30
    )
    world.exchange.hang_up(standing)
    world.exchange.run_for(5)

    assert state_of(world) is State.OFFLINE
    assert stage_of(world, caller) is Stage.WAITING
    on_line(world, "bela")
    talk_begins(world, caller)
    assert call_of(world, caller).arrival.at == place
    assert world.record(caller).operator == "bela"


def test_caller_asked_when_line_operator_hangs_up(world: World) -> None:
    standing = on_line(world)
    caller = call_in(world, Press(digits="1"), Stay())
    talk_begins(world, caller)

    world.exchange.hang_up(standing)
    until_stage(world, caller, Stage.WAITING, limit=30)

    assert has_heard(world, caller, "after.ended")
    assert state_of(world) is State.OFFLINE
    assert facts_named(world, "talk-ended")


class HangsUpMeanwhile:
    """Changes, and the operator has hung up just before the first of them."""

    def __init__(self, world: World, leg: Leg) -> None:
        self._changes, self._world, self._leg = world.ports.changes, world, leg
        self._is_up = True

    def commit(self, line: LineKey, change: Change) -> Any:
        if self._is_up:
            self._is_up = False
            key, leg = OperatorId("anna"), LegId(self._leg.sid)
            put_down(self._world.ports, line, key, leg)
        return self._changes.commit(line, change)


def test_caller_not_moved_to_hanging_operator(
    world: World,
) -> None:
    standing = on_line(world)
    caller = claimed_with_no_job(world)
    world.rest.traffic.clear()

    meanwhile: Any = HangsUpMeanwhile(world, standing)
    store = replace(world.ports.store, changes=meanwhile)
    due = OfferDue(claim=claim_now(world).id)
    run(replace(world.ports, store=store), LINE, due)

    assert moves(world) == []
    assert stage_of(world, caller) is Stage.WAITING
    assert state_of(world) is State.OFFLINE
    world.exchange.hang_up(standing)
