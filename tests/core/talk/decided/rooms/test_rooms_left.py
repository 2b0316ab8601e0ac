"""Who leaves a room, and when a talk is over."""

from ivr.core.talk.events import (
    Joined,
    LeftRoom,
    RoomEnded,
    RoomEndsWithOperator,
    TakenOffHold,
)
from tests.core.talk.beginnings import (
    BROWSED,
    BY_PHONE,
    CALLER_LEG,
    GUEST,
    HOST,
    PHONED,
)
from tests.core.talk.situations import OTHER, changed, wait
from tests.core.talk.telling import come_to, text, told


def test_caller_steps_out_before() -> None:
    world = come_to("taken", Joined(claim=HOST, leg=CALLER_LEG))

    assert told(world, LeftRoom(claim=HOST, leg=CALLER_LEG)) == text(
        """
        host: caller_in False
        """
    )


def test_operator_steps_out_before() -> None:
    world = come_to("taken", Joined(claim=HOST, leg=PHONED.leg))

    assert told(world, LeftRoom(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: operator_in False
        """
    )


def test_stranger_steps_out_before() -> None:
    world = come_to("taken", Joined(claim=HOST, leg=CALLER_LEG))

    assert told(world, LeftRoom(claim=HOST, leg=OTHER)) == ""


def test_operator_leaves_by_telephone() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(world, LeftRoom(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        wakes routing
        """
    )


def test_operator_leaves_by_browser() -> None:
    world = come_to("they talk by browser")

    assert told(world, LeftRoom(claim=HOST, leg=BROWSED.leg)) == text(
        """
        host: deadline +27s, leg none, caller_in False, operator_in False, apart lost,
          dropped browser-leg
        """
    )


def test_caller_leaves_room() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(world, LeftRoom(claim=HOST, leg=CALLER_LEG)) == text(
        """
        host: state over, reason talk-caller
        caller: stage after, claim none, notices nothing, spent True, belongs_to phone
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by caller
        wakes routing
        """
    )


def test_stranger_leaves_room() -> None:
    world = come_to("they talk by telephone")

    assert told(world, LeftRoom(claim=HOST, leg=OTHER)) == ""


def test_caller_leaves_to_come_back() -> None:
    world = come_to("rejoining")

    assert told(world, LeftRoom(claim=HOST, leg=CALLER_LEG)) == ""


def test_host_leaves_to_guest() -> None:
    world = come_to("a colleague is inside")

    assert told(world, LeftRoom(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state over, reason transferred
        guest: caller_in True, joins none, goes_on True
        caller: claim guest
        phone: state wrap-up, since +13s, idle_since +13s, due +43s, claim none, last
          caller
        tells operator-parted: call caller, claim host, operator phone, why transferred
        tells call-transferred: call caller, kind warm, to phone-2
        asks EndRoomWithOperator(claim='guest')
        wakes routing
        """
    )


def test_guest_leaves_room() -> None:
    world = come_to("a colleague is inside")

    assert told(world, LeftRoom(claim=GUEST, leg=BY_PHONE.leg)) == text(
        """
        guest: state over, reason talk-operator
        phone-2: state wrap-up, since +13s, idle_since +13s, due +43s, claim none, last
          caller
        host: guest none, left phone-2
        tells operator-parted: call caller, claim guest, operator phone-2, why operator
        asks EndRoomWithOperator(claim='host')
        wakes routing
        """
    )


def test_room_ended_for_all() -> None:
    world = come_to("they talk by telephone", wait(3600))

    assert told(world, RoomEnded(claim=HOST)) == text(
        """
        host: state over, reason talk-carrier
        caller: stage after, claim none, notices nothing, spent True, belongs_to phone
        phone: state wrap-up, since +3608s, idle_since +3608s, due +3638s, claim none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by carrier
        wakes routing
        """
    )


def test_room_that_goes_on_ended() -> None:
    world = come_to("a colleague is inside")

    assert told(world, RoomEnded(claim=HOST)) == ""


def test_room_of_dropped_talk_ended() -> None:
    world = come_to("dropped")

    assert told(world, RoomEnded(claim=HOST)) == ""


def test_room_ends_with_operator() -> None:
    world = come_to("a colleague is inside", LeftRoom(claim=GUEST, leg=BY_PHONE.leg))

    assert told(world, RoomEndsWithOperator(claim=HOST)) == text(
        """
        host: goes_on False
        """
    )


def test_room_with_guest_goes_on() -> None:
    world = come_to("a colleague is inside")

    assert told(world, RoomEndsWithOperator(claim=HOST)) == ""


def test_room_ends_with_them_already() -> None:
    world = come_to("they talk by telephone")

    assert told(world, RoomEndsWithOperator(claim=HOST)) == ""


def test_room_nobody_is_in_goes_on() -> None:
    world = come_to("dropped", changed("claim:host", goes_on=True))

    assert told(world, RoomEndsWithOperator(claim=HOST)) == ""


def test_caller_is_off_hold() -> None:
    world = come_to("on hold")

    assert told(world, TakenOffHold(claim=HOST)) == text(
        """
        host: held False, held_since none
        tells caller-unheld: call caller, claim host, operator phone
        """
    )


def test_caller_was_not_on_hold() -> None:
    world = come_to("they talk by telephone")

    assert told(world, TakenOffHold(claim=HOST)) == ""
