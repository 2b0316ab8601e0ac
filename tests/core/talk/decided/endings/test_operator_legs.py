"""The operator's leg is over: what becomes of the claim."""

from ivr.core.model.claim import ExitKind, PendingExit
from ivr.core.talk.events import (
    CallerGone,
    EndAsked,
    Joined,
    KeyPressed,
    LegEnded,
    LegNotCreated,
    OfferDue,
    OperatorCameOut,
    PassOnAsked,
)
from tests.core.talk.beginnings import (
    BACK,
    BROWSED,
    CALLER_LEG,
    HOST,
    PHONE,
    PHONED,
)
from tests.core.talk.situations import ENGAGED, GONE, OTHER
from tests.core.talk.telling import come_to, text, told


def test_end_told_before_ring() -> None:
    world = come_to("offered", OfferDue(claim=HOST))

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, deadline none, leg phone-leg, rung +2s, reason no-answer
        caller: stage waiting, claim none
        phone: state available, since +2s, idle_since +2s, due +17s, claim none, missed
          1, why missed
        tells offer-rung: call caller, claim host, operator phone
        tells offer-ended: call caller, claim host, operator phone, reason no-answer
        tells operator-changed: operator phone, state available, why missed
        asks WriteToOperator(operator='phone')
        wakes routing
        """
    )


def test_end_of_another_leg_changes_nothing() -> None:
    world = come_to("a telephone rings")

    assert told(world, LegEnded(claim=HOST, leg=OTHER, how="completed")) == ""


def test_ring_that_nobody_answers_is_missed() -> None:
    world = come_to("a telephone rings")

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="no-answer")) == text(
        """
        host: state over, deadline none, reason no-answer
        caller: stage waiting, claim none
        phone: state available, since +3s, idle_since +3s, due +18s, claim none, leg
          none, missed 1, why missed
        tells offer-ended: call caller, claim host, operator phone, reason no-answer
        tells operator-changed: operator phone, state available, why missed
        asks WriteToOperator(operator='phone')
        wakes routing
        """
    )


def test_busy_telephone_missed() -> None:
    world = come_to("a telephone rings")

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="busy")) == text(
        """
        host: state over, deadline none, reason busy
        caller: stage waiting, claim none
        phone: state available, since +3s, idle_since +3s, due +18s, claim none, leg
          none, missed 1, why missed
        tells offer-ended: call caller, claim host, operator phone, reason busy
        tells operator-changed: operator phone, state available, why missed
        asks WriteToOperator(operator='phone')
        wakes routing
        """
    )


def test_busy_browser_reloaded() -> None:
    world = come_to("a browser rings")

    assert told(world, LegEnded(claim=HOST, leg=BROWSED.leg, how="busy")) == text(
        """
        host: state over, deadline none, reason reloaded
        caller: stage waiting, claim none
        browser: state available, since +3s, due +6s, claim none, leg none, why
          reloaded, reloads 1
        tells offer-ended: call caller, claim host, operator browser, reason reloaded
        tells operator-changed: operator browser, state available, why reloaded
        asks WriteToOperator(operator='browser')
        wakes routing
        """
    )


def test_unanswered_browser_missed() -> None:
    world = come_to("a browser rings")

    assert told(world, LegEnded(claim=HOST, leg=BROWSED.leg, how="no-answer")) == text(
        """
        host: state over, deadline none, reason no-answer
        caller: stage waiting, claim none
        browser: state available, since +3s, idle_since +3s, due +18s, claim none, leg
          none, missed 1, why missed
        tells offer-ended: call caller, claim host, operator browser, reason no-answer
        tells operator-changed: operator browser, state available, why missed
        asks WriteToOperator(operator='browser')
        wakes routing
        """
    )


def test_operator_on_another_call_missed_nothing() -> None:
    world = come_to("a telephone rings", ENGAGED)

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="no-answer")) == text(
        """
        host: state over, deadline none, reason engaged
        caller: stage waiting, claim none
        phone: state available, since +4s, claim none, leg none, why engaged
        tells offer-ended: call caller, claim host, operator phone, reason engaged
        tells operator-changed: operator phone, state available, why engaged
        asks WriteToOperator(operator='phone')
        wakes routing
        """
    )


def test_refused_number_is_no_engaged_one() -> None:
    world = come_to("offered", OfferDue(claim=HOST), ENGAGED)

    assert told(world, LegNotCreated(claim=HOST, permanent=True)) == text(
        """
        host: state over, deadline none, reason failed
        caller: stage waiting, claim none
        phone: state available, since +3s, idle_since +3s, due +18s, claim none, missed
          1, why missed
        tells offer-ended: call caller, claim host, operator phone, reason failed
        tells operator-changed: operator phone, state available, why missed
        asks WriteToOperator(operator='phone')
        wakes routing
        """
    )


def test_operator_hangs_up_before_talk() -> None:
    world = come_to("taken")

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, deadline none, reason operator-left
        caller: stage waiting, claim none
        phone: state available, since +5s, idle_since +5s, due +20s, claim none, leg
          none, why operator-left
        tells offer-ended: call caller, claim host, operator phone, reason operator-left
        tells operator-changed: operator phone, state available, why operator-left
        asks ReturnCaller(leg='caller', soon_again=None)
        wakes routing
        """
    )


