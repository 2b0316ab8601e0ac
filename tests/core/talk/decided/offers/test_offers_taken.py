"""A key, a click or a moved leg takes an offer, and the caller is moved."""

from ivr.core.talk.events import (
    CalledOff,
    CallerNotMoved,
    ConnectAsked,
    Joined,
    KeyPressed,
    OfferDue,
)
from tests.core.talk.beginnings import (
    BY_PHONE,
    CALLER_LEG,
    GUEST,
    HOST,
    PERSON,
    PHONE,
    PHONED,
    invited,
    offered,
    take,
)
from tests.core.talk.situations import AGAIN, GONE, OTHER, PHONE_ACCEPTED
from tests.core.talk.telling import come_to, text, told


def test_key_takes_call() -> None:
    world = come_to("a telephone is asked")

    assert told(world, KeyPressed(claim=HOST, leg=PHONED.leg, keys="1")) == text(
        """
        host: state taken, deadline +24s, taken +4s
        tells offer-taken: call caller, claim host, operator phone
        asks ConnectCaller(claim='host', attempt=1)
        answers Enter(claim='host', calling=False)
        """
    )


def test_key_of_unknown_leg_takes() -> None:
    world = come_to("offered", OfferDue(claim=HOST))

    assert told(world, KeyPressed(claim=HOST, leg=PHONED.leg, keys="1")) == text(
        """
        host: state taken, deadline +22s, leg phone-leg, taken +2s
        tells offer-taken: call caller, claim host, operator phone
        asks ConnectCaller(claim='host', attempt=1)
        answers Enter(claim='host', calling=False)
        """
    )


def test_key_of_another_leg_takes_nothing() -> None:
    world = come_to("a telephone is asked")

    assert told(world, KeyPressed(claim=HOST, leg=OTHER, keys="1")) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )


def test_second_key_changes_nothing() -> None:
    world = come_to("taken")

    assert told(world, KeyPressed(claim=HOST, leg=PHONED.leg, keys="1")) == text(
        """
        answers Enter(claim='host', calling=False)
        """
    )


def test_late_key_hears_of_end() -> None:
    world = come_to("taken", GONE)

    assert told(world, KeyPressed(claim=HOST, leg=PHONED.leg, keys="1")) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )


def test_colleague_takes_without_moving_anybody() -> None:
    world = come_to(
        "they talk by telephone", *invited(BY_PHONE, PHONE), *take(BY_PHONE)[:-1]
    )

    assert told(world, KeyPressed(claim=GUEST, leg=BY_PHONE.leg, keys="1")) == text(
        """
        guest: state taken, deadline +31s, taken +11s
        answers Enter(claim='guest', calling=False)
        """
    )


def test_person_called_once_taken() -> None:
    world = come_to("nobody is rung", *offered(PERSON, PHONED), *take(PHONED)[:-1])

    assert told(world, KeyPressed(claim=HOST, leg=PHONED.leg, keys="1")) == text(
        """
        host: state taken, deadline +54s, taken +4s
        tells offer-taken: call person, claim host, operator phone
        asks ConnectCaller(claim='host', attempt=1)
        answers Enter(claim='host', calling=True)
        """
    )


def test_person_who_waits_is_moved() -> None:
    world = come_to(
        "a person is reached",
        CalledOff(claim=HOST, reason="withdrawn"),
        *offered(PERSON, AGAIN),
        *take(AGAIN)[:-1],
    )

    assert told(world, KeyPressed(claim=GUEST, leg=AGAIN.leg, keys="1")) == text(
        """
        guest: state taken, deadline +34s, taken +14s
        tells offer-taken: call person, claim guest, operator phone-2
        asks ConnectCaller(claim='guest', attempt=1)
        answers Enter(claim='guest', calling=False)
        """
    )


def test_key_declines_call() -> None:
    world = come_to("a telephone is asked")

    assert told(world, KeyPressed(claim=HOST, leg=PHONED.leg, keys="2")) == text(
        """
        host: state over, deadline none, reason declined
        caller: stage waiting, claim none
        phone: state available, since +4s, idle_since +4s, due +19s, claim none, why
          declined
        tells offer-ended: call caller, claim host, operator phone, reason declined
        tells operator-changed: operator phone, state available, why declined
        answers Dismiss(prompt='operator.declined', claim='host')
        wakes routing
        """
    )


def test_no_key_is_no_answer() -> None:
    world = come_to("a telephone is asked")

    assert told(world, KeyPressed(claim=HOST, leg=PHONED.leg, keys="")) == text(
        """
        host: state over, deadline none, reason no-answer
        caller: stage waiting, claim none
        phone: state available, since +4s, idle_since +4s, due +19s, claim none, missed
          1, why missed
        tells offer-ended: call caller, claim host, operator phone, reason no-answer
        tells operator-changed: operator phone, state available, why missed
        asks WriteToOperator(operator='phone')
        answers Dismiss(prompt='operator.expired', claim='host')
        wakes routing
        """
    )


def test_other_leg_declines_nothing() -> None:
    world = come_to("a telephone is asked")

    assert told(world, KeyPressed(claim=HOST, leg=OTHER, keys="2")) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )


