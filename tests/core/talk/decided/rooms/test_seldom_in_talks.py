"""What seldom comes about in a talk: two things at once, or somebody unknown."""

from ivr.core.model.claim import ClaimState, ExitKind, PendingExit
from ivr.core.model.contact.stage import Stage
from ivr.core.talk.events import (
    CalledOff,
    CallerCameOut,
    CallerGone,
    CallerTakenOut,
    EndAsked,
    InviteAsked,
    Joined,
    LeaveAsked,
    LeftRoom,
    LegEnded,
    OperatorOut,
    PassOnAsked,
    RejoinAsked,
    RoomBegan,
    RoomEnded,
    WithdrawAsked,
)
from tests.core.talk.beginnings import (
    BROWSED,
    BROWSER,
    BY_BROWSER,
    BY_PHONE,
    CALLER_LEG,
    GUEST,
    HOST,
    PHONE,
    PHONED,
)
from tests.core.talk.situations import BOTH_IN, GONE, GUEST_LEFT, changed, wait, without
from tests.core.talk.telling import come_to, text, told


def test_passed_on_caller_is_not_fetched() -> None:
    world = come_to(
        "a colleague is inside",
        *GUEST_LEFT,
        PassOnAsked(operator=PHONE, going=PendingExit(way=ExitKind.QUEUE)),
    )

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason transferred
        caller: stage waiting, claim none, notices transfer.wait wait.nobody, handed_on
          1, waits_since +15s, handed_by phone
        phone: state wrap-up, since +15s, idle_since +15s, due +45s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells call-transferred: call caller, kind queue
        tells caller-queued: call caller, language en, urgency urgent, again True
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_talk_of_an_unknown_caller_ends() -> None:
    world = without(come_to("a colleague is inside", *GUEST_LEFT), "call:caller")

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, reason talk-operator
        phone: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, leg
          none, last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        wakes routing
        """
    )


def test_talk_of_an_ended_call_ends() -> None:
    world = come_to("they talk by telephone", changed("call:caller", stage=Stage.ENDED))

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, reason talk-operator
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, leg none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        wakes routing
        """
    )


def test_talk_of_an_unknown_operator_ends() -> None:
    world = without(come_to("they talk by telephone"), "operator:phone")

    assert told(world, RoomEnded(claim=HOST)) == text(
        """
        host: state over, reason talk-carrier
        caller: stage after, claim none, notices nothing, belongs_to phone
        tells talk-ended: call caller, claim host, operator phone, by carrier
        wakes routing
        """
    )


def test_urgency_of_their_own_is_kept() -> None:
    world = come_to(
        "they talk by telephone",
        changed("call:caller", urgency="family"),
        PassOnAsked(operator=PHONE, going=PendingExit(way=ExitKind.QUEUE)),
    )

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason transferred
        caller: stage waiting, claim none, notices transfer.wait wait.nobody, handed_on
          1, waits_since +9s, handed_by phone
        phone: state wrap-up, since +9s, idle_since +9s, due +39s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells call-transferred: call caller, kind queue
        tells caller-queued: call caller, language en, urgency family, again True
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_caller_goes_on_in_another_language() -> None:
    world = come_to(
        "they talk by telephone",
        PassOnAsked(
            operator=PHONE, going=PendingExit(way=ExitKind.QUEUE, language="ru")
        ),
    )

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason transferred
        caller: stage waiting, claim none, notices transfer.wait wait.nobody, language
          ru, handed_on 1, waits_since +8s, handed_by phone
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells call-transferred: call caller, kind queue
        tells caller-queued: call caller, language ru, urgency urgent, again True
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_who_handed_over_is_forgotten() -> None:
    world = come_to("they talk by telephone", changed("call:caller", handed_by=BROWSER))

    assert told(world, RoomEnded(claim=HOST)) == text(
        """
        host: state over, reason talk-carrier
        caller: stage after, claim none, notices nothing, belongs_to phone, handed_by
          none
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by carrier
        wakes routing
        """
    )


def test_questions_in_vain_are_forgotten() -> None:
    world = come_to("they talk by telephone", changed("call:caller", asked=1))

    assert told(world, RoomEnded(claim=HOST)) == text(
        """
        host: state over, reason talk-carrier
        caller: stage after, claim none, asked 0, notices nothing, belongs_to phone
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by carrier
        wakes routing
        """
    )


def test_leaving_guest_keeps_the_caller() -> None:
    world = come_to("a colleague is inside", EndAsked(operator=BY_PHONE.operator))

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, reason transferred
        guest: caller_in True, going none, joins none, goes_on True
        caller: claim guest
        phone: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, leg
          none, last caller
        tells operator-parted: call caller, claim host, operator phone, why transferred
        tells call-transferred: call caller, kind warm, to phone-2
        asks EndRoomWithOperator(claim='guest')
        wakes routing
        """
    )


def test_unknown_operator_is_late() -> None:
    world = without(come_to("taken", GONE), "operator:")

    assert told(world, Joined(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: operator_in True
        """
    )


