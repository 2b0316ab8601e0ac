"""A colleague is brought into a talk, leaves it again, or keeps the caller."""

from collections.abc import Callable

import pytest

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import (
    NOBODY,
    Callee,
    HangUp,
    Pickup,
    Press,
    Stay,
    Wait,
    accepting_operator,
    answering_machine,
    declining_operator,
)
from ivr.actions.operators.roster import choose_state
from ivr.actions.talk_controls import inviting, talk, transfer
from ivr.actions.talks.accepting import decline_by_desk, take_by_desk
from ivr.core.model.claim import ClaimState
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Reach, State
from tests.dsl.doing import (
    CREATE,
    MOVE,
    NOTICES,
    OTHER_CALLER,
    THIRD_OPERATOR,
    call_in,
    call_of,
    facts_named,
    fault,
    has_heard,
    stage_of,
    state_of,
    until_state,
)
from tests.dsl.faults.invariants import assert_everybody_is_somewhere, outbound_legs
from tests.dsl.inviting import claim_of, enrol, invite, is_inside, leg_of, three
from tests.dsl.talking import (
    ANNA,
    BELA,
    CLARA,
    PARTICIPANT,
    REACHES,
    ROOMS,
    in_talk,
    refusal,
    seat,
    talks_on,
)
from tests.world import LINE, World

COMES_SLOWLY = Callee(after=3.0, deeds=(Press(digits="1", after=3), Stay()))
REFUSES = [FaultKind.TOO_MANY, FaultKind.BROKEN, FaultKind.HANG]


# --- coming in ----------------------------------------------------------------


@pytest.mark.parametrize("guest", REACHES)
@pytest.mark.parametrize("host", REACHES)
def test_invited_colleague_joins_going_talk(
    world: World, host: Reach, guest: Reach
) -> None:
    operator, caller, colleague = three(world, host, guest)

    assert talks_on(world, operator, caller, colleague)
    assert state_of(world, "bela") is State.TALKING
    assert claim_of(world, "anna").companions.guest == claim_of(world, "bela").id
    assert call_of(world, caller).talk.claim == claim_of(world, "anna").id
    assert world.record(caller).offers == len(facts_named(world, "offer-rung"))
    assert len(facts_named(world, "operator-invited")) == 1
    assert len(facts_named(world, "operator-joined")) == 1
    assert not seat(world, operator).end_on_exit
    assert not seat(world, colleague).end_on_exit
    assert_everybody_is_somewhere(world.ports.store, world.redis)


def test_colleague_hears_that_it_is_invitation(world: World) -> None:
    *_, colleague = three(world)

    assert has_heard(world, colleague, "operator.invited")
    assert not has_heard(world, colleague, "operator.offer")
    assert not has_heard(world, colleague, "operator.returning")


def test_colleague_on_standing_line_hears_who_asks(world: World) -> None:
    *_, colleague = three(world, guest=Reach.STANDING)

    assert has_heard(world, colleague, "operator.invited")


def test_invitation_that_is_sent_twice_rings_once(world: World) -> None:
    in_talk(world)
    enrol(world)

    invite(world)
    invite(world)
    world.exchange.run_for(10)

    assert len(outbound_legs(world)) == 2
    assert len(facts_named(world, "operator-invited")) == 1


def test_colleague_may_accept_at_desk(world: World) -> None:
    in_talk(world)
    enrol(world, Callee(after=1.0, deeds=(Stay(),)))
    invite(world)
    world.exchange.run_until(
        lambda: claim_of(world, "bela").state is ClaimState.ANSWERED
    )

    take_by_desk(world.ports, LINE, BELA, claim_of(world, "bela").id)

    world.exchange.run_until(lambda: is_inside(world), limit=5)


@pytest.mark.parametrize(
    ("colleague", "reason"),
    [
        (NOBODY, "no-answer"),
        (Callee(pickup=Pickup.BUSY), "busy"),
        (Callee(pickup=Pickup.FAILED), "failed"),
        (declining_operator(), "declined"),
        (answering_machine(), "no-answer"),
        (Callee(deeds=(Press(digits="1"), HangUp())), "operator-left"),
    ],
    ids=["no-answer", "busy", "failed", "declines", "mailbox", "runs-away"],
)
def test_host_told_why_nobody_came(
    world: World, colleague: Callee, reason: str
) -> None:
    operator, caller = in_talk(world)
    enrol(world, colleague)
    heard = len(caller.transcript)

    invite(world)
    world.exchange.run_until(
        lambda: claim_of(world, "anna").companions.guest is None, limit=60
    )

    assert claim_of(world, "anna").companions.refused == reason
    assert talks_on(world, operator, caller)
    assert len(caller.transcript) == heard
    assert world.operator_now("bela").state is not State.RINGING