def test_taken_call_not_declined() -> None:
    world = come_to("taken")

    assert told(world, KeyPressed(claim=HOST, leg=PHONED.leg, keys="2")) == text(
        """
        answers Dismiss(prompt='operator.declined', claim='host')
        """
    )


def test_moved_telephone_takes_call() -> None:
    world = come_to("a telephone is asked", PHONE_ACCEPTED)

    assert told(world, ConnectAsked(claim=HOST, leg=PHONED.leg, attempt=1)) == text(
        """
        host: state taken, deadline +25s, taken +5s
        tells offer-taken: call caller, claim host, operator phone
        asks ConnectCaller(claim='host', attempt=1)
        answers Enter(claim='host', calling=False)
        """
    )


def test_caller_moved_again() -> None:
    world = come_to("taken")

    assert told(world, ConnectAsked(claim=HOST, leg=PHONED.leg, attempt=2)) == text(
        """
        asks ConnectCaller(claim='host', attempt=2)
        answers Enter(claim='host', calling=False)
        """
    )


def test_caller_inside_not_moved() -> None:
    world = come_to("taken", Joined(claim=HOST, leg=CALLER_LEG))

    assert told(world, ConnectAsked(claim=HOST, leg=PHONED.leg, attempt=2)) == text(
        """
        answers Enter(claim='host', calling=False)
        """
    )


def test_talking_caller_not_moved() -> None:
    world = come_to("they talk by telephone")

    assert told(world, ConnectAsked(claim=HOST, leg=PHONED.leg, attempt=2)) == text(
        """
        answers Enter(claim='host', calling=False)
        """
    )


def test_nobody_moved_after_end() -> None:
    world = come_to("taken", GONE)

    assert told(world, ConnectAsked(claim=HOST, leg=PHONED.leg, attempt=2)) == text(
        """
        answers ExplainEnd(claim='host')
        """
    )


def test_unmoved_caller_tried_again() -> None:
    world = come_to("taken")

    assert told(world, CallerNotMoved(claim=HOST, attempt=2, permanent=True)) == text(
        """
        answers AskLater(claim='host', attempt=3)
        """
    )


def test_third_time_gives_both_back() -> None:
    world = come_to("taken")

    assert told(world, CallerNotMoved(claim=HOST, attempt=3)) == text(
        """
        host: state over, deadline none, reason carrier
        caller: stage waiting, claim none
        phone: state available, since +5s, idle_since +5s, due +20s, claim none, why
          carrier
        tells offer-ended: call caller, claim host, operator phone, reason carrier
        tells operator-changed: operator phone, state available, why carrier
        asks ReturnCaller(leg='caller', soon_again=None)
        answers Dismiss(prompt='operator.failed', claim='host')
        wakes routing
        """
    )


def test_person_not_called_tried_again() -> None:
    world = come_to("nobody is rung", *offered(PERSON, PHONED), *take(PHONED))

    assert told(world, CallerNotMoved(claim=HOST, attempt=1)) == text(
        """
        answers AskLater(claim='host', attempt=2)
        """
    )


def test_person_who_cannot_be_called() -> None:
    world = come_to("nobody is rung", *offered(PERSON, PHONED), *take(PHONED))

    assert told(world, CallerNotMoved(claim=HOST, attempt=1, permanent=True)) == text(
        """
        host: state over, deadline none, reason caller-left
        person: stage promised, claim none, notices nothing, tries 1, due +305s
        phone: state available, since +5s, claim none
        tells offer-ended: call person, claim host, operator phone, reason caller-left
        tells callback-tried: call person, claim host, how failed
        asks InformOperator(claim='host', leg='phone-leg')
        asks SharePlace(call='person')
        answers Dismiss(prompt='operator.not-reached', claim='host')
        wakes routing
        """
    )


def test_person_called_meanwhile_kept() -> None:
    world = come_to("a person is called")

    assert told(world, CallerNotMoved(claim=HOST, attempt=1, permanent=True)) == text(
        """
        answers Dismiss(prompt='operator.not-reached', claim='host')
        """
    )


def test_offer_called_off() -> None:
    world = come_to("a telephone rings")

    assert told(world, CalledOff(claim=HOST, reason="withdrawn")) == text(
        """
        host: state over, deadline none, reason withdrawn
        caller: stage waiting, claim none
        phone: state available, since +3s, idle_since +3s, due +18s, claim none, why
          withdrawn
        tells offer-ended: call caller, claim host, operator phone, reason withdrawn
        tells operator-changed: operator phone, state available, why withdrawn
        wakes routing
        """
    )


def test_taken_claim_called_off() -> None:
    world = come_to("taken")

    assert told(world, CalledOff(claim=HOST, reason="withdrawn")) == text(
        """
        host: state over, deadline none, reason withdrawn
        caller: stage waiting, claim none
        phone: state available, since +5s, idle_since +5s, due +20s, claim none, why
          withdrawn
        tells offer-ended: call caller, claim host, operator phone, reason withdrawn
        tells operator-changed: operator phone, state available, why withdrawn
        asks ReturnCaller(leg='caller', soon_again=None)
        wakes routing
        """
    )
