"""An offer: the operator is rung, and asked for a key."""

from ivr.core.talk.events import (
    LegCreated,
    LegNotCreated,
    OfferDue,
    OperatorEngaged,
    PickedUp,
)
from tests.core.talk.beginnings import (
    BACK,
    BROWSED,
    BY_PHONE,
    GUEST,
    HOST,
    PHONE,
    PHONED,
    invited,
)
from tests.core.talk.situations import ACCEPTED, GONE, NOT_RUNG, OTHER, PHONE_ACCEPTED
from tests.core.talk.telling import come_to, text, told


def test_telephone_rung() -> None:
    world = come_to("offered")

    assert told(world, OfferDue(claim=HOST)) == text(
        """
        host: state dialling, deadline +26s, ring 20s, attempts 1
        asks RingOperator(claim='host')
        """
    )


def test_ringing_again_counted() -> None:
    world = come_to("offered", OfferDue(claim=HOST), LegNotCreated(claim=HOST))

    assert told(world, OfferDue(claim=HOST)) == text(
        """
        host: state dialling, deadline +28s, attempts 2
        asks RingOperator(claim='host')
        """
    )


def test_engaged_operator_missed_nothing() -> None:
    world = come_to("offered", OfferDue(claim=HOST))

    assert told(world, OperatorEngaged(claim=HOST)) == text(
        """
        host: state over, deadline none, reason engaged
        caller: stage waiting, claim none
        phone: state available, since +2s, claim none, why engaged
        tells offer-ended: call caller, claim host, operator phone, reason engaged
        tells operator-changed: operator phone, state available, why engaged
        wakes routing
        """
    )


def test_leg_that_may_exist_is_awaited() -> None:
    world = come_to("offered", OfferDue(claim=HOST))

    assert told(world, LegNotCreated(claim=HOST, ambiguous=True, permanent=True)) == ""


def test_refused_number_ends_offer() -> None:
    world = come_to("offered", OfferDue(claim=HOST))

    assert told(world, LegNotCreated(claim=HOST, permanent=True)) == text(
        """
        host: state over, deadline none, reason failed
        caller: stage waiting, claim none
        phone: state available, since +2s, idle_since +2s, due +17s, claim none, missed
          1, why missed
        tells offer-ended: call caller, claim host, operator phone, reason failed
        tells operator-changed: operator phone, state available, why missed
        asks WriteToOperator(operator='phone')
        wakes routing
        """
    )


def test_leg_not_created_tried_later() -> None:
    world = come_to("offered", OfferDue(claim=HOST))

    assert told(world, LegNotCreated(claim=HOST)) == text(
        """
        host: state made, deadline +3.5s
        """
    )


def test_second_try_waits_longer() -> None:
    world = come_to("offered", *NOT_RUNG, OfferDue(claim=HOST))

    assert told(world, LegNotCreated(claim=HOST)) == text(
        """
        host: state made, deadline +7s
        """
    )


def test_fourth_try_is_not_last() -> None:
    world = come_to("offered", *NOT_RUNG * 3, OfferDue(claim=HOST))

    assert told(world, LegNotCreated(claim=HOST)) == text(
        """
        host: state made, deadline +14s
        """
    )


def test_fifth_try_is_last() -> None:
    world = come_to("offered", *NOT_RUNG * 4, OfferDue(claim=HOST))

    assert told(world, LegNotCreated(claim=HOST)) == text(
        """
        host: state over, deadline none, reason carrier
        caller: stage waiting, claim none
        phone: state available, since +10s, idle_since +10s, due +25s, claim none, why
          carrier
        tells offer-ended: call caller, claim host, operator phone, reason carrier
        tells operator-changed: operator phone, state available, why carrier
        wakes routing
        """
    )