def test_invitation_may_be_declined_at_desk(world: World) -> None:
    operator, caller = in_talk(world)
    enrol(world, Callee(after=20.0))
    invite(world)
    world.exchange.run_until(lambda: claim_of(world, "bela").leg)

    decline_by_desk(world.ports, LINE, BELA, claim_of(world, "bela").id)
    world.exchange.run_for(1)

    assert claim_of(world, "anna").companions.refused == "declined"
    assert world.operator_now("bela").is_cooling(world.clock.now())
    assert talks_on(world, operator, caller)


def test_only_free_invited_one_by_one(world: World) -> None:
    in_talk(world)
    enrol(world, Callee(after=10.0))
    world.operator("clara", phone=THIRD_OPERATOR)

    def reason(who: OperatorId) -> str:
        return refusal(inviting.invite_colleague, world.ports, LINE, ANNA, who)

    assert reason(ANNA) == reason(OperatorId("nobody")) == "busy"
    choose_state(world.ports, LINE, CLARA, State.AWAY, "test")
    assert reason(CLARA) == "busy"
    invite(world)
    choose_state(world.ports, LINE, CLARA, State.AVAILABLE, "test")
    assert reason(CLARA) == "busy"


def test_only_host_invites_holds_and_hands_over(world: World) -> None:
    three(world)
    world.operator("clara", phone=THIRD_OPERATOR)

    acts: list[Callable[[], None]] = [
        lambda: inviting.invite_colleague(world.ports, LINE, BELA, CLARA),
        lambda: inviting.withdraw_invitation(world.ports, LINE, BELA),
        lambda: inviting.leave_to(world.ports, LINE, BELA),
        lambda: talk.hold_caller(world.ports, LINE, BELA, on=True),
    ]

    assert {refusal(act) for act in acts} == {"not-yours"}


def test_guest_in_talk_gets_no_offer(world: World) -> None:
    three(world)

    other = call_in(world, from_=OTHER_CALLER)
    world.exchange.run_for(20)

    assert stage_of(world, other) is Stage.WAITING


def test_host_may_talk_with_colleague_alone_meanwhile(world: World) -> None:
    operator, caller, colleague = three(world)

    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    world.exchange.run_for(35)

    assert seat(world, caller).hold
    assert has_heard(world, caller, "hold.stay")
    talk.hold_caller(world.ports, LINE, ANNA, on=False)
    assert talks_on(world, operator, caller, colleague)


def test_guest_may_be_muted(world: World) -> None:
    operator, _, colleague = three(world)

    talk.mute_operator(world.ports, LINE, BELA, on=True)

    assert seat(world, colleague).muted
    assert not seat(world, operator).muted


# --- withdrawing ----------------------------------------------------------------


@pytest.mark.parametrize("guest", [Reach.PHONE, Reach.BROWSER])
def test_withdrawn_invitation_costs_nobody(world: World, guest: Reach) -> None:
    operator, caller = in_talk(world)
    enrol(world, Callee(after=15.0), reach=guest)
    invite(world)
    world.exchange.run_until(lambda: claim_of(world, "bela").leg)
    leg = leg_of(world, "bela")

    inviting.withdraw_invitation(world.ports, LINE, ANNA)
    world.exchange.run_for(1)

    assert leg.ended
    bela = world.operator_now("bela")
    assert (bela.state, bela.unanswered.missed, bela.due) == (State.AVAILABLE, 0, None)
    assert talks_on(world, operator, caller)
    assert (
        refusal(inviting.withdraw_invitation, world.ports, LINE, ANNA) == "offer-over"
    )