def test_another_leg_leaves_no_taken_claim() -> None:
    world = come_to("taken")

    assert told(world, LegEnded(claim=HOST, leg=OTHER, how="completed")) == ""


def test_operator_leaves_before_talk() -> None:
    world = come_to("taken", Joined(claim=HOST, leg=CALLER_LEG))

    assert told(world, OperatorCameOut(claim=HOST, leg=PHONED.leg)) == text(
        """
        host: state over, deadline none, caller_in False, reason operator-left
        caller: stage waiting, claim none
        phone: state available, since +6s, idle_since +6s, due +21s, claim none, why
          operator-left
        tells offer-ended: call caller, claim host, operator phone, reason operator-left
        tells operator-changed: operator phone, state available, why operator-left
        asks ReturnCaller(leg='caller', soon_again=None)
        answers ExplainEnd(claim='host')
        wakes routing
        """
    )


def test_operator_hangs_up_in_talk() -> None:
    world = come_to("they talk by telephone")

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing
        phone: state wrap-up, since +7s, idle_since +7s, due +37s, claim none, leg none,
          last caller
        tells talk-ended: call caller, claim host, operator phone, by operator
        wakes routing
        """
    )


def test_another_leg_ends_no_talk() -> None:
    world = come_to("they talk by telephone")

    assert told(world, LegEnded(claim=HOST, leg=OTHER, how="completed")) == ""


def test_leg_that_dropped_is_known() -> None:
    world = come_to("dropped")

    assert told(world, LegEnded(claim=HOST, leg=BROWSED.leg, how="completed")) == ""


def test_unknown_leg_ends_new_one() -> None:
    world = come_to("reconnecting")

    assert told(world, LegEnded(claim=HOST, leg=BACK, how="busy")) == text(
        """
        host: apart lost
        """
    )


def test_late_end_frees_telephone() -> None:
    world = come_to(
        "a telephone is asked", KeyPressed(claim=HOST, leg=PHONED.leg, keys="2")
    )

    assert told(world, LegEnded(claim=HOST, leg=PHONED.leg, how="completed")) == text(
        """
        phone: leg none
        wakes routing
        """
    )


def test_late_end_of_another_leg() -> None:
    world = come_to(
        "a telephone is asked", KeyPressed(claim=HOST, leg=PHONED.leg, keys="2")
    )

    assert told(world, LegEnded(claim=HOST, leg=OTHER, how="completed")) == ""


def test_lost_caller_ends_offer() -> None:
    world = come_to("taken")

    assert told(world, CallerGone(claim=HOST)) == text(
        """
        host: state over, deadline none, reason caller-left
        caller: stage ended, claim none, ended +5s, ended_from claimed
        phone: state available, since +5s, claim none
        tells offer-ended: call caller, claim host, operator phone, reason caller-left
        tells call-ended: call caller, outcome abandoned
        asks InformOperator(claim='host', leg='phone-leg')
        asks SharePlace(call='caller')
        answers Dismiss(prompt='operator.caller-left', claim='host')
        wakes routing
        """
    )


def test_lost_caller_ends_talk() -> None:
    world = come_to("they talk by telephone", EndAsked(operator=PHONE))

    assert told(world, CallerGone(claim=HOST)) == text(
        """
        host: state over, reason talk-caller
        caller: stage ended, claim none, spent True, belongs_to phone, ended +8s,
          ended_from connected
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by caller
        tells call-ended: call caller, outcome answered
        asks SharePlace(call='caller')
        asks EndLeg(leg='phone-leg')
        answers Dismiss(prompt='operator.caller-left', claim='host')
        wakes routing
        """
    )


def test_lost_caller_cannot_be_passed_on() -> None:
    world = come_to(
        "they talk by telephone",
        PassOnAsked(operator=PHONE, going=PendingExit(way=ExitKind.QUEUE)),
    )

    assert told(world, CallerGone(claim=HOST)) == text(
        """
        host: state over, reason transferred
        caller: stage ended, claim none, spent True, belongs_to phone, ended +8s,
          ended_from connected
        phone: state wrap-up, since +8s, idle_since +8s, due +38s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator phone, by caller
        tells call-ended: call caller, outcome answered
        asks SharePlace(call='caller')
        answers Dismiss(prompt='operator.caller-left', claim='host')
        refuses: call-over
        wakes routing
        """
    )


def test_caller_lost_once() -> None:
    world = come_to("taken", GONE)

    assert told(world, CallerGone(claim=HOST)) == text(
        """
        answers Dismiss(prompt='operator.caller-left', claim='host')
        """
    )
