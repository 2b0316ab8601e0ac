"""Hold: asked for, turned, doubted."""

from ivr.core.talk.events import (
    Switch,
    SwitchAsked,
    SwitchChecked,
    SwitchDoubted,
    SwitchNotTurned,
    SwitchTurned,
)
from tests.core.talk.beginnings import HOST, PHONE
from tests.core.talk.telling import come_to, text, told


def test_hold_asked_for() -> None:
    world = come_to("they talk by telephone")

    assert told(
        world, SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True)
    ) == text(
        """
        host: held True, held_since +7s
        asks TurnSwitch(claim='host', switch=<Switch.HOLD: 'hold'>, on=True)
        """
    )


def test_hold_is_on_already() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(world, SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True)) == ""


def test_hold_is_to_end() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(
        world, SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=False)
    ) == text(
        """
        asks TurnSwitch(claim='host', switch=<Switch.HOLD: 'hold'>, on=False)
        """
    )


def test_hold_is_off_already() -> None:
    world = come_to("they talk by telephone")

    assert told(world, SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=False)) == ""


def test_hold_is_on() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(world, SwitchTurned(claim=HOST, switch=Switch.HOLD, on=True)) == text(
        """
        tells caller-held: call caller, claim host, operator phone
        """
    )


def test_hold_is_on_after_doubt() -> None:
    world = come_to("they talk by telephone")

    assert told(world, SwitchTurned(claim=HOST, switch=Switch.HOLD, on=True)) == text(
        """
        host: held True, held_since +7s
        tells caller-held: call caller, claim host, operator phone
        """
    )


def test_hold_is_off() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(world, SwitchTurned(claim=HOST, switch=Switch.HOLD, on=False)) == text(
        """
        host: held False, held_since none
        tells caller-unheld: call caller, claim host, operator phone
        """
    )


def test_hold_was_off() -> None:
    world = come_to("they talk by telephone")

    assert told(world, SwitchTurned(claim=HOST, switch=Switch.HOLD, on=False)) == ""


def test_hold_refused() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(
        world, SwitchNotTurned(claim=HOST, switch=Switch.HOLD, on=True)
    ) == text(
        """
        host: held False, held_since none
        refuses: carrier
        """
    )


def test_hold_stays_on_when_refused() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(
        world, SwitchNotTurned(claim=HOST, switch=Switch.HOLD, on=False)
    ) == text(
        """
        refuses: carrier
        """
    )


def test_hold_perhaps_turned_checked() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(
        world, SwitchNotTurned(claim=HOST, switch=Switch.HOLD, on=True, ambiguous=True)
    ) == text(
        """
        asks CheckSwitch(claim='host', switch=<Switch.HOLD: 'hold'>, wanted=True)
        """
    )


def test_nobody_to_hold_is_there() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(
        world, SwitchNotTurned(claim=HOST, switch=Switch.HOLD, on=True, gone=True)
    ) == text(
        """
        host: held False, held_since none
        refuses: call-over
        """
    )


def test_carrier_says_hold_is_off() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(
        world, SwitchChecked(claim=HOST, switch=Switch.HOLD, is_on=False)
    ) == text(
        """
        host: held False, held_since none
        tells caller-unheld: call caller, claim host, operator phone
        """
    )


def test_carrier_says_hold_is_on() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(world, SwitchChecked(claim=HOST, switch=Switch.HOLD, is_on=True)) == ""


def test_carrier_says_nothing_of_hold() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(world, SwitchChecked(claim=HOST, switch=Switch.HOLD, is_on=None)) == ""


def test_hold_is_off_as_known() -> None:
    world = come_to("they talk by telephone")

    assert told(world, SwitchChecked(claim=HOST, switch=Switch.HOLD, is_on=False)) == ""


def test_hold_came_as_wanted() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(
        world, SwitchChecked(claim=HOST, switch=Switch.HOLD, is_on=True, wanted=True)
    ) == text(
        """
        tells caller-held: call caller, claim host, operator phone
        """
    )


def test_hold_did_not_come() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(
        world, SwitchChecked(claim=HOST, switch=Switch.HOLD, is_on=False, wanted=True)
    ) == text(
        """
        host: held False, held_since none
        refuses: carrier
        """
    )


def test_hold_is_unclear() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(
        world, SwitchChecked(claim=HOST, switch=Switch.HOLD, is_on=None, wanted=True)
    ) == text(
        """
        refuses: carrier
        """
    )


def test_hold_did_not_end() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(
        world, SwitchChecked(claim=HOST, switch=Switch.HOLD, is_on=True, wanted=False)
    ) == text(
        """
        refuses: carrier
        """
    )


def test_hold_doubted() -> None:
    world = come_to(
        "they talk by telephone",
        SwitchAsked(operator=PHONE, switch=Switch.HOLD, on=True),
    )

    assert told(world, SwitchDoubted(claim=HOST)) == text(
        """
        asks CheckSwitch(claim='host', switch=<Switch.HOLD: 'hold'>, wanted=None)
        """
    )
