"""The time of a claim is over."""

from ivr.core.talk.events import LeaseExpired, OfferDue
from tests.core.talk.beginnings import HOST
from tests.core.talk.situations import due
from tests.core.talk.telling import come_to, text, told


def test_offer_rung_late() -> None:
    world = due(come_to("offered"), HOST)

    assert told(world, LeaseExpired(claim=HOST)) == text(
        """
        host: state dialling, deadline +26.5s, ring 20s, attempts 1
        asks RingOperator(claim='host')
        """
    )


def test_offer_is_not_due() -> None:
    world = come_to("offered")

    assert told(world, LeaseExpired(claim=HOST)) == ""


def test_leg_never_heard_of() -> None:
    world = due(come_to("offered", OfferDue(claim=HOST)), HOST)

    assert told(world, LeaseExpired(claim=HOST)) == text(
        """
        host: state over, deadline none, reason carrier
        caller: stage waiting, claim none
        phone: state available, since +26s, idle_since +26s, due +41s, claim none, why
          carrier
        tells offer-ended: call caller, claim host, operator phone, reason carrier
        tells operator-changed: operator phone, state available, why carrier
        wakes routing
        """
    )


def test_leg_may_be_heard_of() -> None:
    world = come_to("offered", OfferDue(claim=HOST))

    assert told(world, LeaseExpired(claim=HOST)) == ""


def test_ringing_telephone_expires() -> None:
    world = due(come_to("a telephone rings"), HOST)

    assert told(world, LeaseExpired(claim=HOST)) == text(
        """
        host: state over, deadline none, reason expired
        caller: stage waiting, claim none
        phone: state available, since +26s, idle_since +26s, due +41s, claim none,
          missed 1, why missed
        tells offer-ended: call caller, claim host, operator phone, reason expired
        tells operator-changed: operator phone, state available, why missed
        asks EndLeg(leg='phone-leg')
        asks WriteToOperator(operator='phone')
        wakes routing
        """
    )


def test_ringing_telephone_has_time() -> None:
    world = come_to("a telephone rings")

    assert told(world, LeaseExpired(claim=HOST)) == ""


def test_taken_claim_looked_into() -> None:
    world = due(come_to("taken"), HOST)

    assert told(world, LeaseExpired(claim=HOST)) == text(
        """
        asks InspectRoom(claim='host')
        """
    )


def test_taken_claim_has_time() -> None:
    world = come_to("taken")

    assert told(world, LeaseExpired(claim=HOST)) == ""


def test_dropped_talk_looked_into() -> None:
    world = due(come_to("dropped"), HOST)

    assert told(world, LeaseExpired(claim=HOST)) == text(
        """
        asks InspectRoom(claim='host')
        """
    )