def test_created_leg_rings() -> None:
    world = come_to("offered", OfferDue(claim=HOST))

    assert told(world, LegCreated(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state ringing, leg phone-leg, rung +2s
        phone: leg phone-leg
        tells offer-rung: call caller, claim host, operator phone
        """
    )


def test_leg_created_once() -> None:
    world = come_to("a telephone rings")

    assert told(world, LegCreated(claim=HOST, leg=PHONED.leg)) == ""


def test_second_leg_ended() -> None:
    world = come_to("a telephone rings")

    assert told(world, LegCreated(claim=HOST, leg=OTHER)) == text(
        """
        asks EndLeg(leg='another-leg')
        """
    )


def test_leg_of_ended_offer_ended() -> None:
    world = come_to("offered", OfferDue(claim=HOST), GONE)

    assert told(world, LegCreated(claim=HOST, leg=PHONED.leg)) == text(
        """
        asks EndLeg(leg='phone-leg')
        """
    )


def test_dropped_leg_not_bound_again() -> None:
    world = come_to("dropped")

    assert told(world, LegCreated(claim=HOST, leg=BROWSED.leg)) == text(
        """
        asks EndLeg(leg='browser-leg')
        """
    )


def test_new_leg_of_talk_bound() -> None:
    world = come_to("reconnecting")

    assert told(world, LegCreated(claim=HOST, leg=BACK)) == text(
        """
        host: leg browser-leg-2
        browser: leg browser-leg-2
        """
    )


def test_colleague_rings_without_fact() -> None:
    world = come_to(
        "they talk by telephone", *invited(BY_PHONE, PHONE), OfferDue(claim=GUEST)
    )

    assert told(world, LegCreated(claim=GUEST, leg=BY_PHONE.leg)) == text(
        """
        guest: state ringing, leg guest-leg, rung +9s
        phone-2: leg guest-leg
        """
    )


def test_picked_up_operator_asked() -> None:
    world = come_to("a telephone rings")

    assert told(world, PickedUp(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state answered, deadline +43s
        answers AskForKey(claim='host')
        """
    )


def test_picking_up_may_come_first() -> None:
    world = come_to("offered", OfferDue(claim=HOST))

    assert told(world, PickedUp(claim=HOST, leg=PHONED.leg)) == text(
        """
        phone: leg phone-leg
        host: state answered, deadline +42s, leg phone-leg, rung +2s
        tells offer-rung: call caller, claim host, operator phone
        answers AskForKey(claim='host')
        """
    )


def test_asking_again_gives_no_time() -> None:
    world = come_to("a telephone is asked")

    assert told(world, PickedUp(claim=HOST, leg=PHONED.leg)) == text(
        """
        answers AskForKey(claim='host')
        """
    )


def test_second_leg_hears_of_end() -> None:
    world = come_to("a telephone rings")

    assert told(world, PickedUp(claim=HOST, leg=OTHER)) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )


def test_accepted_browser_takes_call() -> None:
    world = come_to("a browser rings", ACCEPTED)

    assert told(world, PickedUp(claim=HOST, leg=BROWSED.leg)) == text(
        """
        host: state taken, deadline +24s, taken +4s
        tells offer-taken: call caller, claim host, operator browser
        asks ConnectCaller(claim='host', attempt=1)
        answers Enter(claim='host', calling=False)
        """
    )


def test_browser_without_click_asked() -> None:
    world = come_to("a browser rings")

    assert told(world, PickedUp(claim=HOST, leg=BROWSED.leg)) == text(
        """
        host: state answered, deadline +43s
        answers AskForKey(claim='host')
        """
    )


def test_accepted_telephone_asked_still() -> None:
    world = come_to("a telephone is asked", PHONE_ACCEPTED)

    assert told(world, PickedUp(claim=HOST, leg=PHONED.leg)) == text(
        """
        answers AskForKey(claim='host')
        """
    )


def test_taken_telephone_picks_up_late() -> None:
    world = come_to("taken")

    assert told(world, PickedUp(claim=HOST, leg=PHONED.leg)) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )


def test_taken_browser_let_in() -> None:
    world = come_to("a browser rings", ACCEPTED, PickedUp(claim=HOST, leg=BROWSED.leg))

    assert told(world, PickedUp(claim=HOST, leg=BROWSED.leg)) == text(
        """
        answers Enter(claim='host', calling=False)
        """
    )


def test_other_browser_not_let_in() -> None:
    world = come_to("a browser rings", ACCEPTED, PickedUp(claim=HOST, leg=BROWSED.leg))

    assert told(world, PickedUp(claim=HOST, leg=OTHER)) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )
