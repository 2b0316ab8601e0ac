"""An operator on a standing line: put through to, not rung."""

from ivr.core.talk.events import (
    CallerNotPutThrough,
    CallerPutThrough,
    CallerTakenOut,
    EndAsked,
    Joined,
    OfferDue,
    OperatorMoved,
    OperatorNotMoved,
    RoomInspected,
    StandingLegEnded,
    WithdrawAsked,
)
from tests.core.talk.beginnings import (
    CALLER,
    GUEST,
    HOST,
    PERSON,
    PHONE,
    STANDING,
    STANDS,
    STOOD,
    invited,
    offered,
)
from tests.core.talk.situations import BY_STANDING, OTHER, changed, due
from tests.core.talk.telling import come_to, text, told


def test_caller_put_through() -> None:
    world = come_to("nobody is rung", *offered(CALLER, STOOD))

    assert told(world, OfferDue(claim=HOST)) == text(
        """
        host: state taken, deadline +21s, taken +1s
        tells offer-taken: call caller, claim host, operator standing
        asks PutThroughCaller(claim='host')
        """
    )


def test_standing_line_is_down() -> None:
    world = come_to(
        "nobody is rung",
        *offered(CALLER, STOOD),
        changed("operator:standing", leg=None),
    )

    assert told(world, OfferDue(claim=HOST)) == text(
        """
        host: state over, deadline none, reason operator-left
        caller: stage waiting, claim none
        standing: state available, since +2s, idle_since +2s, due +17s, claim none, why
          operator-left
        tells offer-ended: call caller, claim host, operator standing, reason
          operator-left
        tells operator-changed: operator standing, state available, why operator-left
        wakes routing
        """
    )


def test_standing_operator_has_another_claim() -> None:
    world = come_to(
        "nobody is rung",
        *offered(CALLER, STOOD),
        changed("operator:standing", claim=GUEST),
    )

    assert told(world, OfferDue(claim=HOST)) == text(
        """
        host: state over, deadline none, reason operator-left
        caller: stage waiting, claim none
        tells offer-ended: call caller, claim host, operator standing, reason
          operator-left
        wakes routing
        """
    )


def test_person_put_through() -> None:
    world = come_to("nobody is rung", *offered(PERSON, STOOD))

    assert told(world, OfferDue(claim=HOST)) == text(
        """
        host: state taken, deadline +51s, taken +1s
        tells offer-taken: call person, claim host, operator standing
        asks PutThroughCaller(claim='host')
        """
    )


def test_standing_colleague_fetched() -> None:
    world = come_to("they talk by telephone", *invited(BY_STANDING, PHONE))

    assert told(world, OfferDue(claim=GUEST)) == text(
        """
        guest: state taken, deadline +28s, leg standing-leg, taken +8s
        asks FetchOperator(claim='guest', leg='standing-leg')
        """
    )


def test_operator_fetched() -> None:
    world = come_to("nobody is rung", *offered(CALLER, STOOD), OfferDue(claim=HOST))

    assert told(world, CallerPutThrough(claim=HOST)) == text(
        """
        host: leg standing-leg
        asks FetchOperator(claim='host', leg='standing-leg')
        """
    )


def test_operator_hung_up_meanwhile() -> None:
    world = come_to(
        "nobody is rung",
        *offered(CALLER, STOOD),
        OfferDue(claim=HOST),
        changed("operator:standing", leg=None),
    )

    assert told(world, CallerPutThrough(claim=HOST)) == ""


def test_operator_bound_elsewhere() -> None:
    world = come_to(
        "nobody is rung",
        *offered(CALLER, STOOD),
        OfferDue(claim=HOST),
        changed("operator:standing", claim=GUEST),
    )

    assert told(world, CallerPutThrough(claim=HOST)) == ""


def test_caller_not_put_through() -> None:
    world = come_to("nobody is rung", *offered(CALLER, STOOD), OfferDue(claim=HOST))

    assert told(world, CallerNotPutThrough(claim=HOST, permanent=True)) == text(
        """
        host: state over, deadline none, reason carrier
        caller: stage waiting, claim none
        standing: state available, since +2s, idle_since +2s, due +17s, claim none, why
          carrier
        tells offer-ended: call caller, claim host, operator standing, reason carrier
        tells operator-changed: operator standing, state available, why carrier
        asks ReturnCaller(leg='caller', soon_again=None)
        wakes routing
        """
    )


def test_person_not_put_through() -> None:
    world = come_to("nobody is rung", *offered(PERSON, STOOD), OfferDue(claim=HOST))

    assert told(world, CallerNotPutThrough(claim=HOST)) == text(
        """
        host: state over, deadline none, reason carrier
        person: stage waiting, claim none, notices nothing
        standing: state available, since +2s, idle_since +2s, due +17s, claim none, why
          carrier
        tells offer-ended: call person, claim host, operator standing, reason carrier
        tells operator-changed: operator standing, state available, why carrier
        wakes routing
        """
    )


def test_person_cannot_be_put_through() -> None:
    world = come_to("nobody is rung", *offered(PERSON, STOOD), OfferDue(claim=HOST))

    assert told(world, CallerNotPutThrough(claim=HOST, permanent=True)) == text(
        """
        host: state over, deadline none, reason caller-left
        person: stage promised, claim none, notices nothing, tries 1, due +302s
        standing: state available, since +2s, claim none
        tells offer-ended: call person, claim host, operator standing, reason
          caller-left
        tells callback-tried: call person, claim host, how failed
        asks SharePlace(call='person')
        wakes routing
        """
    )


