"""A caller hangs up: what ends with the call."""

from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.identifiers import LegId
from ivr.core.talk.events import CallerHungUp, LegCreated
from tests.core.talk.beginnings import BACK, HOST, PERSON
from tests.core.talk.situations import GONE, OTHER, wait
from tests.core.talk.telling import come_to, text, told


def test_waiting_caller_hangs_up() -> None:
    world = come_to("nobody is rung")

    assert told(world, GONE) == text(
        """
        caller: stage ended, ended +0s, ended_from waiting
        tells call-ended: call caller, outcome abandoned
        asks SharePlace(call='caller')
        """
    )


def test_unknown_leg_ends_no_call() -> None:
    world = come_to("nobody is rung")

    assert told(world, CallerHungUp(leg=OTHER)) == ""


def test_leg_of_before_ends_no_promise() -> None:
    world = come_to("nobody is rung")

    assert told(world, CallerHungUp(leg=leg_of_contact(PERSON))) == ""


def test_call_ends_once() -> None:
    world = come_to("nobody is rung", GONE)

    assert told(world, GONE) == ""


def test_caller_in_menu_hangs_up() -> None:
    world = come_to("nobody is rung")

    assert told(world, CallerHungUp(leg=LegId("chooses"))) == text(
        """
        chooses: stage ended, ended +0s, ended_from menu
        tells call-ended: call chooses, outcome abandoned
        asks SharePlace(call='chooses')
        """
    )


def test_ringing_stops_with_caller() -> None:
    world = come_to("a telephone rings")

    assert told(world, GONE) == text(
        """
        host: state over, deadline none, reason caller-left
        caller: stage ended, claim none, ended +3s, ended_from claimed
        phone: state available, since +3s, claim none
        tells offer-ended: call caller, claim host, operator phone, reason caller-left
        tells call-ended: call caller, outcome abandoned
        asks EndLeg(leg='phone-leg')
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_nobody_rung_as_yet() -> None:
    world = come_to("offered")

    assert told(world, GONE) == text(
        """
        host: state over, deadline none, reason caller-left
        caller: stage ended, claim none, ended +1s, ended_from claimed
        phone: state available, since +1s, claim none
        tells offer-ended: call caller, claim host, operator phone, reason caller-left
        tells call-ended: call caller, outcome abandoned
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_asked_operator_told() -> None:
    world = come_to("a telephone is asked")

    assert told(world, GONE) == text(
        """
        host: state over, deadline none, reason caller-left
        caller: stage ended, claim none, ended +4s, ended_from claimed
        phone: state available, since +4s, claim none
        tells offer-ended: call caller, claim host, operator phone, reason caller-left
        tells call-ended: call caller, outcome abandoned
        asks InformOperator(claim='host', leg='phone-leg')
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_taken_operator_told() -> None:
    world = come_to("taken")

    assert told(world, GONE) == text(
        """
        host: state over, deadline none, reason caller-left
        caller: stage ended, claim none, ended +5s, ended_from claimed
        phone: state available, since +5s, claim none
        tells offer-ended: call caller, claim host, operator phone, reason caller-left
        tells call-ended: call caller, outcome abandoned
        asks InformOperator(claim='host', leg='phone-leg')
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_caller_ends_talk() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(world, GONE) == text(
        """
        host: state over, reason talk-caller
        caller: stage ended, claim none, spent True, belongs_to phone, ended +3608s,
          ended_from connected
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by caller
        tells call-ended: call caller, outcome answered
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_short_talk_cut_off() -> None:
    world = come_to("they talk by telephone")

    assert told(world, GONE) == text(
        """
        host: state over, reason talk-caller
        caller: stage ended, claim none, belongs_to phone, ended +7s, ended_from
          connected
        phone: state wrap-up, since +7s, idle_since +7s, due +37s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by caller
        tells call-ended: call caller, outcome answered
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_invited_colleague_let_go() -> None:
    world = come_to("a colleague is rung")

    assert told(world, GONE) == text(
        """
        host: state over, reason talk-caller
        caller: stage ended, claim none, belongs_to phone, ended +10s, ended_from
          connected
        phone: state wrap-up, since +10s, idle_since +10s, due +40s, claim none, last
          caller
        guest: state over, deadline none, reason caller-left
        phone-2: state available, since +10s, claim none
        tells talk-ended: call caller, claim host, operator phone, by caller
        tells call-ended: call caller, outcome answered
        tells offer-ended: call caller, claim guest, operator phone-2, reason
          caller-left
        asks EndLeg(leg='guest-leg')
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_guest_inside_let_go() -> None:
    world = come_to("a colleague is inside")

    assert told(world, GONE) == text(
        """
        host: state over, reason talk-caller
        caller: stage ended, claim none, belongs_to phone, ended +13s, ended_from
          connected
        phone: state wrap-up, since +13s, idle_since +13s, due +43s, claim none, last
          caller
        guest: state over, reason talk-over
        phone-2: state wrap-up, since +13s, idle_since +13s, due +43s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by caller
        tells call-ended: call caller, outcome answered
        tells operator-parted: call caller, claim guest, operator phone-2, why caller
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_dropped_talk_ends_with_caller() -> None:
    world = come_to("dropped")

    assert told(world, GONE) == text(
        """
        host: state over, deadline none, reason talk-caller
        caller: stage ended, claim none, belongs_to browser, ended +8s, ended_from
          connected
        browser: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator browser, by caller
        tells call-ended: call caller, outcome answered
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_browser_on_way_stops() -> None:
    world = come_to("reconnecting", LegCreated(claim=HOST, leg=BACK))

    assert told(world, GONE) == text(
        """
        host: state over, deadline none, reason talk-caller
        caller: stage ended, claim none, belongs_to browser, ended +10s, ended_from
          connected
        browser: state wrap-up, since +10s, idle_since +10s, due +40s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator browser, by caller
        tells call-ended: call caller, outcome answered
        asks EndLeg(leg='browser-leg-2')
        asks SharePlace(call='caller')
        wakes routing
        """
    )


def test_browser_that_rejoins_is_told() -> None:
    world = come_to("rejoining")

    assert told(world, GONE) == text(
        """
        host: state over, deadline none, reason talk-caller
        caller: stage ended, claim none, belongs_to browser, ended +11s, ended_from
          connected
        browser: state wrap-up, since +11s, idle_since +11s, due +41s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator browser, by caller
        tells call-ended: call caller, outcome answered
        asks InformOperator(claim='host', leg='browser-leg-2')
        asks SharePlace(call='caller')
        wakes routing
        """
    )
