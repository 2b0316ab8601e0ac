"""An offer answered at the desk, with a click."""

from ivr.core.talk.events import (
    AcceptedAtDesk,
    CalledOff,
    DeclinedAtDesk,
    NotMovedOn,
    PersonLegEnded,
    PickedUp,
)
from tests.core.talk.beginnings import BROWSED, BROWSER, HOST, PERSONS_LEG, PHONE
from tests.core.talk.situations import ACCEPTED, DECLINED, GONE, PHONE_ACCEPTED
from tests.core.talk.telling import come_to, text, told


def test_click_moves_telephone_on() -> None:
    world = come_to("a telephone is asked")

    assert told(world, AcceptedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        host: agreed True
        asks ConnectOperator(claim='host', leg='phone-leg')
        """
    )


def test_ringing_telephone_cannot_be_clicked() -> None:
    world = come_to("a telephone rings")

    assert told(world, AcceptedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        refuses: not-now
        """
    )


def test_click_noted_for_browser() -> None:
    world = come_to("a browser rings")

    assert told(world, AcceptedAtDesk(claim=HOST, operator=BROWSER)) == text(
        """
        host: agreed True
        """
    )


def test_browser_that_was_asked_moves_on() -> None:
    world = come_to("a browser rings", PickedUp(claim=HOST, leg=BROWSED.leg))

    assert told(world, AcceptedAtDesk(claim=HOST, operator=BROWSER)) == text(
        """
        host: agreed True
        asks ConnectOperator(claim='host', leg='browser-leg')
        """
    )


def test_second_click_changes_nothing() -> None:
    world = come_to("a browser rings", ACCEPTED)

    assert told(world, AcceptedAtDesk(claim=HOST, operator=BROWSER)) == ""


def test_others_cannot_accept() -> None:
    world = come_to("a browser rings")

    assert told(world, AcceptedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        refuses: not-yours
        """
    )


def test_click_after_key_is_fine() -> None:
    world = come_to("taken")

    assert told(world, AcceptedAtDesk(claim=HOST, operator=PHONE)) == ""


def test_others_cannot_accept_late() -> None:
    world = come_to("taken")

    assert told(world, AcceptedAtDesk(claim=HOST, operator=BROWSER)) == text(
        """
        refuses: not-yours
        """
    )


def test_click_declines_and_hangs_up() -> None:
    world = come_to("a telephone rings")

    assert told(world, DeclinedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        host: state over, deadline none, reason declined
        caller: stage waiting, claim none
        phone: state available, since +3s, idle_since +3s, due +18s, claim none, why
          declined
        tells offer-ended: call caller, claim host, operator phone, reason declined
        tells operator-changed: operator phone, state available, why declined
        asks EndLeg(leg='phone-leg')
        wakes routing
        """
    )


def test_declined_before_it_rings() -> None:
    world = come_to("offered")

    assert told(world, DeclinedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        host: state over, deadline none, reason declined
        caller: stage waiting, claim none
        phone: state available, since +1s, idle_since +1s, due +16s, claim none, why
          declined
        tells offer-ended: call caller, claim host, operator phone, reason declined
        tells operator-changed: operator phone, state available, why declined
        wakes routing
        """
    )


def test_others_cannot_decline() -> None:
    world = come_to("a telephone rings")

    assert told(world, DeclinedAtDesk(claim=HOST, operator=BROWSER)) == text(
        """
        refuses: not-yours
        """
    )


def test_taken_call_cannot_be_declined() -> None:
    world = come_to("taken")

    assert told(world, DeclinedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        refuses: accepted
        """
    )


def test_others_cannot_decline_late() -> None:
    world = come_to("taken")

    assert told(world, DeclinedAtDesk(claim=HOST, operator=BROWSER)) == text(
        """
        refuses: not-yours
        """
    )


def test_declining_twice_is_fine() -> None:
    world = come_to("offered", DECLINED)

    assert told(world, DeclinedAtDesk(claim=HOST, operator=PHONE)) == ""


def test_others_have_not_declined() -> None:
    world = come_to("offered", DECLINED)

    assert told(world, DeclinedAtDesk(claim=HOST, operator=BROWSER)) == text(
        """
        refuses: not-yours
        """
    )


def test_expired_offer_cannot_be_declined() -> None:
    world = come_to("offered", CalledOff(claim=HOST, reason="withdrawn"))

    assert told(world, DeclinedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        refuses: offer-over
        """
    )


def test_declined_offer_cannot_be_accepted() -> None:
    world = come_to("offered", DECLINED)

    assert told(world, AcceptedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        refuses: offer-over
        """
    )


def test_caller_left_before_click() -> None:
    world = come_to("offered", GONE)

    assert told(world, AcceptedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        refuses: call-over
        """
    )


def test_person_not_reached_before() -> None:
    world = come_to(
        "a person is called", PersonLegEnded(claim=HOST, leg=PERSONS_LEG, how="busy")
    )

    assert told(world, AcceptedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        refuses: call-over
        """
    )


def test_talk_was_over_before() -> None:
    world = come_to("they talk by telephone", GONE)

    assert told(world, AcceptedAtDesk(claim=HOST, operator=PHONE)) == text(
        """
        refuses: call-over
        """
    )


def test_leg_not_moved_told() -> None:
    world = come_to("a telephone is asked", PHONE_ACCEPTED)

    assert told(world, NotMovedOn(claim=HOST, gone=False)) == text(
        """
        host: agreed False
        refuses: carrier
        """
    )


def test_leg_gone_meanwhile_told() -> None:
    world = come_to("a telephone is asked")

    assert told(world, NotMovedOn(claim=HOST, gone=True)) == text(
        """
        refuses: offer-over
        """
    )
