"""The carrier has said who is in a room."""

from ivr.core.talk.events import RoomInspected, RoomNotInspected
from tests.core.talk.beginnings import BACK, CALLER_LEG, GUEST, HOST, PHONED
from tests.core.talk.situations import due
from tests.core.talk.telling import come_to, text, told


def test_nobody_is_in_taken_room() -> None:
    world = due(come_to("taken"), HOST)

    assert told(world, RoomInspected(claim=HOST, legs=frozenset())) == text(
        """
        host: state over, deadline none, reason expired
        caller: stage waiting, claim none
        phone: state available, since +24s, idle_since +24s, due +39s, claim none,
          missed 1, why missed
        tells offer-ended: call caller, claim host, operator phone, reason expired
        tells operator-changed: operator phone, state available, why missed
        asks ReturnCaller(leg='caller', soon_again=None)
        asks InformOperator(claim='host', leg='phone-leg')
        asks WriteToOperator(operator='phone')
        wakes routing
        """
    )


def test_caller_is_alone_in_room() -> None:
    world = due(come_to("taken"), HOST)

    assert told(world, RoomInspected(claim=HOST, legs=frozenset({CALLER_LEG}))) == text(
        """
        host: state over, deadline none, reason expired
        caller: stage waiting, claim none
        phone: state available, since +24s, idle_since +24s, due +39s, claim none,
          missed 1, why missed
        tells offer-ended: call caller, claim host, operator phone, reason expired
        tells operator-changed: operator phone, state available, why missed
        asks ReturnCaller(leg='caller', soon_again=None)
        asks InformOperator(claim='host', leg='phone-leg')
        asks WriteToOperator(operator='phone')
        wakes routing
        """
    )


def test_both_are_in_room() -> None:
    world = due(come_to("taken"), HOST)

    assert told(
        world, RoomInspected(claim=HOST, legs=frozenset({CALLER_LEG, PHONED.leg}))
    ) == text(
        """
        host: state connected, deadline none, caller_in True, operator_in True
        caller: stage connected, talks_since +24s, answered True
        phone: state talking, since +24s
        tells caller-connected: call caller, claim host, operator phone
        asks SpareCallbacks(call='caller')
        asks SharePlace(call='caller')
        """
    )


def test_more_time_given() -> None:
    world = come_to("taken")

    assert told(world, RoomInspected(claim=HOST, legs=frozenset({CALLER_LEG}))) == text(
        """
        host: caller_in True
        """
    )


def test_nobody_came_back() -> None:
    world = due(come_to("dropped"), HOST)

    assert told(world, RoomInspected(claim=HOST, legs=frozenset())) == text(
        """
        host: state over, deadline none, reason talk-operator
        caller: stage after, claim none, notices nothing
        browser: state wrap-up, since +27s, idle_since +27s, due +57s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator browser, by operator
        asks ReturnCaller(leg='caller', soon_again='caller')
        wakes routing
        """
    )


def test_both_came_back() -> None:
    world = due(come_to("rejoining"), HOST)

    assert told(
        world, RoomInspected(claim=HOST, legs=frozenset({CALLER_LEG, BACK}))
    ) == text(
        """
        host: deadline none, caller_in True, operator_in True, apart none
        asks SpareCallbacks(call='caller')
        asks SharePlace(call='caller')
        """
    )


def test_caller_alone_came_back() -> None:
    world = due(come_to("rejoining"), HOST)

    assert told(world, RoomInspected(claim=HOST, legs=frozenset({CALLER_LEG}))) == text(
        """
        host: state over, deadline none, caller_in True, reason talk-operator
        caller: stage after, claim none, notices nothing
        browser: state wrap-up, since +20s, idle_since +20s, due +50s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator browser, by operator
        asks InformOperator(claim='host', leg='browser-leg-2')
        asks ReturnCaller(leg='caller', soon_again='caller')
        wakes routing
        """
    )


def test_they_have_time_to_come_back() -> None:
    world = come_to("rejoining")

    assert told(world, RoomInspected(claim=HOST, legs=frozenset())) == ""


def test_taken_guest_did_not_come() -> None:
    world = due(come_to("a colleague comes"), GUEST)

    assert told(world, RoomInspected(claim=GUEST, legs=frozenset())) == text(
        """
        guest: state over, deadline none, reason expired
        browser-2: state available, since +31s, idle_since +31s, due +46s, claim none,
          missed 1, why missed
        host: guest none, refused expired
        tells offer-ended: call caller, claim guest, operator browser-2, reason expired
        tells operator-changed: operator browser-2, state available, why missed
        asks InformOperator(claim='guest', leg='guest-leg')
        asks WriteToOperator(operator='browser-2')
        wakes routing
        """
    )


def test_room_looked_at_later() -> None:
    world = due(come_to("taken"), HOST)

    assert told(world, RoomNotInspected(claim=HOST)) == text(
        """
        host: deadline +44s
        """
    )


def test_room_looked_at_in_time() -> None:
    world = come_to("taken")

    assert told(world, RoomNotInspected(claim=HOST)) == ""