def test_listening_colleague_hears_withdrawal(
    world: World,
) -> None:
    in_talk(world)
    enrol(world, COMES_SLOWLY)
    invite(world)
    world.exchange.run_until(
        lambda: claim_of(world, "bela").state is ClaimState.ANSWERED
    )
    leg = leg_of(world, "bela")

    inviting.withdraw_invitation(world.ports, LINE, ANNA)
    world.exchange.run_for(8)

    assert has_heard(world, leg, "operator.withdrawn")
    assert leg.ended


@pytest.mark.parametrize("guest", REACHES)
def test_guest_can_be_asked_to_leave_again(world: World, guest: Reach) -> None:
    operator, caller, colleague = three(world, guest=guest)

    inviting.withdraw_invitation(world.ports, LINE, ANNA)
    world.exchange.run_for(6)

    assert talks_on(world, operator, caller)
    assert has_heard(world, colleague, "operator.withdrawn")
    assert colleague.ended is (guest is not Reach.STANDING)
    assert state_of(world, "bela") is State.WRAP_UP
    assert seat(world, operator).end_on_exit


@pytest.mark.parametrize("kind", REFUSES)
def test_unmoved_guest_can_be_asked_again(world: World, kind: FaultKind) -> None:
    operator, caller, colleague = three(world)
    fault(world, kind, MOVE, times=1)

    assert refusal(inviting.withdraw_invitation, world.ports, LINE, ANNA) == "carrier"
    world.exchange.run_for(1)

    assert talks_on(world, operator, caller, colleague)
    # Who may be out for all that is not asked anew, and goes when they come out.
    assert (claim_of(world, "bela").going is None) is (kind is FaultKind.TOO_MANY)
    inviting.withdraw_invitation(world.ports, LINE, ANNA)
    world.exchange.run_for(6)
    assert talks_on(world, operator, caller)


def test_withdrawal_leaves_no_stranger_inside(
    world: World,
) -> None:
    operator, caller = in_talk(world)
    enrol(world, COMES_SLOWLY)
    invite(world)
    fault(world, FaultKind.DELAYED, "/voice/room-events", seconds=4)
    world.exchange.run_until(lambda: claim_of(world, "bela").state is ClaimState.TAKEN)
    colleague = leg_of(world, "bela")
    fault(world, FaultKind.TOO_MANY, MOVE, times=1)

    inviting.withdraw_invitation(world.ports, LINE, ANNA)
    world.exchange.run_for(8)

    assert talks_on(world, operator, caller)
    assert colleague.ended
    assert state_of(world, "bela") is State.AVAILABLE


def test_nobody_is_withdrawn_who_was_not_invited(world: World) -> None:
    in_talk(world)

    assert (
        refusal(inviting.withdraw_invitation, world.ports, LINE, ANNA) == "offer-over"
    )
    assert refusal(inviting.leave_to, world.ports, LINE, ANNA) == "not-now"


# --- leaving --------------------------------------------------------------------


def gone(world: World, caller: Leg) -> None:
    """Everybody is free of a call that is over."""
    assert stage_of(world, caller) is Stage.ENDED
    assert {state_of(world), state_of(world, "bela")} == {State.WRAP_UP}
    assert len(facts_named(world, "talk-ended")) == 1
    assert world.record(caller).operator == "anna"


@pytest.mark.parametrize("guest", REACHES)
@pytest.mark.parametrize("host", REACHES)
def test_caller_left_to_guest_talks_on(world: World, host: Reach, guest: Reach) -> None:
    operator, caller, colleague = three(world, host, guest)
    before = [event.kind for event in caller.transcript]

    inviting.leave_to(world.ports, LINE, ANNA)
    world.exchange.run_for(5)

    assert talks_on(world, caller, colleague)
    assert [event.kind for event in caller.transcript] == before, (
        "no gap for the caller"
    )
    assert state_of(world) is State.WRAP_UP
    assert state_of(world, "bela") is State.TALKING
    assert call_of(world, caller).talk.claim == claim_of(world, "bela").id
    assert operator.ended is (host is not Reach.STANDING)
    assert seat(world, colleague).end_on_exit
    assert [
        getattr(each, "kind", "") for each in facts_named(world, "call-transferred")
    ] == ["warm"]
    world.exchange.hang_up(caller)
    world.exchange.run_for(2)
    assert state_of(world, "bela") is State.WRAP_UP
    assert world.record(caller).operator == "anna"
    assert len(facts_named(world, "talk-ended")) == 1


