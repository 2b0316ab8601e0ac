"""The person of a promised call back: rung, asked, let in."""

from ivr.core.talk.events import (
    CalledOff,
    LegEnded,
    OfferDue,
    PersonLegCreated,
    PersonWanted,
)
from tests.core.talk.beginnings import (
    GUEST,
    HOST,
    PERSON,
    PERSONS_LEG,
    PHONED,
    STOOD,
    offered,
    ring,
    take,
)
from tests.core.talk.situations import OTHER, RUNG_OFTEN, changed
from tests.core.talk.telling import come_to, text, told


def test_person_dialled() -> None:
    world = come_to("nobody is rung", *offered(PERSON, PHONED), *take(PHONED))

    assert told(world, PersonWanted(claim=HOST, attempt=1)) == text(
        """
        host: dialled 1
        keyed-name: rung +5s
        asks DialPerson(claim='host', attempt=1, is_standing=False)
        """
    )


def test_person_dialled_for_standing_line() -> None:
    world = come_to("nobody is rung", *offered(PERSON, STOOD), OfferDue(claim=HOST))

    assert told(world, PersonWanted(claim=HOST, attempt=1, is_standing=True)) == text(
        """
        host: dialled 1
        keyed-name: rung +2s
        asks DialPerson(claim='host', attempt=1, is_standing=True)
        """
    )


def test_person_dialled_once() -> None:
    world = come_to(
        "nobody is rung",
        *offered(PERSON, PHONED),
        *take(PHONED),
        PersonWanted(claim=HOST, attempt=1),
    )

    assert told(world, PersonWanted(claim=HOST, attempt=1)) == ""


def test_person_dialled_anew() -> None:
    world = come_to(
        "nobody is rung",
        *offered(PERSON, PHONED),
        *take(PHONED),
        PersonWanted(claim=HOST, attempt=1),
    )

    assert told(world, PersonWanted(claim=HOST, attempt=2)) == text(
        """
        host: dialled 2
        keyed-name: rung +5s +6s
        asks DialPerson(claim='host', attempt=2, is_standing=False)
        """
    )


def test_known_leg_not_dialled_again() -> None:
    world = come_to("a person is called")

    assert told(world, PersonWanted(claim=HOST, attempt=2)) == ""


def test_number_rung_too_often_waits() -> None:
    world = come_to(
        "nobody is rung", RUNG_OFTEN, *offered(PERSON, PHONED), *take(PHONED)
    )

    assert told(world, PersonWanted(claim=HOST, attempt=1)) == text(
        """
        answers AskLater(claim='host', attempt=2)
        """
    )


def test_standing_line_waits_no_longer() -> None:
    world = come_to(
        "nobody is rung", RUNG_OFTEN, *offered(PERSON, STOOD), OfferDue(claim=HOST)
    )

    assert told(world, PersonWanted(claim=HOST, attempt=1, is_standing=True)) == text(
        """
        host: state over, deadline none, reason carrier
        person: stage waiting, claim none, notices nothing
        standing: state available, since +3s, idle_since +3s, due +18s, claim none, why
          carrier
        tells offer-ended: call person, claim host, operator standing, reason carrier
        tells operator-changed: operator standing, state available, why carrier
        wakes routing
        """
    )


def test_leg_of_person_bound() -> None:
    world = come_to(
        "nobody is rung",
        *offered(PERSON, PHONED),
        *take(PHONED),
        PersonWanted(claim=HOST, attempt=1),
    )

    assert told(world, PersonLegCreated(claim=HOST, leg=PERSONS_LEG)) == text(
        """
        host: deadline +61s, caller_leg person-leg
        person: leg person-leg, phone keyed-name
        """
    )


def test_leg_of_person_bound_once() -> None:
    world = come_to("a person is called")

    assert told(world, PersonLegCreated(claim=HOST, leg=PERSONS_LEG)) == ""


def test_second_leg_ended() -> None:
    world = come_to("a person is called")

    assert told(world, PersonLegCreated(claim=HOST, leg=OTHER)) == text(
        """
        asks EndLeg(leg='another-leg')
        """
    )


def test_leg_of_gone_operator_ended() -> None:
    world = come_to(
        "nobody is rung",
        *offered(PERSON, PHONED),
        *take(PHONED),
        PersonWanted(claim=HOST, attempt=1),
        LegEnded(claim=HOST, leg=PHONED.leg, how="completed"),
    )

    assert told(world, PersonLegCreated(claim=HOST, leg=PERSONS_LEG)) == text(
        """
        asks EndLeg(leg='person-leg')
        """
    )


def test_known_leg_after_end_left() -> None:
    world = come_to("a person is called", CalledOff(claim=HOST, reason="withdrawn"))

    assert told(world, PersonLegCreated(claim=HOST, leg=PERSONS_LEG)) == ""


def test_reached_person_without_operator_left() -> None:
    world = come_to(
        "a person is reached",
        LegEnded(claim=HOST, leg=PHONED.leg, how="completed"),
        changed("claim:host", caller_leg=None),
    )

    assert told(world, PersonLegCreated(claim=HOST, leg=PERSONS_LEG)) == ""


def test_caller_on_line_has_leg() -> None:
    world = come_to("taken")

    assert told(world, PersonLegCreated(claim=HOST, leg=OTHER)) == text(
        """
        asks EndLeg(leg='another-leg')
        """
    )


def test_leg_before_anybody_agreed() -> None:
    world = come_to("nobody is rung", *offered(PERSON, PHONED), *ring(PHONED))

    assert told(world, PersonLegCreated(claim=HOST, leg=PERSONS_LEG)) == text(
        """
        asks EndLeg(leg='person-leg')
        """
    )


def test_leg_of_call_offered_anew() -> None:
    world = come_to(
        "nobody is rung",
        *offered(PERSON, PHONED),
        *take(PHONED),
        changed("call:person", claim=GUEST),
    )

    assert told(world, PersonLegCreated(claim=HOST, leg=PERSONS_LEG)) == text(
        """
        asks EndLeg(leg='person-leg')
        """
    )
