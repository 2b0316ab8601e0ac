"""A talk or a guest is over: what becomes of the colleague."""

from ivr.core.model.claim import ExitKind, PendingExit
from ivr.core.talk.events import (
    EndAsked,
    LeaveAsked,
    LeftRoom,
    LegEnded,
    OperatorOut,
    RoomEnded,
    RoomInspected,
    TalkClosed,
    WithdrawAsked,
)
from tests.core.talk.beginnings import (
    BROWSED,
    BROWSER,
    BY_PHONE,
    CALLER_LEG,
    GUEST,
    HOST,
    PHONE,
    PHONED,
)
from tests.core.talk.situations import GUEST_LEFT, changed, disabled, due, wait
from tests.core.talk.telling import come_to, text, told
from tests.core.walking import NOW


def test_record_owed_after_it() -> None:
    world = come_to("they talk by telephone", owes=True)

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing
        phone: state wrap-up, since +7s, idle_since +7s, due +37s, claim none, leg none,
          last caller, owes caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        wakes routing
        """
    )


def test_talk_closed_by_rule() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(world, TalkClosed(claim=HOST, by="operator")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        wakes routing
        """
    )


def test_talk_closed_to_queue() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(
        world,
        TalkClosed(claim=HOST, by="carrier", going=PendingExit(way=ExitKind.QUEUE)),
    ) == text(
        """
        host: state over, going queue, reason transferred
        caller: stage waiting, claim none, notices transfer.wait wait.nobody, handed_on
          1, waits_since +3608s, handed_by phone
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells call-transferred: call caller, kind queue
        tells caller-queued: call caller, language en, urgency urgent, again True
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_closing_ends_no_guest_alone() -> None:
    world = come_to("a colleague is inside")

    assert told(world, TalkClosed(claim=GUEST, by="operator")) == ""


def test_invited_colleague_is_withdrawn() -> None:
    world = come_to("a colleague is rung", wait(3600))

    assert told(world, TalkClosed(claim=HOST, by="operator")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +3611s, idle_since +3611s, due +3641s, claim none,
          last caller
        guest: state over, deadline none, reason withdrawn
        phone-2: state available, since +3611s, claim none
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells offer-ended: call caller, claim guest, operator phone-2, reason withdrawn
        asks EndLeg(leg='guest-leg')
        wakes routing
        """
    )


def test_taken_colleague_told() -> None:
    world = come_to("a colleague comes")

    assert told(world, TalkClosed(claim=HOST, by="operator")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing
        browser: state wrap-up, since +12s, idle_since +12s, due +42s, claim none, last
          caller
        guest: state over, deadline none, reason withdrawn
        browser-2: state available, since +12s, claim none
        tells talk-ended: call caller, claim host, operator browser, by operator
        tells offer-ended: call caller, claim guest, operator browser-2, reason
          withdrawn
        asks InformOperator(claim='guest', leg='guest-leg')
        wakes routing
        """
    )


def test_guest_inside_wraps_up() -> None:
    world = come_to("a colleague is inside", wait(3600))

    assert told(world, TalkClosed(claim=HOST, by="operator")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +3614s, idle_since +3614s, due +3644s, claim none,
          last caller
        guest: state over, reason talk-over
        phone-2: state wrap-up, since +3614s, idle_since +3614s, due +3644s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells operator-parted: call caller, claim guest, operator phone-2, why operator
        asks ReturnCaller(leg='caller', soon_again='caller')
        wakes routing
        """
    )