def test_held_caller_returned_before_host_leaves(world: World) -> None:
    _, caller, colleague = three(world)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)

    inviting.leave_to(world.ports, LINE, ANNA)
    world.exchange.run_for(2)

    assert not seat(world, caller).hold
    assert not claim_of(world, "bela").participants.held
    assert talks_on(world, caller, colleague)


def test_held_caller_without_keeper_stays_held(world: World) -> None:
    _, caller, colleague = three(world)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)
    world.exchange.hang_up(colleague)
    world.exchange.run_for(2)

    assert refusal(inviting.leave_to, world.ports, LINE, ANNA) == "not-now"
    assert seat(world, caller).hold
    assert claim_of(world, "anna").participants.held


@pytest.mark.parametrize("kind", REFUSES)
def test_unreleased_host_is_still_host(world: World, kind: FaultKind) -> None:
    operator, caller, colleague = three(world)
    fault(world, kind, MOVE, times=1)

    assert refusal(inviting.leave_to, world.ports, LINE, ANNA) == "carrier"
    world.exchange.run_for(1)

    assert talks_on(world, operator, caller, colleague)
    assert call_of(world, caller).talk.claim == claim_of(world, "anna").id


@pytest.mark.parametrize("host", REACHES)
def test_guest_keeps_dropped_hosts_caller(world: World, host: Reach) -> None:
    operator, caller, colleague = three(world, host)

    world.exchange.hang_up(operator)
    world.exchange.run_for(2)

    assert talks_on(world, caller, colleague)
    assert state_of(world, "bela") is State.TALKING
    assert call_of(world, caller).talk.claim == claim_of(world, "bela").id


def test_caller_on_hold_freed_when_host_drops(
    world: World,
) -> None:
    operator, caller, _ = three(world)
    talk.hold_caller(world.ports, LINE, ANNA, on=True)

    world.exchange.hang_up(operator)
    world.exchange.run_for(2)

    assert not seat(world, caller).hold
    assert not claim_of(world, "bela").participants.held
    assert len(facts_named(world, "caller-unheld")) == 1


@pytest.mark.parametrize("guest", REACHES)
def test_leaving_guest_leaves_two_talking(world: World, guest: Reach) -> None:
    operator, caller, colleague = three(world, guest=guest)

    world.exchange.hang_up(colleague)
    world.exchange.run_for(2)

    assert talks_on(world, operator, caller)
    assert claim_of(world, "anna").companions.guest is None
    assert seat(world, operator).end_on_exit
    assert len(facts_named(world, "operator-parted")) == 1


@pytest.mark.parametrize("guest", REACHES)
def test_guest_who_ends_talk_only_leaves_it(world: World, guest: Reach) -> None:
    operator, caller, colleague = three(world, guest=guest)

    talk.end_talk(world.ports, LINE, BELA)
    world.exchange.run_for(5)

    assert talks_on(world, operator, caller)
    assert state_of(world, "bela") is State.WRAP_UP
    assert colleague.ended is (guest is not Reach.STANDING)


def test_host_ends_talk_for_all(world: World) -> None:
    operator, caller, colleague = three(world)

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(5)

    assert stage_of(world, caller) is Stage.AFTER
    assert has_heard(world, caller, "after.ended")
    assert {state_of(world), state_of(world, "bela")} == {State.WRAP_UP}
    assert (operator.ended, colleague.ended) == (True, True)


@pytest.mark.parametrize("guest", REACHES)
@pytest.mark.parametrize("host", REACHES)
def test_caller_who_leaves_ends_it_for_both(
    world: World, host: Reach, guest: Reach
) -> None:
    *_, colleague = legs = three(world, host, guest)

    world.exchange.hang_up(legs[1])
    world.exchange.run_for(5)

    gone(world, legs[1])
    assert has_heard(world, colleague, "operator.ended")


def test_invitation_ends_with_call(world: World) -> None:
    _, caller = in_talk(world)
    enrol(world, COMES_SLOWLY)
    invite(world)
    world.exchange.run_until(
        lambda: claim_of(world, "bela").state is ClaimState.ANSWERED
    )
    leg = leg_of(world, "bela")

    world.exchange.hang_up(caller)
    world.exchange.run_for(8)

    assert has_heard(world, leg, "operator.caller-left")
    assert state_of(world, "bela") is State.AVAILABLE


