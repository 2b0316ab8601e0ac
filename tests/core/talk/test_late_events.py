"""What is told late, or of another claim, ends no talk and loses no caller."""

from datetime import timedelta
from random import Random  # noqa: TID251 - the type; chance itself is handed in

import pytest

from ivr.core.model.claim import Interruption
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import LegId
from ivr.core.model.values import replace
from ivr.core.talk.events import (
    BrowserNotRung,
    CalledOff,
    CallerCameOut,
    CallerHungUp,
    CallerNotTakenOut,
    CallerTakenOut,
    EndAsked,
    Joined,
    LeaseExpired,
    RoomBegan,
    RoomInspected,
    RoomNotInspected,
    Switch,
    SwitchNotTurned,
    SwitchTurned,
    TalkEvent,
)
from ivr.core.talk.requests import EndLeg, InformOperator, InspectRoom
from tests.core.talk.beginnings import (
    BEGINNINGS,
    BY_PHONE,
    CALLED_BACK,
    CALLER_LEG,
    GUEST,
    HOST,
    PERSON,
    PHONE,
    PHONED,
    offered,
    populate,
    take,
)
from tests.core.talk.talk_world import TalkWorld
from tests.core.talk.walks.carrier import Step
from tests.core.talk.walks.chance import Draw
from tests.core.talk.walks.walk import Seen, Walk

LEASE = timedelta(seconds=20)


def after(steps: list[Step]) -> TalkWorld:
    """The line once these steps were taken."""
    walk = Walk(populate(), Draw(Random(1)), Seen())  # noqa: S311 - no secret
    for step in steps:
        walk.take(step)
    assert walk.faults == []
    return walk.world


def changes_nothing(world: TalkWorld, event: TalkEvent) -> bool:
    return not world.decide(event).is_change


def test_second_look_spares_guest() -> None:
    """Two processes asked who is there; a guest has taken over between the answers."""
    world = after(BEGINNINGS["dropped, with a colleague rung"])
    world.pass_time(LEASE)
    asked = world.decide(LeaseExpired(claim=GUEST))
    alone = RoomInspected(claim=GUEST, legs=frozenset({BY_PHONE.leg}))
    world.keep(world.decide(alone))
    guest = world.claim(GUEST)

    assert asked.requests == (InspectRoom(GUEST),)
    assert guest is not None
    assert guest.interruption is Interruption.REJOINING
    assert changes_nothing(world, alone)


@pytest.mark.parametrize("name", ["taken", "dropped", "rejoining"])
def test_look_too_early_changes_nothing(name: str) -> None:
    world = after(BEGINNINGS[name])

    empty = RoomInspected(claim=HOST, legs=frozenset())
    assert changes_nothing(world, empty)
    assert changes_nothing(world, RoomNotInspected(claim=HOST))
    world.pass_time(LEASE)
    assert not changes_nothing(world, empty)


def test_nobody_joins_by_leg_of_before() -> None:
    """The person is not called as yet; the leg of the call itself is over."""
    world = after([*offered(PERSON, PHONED), *take(PHONED)])
    for event in (
        Joined(claim=HOST, leg=leg_of_contact(PERSON)),
        RoomBegan(claim=HOST),
    ):
        world.keep(world.decide(event))
    call = world.call(PERSON)

    assert call is not None
    assert call.stage is Stage.CLAIMED


def test_person_who_was_called_joins() -> None:
    world = after(CALLED_BACK)
    for leg in (LegId("person-leg"), PHONED.leg):
        world.keep(world.decide(Joined(claim=HOST, leg=leg)))
    call = world.call(PERSON)

    assert call is not None
    assert call.stage is Stage.CONNECTED


def test_end_hangs_up_though_caller_was_quicker() -> None:
    """The caller asks what comes next before the carrier has answered our request."""
    world = after(BEGINNINGS["they talk by telephone"])
    world.keep(world.decide(EndAsked(operator=PHONE)))
    world.keep(world.decide(CallerCameOut(leg=CALLER_LEG, of=HOST)))

    late = world.decide(CallerTakenOut(claim=HOST))

    assert late.requests == (EndLeg(PHONED.leg),)


def test_desk_learns_that_talk_ended_meanwhile() -> None:
    world = after(BEGINNINGS["they talk by telephone"])
    world.keep(world.decide(CallerHungUp(leg=CALLER_LEG)))

    for event in (
        SwitchTurned(claim=HOST, switch=Switch.HOLD, on=True),
        SwitchNotTurned(claim=HOST, switch=Switch.HOLD, on=True),
        CallerNotTakenOut(claim=HOST),
        BrowserNotRung(claim=HOST),
    ):
        assert world.decide(event).refused == "call-over"


def test_operator_in_after_end_is_told() -> None:
    """The caller has left while the carrier was moving them into the room."""
    world = after(BEGINNINGS["taken"])
    world.keep(world.decide(CallerHungUp(leg=CALLER_LEG)))

    late = world.decide(Joined(claim=HOST, leg=PHONED.leg))

    assert late.requests == (InformOperator(HOST, PHONED.leg),)


def test_late_notice_of_talk_parts_nobody() -> None:
    """Who has sat in the room by now may be put through to another caller."""
    world = after(BEGINNINGS["they talk by telephone"])
    world.keep(world.decide(CallerHungUp(leg=CALLER_LEG)))
    operator = world.operator(PHONE)
    assert operator is not None
    assert (operator.claim, operator.leg) == (None, PHONED.leg)

    assert world.decide(Joined(claim=HOST, leg=PHONED.leg)).requests == ()


def test_operator_with_caller_inside_is_left() -> None:
    world = after(BEGINNINGS["taken"])
    world.keep(world.decide(CalledOff(claim=HOST, reason="carrier")))
    world.keep(world.decide(Joined(claim=HOST, leg=CALLER_LEG)))

    late = world.decide(Joined(claim=HOST, leg=PHONED.leg))

    assert InformOperator(HOST, PHONED.leg) not in late.requests


def test_operator_bound_anew_left_alone() -> None:
    world = after(BEGINNINGS["taken"])
    world.keep(world.decide(CallerHungUp(leg=CALLER_LEG)))
    elsewhere = world.operator(PHONE)
    assert elsewhere is not None
    world.save(replace(elsewhere, claim=GUEST))

    assert world.decide(Joined(claim=HOST, leg=PHONED.leg)).requests == ()
