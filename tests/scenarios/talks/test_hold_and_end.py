"""An operator holds, mutes and ends a talk: by telephone, browser, standing line."""

from typing import cast

import pytest

from exchange.kernel.transcript import Kind
from exchange.state.faults import FaultKind
from exchange.state.people import Talk
from ivr.actions.talk_controls import talk
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Reach, State
from ivr.core.model.values import replace
from ivr.ports import Transfers
from tests.dsl.doing import (
    MOVE,
    NOTICES,
    call_in,
    carrier_says,
    claim_now,
    facts_named,
    fault,
    has_heard,
    stage_of,
    state_of,
    until_rung,
    until_stage,
)
from tests.dsl.talking import (
    ANNA,
    BELA,
    PARTICIPANT,
    REACHES,
    ROOMS,
    in_talk,
    refusal,
    seat,
    talks_on,
)
from tests.world import LINE, World

REFUSES = [FaultKind.TOO_MANY, FaultKind.BROKEN, FaultKind.HANG]
SWITCHES = [talk.hold_caller, talk.mute_operator]


# --- hold and mute ----------------------------------------------------------


@pytest.mark.parametrize("reach", REACHES)
def test_held_caller_hears_tone_and_words(world: World, reach: Reach) -> None:
    operator, caller = in_talk(world, reach=reach)

    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    world.exchange.run_for(40)

    assert seat(world, caller).hold
    assert claim_now(world).participants.held
    assert has_heard(world, caller, "hold.stay")
    assert not has_heard(world, operator, "hold.stay")

    talk.hold_caller(world.ports, LINE, ANNA, on=False)
    talk.hold_caller(world.ports, LINE, ANNA, on=False)
    world.exchange.run_for(1)

    assert not seat(world, caller).hold
    assert not claim_now(world).participants.held
    assert len(facts_named(world, "caller-held")) == 1
    assert len(facts_named(world, "caller-unheld")) == 1
    assert stage_of(world, caller) is Stage.CONNECTED


@pytest.mark.parametrize("reach", REACHES)
def test_muted_operator_unheard_caller_unheld(world: World, reach: Reach) -> None:
    operator, caller = in_talk(world, reach=reach)

    talk.mute_operator(world.ports, LINE, ANNA, on=True)

    assert seat(world, operator).muted
    assert claim_now(world).participants.muted
    assert not seat(world, caller).hold

    talk.mute_operator(world.ports, LINE, ANNA, on=False)

    assert not seat(world, operator).muted
    assert not claim_now(world).participants.muted


def test_words_on_hold_need_nothing_but_tone(world: World) -> None:
    answer = carrier_says(world, "/voice/hold?claim=gone&line=example", "CA" + "7" * 32)

    assert answer.status_code == 200
    assert b"<Play" in answer.data
    assert b"<Redirect" in answer.data
    assert b"<Hangup" not in answer.data


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("path", [PARTICIPANT, ROOMS])
@pytest.mark.parametrize("kind", REFUSES)
def test_switch_that_carrier_refuses_changes_nothing(
    world: World, kind: FaultKind, path: str, switch: object
) -> None:
    in_talk(world)
    fault(world, kind, path, times=1, method="POST" if path == PARTICIPANT else "GET")

    reason = refusal(switch, world.ports, LINE, ANNA, on=True)  # type: ignore[arg-type]

    assert reason == "carrier"
    assert not claim_now(world).participants.held
    assert not claim_now(world).participants.muted
    assert facts_named(world, "caller-held") == []


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("kind", [FaultKind.BROKEN_AFTER, FaultKind.HANG_AFTER])
def test_unconfirmed_switch_is_on(
    world: World, kind: FaultKind, switch: object
) -> None:
    operator, caller = in_talk(world)
    fault(world, kind, PARTICIPANT, times=1)

    switch(world.ports, LINE, ANNA, on=True)  # type: ignore[operator]

    assert claim_now(world).participants.held or claim_now(world).participants.muted
    assert seat(world, caller).hold or seat(world, operator).muted


@pytest.mark.parametrize("switch", SWITCHES)
def test_doubtful_switch_checked_by_reconciler(world: World, switch: object) -> None:
    _, caller = in_talk(world)
    fault(world, FaultKind.HANG, PARTICIPANT, times=2)

    reason = refusal(switch, world.ports, LINE, ANNA, on=True)  # type: ignore[arg-type]

    assert reason == "carrier"
    assert claim_now(world).participants.held or claim_now(world).participants.muted
    world.reconcile()
    assert not claim_now(world).participants.held
    assert not claim_now(world).participants.muted
    assert not seat(world, caller).hold


@pytest.mark.parametrize("kind", REFUSES)
def test_unreturnable_caller_still_on_hold(world: World, kind: FaultKind) -> None:
    _, caller = in_talk(world)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    fault(world, kind, PARTICIPANT, times=1, method="POST")

    assert refusal(talk.hold_caller, world.ports, LINE, ANNA, on=False) == "carrier"

    assert claim_now(world).participants.held
    assert seat(world, caller).hold
    talk.hold_caller(world.ports, LINE, ANNA, on=False)
    assert not seat(world, caller).hold


def test_unknowingly_returned_caller_found_so(
    world: World,
) -> None:
    _, caller = in_talk(world)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    seat(world, caller).hold = False

    world.reconcile()

    assert not claim_now(world).participants.held
    assert len(facts_named(world, "caller-unheld")) == 1


def test_hangup_on_hold_ends_talk(world: World) -> None:
    _, caller = in_talk(world)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    world.exchange.run_for(5)

    world.exchange.hang_up(caller)
    world.exchange.run_for(2)

    assert stage_of(world, caller) is Stage.ENDED
    assert state_of(world) is State.WRAP_UP