def test_invitation_ends_with_talk(world: World) -> None:
    _, caller = in_talk(world)
    enrol(world, COMES_SLOWLY)
    invite(world)
    world.exchange.run_until(
        lambda: claim_of(world, "bela").state is ClaimState.ANSWERED
    )
    leg = leg_of(world, "bela")

    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(8)

    assert has_heard(world, leg, "operator.withdrawn")
    assert stage_of(world, caller) is Stage.AFTER
    assert state_of(world, "bela") is State.AVAILABLE


def test_guest_may_invite_once_caller_is_theirs(world: World) -> None:
    _, caller, colleague = three(world)
    inviting.leave_to(world.ports, LINE, ANNA)
    world.operator("clara", accepting_operator(after=1), phone=THIRD_OPERATOR)

    inviting.invite_colleague(world.ports, LINE, BELA, CLARA)
    world.work()
    until_state(world, State.TALKING, "clara")

    assert talks_on(world, caller, colleague, leg_of(world, "clara"))
    world.exchange.hang_up(colleague)
    world.exchange.run_for(2)
    assert talks_on(world, caller, leg_of(world, "clara"))


# --- what the carrier does not do, or does not tell ---------------------------------


@pytest.mark.parametrize("kind", REFUSES)
@pytest.mark.parametrize("path", [PARTICIPANT, ROOMS])
@pytest.mark.parametrize("leaves", ["host", "guest", "caller"])
def test_unkept_room_costs_no_talk(
    world: World, leaves: str, path: str, kind: FaultKind
) -> None:
    operator, caller = in_talk(world)
    enrol(world)
    fault(world, kind, path)
    invite(world)
    world.exchange.run_until(lambda: is_inside(world), limit=30)
    colleague = leg_of(world, "bela")
    leaving = {"host": operator, "guest": colleague, "caller": caller}[leaves]

    world.exchange.hang_up(leaving)
    world.exchange.run_for(5)

    if leaves == "caller":
        gone(world, caller)
        return
    assert talks_on(world, caller, colleague if leaves == "host" else operator)
    assert stage_of(world, caller) is Stage.CONNECTED


@pytest.mark.parametrize("leaves", ["host", "guest"])
def test_caller_fetched_from_unended_room(world: World, leaves: str) -> None:
    operator, caller, colleague = three(world)
    fault(world, FaultKind.TOO_MANY, PARTICIPANT, times=1)
    first, last = (operator, colleague) if leaves == "host" else (colleague, operator)
    world.exchange.hang_up(first)
    world.exchange.run_for(2)
    assert not seat(world, last).end_on_exit

    world.exchange.hang_up(last)
    world.exchange.run_for(2)

    assert stage_of(world, caller) is Stage.AFTER
    assert has_heard(world, caller, "after.ended")


def test_unmoved_caller_fetched_at_next_look(
    world: World,
) -> None:
    operator, caller, colleague = three(world)
    fault(world, FaultKind.TOO_MANY, PARTICIPANT, times=1)
    world.exchange.hang_up(colleague)
    world.exchange.run_for(2)
    fault(world, FaultKind.TOO_MANY, MOVE, times=1)
    begun = world.clock.now()

    world.exchange.hang_up(operator)
    world.exchange.run_until(lambda: has_heard(world, caller, "after.ended"), limit=30)

    assert (world.clock.now() - begun).total_seconds() <= 17


@pytest.mark.parametrize("hands", ["queue", "end"])
def test_hosts_transfer_frees_guest(world: World, hands: str) -> None:
    _, caller, colleague = three(world)

    if hands == "queue":
        transfer.to_queue(world.ports, LINE, ANNA)
    else:
        talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_for(5)

    assert colleague.ended
    assert state_of(world, "bela") is State.WRAP_UP
    assert has_heard(
        world, caller, "transfer.wait" if hands == "queue" else "after.ended"
    )


def test_two_ends_with_operator_after_recovery(
    world: World,
) -> None:
    operator, _, colleague = three(world)
    fault(world, FaultKind.TOO_MANY, PARTICIPANT, times=1)
    world.exchange.hang_up(colleague)
    world.exchange.run_for(2)

    world.reconcile()

    assert seat(world, operator).end_on_exit
    assert not claim_of(world, "anna").companions.goes_on


