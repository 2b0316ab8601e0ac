"""A talk that is not in its room: who drops, and who comes out."""

from ivr.core.talk.events import (
    CallerChecked,
    EndAsked,
    LegEnded,
    OperatorCameOut,
    RoomLingers,
)
from tests.core.talk.beginnings import (
    BACK,
    BROWSED,
    BROWSER,
    BY_PHONE,
    GUEST,
    HOST,
    PHONE,
    PHONED,
)
from tests.core.talk.situations import (
    BOTH_IN,
    GUEST_LEFT,
    OTHER,
    changed,
    disabled,
    wait,
)
from tests.core.talk.telling import come_to, text, told
from tests.core.walking import NOW


def test_lingering_room_ended() -> None:
    world = come_to("a colleague is inside", *GUEST_LEFT)

    assert told(world, RoomLingers(claim=HOST)) == text(
        """
        asks EndRoomWithOperator(claim='host')
        """
    )


def test_room_with_guest_lingers() -> None:
    world = come_to("a colleague is inside")

    assert told(world, RoomLingers(claim=HOST)) == ""


def test_room_of_two_does_not_linger() -> None:
    world = come_to("they talk by telephone")

    assert told(world, RoomLingers(claim=HOST)) == ""


def test_guest_stays_when_host_drops() -> None:
    world = come_to("a browser is inside")

    assert told(world, LegEnded(claim=HOST, leg=BROWSED.leg, how="completed")) == text(
        """
        host: state over, reason transferred
        guest: caller_in True, joins none, goes_on True
        caller: claim guest
        browser: state wrap-up, since +13s, idle_since +13s, due +43s, claim none, leg
          none, last caller
        tells operator-parted: call caller, claim host, operator browser, why
          transferred
        tells call-transferred: call caller, kind warm, to browser-2
        asks EndRoomWithOperator(claim='guest')
        wakes routing
        """
    )


def test_browser_drops_out_of_hold() -> None:
    world = come_to(
        "they talk by browser", changed("claim:host", held=True, held_since=NOW)
    )

    assert told(world, LegEnded(claim=HOST, leg=BROWSED.leg, how="completed")) == text(
        """
        browser: leg none
        host: deadline +28s, leg none, caller_in False, operator_in False, held False,
          held_since none, apart lost, dropped browser-leg
        tells caller-unheld: call caller, claim host, operator browser
        wakes routing
        """
    )


def test_caller_taken_out_to_wait() -> None:
    world = come_to("they talk by browser", changed("claim:host", goes_on=True))

    assert told(world, LegEnded(claim=HOST, leg=BROWSED.leg, how="completed")) == text(
        """
        browser: leg none
        host: deadline +28s, leg none, caller_in False, operator_in False, apart lost,
          dropped browser-leg, goes_on False
        asks TakeOutCaller(claim='host')
        wakes routing
        """
    )


def test_browser_drops_while_it_rejoins() -> None:
    world = come_to("rejoining")

    assert told(world, LegEnded(claim=HOST, leg=BACK, how="completed")) == text(
        """
        browser: leg none
        host: deadline +31s, leg none, apart lost, dropped browser-leg-2
        asks TakeOutCaller(claim='host')
        wakes routing
        """
    )


def test_browser_that_decided_is_gone() -> None:
    world = come_to("they talk by browser", EndAsked(operator=BROWSER))

    assert told(world, LegEnded(claim=HOST, leg=BROWSED.leg, how="completed")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        browser: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, leg
          none, last caller
        tells talk-ended: call caller, claim host, operator browser, by operator
        wakes routing
        """
    )


def test_disabled_browser_is_gone() -> None:
    world = come_to("they talk by browser", disabled(BROWSER))

    assert told(world, LegEnded(claim=HOST, leg=BROWSED.leg, how="completed")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing
        browser: state offline, since +8s, idle_since +8s, claim none, leg none, wish
          none, last caller
        tells talk-ended: call caller, claim host, operator browser, by operator
        wakes routing
        """
    )


