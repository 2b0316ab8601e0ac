"""The caller comes out of the room of a talk."""

from ivr.core.talk.events import (
    CalledOff,
    CallerCameOut,
    EndAsked,
    Joined,
    LeftRoom,
    RoomEndsWithOperator,
)
from tests.core.talk.beginnings import (
    BROWSER,
    CALLER,
    CALLER_LEG,
    GUEST,
    HOST,
    PHONED,
    offered,
    take,
)
from tests.core.talk.situations import AGAIN, GUEST_LEFT, wait
from tests.core.talk.telling import come_to, text, told


def test_caller_comes_out_of_talk() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        wakes routing
        """
    )


def test_caller_comes_out_of_browser() -> None:
    world = come_to("they talk by browser")

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == text(
        """
        host: deadline +27s, caller_in False, operator_in False, apart lost, dropped
          browser-leg
        """
    )


def test_caller_has_waited_before() -> None:
    world = come_to("they talk by browser")

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST, waited=True)) == ""


def test_caller_waits_for_browser() -> None:
    world = come_to("dropped")

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == ""


def test_caller_waits_for_new_leg() -> None:
    world = come_to("reconnecting")

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == ""


def test_caller_comes_out_as_decided() -> None:
    world = come_to("they talk by browser", EndAsked(operator=BROWSER))

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        browser: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator browser, by operator
        wakes routing
        """
    )


def test_caller_comes_out_with_guest() -> None:
    world = come_to("a colleague is inside")

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == text(
        """
        host: state over, reason transferred
        caller: claim guest
        phone: state wrap-up, since +13s, idle_since +13s, due +43s, claim none, last
          caller
        guest: deadline +23s, operator_in False, apart gathering, joins none
        tells operator-parted: call caller, claim host, operator phone, why transferred
        tells call-transferred: call caller, kind warm, to phone-2
        wakes routing
        """
    )


def test_caller_comes_out_of_continuing_room() -> None:
    world = come_to("a colleague is inside", *GUEST_LEFT)

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == text(
        """
        host: deadline +24s, caller_in False, operator_in False, apart gathering,
          goes_on False
        """
    )


def test_caller_comes_out_while_gathering() -> None:
    world = come_to("rejoining")

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == ""


def test_caller_comes_out_before_talk() -> None:
    world = come_to("taken", Joined(claim=HOST, leg=CALLER_LEG))

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == text(
        """
        host: state over, deadline none, caller_in False, reason operator-left
        caller: stage waiting, claim none
        phone: state available, since +6s, idle_since +6s, due +21s, claim none, why
          operator-left
        tells offer-ended: call caller, claim host, operator phone, reason operator-left
        tells operator-changed: operator phone, state available, why operator-left
        asks ReturnCaller(leg='caller', soon_again=None)
        wakes routing
        """
    )


def test_caller_comes_out_of_nothing() -> None:
    world = come_to("a telephone rings")

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == ""


def test_caller_comes_out_of_earlier_room() -> None:
    world = come_to(
        "taken",
        CalledOff(claim=HOST, reason="withdrawn"),
        *offered(CALLER, AGAIN),
        *take(AGAIN),
        Joined(claim=GUEST, leg=CALLER_LEG),
        Joined(claim=GUEST, leg=AGAIN.leg),
    )

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == ""


def test_caller_comes_out_of_no_room_named() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(world, CallerCameOut(leg=CALLER_LEG)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        wakes routing
        """
    )


def test_guest_who_kept_caller_loses_them() -> None:
    world = come_to(
        "a colleague is inside",
        LeftRoom(claim=HOST, leg=PHONED.leg),
        RoomEndsWithOperator(claim=GUEST),
        wait(3600),
    )

    assert told(world, CallerCameOut(leg=CALLER_LEG, of=HOST)) == text(
        """
        guest: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone-2: state wrap-up, since +3616s, idle_since +3616s, due +3646s, claim none,
          last caller
        tells talk-ended: call caller, claim guest, operator phone-2, by operator
        wakes routing
        """
    )
