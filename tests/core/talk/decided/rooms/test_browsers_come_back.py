"""A browser that dropped out of a talk is rung, and comes back."""

from ivr.core.talk.events import (
    BrowserNotRung,
    Joined,
    LegCreated,
    PickedUp,
    RejoinAsked,
)
from tests.core.talk.beginnings import BACK, BROWSED, BROWSER, CALLER_LEG, HOST
from tests.core.talk.situations import OTHER
from tests.core.talk.telling import come_to, text, told


def test_browser_rung_again() -> None:
    world = come_to("dropped")

    assert told(world, RejoinAsked(operator=BROWSER)) == text(
        """
        host: apart coming
        asks RingBrowser(claim='host')
        """
    )


def test_browser_rung_once() -> None:
    world = come_to("reconnecting")

    assert told(world, RejoinAsked(operator=BROWSER)) == ""


def test_talking_browser_not_rung() -> None:
    world = come_to("they talk by browser")

    assert told(world, RejoinAsked(operator=BROWSER)) == text(
        """
        refuses: not-now
        """
    )


def test_browser_not_rung_may_try_again() -> None:
    world = come_to("reconnecting")

    assert told(world, BrowserNotRung(claim=HOST)) == text(
        """
        host: apart lost
        refuses: carrier
        """
    )


def test_browser_that_perhaps_rings() -> None:
    world = come_to("reconnecting")

    assert told(world, BrowserNotRung(claim=HOST, ambiguous=True)) == ""


def test_browser_is_back() -> None:
    world = come_to("reconnecting")

    assert told(world, PickedUp(claim=HOST, leg=BACK)) == text(
        """
        browser: leg browser-leg-2
        host: deadline +19s, leg browser-leg-2, apart gathering
        asks RejoinCaller(claim='host')
        answers Enter(claim='host', calling=False)
        """
    )


def test_bound_browser_is_back() -> None:
    world = come_to("reconnecting", LegCreated(claim=HOST, leg=BACK))

    assert told(world, PickedUp(claim=HOST, leg=BACK)) == text(
        """
        host: deadline +20s, apart gathering
        asks RejoinCaller(claim='host')
        answers Enter(claim='host', calling=False)
        """
    )


def test_other_browser_is_not_back() -> None:
    world = come_to("reconnecting", LegCreated(claim=HOST, leg=BACK))

    assert told(world, PickedUp(claim=HOST, leg=OTHER)) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )


def test_dropped_leg_is_not_back() -> None:
    world = come_to("dropped")

    assert told(world, PickedUp(claim=HOST, leg=BROWSED.leg)) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )


def test_browser_comes_in_again() -> None:
    world = come_to("rejoining")

    assert told(world, PickedUp(claim=HOST, leg=BACK)) == text(
        """
        answers Enter(claim='host', calling=False)
        """
    )


def test_other_leg_stays_out() -> None:
    world = come_to("rejoining")

    assert told(world, PickedUp(claim=HOST, leg=OTHER)) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )


def test_both_are_back_inside() -> None:
    world = come_to("rejoining", Joined(claim=HOST, leg=CALLER_LEG))

    assert told(world, Joined(claim=HOST, leg=BACK)) == text(
        """
        host: deadline none, operator_in True, apart none
        asks SpareCallbacks(call='caller')
        asks SharePlace(call='caller')
        """
    )