def test_operators_hangup_leaves_nobody_held(world: World) -> None:
    operator, caller = in_talk(world)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    world.exchange.run_for(5)

    world.exchange.hang_up(operator)
    world.exchange.run_for(2)

    assert stage_of(world, caller) is Stage.AFTER
    assert has_heard(world, caller, "after.ended")


@pytest.mark.parametrize("act", [talk.hold_caller, talk.mute_operator])
@pytest.mark.parametrize("whose", [BELA, OperatorId("nobody")])
def test_nobody_holds_talk_of_another(
    world: World, act: object, whose: OperatorId
) -> None:
    in_talk(world)
    world.operator("bela", phone="+447700900202")

    assert refusal(act, world.ports, LINE, whose, on=True) == "call-over"  # type: ignore[arg-type]
    assert not claim_now(world).participants.held


def test_ringing_offer_cannot_be_controlled(world: World) -> None:
    world.operator()
    call_in(world)
    until_rung(world)

    for act in SWITCHES:
        assert refusal(act, world.ports, LINE, ANNA, on=True) == "not-now"
    assert refusal(talk.end_talk, world.ports, LINE, ANNA) == "not-now"


# --- the end ------------------------------------------------------------------


@pytest.mark.parametrize("reach", REACHES)
def test_ended_talk_wraps_up_and_asks(world: World, reach: Reach) -> None:
    operator, caller = in_talk(world, reach=reach)

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(3)

    assert state_of(world) is State.WRAP_UP
    assert stage_of(world, caller) is Stage.AFTER
    assert has_heard(world, caller, "after.ended")
    assert operator.ended is (reach is not Reach.STANDING)
    assert world.operator_now().leg == (operator.sid if not operator.ended else None)
    (ended,) = facts_named(world, "talk-ended")
    assert getattr(ended, "by", "") == "operator"
    assert refusal(talk.end_talk, world.ports, LINE, ANNA) == "call-over"


def test_held_caller_asked_at_end(world: World) -> None:
    _, caller = in_talk(world)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    world.exchange.run_for(1)

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(3)

    assert stage_of(world, caller) is Stage.AFTER
    assert has_heard(world, caller, "after.ended")
    assert caller.transcript[-1].kind is not Kind.HOLD


@pytest.mark.parametrize("kind", [FaultKind.DELAYED, FaultKind.LOST, FaultKind.DOUBLED])
def test_end_counts_whatever_carrier_tells_of_it(world: World, kind: FaultKind) -> None:
    _, caller = in_talk(world)
    fault(world, kind, NOTICES, seconds=6)

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(3)

    assert stage_of(world, caller) is Stage.AFTER
    assert state_of(world) is State.WRAP_UP
    assert len(facts_named(world, "talk-ended")) == 1


@pytest.mark.parametrize("kind", REFUSES)
def test_end_that_carrier_refuses_changes_nothing(
    world: World, kind: FaultKind
) -> None:
    operator, caller = in_talk(world)
    fault(world, kind, MOVE, times=2)

    assert refusal(talk.end_talk, world.ports, LINE, ANNA) == "carrier"
    world.exchange.run_for(2)

    assert stage_of(world, caller) is Stage.CONNECTED
    assert claim_now(world).going is None
    assert talks_on(world, operator, caller)


@pytest.mark.parametrize("kind", [FaultKind.BROKEN_AFTER, FaultKind.HANG_AFTER])
def test_unconfirmed_end_leaves_no_silence(world: World, kind: FaultKind) -> None:
    _, caller = in_talk(world)
    fault(world, kind, MOVE, times=1)

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(3)

    assert stage_of(world, caller) is Stage.AFTER
    assert has_heard(world, caller, "after.ended")


def test_unended_leg_told_and_hangs_up(
    world: World,
) -> None:
    operator, caller = in_talk(world)
    fault(world, FaultKind.TOO_MANY, f"/Calls/{operator.sid}")

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(5)

    assert has_heard(world, operator, "operator.ended")
    assert operator.ended
    assert stage_of(world, caller) is Stage.AFTER


def test_both_ending_end_it_once(world: World) -> None:
    _, caller = in_talk(world)
    fault(world, FaultKind.DELAYED, NOTICES, seconds=5)
    world.exchange.hang_up(caller)

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(6)

    assert stage_of(world, caller) is Stage.ENDED
    assert state_of(world) is State.WRAP_UP
    assert len(facts_named(world, "talk-ended")) == 1


class Dies(BaseException):
    """The process has died here."""


class MortalTransfers:
    """The carrier is never asked to move a leg: the process dies before."""

    def eject_caller(self, *_: object) -> None:
        raise Dies


def test_end_cut_short_by_death_repeatable(
    world: World,
) -> None:
    operator, caller = in_talk(world)
    transfers = cast("Transfers", MortalTransfers())
    carrier = replace(world.ports.carrier, transfers=transfers)
    mortal = replace(world.ports, carrier=carrier)
    with pytest.raises(Dies):
        talk.end_talk(mortal, LINE, ANNA)
    assert talks_on(world, operator, caller)

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(2)

    assert stage_of(world, caller) is Stage.AFTER


def test_caller_ends_muted_operators_talk(world: World) -> None:
    _, caller = in_talk(world, Talk(seconds=10))
    talk.mute_operator(world.ports, LINE, ANNA, on=True)

    until_stage(world, caller, Stage.ENDED)

    assert state_of(world) is State.WRAP_UP
