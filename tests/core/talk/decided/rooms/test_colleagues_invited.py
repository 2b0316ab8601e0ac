"""A colleague is asked into a talk."""

from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import State
from ivr.core.talk.events import InviteAsked
from tests.core.talk import moves
from tests.core.talk.beginnings import BROWSER, BY_PHONE, GUEST, PHONE
from tests.core.talk.moves import Move
from tests.core.talk.situations import AGAIN_INVITED, changed
from tests.core.talk.telling import come_to, text, told


def test_colleague_invited() -> None:
    world = come_to("they talk by telephone")

    assert told(
        world,
        InviteAsked(operator=PHONE, colleague=BY_PHONE.operator, invitation=GUEST),
    ) == text(
        """
        guest: state made, deadline +8.5s, joins host, entered host, call caller,
          operator phone-2, made +7s, line harbour
        host: guest guest
        phone-2: state ringing, since +7s, claim guest
        tells operator-invited: call caller, claim guest, operator phone-2, by phone
        asks PlaceOffer(claim='guest')
        """
    )


def test_inviting_forgets_last_one() -> None:
    world = come_to(
        "they talk by telephone", changed("claim:host", refused="busy", left=BROWSER)
    )

    assert told(
        world,
        InviteAsked(operator=PHONE, colleague=BY_PHONE.operator, invitation=GUEST),
    ) == text(
        """
        guest: state made, deadline +9.5s, joins host, entered host, call caller,
          operator phone-2, made +8s, line harbour
        host: guest guest, refused none, left none
        phone-2: state ringing, since +8s, claim guest
        tells operator-invited: call caller, claim guest, operator phone-2, by phone
        asks PlaceOffer(claim='guest')
        """
    )


def test_guest_invites_nobody() -> None:
    world = come_to("a colleague is inside")

    assert told(
        world,
        InviteAsked(
            operator=BY_PHONE.operator, colleague=BROWSER, invitation=AGAIN_INVITED
        ),
    ) == text(
        """
        refuses: not-yours
        """
    )


def test_same_colleague_invited_once() -> None:
    world = come_to("a colleague is rung")

    assert (
        told(
            world,
            InviteAsked(
                operator=PHONE, colleague=BY_PHONE.operator, invitation=AGAIN_INVITED
            ),
        )
        == ""
    )


def test_one_colleague_at_time() -> None:
    world = come_to("a colleague is rung")

    assert told(
        world, InviteAsked(operator=PHONE, colleague=BROWSER, invitation=AGAIN_INVITED)
    ) == text(
        """
        refuses: busy
        """
    )


def test_unknown_colleague_is_busy() -> None:
    world = come_to("they talk by telephone")

    assert told(
        world,
        InviteAsked(operator=PHONE, colleague=OperatorId("nobody"), invitation=GUEST),
    ) == text(
        """
        refuses: busy
        """
    )


def test_engaged_colleague_is_busy() -> None:
    world = come_to("they talk by telephone", Move(moves.engage, (BROWSER,)))

    assert told(
        world, InviteAsked(operator=PHONE, colleague=BROWSER, invitation=GUEST)
    ) == text(
        """
        refuses: busy
        """
    )


def test_absent_colleague_is_busy() -> None:
    world = come_to(
        "they talk by telephone", Move(moves.choose_state, (BROWSER, State.AWAY))
    )

    assert told(
        world, InviteAsked(operator=PHONE, colleague=BROWSER, invitation=GUEST)
    ) == text(
        """
        refuses: busy
        """
    )