def test_operator_comes_out_of_talk() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(world, OperatorCameOut(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state over, reason talk-carrier
        caller: stage after, claim none, notices nothing, spent True, belongs_to phone
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by carrier
        answers ExplainEnd(claim='host')
        wakes routing
        """
    )


def test_other_leg_comes_out() -> None:
    world = come_to("they talk by telephone")

    assert told(world, OperatorCameOut(claim=HOST, leg=OTHER)) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )


def test_operator_comes_out_as_decided() -> None:
    world = come_to("they talk by telephone", EndAsked(operator=PHONE))

    assert told(world, OperatorCameOut(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        answers ExplainEnd(claim='host')
        wakes routing
        """
    )


def test_nobody_holds_leg() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(
        world, OperatorCameOut(claim=HOST, leg=PHONED.leg, is_up=False)
    ) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        answers ExplainEnd(claim='host')
        wakes routing
        """
    )


def test_nobody_holds_browser() -> None:
    world = come_to("they talk by browser")

    assert told(
        world, OperatorCameOut(claim=HOST, leg=BROWSED.leg, is_up=False)
    ) == text(
        """
        host: deadline +27s, leg none, caller_in False, operator_in False, apart lost,
          dropped browser-leg
        answers ExplainEnd(claim='host')
        """
    )


def test_host_comes_out_by_mistake() -> None:
    world = come_to("a colleague is inside")

    assert told(world, OperatorCameOut(claim=HOST, leg=PHONED.leg)) == text(
        """
        asks CheckCaller(claim='host', leg='phone-leg')
        """
    )


def test_guest_comes_out_by_mistake() -> None:
    world = come_to("a colleague is inside")

    assert told(world, OperatorCameOut(claim=GUEST, leg=BY_PHONE.leg)) == text(
        """
        asks CheckCaller(claim='guest', leg='guest-leg')
        """
    )


def test_operator_comes_out_to_rejoin() -> None:
    world = come_to("rejoining")

    assert told(world, OperatorCameOut(claim=HOST, leg=BACK)) == text(
        """
        asks CheckCaller(claim='host', leg='browser-leg-2')
        """
    )


def test_unknown_leg_comes_out() -> None:
    world = come_to("dropped")

    assert told(world, OperatorCameOut(claim=HOST, leg=BROWSED.leg)) == text(
        """
        asks CheckCaller(claim='host', leg='browser-leg')
        """
    )


def test_caller_is_gone_when_checked() -> None:
    world = come_to("a colleague is inside")

    assert told(world, CallerChecked(claim=HOST, leg=PHONED.leg, is_over=True)) == text(
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
        answers ExplainEnd(claim='host')
        wakes routing
        """
    )


def test_host_sent_in_again() -> None:
    world = come_to("a colleague is inside")

    assert told(
        world, CallerChecked(claim=HOST, leg=PHONED.leg, is_over=False)
    ) == text(
        """
        host: deadline +23s, caller_in False, operator_in False, apart gathering,
          goes_on False
        answers Enter(claim='host', calling=False)
        checks
        """
    )


def test_held_talk_gathered() -> None:
    world = come_to(
        "a colleague is inside", changed("claim:host", held=True, held_since=NOW)
    )

    assert told(
        world, CallerChecked(claim=HOST, leg=PHONED.leg, is_over=False)
    ) == text(
        """
        host: deadline +24s, caller_in False, operator_in False, held False, held_since
          none, apart gathering, goes_on False
        tells caller-unheld: call caller, claim host, operator phone
        answers Enter(claim='host', calling=False)
        checks
        """
    )


def test_guest_keeps_caller() -> None:
    world = come_to("a colleague is inside")

    assert told(
        world, CallerChecked(claim=GUEST, leg=BY_PHONE.leg, is_over=False)
    ) == text(
        """
        host: state over, reason transferred
        caller: claim guest
        phone: state wrap-up, since +13s, idle_since +13s, due +43s, claim none, last
          caller
        guest: deadline +23s, operator_in False, apart gathering, joins none
        tells operator-parted: call caller, claim host, operator phone, why transferred
        tells call-transferred: call caller, kind warm, to phone-2
        answers Enter(claim='guest', calling=False)
        wakes routing
        checks
        """
    )


def test_guest_of_host_who_ends() -> None:
    world = come_to("a colleague is inside", EndAsked(operator=PHONE))

    assert told(
        world, CallerChecked(claim=GUEST, leg=BY_PHONE.leg, is_over=False)
    ) == text(
        """
        guest: state over, reason talk-operator
        phone-2: state wrap-up, since +14s, idle_since +14s, due +44s, claim none, last
          caller
        host: guest none, left phone-2
        tells operator-parted: call caller, claim guest, operator phone-2, why operator
        asks EndRoomWithOperator(claim='host')
        answers ExplainEnd(claim='guest')
        wakes routing
        """
    )


def test_gathering_gives_no_new_time() -> None:
    world = come_to("rejoining")

    assert told(world, CallerChecked(claim=HOST, leg=BACK, is_over=False)) == text(
        """
        answers Enter(claim='host', calling=False)
        checks
        """
    )


def test_person_gone_when_checked() -> None:
    world = come_to("a person is reached", *BOTH_IN)

    assert told(world, CallerChecked(claim=HOST, leg=PHONED.leg, is_over=True)) == text(
        """
        host: state over, reason talk-caller
        person: stage ended, claim none, belongs_to phone, ended +11s, ended_from
          connected
        phone: state wrap-up, since +11s, idle_since +11s, due +41s, claim none, last
          person
        tells talk-ended: call person, claim host, operator phone, by caller
        tells person-left: call person, outcome answered
        asks SharePlace(call='person')
        answers ExplainEnd(claim='host')
        wakes routing
        """
    )


def test_checked_before_talk() -> None:
    world = come_to("taken")

    assert told(
        world, CallerChecked(claim=HOST, leg=PHONED.leg, is_over=False)
    ) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )
