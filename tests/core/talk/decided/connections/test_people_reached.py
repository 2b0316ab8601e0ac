"""The person who is called back picks up, agrees, or does not."""

from ivr.core.talk.events import (
    CalledOff,
    LegEnded,
    PersonAgreed,
    PersonLegEnded,
    PersonPickedUp,
    PersonWanted,
    RoomBegan,
)
from tests.core.talk.beginnings import (
    CALLER_LEG,
    GUEST,
    HOST,
    PERSON,
    PERSONS_LEG,
    PHONED,
    offered,
    take,
)
from tests.core.talk.situations import OTHER
from tests.core.talk.telling import come_to, text, told


def test_person_who_picks_up_is_asked() -> None:
    world = come_to("a person is called")

    assert told(world, PersonPickedUp(claim=HOST, leg=PERSONS_LEG)) == text(
        """
        answers AskPerson(claim='host')
        """
    )


def test_person_may_pick_up_first() -> None:
    world = come_to(
        "nobody is rung",
        *offered(PERSON, PHONED),
        *take(PHONED),
        PersonWanted(claim=HOST, attempt=1),
        one_number=True,
    )

    assert told(world, PersonPickedUp(claim=HOST, leg=PERSONS_LEG)) == text(
        """
        host: deadline +61s, caller_leg person-leg
        person: leg person-leg, phone keyed-name
        answers AskPerson(claim='host')
        """
    )


def test_stranger_asked_nothing() -> None:
    world = come_to("a person is called")

    assert told(world, PersonPickedUp(claim=HOST, leg=OTHER)) == text(
        """
        answers HangUpPerson()
        """
    )


def test_person_wants_call() -> None:
    world = come_to("a person is called", PersonPickedUp(claim=HOST, leg=PERSONS_LEG))

    assert told(world, PersonAgreed(claim=HOST, leg=PERSONS_LEG)) == text(
        """
        person: waits_since +8s, reached True
        host: deadline +28s
        answers LetPersonIn(claim='host', is_meant=True)
        """
    )


def test_person_agrees_once() -> None:
    world = come_to("a person is reached")

    assert told(world, PersonAgreed(claim=HOST, leg=PERSONS_LEG)) == text(
        """
        answers LetPersonIn(claim='host', is_meant=True)
        """
    )


def test_person_agrees_for_another_claim() -> None:
    world = come_to("a person is called")

    assert told(world, PersonAgreed(claim=GUEST, leg=PERSONS_LEG)) == text(
        """
        person: waits_since +7s, reached True
        answers LetPersonIn(claim='guest', is_meant=False)
        """
    )


def test_person_agrees_in_talk() -> None:
    world = come_to("a person is called", RoomBegan(claim=HOST))

    assert told(world, PersonAgreed(claim=HOST, leg=PERSONS_LEG)) == text(
        """
        person: waits_since +8s, reached True
        answers LetPersonIn(claim='host', is_meant=True)
        """
    )


def test_caller_is_no_person() -> None:
    world = come_to("taken")

    assert told(world, PersonAgreed(claim=HOST, leg=CALLER_LEG)) == text(
        """
        answers HangUpPerson()
        """
    )


def test_leg_over_is_try() -> None:
    world = come_to(
        "nobody is rung",
        *offered(PERSON, PHONED),
        *take(PHONED),
        PersonWanted(claim=HOST, attempt=1),
    )

    assert told(
        world, PersonLegEnded(claim=HOST, leg=PERSONS_LEG, how="no-answer")
    ) == text(
        """
        host: state over, deadline none, caller_leg person-leg, reason not-reached
        person: stage promised, claim none, notices nothing, phone keyed-name, tries 1,
          due +306s
        phone: state available, since +6s, claim none
        tells offer-ended: call person, claim host, operator phone, reason not-reached
        tells callback-tried: call person, claim host, how no-answer
        asks InformOperator(claim='host', leg='phone-leg')
        asks SharePlace(call='person')
        wakes routing
        """
    )


def test_other_leg_is_no_try() -> None:
    world = come_to("a person is called")

    assert told(world, PersonLegEnded(claim=HOST, leg=OTHER, how="no-answer")) == ""


def test_leg_is_over_once() -> None:
    world = come_to(
        "a person is called", PersonLegEnded(claim=HOST, leg=PERSONS_LEG, how="busy")
    )

    assert told(world, PersonLegEnded(claim=HOST, leg=PERSONS_LEG, how="busy")) == ""


def test_operator_lost_before_person() -> None:
    world = come_to("a person is called")

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, deadline none, reason operator-left
        person: stage waiting, claim none, notices nothing, leg none
        phone: state available, since +7s, idle_since +7s, due +22s, claim none, leg
          none, why operator-left
        tells offer-ended: call person, claim host, operator phone, reason operator-left
        tells operator-changed: operator phone, state available, why operator-left
        asks EndLeg(leg='person-leg')
        wakes routing
        """
    )


def test_operator_lost_after_person() -> None:
    world = come_to("a person is reached")

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, deadline none, reason operator-left
        person: stage waiting, claim none
        phone: state available, since +9s, idle_since +9s, due +24s, claim none, leg
          none, why operator-left
        tells offer-ended: call person, claim host, operator phone, reason operator-left
        tells operator-changed: operator phone, state available, why operator-left
        asks ReturnCaller(leg='person-leg', soon_again=None)
        wakes routing
        """
    )


def test_taken_callback_called_off() -> None:
    world = come_to("nobody is rung", *offered(PERSON, PHONED), *take(PHONED))

    assert told(world, CalledOff(claim=HOST, reason="withdrawn")) == text(
        """
        host: state over, deadline none, reason withdrawn
        person: stage waiting, claim none, notices nothing
        phone: state available, since +5s, idle_since +5s, due +20s, claim none, why
          withdrawn
        tells offer-ended: call person, claim host, operator phone, reason withdrawn
        tells operator-changed: operator phone, state available, why withdrawn
        wakes routing
        """
    )
