"""Mute: asked for, turned, doubted."""

from ivr.core.talk.events import (
    Switch,
    SwitchAsked,
    SwitchChecked,
    SwitchDoubted,
    SwitchNotTurned,
    SwitchTurned,
)
from tests.core.talk.beginnings import BY_PHONE, HOST, PHONE
from tests.core.talk.telling import come_to, text, told


def test_mute_asked_for() -> None:
    world = come_to("they talk by telephone")

    assert told(
        world, SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True)
    ) == text(
        """
        host: muted True
        asks TurnSwitch(claim='host', switch=<Switch.MUTE: 'mute'>, on=True)
        """
    )


def test_mute_is_on_already() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(world, SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True)) == ""


def test_mute_is_to_end() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(
        world, SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=False)
    ) == text(
        """
        asks TurnSwitch(claim='host', switch=<Switch.MUTE: 'mute'>, on=False)
        """
    )


def test_mute_is_off_already() -> None:
    world = come_to("they talk by telephone")

    assert told(world, SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=False)) == ""


def test_mute_is_on() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(world, SwitchTurned(claim=HOST, switch=Switch.MUTE, on=True)) == ""


def test_mute_is_on_after_doubt() -> None:
    world = come_to("they talk by telephone")

    assert told(world, SwitchTurned(claim=HOST, switch=Switch.MUTE, on=True)) == text(
        """
        host: muted True
        """
    )


def test_mute_is_off() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(world, SwitchTurned(claim=HOST, switch=Switch.MUTE, on=False)) == text(
        """
        host: muted False
        """
    )


def test_mute_was_off() -> None:
    world = come_to("they talk by telephone")

    assert told(world, SwitchTurned(claim=HOST, switch=Switch.MUTE, on=False)) == ""


def test_mute_refused() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(
        world, SwitchNotTurned(claim=HOST, switch=Switch.MUTE, on=True)
    ) == text(
        """
        host: muted False
        refuses: carrier
        """
    )


def test_mute_stays_on_when_refused() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(
        world, SwitchNotTurned(claim=HOST, switch=Switch.MUTE, on=False)
    ) == text(
        """
        refuses: carrier
        """
    )


def test_mute_perhaps_turned_checked() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(
        world, SwitchNotTurned(claim=HOST, switch=Switch.MUTE, on=True, ambiguous=True)
    ) == text(
        """
        asks CheckSwitch(claim='host', switch=<Switch.MUTE: 'mute'>, wanted=True)
        """
    )


def test_nobody_to_mute_is_there() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(
        world, SwitchNotTurned(claim=HOST, switch=Switch.MUTE, on=True, gone=True)
    ) == text(
        """
        host: muted False
        refuses: call-over
        """
    )


def test_carrier_says_mute_is_off() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(
        world, SwitchChecked(claim=HOST, switch=Switch.MUTE, is_on=False)
    ) == text(
        """
        host: muted False
        """
    )


def test_carrier_says_mute_is_on() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(world, SwitchChecked(claim=HOST, switch=Switch.MUTE, is_on=True)) == ""


def test_carrier_says_nothing_of_mute() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(world, SwitchChecked(claim=HOST, switch=Switch.MUTE, is_on=None)) == ""


def test_mute_is_off_as_known() -> None:
    world = come_to("they talk by telephone")

    assert told(world, SwitchChecked(claim=HOST, switch=Switch.MUTE, is_on=False)) == ""


def test_mute_came_as_wanted() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert (
        told(
            world,
            SwitchChecked(claim=HOST, switch=Switch.MUTE, is_on=True, wanted=True),
        )
        == ""
    )


def test_mute_did_not_come() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(
        world, SwitchChecked(claim=HOST, switch=Switch.MUTE, is_on=False, wanted=True)
    ) == text(
        """
        host: muted False
        refuses: carrier
        """
    )


def test_mute_is_unclear() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(
        world, SwitchChecked(claim=HOST, switch=Switch.MUTE, is_on=None, wanted=True)
    ) == text(
        """
        refuses: carrier
        """
    )


def test_mute_did_not_end() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(
        world, SwitchChecked(claim=HOST, switch=Switch.MUTE, is_on=True, wanted=False)
    ) == text(
        """
        refuses: carrier
        """
    )


def test_mute_doubted() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.MUTE, on=True),
    )

    assert told(world, SwitchDoubted(claim=HOST)) == text(
        """
        asks CheckSwitch(claim='host', switch=<Switch.MUTE: 'mute'>, wanted=None)
        """
    )


def test_guest_cannot_hold() -> None:
    world = come_to("a colleague is inside")

    assert told(
        world, SwitchAsked(operator=BY_PHONE.operator, switch=Switch.HOLD, on=True)
    ) == text(
        """
        refuses: not-yours
        """
    )


def test_guest_can_be_muted() -> None:
    world = come_to("a colleague is inside")

    assert told(
        world, SwitchAsked(operator=BY_PHONE.operator, switch=Switch.MUTE, on=True)
    ) == text(
        """
        guest: muted True
        asks TurnSwitch(claim='guest', switch=<Switch.MUTE: 'mute'>, on=True)
        """
    )


def test_nothing_on_not_doubted() -> None:
    world = come_to("they talk by telephone")

    assert told(world, SwitchDoubted(claim=HOST)) == ""
