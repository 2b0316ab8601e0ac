"""What an operator asks for at the desk in a talk."""

from ivr.core.model.claim import ClaimState, ExitKind, PendingExit
from ivr.core.talk.events import (
    CallerNotTakenOut,
    CallerTakenOut,
    EndAsked,
    LeaveAsked,
    OperatorNotOut,
    PassOnAsked,
    WithdrawAsked,
)
from tests.core.talk.beginnings import BROWSER, BY_PHONE, GUEST, HOST, PHONE
from tests.core.talk.situations import GONE, changed
from tests.core.talk.telling import come_to, text, told
from tests.core.walking import NOW


def test_operator_ends() -> None:
    world = come_to("they talk by telephone")

    assert told(world, EndAsked(operator=PHONE)) == text(
        """
        host: going end
        asks MoveOutCaller(claim='host')
        """
    )


def test_guest_only_leaves() -> None:
    world = come_to("a colleague is inside")

    assert told(world, EndAsked(operator=BY_PHONE.operator)) == text(
        """
        guest: going end
        asks MoveOutOperator(claim='guest', leg='guest-leg', informs=False)
        """
    )


def test_nobody_talks_as_yet() -> None:
    world = come_to("taken")

    assert told(world, EndAsked(operator=PHONE)) == text(
        """
        refuses: not-now
        """
    )


def test_talk_is_over_by_now() -> None:
    world = come_to("they talk by telephone", GONE)

    assert told(world, EndAsked(operator=PHONE)) == text(
        """
        refuses: call-over
        """
    )


def test_free_operator_ends_nothing() -> None:
    world = come_to("nobody is rung")

    assert told(world, EndAsked(operator=PHONE)) == text(
        """
        refuses: call-over
        """
    )


def test_over_though_still_bound() -> None:
    world = come_to(
        "they talk by telephone", changed("claim:host", state=ClaimState.OVER)
    )

    assert told(world, EndAsked(operator=PHONE)) == text(
        """
        refuses: call-over
        """
    )


def test_caller_passed_on() -> None:
    world = come_to("they talk by telephone")

    assert told(
        world,
        PassOnAsked(operator=PHONE, going=PendingExit(way=ExitKind.TEAM, to="night")),
    ) == text(
        """
        host: going team night
        asks MoveOutCaller(claim='host')
        """
    )


def test_guest_passes_nobody_on() -> None:
    world = come_to("a colleague is inside")

    assert told(
        world,
        PassOnAsked(operator=BY_PHONE.operator, going=PendingExit(way=ExitKind.QUEUE)),
    ) == text(
        """
        refuses: not-yours
        """
    )


def test_host_leaves_caller_to_guest() -> None:
    world = come_to("a colleague is inside")

    assert told(world, LeaveAsked(operator=PHONE)) == text(
        """
        host: going leave
        asks MoveOutOperator(claim='host', leg='phone-leg', informs=False)
        """
    )


def test_guest_cannot_leave_anybody() -> None:
    world = come_to("a colleague is inside")

    assert told(world, LeaveAsked(operator=BY_PHONE.operator)) == text(
        """
        refuses: not-yours
        """
    )


def test_nobody_is_there_to_keep_them() -> None:
    world = come_to("they talk by telephone")

    assert told(world, LeaveAsked(operator=PHONE)) == text(
        """
        refuses: not-now
        """
    )


def test_rung_colleague_keeps_nobody() -> None:
    world = come_to("a colleague is rung")

    assert told(world, LeaveAsked(operator=PHONE)) == text(
        """
        refuses: not-now
        """
    )


def test_held_caller_freed_first() -> None:
    world = come_to(
        "a colleague is inside", changed("claim:host", held=True, held_since=NOW)
    )

    assert told(world, LeaveAsked(operator=PHONE)) == ""


