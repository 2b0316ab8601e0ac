"""Who comes into a room, and when a talk begins."""

from ivr.core.model.contact.exit_menu import Page
from ivr.core.talk.events import Joined, RoomBegan
from tests.core.talk.beginnings import (
    BY_BROWSER,
    BY_PHONE,
    CALLER_LEG,
    GUEST,
    HOST,
    PERSONS_LEG,
    PHONED,
    take,
)
from tests.core.talk.situations import GONE, KEPT, OTHER, changed
from tests.core.talk.telling import come_to, text, told
from tests.core.walking import NOW


def test_caller_is_inside() -> None:
    world = come_to("taken")

    assert told(world, Joined(claim=HOST, leg=CALLER_LEG)) == text(
        """
        host: caller_in True
        """
    )


def test_operator_is_inside() -> None:
    world = come_to("taken")

    assert told(world, Joined(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: operator_in True
        """
    )


def test_both_inside_they_talk() -> None:
    world = come_to("taken", Joined(claim=HOST, leg=CALLER_LEG))

    assert told(world, Joined(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state connected, deadline none, operator_in True
        caller: stage connected, talks_since +6s, answered True
        phone: state talking, since +6s
        tells caller-connected: call caller, claim host, operator phone
        asks SpareCallbacks(call='caller')
        asks SharePlace(call='caller')
        """
    )


def test_caller_comes_second() -> None:
    world = come_to("taken", Joined(claim=HOST, leg=PHONED.leg))

    assert told(world, Joined(claim=HOST, leg=CALLER_LEG)) == text(
        """
        host: state connected, deadline none, caller_in True
        caller: stage connected, talks_since +6s, answered True
        phone: state talking, since +6s
        tells caller-connected: call caller, claim host, operator phone
        asks SpareCallbacks(call='caller')
        asks SharePlace(call='caller')
        """
    )


def test_caller_joins_once() -> None:
    world = come_to("taken", Joined(claim=HOST, leg=CALLER_LEG))

    assert told(world, Joined(claim=HOST, leg=CALLER_LEG)) == ""


def test_stranger_dismissed() -> None:
    world = come_to("taken")

    assert told(world, Joined(claim=HOST, leg=OTHER)) == text(
        """
        asks DismissUninvited(claim='host', leg='another-leg')
        """
    )


def test_stranger_of_unknown_room() -> None:
    world = come_to("nobody is rung")

    assert told(world, Joined(claim=HOST, leg=OTHER)) == text(
        """
        asks DismissUninvited(claim='host', leg='another-leg')
        """
    )


def test_one_number_promised_more() -> None:
    world = come_to("taken", Joined(claim=HOST, leg=CALLER_LEG), one_number=True)

    assert told(world, Joined(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state connected, deadline none, operator_in True
        caller: stage connected, talks_since +6s, answered True
        keyed-name: talked +6s
        phone: state talking, since +6s
        person: stage ended, ended +6s
        tells caller-connected: call caller, claim host, operator phone
        tells callback-ended: call person, reason caller-rang
        asks SpareCallbacks(call='caller')
        asks SharePlace(call='caller')
        """
    )


def test_talk_keeps_promise() -> None:
    world = come_to("a person is reached", Joined(claim=HOST, leg=PERSONS_LEG))

    assert told(world, Joined(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state connected, deadline none, operator_in True
        person: stage connected, talks_since +10s, answered True, fulfilled True
        phone: state talking, since +10s
        tells caller-connected: call person, claim host, operator phone
        tells callback-ended: call person, reason kept
        asks SpareCallbacks(call='person')
        asks SharePlace(call='person')
        """
    )


def test_kept_promise_told_once() -> None:
    world = come_to(
        "a person is reached",
        changed("call:person", promise=KEPT),
        Joined(claim=HOST, leg=PERSONS_LEG),
    )

    assert told(world, Joined(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state connected, deadline none, operator_in True
        person: stage connected, talks_since +11s, answered True
        phone: state talking, since +11s
        tells caller-connected: call person, claim host, operator phone
        asks SpareCallbacks(call='person')
        asks SharePlace(call='person')
        """
    )


def test_caller_forgets_menu() -> None:
    world = come_to(
        "taken",
        changed(
            "call:caller", page=Page.OFFER, team="night", handed=NOW, draft="sealed"
        ),
        Joined(claim=HOST, leg=CALLER_LEG),
    )

    assert told(world, Joined(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state connected, deadline none, operator_in True
        caller: stage connected, draft none, talks_since +7s, page none, team none,
          handed none, answered True
        phone: state talking, since +7s
        tells caller-connected: call caller, claim host, operator phone
        asks SpareCallbacks(call='caller')
        asks SharePlace(call='caller')
        """
    )


def test_guest_comes_in() -> None:
    world = come_to("a colleague is rung", *take(BY_PHONE)[2:])

    assert told(world, Joined(claim=GUEST, leg=BY_PHONE.leg)) == text(
        """
        guest: state connected, deadline none, operator_in True
        host: goes_on True
        phone-2: state talking, since +12s
        tells operator-joined: call caller, claim guest, operator phone-2
        asks KeepRoom(claim='host')
        """
    )


def test_guest_comes_in_once() -> None:
    world = come_to("a colleague is inside")

    assert told(world, Joined(claim=GUEST, leg=BY_PHONE.leg)) == ""


def test_guest_who_did_not_agree() -> None:
    world = come_to("a colleague is rung")

    assert told(world, Joined(claim=GUEST, leg=BY_PHONE.leg)) == text(
        """
        asks InformOperator(claim='guest', leg='guest-leg')
        """
    )


def test_guest_is_late_for_talk() -> None:
    world = come_to("a colleague comes", GONE)

    assert told(world, Joined(claim=GUEST, leg=BY_BROWSER.leg)) == text(
        """
        asks InformOperator(claim='guest', leg='guest-leg')
        """
    )


def test_other_leg_is_no_guest() -> None:
    world = come_to("a colleague comes")

    assert told(world, Joined(claim=GUEST, leg=CALLER_LEG)) == ""


def test_guest_keeps_dropped_talk() -> None:
    world = come_to("dropped, with a colleague rung")

    assert told(world, Joined(claim=GUEST, leg=BY_PHONE.leg)) == text(
        """
        phone-2: state talking, since +13s
        host: state over, deadline none, goes_on True, reason transferred
        caller: claim guest
        browser: state wrap-up, since +13s, idle_since +13s, due +43s, claim none, last
          caller
        guest: state connected, deadline +23s, operator_in True, apart gathering, joins
          none, goes_on True
        tells operator-joined: call caller, claim guest, operator phone-2
        tells operator-parted: call caller, claim host, operator browser, why
          transferred
        tells call-transferred: call caller, kind warm, to phone-2
        asks RejoinCaller(claim='guest')
        wakes routing
        """
    )


def test_room_began_with_both() -> None:
    world = come_to("taken")

    assert told(world, RoomBegan(claim=HOST)) == text(
        """
        host: state connected, deadline none, caller_in True, operator_in True
        caller: stage connected, talks_since +5s, answered True
        phone: state talking, since +5s
        tells caller-connected: call caller, claim host, operator phone
        asks SpareCallbacks(call='caller')
        asks SharePlace(call='caller')
        """
    )


def test_room_began_without_leg() -> None:
    world = come_to("put through", changed("claim:host", leg=None))

    assert told(world, RoomBegan(claim=HOST)) == ""


def test_room_of_guest_began() -> None:
    world = come_to("a colleague comes")

    assert told(world, RoomBegan(claim=GUEST)) == ""


def test_room_began_again() -> None:
    world = come_to("rejoining")

    assert told(world, RoomBegan(claim=HOST)) == text(
        """
        host: deadline none, caller_in True, operator_in True, apart none
        asks SpareCallbacks(call='caller')
        asks SharePlace(call='caller')
        """
    )


def test_room_that_goes_on_began() -> None:
    world = come_to("they talk by telephone")

    assert told(world, RoomBegan(claim=HOST)) == ""


def test_dropped_talk_is_whole_again() -> None:
    world = come_to("dropped")

    assert told(world, RoomBegan(claim=HOST)) == ""