def test_operator_meets_an_unknown_caller() -> None:
    world = without(come_to("taken", Joined(claim=HOST, leg=CALLER_LEG)), "call:caller")

    assert told(world, Joined(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: operator_in True
        """
    )


def test_operator_meets_an_ended_call() -> None:
    world = come_to(
        "taken",
        Joined(claim=HOST, leg=CALLER_LEG),
        changed("call:caller", stage=Stage.ENDED),
    )

    assert told(world, Joined(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: operator_in True
        """
    )


def test_late_talk_of_an_unknown_caller() -> None:
    world = without(come_to("taken", GONE, one_number=True), "call:caller")

    assert told(world, RoomBegan(claim=HOST)) == text(
        """
        host: caller_in True, operator_in True
        tells caller-connected: at +4s, call caller, claim host, operator phone
        """
    )


def test_guest_meets_a_talk_that_is_over() -> None:
    world = come_to("a colleague comes", changed("claim:host", state=ClaimState.OVER))

    assert told(world, Joined(claim=GUEST, leg=BY_BROWSER.leg)) == text(
        """
        asks InformOperator(claim='guest', leg='guest-leg')
        """
    )


def test_guest_leaves_an_unknown_host() -> None:
    world = without(come_to("a colleague is inside"), "claim:host")

    assert told(world, LeftRoom(claim=GUEST, leg=BY_PHONE.leg)) == text(
        """
        guest: state over, reason talk-operator
        phone-2: state wrap-up, since +13s, idle_since +13s, due +43s, claim none, last
          caller
        tells operator-parted: call caller, claim guest, operator phone-2, why operator
        wakes routing
        """
    )


def test_leg_that_came_out_is_rung_anew() -> None:
    world = come_to("they talk by browser", CallerCameOut(leg=CALLER_LEG, of=HOST))

    assert told(world, RejoinAsked(operator=BROWSER)) == text(
        """
        host: leg none, apart coming
        asks RingBrowser(claim='host')
        """
    )


def test_host_leaves_after_the_guest() -> None:
    world = come_to("a colleague is inside", LeaveAsked(operator=PHONE), *GUEST_LEFT)

    assert told(world, OperatorOut(claim=HOST)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +15s, idle_since +15s, due +45s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        asks ReturnCaller(leg='caller', soon_again='caller')
        wakes routing
        """
    )


def test_host_that_is_over_stays_so() -> None:
    world = come_to("a colleague is rung", changed("claim:host", state=ClaimState.OVER))

    assert told(world, CalledOff(claim=GUEST, reason="withdrawn")) == text(
        """
        guest: state over, deadline none, reason withdrawn
        phone-2: state available, since +11s, idle_since +11s, due +26s, claim none, why
          withdrawn
        tells offer-ended: call caller, claim guest, operator phone-2, reason withdrawn
        tells operator-changed: operator phone-2, state available, why withdrawn
        wakes routing
        """
    )


def test_person_is_lost_before_the_talk() -> None:
    world = come_to("a person is reached")

    assert told(world, CallerGone(claim=HOST)) == text(
        """
        host: state over, deadline none, reason not-reached
        person: stage promised, claim none, notices nothing, leg none, reached False,
          tries 1, due +309s
        phone: state available, since +9s, claim none
        tells offer-ended: call person, claim host, operator phone, reason not-reached
        tells callback-tried: call person, claim host
        asks InformOperator(claim='host', leg='phone-leg')
        asks SharePlace(call='person')
        answers Dismiss(prompt='operator.caller-left', claim='host')
        wakes routing
        """
    )


def test_first_leg_ends_while_the_next_comes() -> None:
    world = come_to("reconnecting")

    assert told(world, LegEnded(claim=HOST, leg=BROWSED.leg, how="completed")) == ""


def test_caller_is_out_before_a_decision() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        wakes routing
        """
    )


def test_nobody_is_taken_out_for_a_guest() -> None:
    world = come_to("a colleague is inside", EndAsked(operator=BY_PHONE.operator))

    assert told(world, CallerTakenOut(claim=GUEST)) == ""


def test_colleague_comes_to_a_person() -> None:
    world = come_to("a person is reached", *BOTH_IN)

    assert told(
        world,
        InviteAsked(operator=PHONE, colleague=BY_PHONE.operator, invitation=GUEST),
    ) == text(
        """
        guest: state made, deadline +12.5s, caller_leg person-leg, joins host, entered
          host, call person, operator phone-2, made +11s, line harbour
        host: guest guest
        phone-2: state ringing, since +11s, claim guest
        tells operator-invited: call person, claim guest, operator phone-2, by phone
        asks PlaceOffer(claim='guest')
        """
    )


def test_guest_who_is_over_is_not_withdrawn() -> None:
    world = come_to(
        "a colleague is inside", changed("claim:guest", state=ClaimState.OVER)
    )

    assert told(world, WithdrawAsked(operator=PHONE)) == text(
        """
        refuses: offer-over
        """
    )
