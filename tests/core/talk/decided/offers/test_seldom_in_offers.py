"""What seldom comes about before a talk."""

from ivr.core.model.identifiers import OperatorId
from ivr.core.talk.events import (
    CalledOff,
    CallerHungUp,
    LegEnded,
    PersonLegEnded,
    StandingLegEnded,
)
from tests.core.talk.beginnings import HOST, PERSONS_LEG, PHONE, STANDS
from tests.core.talk.situations import BOTH_IN, DECLINED, GONE, OTHER, changed, without
from tests.core.talk.telling import come_to, text, told


def test_declined_caller_waits_for_anybody() -> None:
    world = come_to("offered", changed("call:caller", belongs_to=PHONE))

    assert told(world, DECLINED) == text(
        """
        host: state over, deadline none, reason declined
        caller: stage waiting, claim none, belongs_to none
        phone: state available, since +2s, idle_since +2s, due +17s, claim none, why
          declined
        tells offer-ended: call caller, claim host, operator phone, reason declined
        tells operator-changed: operator phone, state available, why declined
        wakes routing
        """
    )


def test_typed_code_is_forgotten() -> None:
    world = come_to("nobody is rung", changed("call:caller", draft="sealed"))

    assert told(world, GONE) == text(
        """
        caller: stage ended, draft none, ended +1s, ended_from waiting
        tells call-ended: call caller, outcome abandoned
        asks SharePlace(call='caller')
        """
    )


def test_person_waits_and_hangs_up() -> None:
    world = come_to("a person is reached", CalledOff(claim=HOST, reason="withdrawn"))

    assert told(world, CallerHungUp(leg=PERSONS_LEG, how="completed")) == text(
        """
        person: stage promised, notices nothing, leg none, reached False, tries 1, due
          +310s
        tells callback-tried: call person, how completed
        asks SharePlace(call='person')
        """
    )


def test_leg_never_asked_for_ends() -> None:
    world = come_to("offered")

    assert told(world, LegEnded(claim=HOST, leg=OTHER, how="busy")) == text(
        """
        host: state over, deadline none, reason busy
        caller: stage waiting, claim none
        phone: state available, since +1s, idle_since +1s, due +16s, claim none, why
          busy
        tells offer-ended: call caller, claim host, operator phone, reason busy
        tells operator-changed: operator phone, state available, why busy
        asks WriteToOperator(operator='phone')
        wakes routing
        """
    )


def test_unknown_operator_hangs_up() -> None:
    world = come_to("nobody is rung")

    assert (
        told(world, StandingLegEnded(operator=OperatorId("nobody"), leg=STANDS)) == ""
    )


def test_leg_of_an_unknown_call_ends() -> None:
    world = without(come_to("a person is called"), "call:")

    assert told(world, PersonLegEnded(claim=HOST, leg=PERSONS_LEG, how="busy")) == ""


def test_leg_of_a_kept_promise_ends() -> None:
    world = come_to("a person is reached", *BOTH_IN, CallerHungUp(leg=PERSONS_LEG))

    assert (
        told(world, PersonLegEnded(claim=HOST, leg=PERSONS_LEG, how="completed")) == ""
    )