def test_caller_fetched_from_silence() -> None:
    world = come_to("a colleague is inside", *GUEST_LEFT)

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing
        phone: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, leg
          none, last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        asks ReturnCaller(leg='caller', soon_again='caller')
        wakes routing
        """
    )


def test_caller_comes_out_by_themself() -> None:
    world = come_to("a colleague is inside", *GUEST_LEFT)

    assert told(world, LeftRoom(claim=HOST, leg=CALLER_LEG)) == text(
        """
        host: state over, reason talk-caller
        caller: stage after, claim none, notices nothing, belongs_to phone
        phone: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by caller
        wakes routing
        """
    )


def test_caller_of_lost_talk_fetched() -> None:
    world = due(come_to("dropped"), HOST)

    assert told(world, RoomInspected(claim=HOST, legs=frozenset())) == text(
        """
        host: state over, deadline none, reason talk-operator
        caller: stage after, claim none, notices nothing
        browser: state wrap-up, since +27s, idle_since +27s, due +57s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator browser, by operator
        asks ReturnCaller(leg='caller', soon_again='caller')
        wakes routing
        """
    )


def test_withdrawn_guest_told_so() -> None:
    world = come_to("a colleague is inside", WithdrawAsked(operator=PHONE))

    assert told(world, OperatorOut(claim=GUEST)) == text(
        """
        guest: state over, reason withdrawn
        phone-2: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, last
          caller
        host: guest none, left phone-2
        tells operator-parted: call caller, claim guest, operator phone-2, why withdrawn
        asks EndRoomWithOperator(claim='host')
        wakes routing
        """
    )


def test_guest_leaves_on_their_own() -> None:
    world = come_to("a colleague is inside", EndAsked(operator=BY_PHONE.operator))

    assert told(world, OperatorOut(claim=GUEST)) == text(
        """
        guest: state over, reason talk-operator
        phone-2: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, last
          caller
        host: guest none, left phone-2
        tells operator-parted: call caller, claim guest, operator phone-2, why operator
        asks EndRoomWithOperator(claim='host')
        wakes routing
        """
    )


def test_host_hands_over_warmly() -> None:
    world = come_to("a colleague is inside", LeaveAsked(operator=PHONE))

    assert told(world, OperatorOut(claim=HOST)) == text(
        """
        host: state over, reason transferred
        guest: caller_in True, joins none, goes_on True
        caller: claim guest
        phone: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, last
          caller
        tells operator-parted: call caller, claim host, operator phone, why transferred
        tells call-transferred: call caller, kind warm, to phone-2
        asks EndRoomWithOperator(claim='guest')
        wakes routing
        """
    )


def test_held_caller_handed_over() -> None:
    world = come_to(
        "a colleague is inside", changed("claim:host", held=True, held_since=NOW)
    )

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, reason transferred
        guest: caller_in True, held True, held_since +0s, joins none, goes_on True
        caller: claim guest
        phone: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, leg
          none, last caller
        tells operator-parted: call caller, claim host, operator phone, why transferred
        tells call-transferred: call caller, kind warm, to phone-2
        asks EndRoomWithOperator(claim='guest')
        asks TakeOffHold(claim='guest')
        wakes routing
        """
    )


def test_host_who_ends_keeps_nobody() -> None:
    world = come_to("a colleague is inside", EndAsked(operator=PHONE))

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, leg
          none, last caller
        guest: state over, reason talk-over
        phone-2: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells operator-parted: call caller, claim guest, operator phone-2, why operator
        asks ReturnCaller(leg='caller', soon_again='caller')
        wakes routing
        """
    )


def test_cut_off_by_carrier() -> None:
    world = come_to("they talk by telephone")

    assert told(world, RoomEnded(claim=HOST)) == text(
        """
        host: state over, reason talk-carrier
        caller: stage after, claim none, notices nothing, belongs_to phone
        phone: state wrap-up, since +7s, idle_since +7s, due +37s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by carrier
        wakes routing
        """
    )


def test_browser_operator_lost() -> None:
    world = come_to("they talk by browser", disabled(BROWSER), wait(3600))

    assert told(world, LegEnded(claim=HOST, leg=BROWSED.leg, how="completed")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing
        browser: state offline, since +3609s, idle_since +3609s, claim none, leg none,
          wish none, last caller
        tells talk-ended: call caller, claim host, operator browser, by operator
        wakes routing
        """
    )
