"""The operator ends a talk, or hands the caller on."""

from ivr.core.model.claim import ExitKind, PendingExit
from ivr.core.talk.events import CallerTakenOut, EndAsked, LeftRoom, PassOnAsked
from tests.core.talk.beginnings import BROWSER, CALLER_LEG, HOST, PHONE
from tests.core.talk.situations import changed, speaking, wait
from tests.core.talk.telling import come_to, text, told


def test_caller_goes_back_to_queue() -> None:
    world = come_to(
        "they talk by telephone",
        PassOnAsked(operator=PHONE, going=PendingExit(way=ExitKind.QUEUE)),
    )

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason transferred
        caller: stage waiting, claim none, notices transfer.wait wait.nobody, handed_on
          1, waits_since +8s, handed_by phone
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells call-transferred: call caller, kind queue
        tells caller-queued: call caller, language en, urgency urgent, again True
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_caller_goes_on_to_operator() -> None:
    world = come_to(
        "they talk by telephone",
        PassOnAsked(
            operator=PHONE, going=PendingExit(way=ExitKind.OPERATOR, to=BROWSER)
        ),
    )

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason transferred
        caller: stage waiting, claim none, notices transfer.wait wait.nobody, handed_on
          1, waits_since +8s, belongs_to browser, handed_by phone
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells call-transferred: call caller, kind operator, to browser
        tells caller-queued: call caller, language en, urgency urgent, again True
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_caller_goes_on_to_team() -> None:
    world = come_to(
        "they talk by telephone",
        PassOnAsked(operator=PHONE, going=PendingExit(way=ExitKind.TEAM, to="night")),
    )

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason transferred
        caller: stage waiting, claim none, notices transfer.wait wait.nobody, handed_on
          1, waits_since +8s, team night, handed +8s, handed_by phone
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells call-transferred: call caller, kind team, to night
        tells caller-queued: call caller, language en, urgency urgent, again True
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_caller_goes_on_with_topic() -> None:
    world = come_to(
        "they talk by telephone",
        PassOnAsked(
            operator=PHONE,
            going=PendingExit(way=ExitKind.QUEUE, topic="how", language="en"),
        ),
    )

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason transferred
        caller: stage waiting, claim none, notices transfer.wait wait.nobody, topic how,
          urgency information, counts_from +-8s, handed_on 1, waits_since +8s, handed_by
          phone
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells call-transferred: call caller, kind queue
        tells caller-queued: call caller, language en, urgency information, again True
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_somebody_speaks_language() -> None:
    world = come_to(
        "they talk by telephone",
        PassOnAsked(
            operator=PHONE, going=PendingExit(way=ExitKind.QUEUE, language="en")
        ),
        speaking("en"),
    )

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason transferred
        caller: stage waiting, claim none, notices transfer.wait wait.start, handed_on
          1, waits_since +9s, handed_by phone
        phone: state wrap-up, since +9s, idle_since +9s, due +39s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells call-transferred: call caller, kind queue
        tells caller-queued: call caller, language en, urgency urgent, again True
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_handed_on_too_often() -> None:
    world = come_to(
        "they talk by telephone",
        changed("call:caller", handed_on=2),
        PassOnAsked(operator=PHONE, going=PendingExit(way=ExitKind.QUEUE)),
    )

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason transferred
        caller: stage waiting, claim none, notices transfer.wait wait.nobody, queued
          +9s, handed_on 0, waits_since +9s, handed_by phone
        phone: state wrap-up, since +9s, idle_since +9s, due +39s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        tells call-transferred: call caller, kind queue
        tells caller-queued: call caller, language en, urgency urgent, again True
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_operator_ends_talk() -> None:
    world = come_to("they talk by telephone", wait(3600), EndAsked(operator=PHONE))

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +3609s, idle_since +3609s, due +3639s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        asks EndLeg(leg='phone-leg')
        wakes routing
        """
    )


def test_caller_was_quicker_to_leave() -> None:
    world = come_to("they talk by telephone", EndAsked(operator=PHONE))

    assert told(world, LeftRoom(claim=HOST, leg=CALLER_LEG)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        wakes routing
        """
    )