@pytest.mark.parametrize("leaves", ["host", "guest", "both"])
def test_caller_alone_until_next_reconciliation(world: World, leaves: str) -> None:
    operator, caller, colleague = three(world)
    fault(world, FaultKind.LOST, NOTICES)
    fault(world, FaultKind.TOO_MANY, PARTICIPANT)
    for leg in {"host": [operator], "guest": [colleague]}.get(
        leaves, [operator, colleague]
    ):
        world.exchange.hang_up(leg)
    begun = world.clock.now()

    if leaves == "both":
        world.exchange.run_until(
            lambda: has_heard(world, caller, "after.ended"), limit=20
        )
        assert (world.clock.now() - begun).total_seconds() <= 17
        return
    world.exchange.run_for(20)
    assert talks_on(world, caller, colleague if leaves == "host" else operator)


@pytest.mark.parametrize("kind", [FaultKind.DELAYED, FaultKind.LOST, FaultKind.DOUBLED])
@pytest.mark.parametrize("leaves", ["host", "guest", "caller", "all"])
def test_late_or_doubled_notices_converge(
    world: World, leaves: str, kind: FaultKind
) -> None:
    operator, caller, colleague = three(world)
    fault(world, kind, NOTICES, seconds=7)
    legs = {"host": [operator], "guest": [colleague], "caller": [caller]}

    for leg in legs.get(leaves, [operator, caller, colleague]):
        world.exchange.hang_up(leg)
    world.exchange.run_for(25)

    if leaves in {"caller", "all"}:
        gone(world, caller)
    else:
        assert talks_on(world, caller, colleague if leaves == "host" else operator)
    assert len(facts_named(world, "talk-ended")) <= 1


@pytest.mark.parametrize("kind", REFUSES)
def test_refused_invitation_leaves_talk_alone(world: World, kind: FaultKind) -> None:
    operator, caller = in_talk(world)
    enrol(world)
    fault(world, kind, CREATE)

    invite(world)
    world.exchange.run_for(60)

    assert claim_of(world, "anna").companions.refused == "carrier"
    assert state_of(world, "bela") is State.AVAILABLE
    assert talks_on(world, operator, caller)


def test_untold_guest_found_by_reconciler(
    world: World,
) -> None:
    operator, caller = in_talk(world)
    enrol(world)
    fault(world, FaultKind.LOST, "/voice/room-events")
    invite(world)

    world.exchange.run_until(lambda: is_inside(world), limit=30)

    assert talks_on(world, operator, caller, leg_of(world, "bela"))


def test_guest_and_caller_leave_together(
    world: World,
) -> None:
    _, caller = in_talk(world)
    enrol(world, COMES_SLOWLY)
    invite(world)
    world.exchange.run_until(
        lambda: claim_of(world, "bela").state is ClaimState.ANSWERED
    )
    leg = leg_of(world, "bela")

    world.exchange.hang_up(leg)
    world.exchange.hang_up(caller)
    world.exchange.run_for(3)

    assert stage_of(world, caller) is Stage.ENDED
    assert state_of(world) is State.WRAP_UP
    assert world.operator_now("bela").claim is None


def test_caller_asked_when_host_and_guest_leave(
    world: World,
) -> None:
    operator, caller, colleague = three(world)

    world.exchange.hang_up(operator)
    world.exchange.hang_up(colleague)
    world.exchange.run_for(5)

    assert stage_of(world, caller) is Stage.AFTER
    assert has_heard(world, caller, "after.ended")
    assert {state_of(world), state_of(world, "bela")} == {State.WRAP_UP}


def test_missed_invitations_count_like_offers(
    world: World,
) -> None:
    in_talk(world)
    enrol(world, Callee(pickup=Pickup.NO_ANSWER), NOBODY)

    invite(world)
    until_state(world, State.AVAILABLE, "bela")

    assert world.operator_now("bela").unanswered.missed == 1


def test_long_invitation_unheard_by_caller(world: World) -> None:
    _, caller = in_talk(world, Wait(seconds=1))
    enrol(world, Callee(after=14.0, deeds=(Press(digits="1"), Stay())))
    heard = len(caller.transcript)

    invite(world)
    world.exchange.run_for(13)

    assert len(caller.transcript) == heard