def test_operator_not_moved_freed() -> None:
    world = come_to("put through")

    assert told(world, OperatorNotMoved(claim=HOST)) == text(
        """
        host: state over, deadline none, reason carrier
        caller: stage waiting, claim none
        standing: state available, since +4s, idle_since +4s, due +19s, claim none, why
          carrier
        tells offer-ended: call caller, claim host, operator standing, reason carrier
        tells operator-changed: operator standing, state available, why carrier
        asks ReturnCaller(leg='caller', soon_again=None)
        wakes routing
        """
    )


def test_operator_hears_who_comes() -> None:
    world = come_to(
        "nobody is rung",
        *offered(CALLER, STOOD),
        OfferDue(claim=HOST),
        CallerPutThrough(claim=HOST),
    )

    assert told(world, OperatorMoved(claim=HOST, leg=STANDS)) == text(
        """
        host: deadline +41s
        answers Announce(claim='host')
        """
    )


def test_hearing_again_gives_no_time() -> None:
    world = come_to("put through")

    assert told(world, OperatorMoved(claim=HOST, leg=STANDS)) == text(
        """
        answers Announce(claim='host')
        """
    )


def test_hearing_in_talk() -> None:
    world = come_to("they talk on a standing line")

    assert told(world, OperatorMoved(claim=HOST, leg=STANDS)) == text(
        """
        answers Announce(claim='host')
        """
    )


def test_other_leg_hears_nothing() -> None:
    world = come_to("put through")

    assert told(world, OperatorMoved(claim=HOST, leg=OTHER)) == ""


def test_standing_leg_ends_while_free() -> None:
    world = come_to("nobody is rung")

    assert told(world, StandingLegEnded(operator=STANDING, leg=STANDS)) == text(
        """
        standing: state offline, leg none
        tells operator-changed: operator standing, state offline, why hung up
        wakes routing
        """
    )


def test_other_leg_stands_for_nothing() -> None:
    world = come_to("nobody is rung")

    assert told(world, StandingLegEnded(operator=STANDING, leg=OTHER)) == ""


def test_standing_leg_ends_when_offered() -> None:
    world = come_to("nobody is rung", *offered(CALLER, STOOD))

    assert told(world, StandingLegEnded(operator=STANDING, leg=STANDS)) == text(
        """
        host: state over, deadline none, reason operator-left
        caller: stage waiting, claim none
        standing: state offline, since +1s, idle_since +1s, claim none, leg none
        tells operator-changed: at +0s, operator standing, state offline, why hung up
        tells offer-ended: call caller, claim host, operator standing, reason
          operator-left
        tells operator-changed: operator standing, state offline
        wakes routing
        """
    )


def test_standing_leg_ends_on_way() -> None:
    world = come_to("put through")

    assert told(world, StandingLegEnded(operator=STANDING, leg=STANDS)) == text(
        """
        host: state over, deadline none, reason operator-left
        caller: stage waiting, claim none
        standing: state offline, since +4s, idle_since +4s, claim none, leg none
        tells operator-changed: at +0s, operator standing, state offline, why hung up
        tells offer-ended: call caller, claim host, operator standing, reason
          operator-left
        tells operator-changed: operator standing, state offline
        asks ReturnCaller(leg='caller', soon_again=None)
        wakes routing
        """
    )


def test_standing_leg_ends_in_talk() -> None:
    world = come_to("they talk on a standing line")

    assert told(world, StandingLegEnded(operator=STANDING, leg=STANDS)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing
        standing: state offline, since +6s, idle_since +6s, claim none, leg none, last
          caller
        tells operator-changed: at +5s, operator standing, state offline, why hung up
        tells talk-ended: call caller, claim host, operator standing, by operator
        wakes routing
        """
    )


def test_standing_operator_stays_on_line() -> None:
    world = come_to("they talk on a standing line", EndAsked(operator=STANDING))

    assert told(world, CallerTakenOut(claim=HOST)) == text(
        """
        host: state over, reason talk-operator
        caller: stage after, claim none, notices nothing, spent True
        standing: state wrap-up, since +7s, idle_since +7s, due +37s, claim none, last
          caller
        tells talk-ended: call caller, claim host, operator standing, by operator
        wakes routing
        """
    )


def test_standing_guest_asked_to_leave() -> None:
    world = come_to(
        "they talk by telephone",
        *invited(BY_STANDING, PHONE),
        OfferDue(claim=GUEST),
        Joined(claim=GUEST, leg=STANDS),
    )

    assert told(world, WithdrawAsked(operator=PHONE)) == text(
        """
        guest: going withdraw
        asks MoveOutOperator(claim='guest', leg='standing-leg', informs=True)
        """
    )


def test_standing_guest_leaves() -> None:
    world = come_to(
        "they talk by telephone",
        *invited(BY_STANDING, PHONE),
        OfferDue(claim=GUEST),
        Joined(claim=GUEST, leg=STANDS),
    )

    assert told(world, EndAsked(operator=STANDING)) == text(
        """
        guest: going end
        asks MoveOutOperator(claim='guest', leg='standing-leg', informs=True)
        """
    )


def test_put_through_lease_expires() -> None:
    world = due(come_to("put through"), HOST)

    assert told(world, RoomInspected(claim=HOST, legs=frozenset())) == text(
        """
        host: state over, deadline none, reason expired
        caller: stage waiting, claim none
        standing: state available, since +41s, idle_since +41s, due +56s, claim none,
          missed 1, why missed
        tells offer-ended: call caller, claim host, operator standing, reason expired
        tells operator-changed: operator standing, state available, why missed
        asks ReturnCaller(leg='caller', soon_again=None)
        asks InformOperator(claim='host', leg='standing-leg')
        asks WriteToOperator(operator='standing')
        wakes routing
        """
    )
