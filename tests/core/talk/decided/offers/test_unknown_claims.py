"""What is told of a claim that nobody knows."""

from ivr.core.talk.events import (
    AcceptedAtDesk,
    ConnectAsked,
    DeclinedAtDesk,
    KeyPressed,
    LeaseExpired,
    LegCreated,
    OperatorCameOut,
    PersonLegCreated,
    PersonPickedUp,
    PickedUp,
)
from tests.core.talk.beginnings import PHONE
from tests.core.talk.situations import OTHER
from tests.core.talk.telling import come_to, text, told
from tests.core.talk.walks.chance import UNKNOWN


def test_unknown_leg_hears_end() -> None:
    world = come_to("nobody is rung")

    assert told(world, PickedUp(claim=UNKNOWN, leg=OTHER)) == text(
        """
        answers ExplainEnd(claim=None)
        """
    )


def test_unknown_key_hears_end() -> None:
    world = come_to("nobody is rung")

    assert told(world, KeyPressed(claim=UNKNOWN, leg=OTHER, keys="1")) == text(
        """
        answers ExplainEnd(claim=None)
        """
    )


def test_unknown_operator_hears_end() -> None:
    world = come_to("nobody is rung")

    assert told(world, ConnectAsked(claim=UNKNOWN, leg=OTHER, attempt=1)) == text(
        """
        answers ExplainEnd(claim=None)
        """
    )


def test_unknown_room_hears_end() -> None:
    world = come_to("nobody is rung")

    assert told(world, OperatorCameOut(claim=UNKNOWN, leg=OTHER)) == text(
        """
        answers ExplainEnd(claim=None)
        """
    )


def test_unknown_person_hears_nothing() -> None:
    world = come_to("nobody is rung")

    assert told(world, PersonPickedUp(claim=UNKNOWN, leg=OTHER)) == text(
        """
        answers HangUpPerson()
        """
    )


def test_unknown_created_leg_ended() -> None:
    world = come_to("nobody is rung")

    assert told(world, LegCreated(claim=UNKNOWN, leg=OTHER)) == text(
        """
        asks EndLeg(leg='another-leg')
        """
    )


def test_unknown_leg_of_person_left() -> None:
    world = come_to("nobody is rung")

    assert told(world, PersonLegCreated(claim=UNKNOWN, leg=OTHER)) == ""


def test_unknown_offer_cannot_be_accepted() -> None:
    world = come_to("nobody is rung")

    assert told(world, AcceptedAtDesk(claim=UNKNOWN, operator=PHONE)) == text(
        """
        refuses: offer-over
        """
    )


def test_unknown_offer_cannot_be_declined() -> None:
    world = come_to("nobody is rung")

    assert told(world, DeclinedAtDesk(claim=UNKNOWN, operator=PHONE)) == text(
        """
        refuses: offer-over
        """
    )


def test_unknown_lease_changes_nothing() -> None:
    world = come_to("nobody is rung")

    assert told(world, LeaseExpired(claim=UNKNOWN)) == ""