def test_guest_inside_is_withdrawn() -> None:
    world = come_to("a colleague is inside")

    assert told(world, WithdrawAsked(operator=PHONE)) == text(
        """
        guest: going withdraw
        asks MoveOutOperator(claim='guest', leg='guest-leg', informs=True)
        """
    )


def test_ringing_invitation_is_withdrawn() -> None:
    world = come_to("a colleague is rung")

    assert told(world, WithdrawAsked(operator=PHONE)) == text(
        """
        guest: state over, deadline none, reason withdrawn
        phone-2: state available, since +10s, claim none
        host: guest none
        tells offer-ended: call caller, claim guest, operator phone-2, reason withdrawn
        asks EndLeg(leg='guest-leg')
        wakes routing
        """
    )


def test_taken_invitation_is_withdrawn() -> None:
    world = come_to("a colleague comes")

    assert told(world, WithdrawAsked(operator=BROWSER)) == text(
        """
        guest: state over, deadline none, reason withdrawn
        browser-2: state available, since +12s, claim none
        host: guest none
        tells offer-ended: call caller, claim guest, operator browser-2, reason
          withdrawn
        asks InformOperator(claim='guest', leg='guest-leg')
        wakes routing
        """
    )


def test_nobody_is_there_to_withdraw() -> None:
    world = come_to("they talk by telephone")

    assert told(world, WithdrawAsked(operator=PHONE)) == text(
        """
        refuses: offer-over
        """
    )


def test_guest_withdraws_nobody() -> None:
    world = come_to("a colleague is inside")

    assert told(world, WithdrawAsked(operator=BY_PHONE.operator)) == text(
        """
        refuses: not-yours
        """
    )


def test_guest_without_leg_is_out() -> None:
    world = come_to("a colleague is inside", changed("claim:guest", leg=None))

    assert told(world, WithdrawAsked(operator=PHONE)) == text(
        """
        guest: state over, going withdraw, reason withdrawn
        phone-2: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, last
          caller
        host: guest none, left phone-2
        tells operator-parted: call caller, claim guest, operator phone-2, why withdrawn
        asks EndRoomWithOperator(claim='host')
        wakes routing
        """
    )


def test_caller_not_taken_out() -> None:
    world = come_to("they talk by telephone", EndAsked(operator=PHONE))

    assert told(world, CallerNotTakenOut(claim=HOST)) == text(
        """
        host: going none
        refuses: carrier
        """
    )


def test_nothing_decided_after_all() -> None:
    world = come_to("they talk by telephone")

    assert told(world, CallerNotTakenOut(claim=HOST)) == text(
        """
        refuses: carrier
        """
    )


def test_operator_stays_inside() -> None:
    world = come_to("a colleague is inside", LeaveAsked(operator=PHONE))

    assert told(world, OperatorNotOut(claim=HOST, ambiguous=True)) == text(
        """
        host: going none
        refuses: carrier
        """
    )


def test_guest_stays_inside() -> None:
    world = come_to("a colleague is inside", WithdrawAsked(operator=PHONE))

    assert told(world, OperatorNotOut(claim=GUEST, ambiguous=False)) == text(
        """
        guest: going none
        refuses: carrier
        """
    )


def test_guest_is_perhaps_outside() -> None:
    world = come_to("a colleague is inside", WithdrawAsked(operator=PHONE))

    assert told(world, OperatorNotOut(claim=GUEST, ambiguous=True)) == text(
        """
        refuses: carrier
        """
    )


def test_passed_on_leg_not_ended() -> None:
    world = come_to(
        "they talk by telephone",
        PassOnAsked(operator=PHONE, going=PendingExit(way=ExitKind.QUEUE)),
        GONE,
    )

    assert told(world, CallerTakenOut(claim=HOST)) == ""


def test_ended_leg_ended_late() -> None:
    world = come_to("they talk by telephone", EndAsked(operator=PHONE), GONE)

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        asks EndLeg(leg='phone-leg')
        """
    )
