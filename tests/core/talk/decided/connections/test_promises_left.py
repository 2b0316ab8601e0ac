"""A promise to call back, once its caller is gone or it is revoked."""

from datetime import timedelta

from ivr.core.model.claim import ExitKind, PendingExit
from ivr.core.model.contact.callback import CallbackRequest
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.identifiers import ContactId, LegId
from ivr.core.talk.events import (
    CallbackRevoked,
    CallerHungUp,
    CallerTakenOut,
    LegEnded,
    PassOnAsked,
    PersonLegEnded,
)
from tests.core.talk.beginnings import (
    CALLER,
    HOST,
    PERSON,
    PERSONS_LEG,
    PHONE,
    PHONED,
    offered,
    ring,
)
from tests.core.talk.situations import BOTH_IN, OTHER, changed, tried
from tests.core.talk.telling import come_to, text, told
from tests.core.walking import NOW


def test_who_renewed_is_promised_again() -> None:
    world = come_to("nobody is rung")

    assert told(world, CallerHungUp(leg=LegId("renewing"))) == text(
        """
        renewing: stage promised, notices nothing, number sealed, made +0s, activated
          True, phone none, reached False, fulfilled False, tries 0, due +300s,
          not_before +300s
        tells call-ended: call renewing, outcome callback
        tells callback-promised: call renewing, number sealed, at_any_hour True,
          in_writing False, dialled +12025550123, started 2026-01-05T17:00:00+00:00,
          arrived 2026-01-05T17:00:00+00:00, language en, topic myself, urgency urgent,
          location none, given_back False, handed_on 0
        asks SharePlace(call='renewing')
        """
    )


def test_who_renewed_and_talked_is_done() -> None:
    world = come_to("nobody is rung", changed("call:renewing", answered=True))

    assert told(world, CallerHungUp(leg=LegId("renewing"))) == text(
        """
        renewing: stage ended, ended +1s, ended_from waiting
        tells call-ended: call renewing, outcome answered
        asks SharePlace(call='renewing')
        """
    )


def test_who_renewed_and_wrote_is_done() -> None:
    world = come_to("nobody is rung", changed("call:renewing", message="sealed"))

    assert told(world, CallerHungUp(leg=LegId("renewing"))) == text(
        """
        renewing: stage ended, ended +1s, ended_from waiting
        tells call-ended: call renewing, outcome abandoned
        asks SharePlace(call='renewing')
        """
    )


def test_promise_begins_to_bind() -> None:
    world = come_to("nobody is rung")

    assert told(world, CallerHungUp(leg=LegId("promised"))) == text(
        """
        promised: stage waiting, notices nothing, activated True, renews none
        tells call-ended: call promised, outcome callback
        asks SharePlace(call='promised')
        wakes routing
        """
    )


def test_earlier_place_counts() -> None:
    world = come_to(
        "nobody is rung", changed("call:promised", queued=NOW + timedelta(hours=1))
    )

    assert told(world, CallerHungUp(leg=LegId("promised"))) == text(
        """
        promised: stage waiting, notices nothing, queued +0s, activated True, renews
          none
        tells call-ended: call promised, outcome callback
        asks SharePlace(call='promised')
        wakes routing
        """
    )


def test_waiting_promise_keeps_its_place() -> None:
    renews = CallbackRequest(made=NOW, activated=True, leg=OTHER, renews=CALLER)
    world = come_to(
        "nobody is rung",
        changed("call:person", promise=renews, queued=NOW + timedelta(hours=1)),
    )

    assert told(world, CallerHungUp(leg=OTHER)) == text(
        """
        person: stage promised, notices nothing, leg none, tries 1, due +301s
        tells callback-tried: call person
        asks SharePlace(call='person')
        """
    )


def test_begun_promise_told_once() -> None:
    world = come_to(
        "nobody is rung",
        changed(
            "call:promised",
            promise=CallbackRequest(made=NOW, activated=True, leg=OTHER),
        ),
    )

    assert told(world, CallerHungUp(leg=OTHER)) == text(
        """
        promised: stage waiting, notices nothing, leg none
        asks SharePlace(call='promised')
        wakes routing
        """
    )


def test_busy_person_tried_later() -> None:
    world = come_to("a person is called")

    assert told(world, PersonLegEnded(claim=HOST, leg=PERSONS_LEG, how="busy")) == text(
        """
        host: state over, deadline none, reason not-reached
        person: stage promised, claim none, notices nothing, leg none, tries 1, due
          +307s
        phone: state available, since +7s, claim none
        tells offer-ended: call person, claim host, operator phone, reason not-reached
        tells callback-tried: call person, claim host, how busy
        asks InformOperator(claim='host', leg='phone-leg')
        asks SharePlace(call='person')
        wakes routing
        """
    )


def test_person_given_up() -> None:
    world = come_to("a person is called", tried(9))

    assert told(world, PersonLegEnded(claim=HOST, leg=PERSONS_LEG, how="busy")) == text(
        """
        host: state over, deadline none, reason not-reached
        person: stage ended, claim none, ended +8s, ended_from claimed
        phone: state available, since +8s, claim none
        tells offer-ended: call person, claim host, operator phone, reason not-reached
        tells callback-tried: call person, claim host, how busy
        tells callback-ended: call person, reason given-up
        asks InformOperator(claim='host', leg='phone-leg')
        asks SharePlace(call='person')
        wakes routing
        """
    )


def test_reached_person_hangs_up() -> None:
    world = come_to("a person is reached")

    assert told(world, CallerHungUp(leg=PERSONS_LEG, how="completed")) == text(
        """
        host: state over, deadline none, reason not-reached
        person: stage promised, claim none, notices nothing, leg none, reached False,
          tries 1, due +309s
        phone: state available, since +9s, claim none
        tells offer-ended: call person, claim host, operator phone, reason not-reached
        tells callback-tried: call person, claim host, how completed
        asks InformOperator(claim='host', leg='phone-leg')
        asks SharePlace(call='person')
        wakes routing
        """
    )


def test_promise_kept_in_talk() -> None:
    world = come_to("a person is reached", *BOTH_IN)

    assert told(world, CallerHungUp(leg=PERSONS_LEG, how="completed")) == text(
        """
        host: state over, reason talk-caller
        person: stage ended, claim none, belongs_to phone, ended +11s, ended_from
          connected
        phone: state wrap-up, since +11s, idle_since +11s, due +41s, claim none, last
          person
        tells talk-ended: call person, claim host, operator phone, by caller
        tells person-left: call person, outcome answered
        asks SharePlace(call='person')
        wakes routing
        """
    )


def test_kept_promise_waits_in_vain() -> None:
    world = come_to(
        "a person is reached",
        *BOTH_IN,
        PassOnAsked(operator=PHONE, going=PendingExit(way=ExitKind.QUEUE)),
        CallerTakenOut(claim=HOST),
    )

    assert told(world, CallerHungUp(leg=PERSONS_LEG, how="completed")) == text(
        """
        person: stage ended, ended +13s, ended_from waiting
        tells person-left: call person, outcome abandoned
        asks SharePlace(call='person')
        """
    )


def test_kept_promise_is_over_later() -> None:
    world = come_to(
        "a person is reached",
        *BOTH_IN,
        LegEnded(claim=HOST, leg=PHONED.leg, how="completed"),
    )

    assert told(world, CallerHungUp(leg=PERSONS_LEG, how="completed")) == text(
        """
        person: stage ended, ended +12s, ended_from after
        tells person-left: call person, outcome answered
        asks SharePlace(call='person')
        """
    )


def test_message_fulfils_promise() -> None:
    world = come_to(
        "a person is reached", changed("call:person", outcome=Outcome.MESSAGE)
    )

    assert told(world, CallerHungUp(leg=PERSONS_LEG, how="completed")) == text(
        """
        host: state over, deadline none, reason not-reached
        person: stage ended, claim none, ended +10s, ended_from claimed
        phone: state available, since +10s, claim none
        tells offer-ended: call person, claim host, operator phone, reason not-reached
        tells callback-ended: call person, reason message
        asks InformOperator(claim='host', leg='phone-leg')
        asks SharePlace(call='person')
        wakes routing
        """
    )


def test_waiting_promise_revoked() -> None:
    world = come_to("nobody is rung")

    assert told(world, CallbackRevoked(call=PERSON, reason="withdrawn")) == text(
        """
        person: stage ended, ended +0s, ended_from waiting
        tells callback-ended: call person, reason withdrawn
        """
    )


def test_promise_on_line_revoked() -> None:
    world = come_to("nobody is rung")

    assert told(
        world, CallbackRevoked(call=ContactId("promised"), reason="withdrawn")
    ) == text(
        """
        promised: stage ended, ended +0s, ended_from promised
        tells callback-ended: call promised, reason withdrawn
        tells call-ended: call promised, outcome callback
        """
    )


def test_person_rung_revoked() -> None:
    world = come_to("a person is called")

    assert told(world, CallbackRevoked(call=PERSON, reason="caller-rang")) == text(
        """
        host: state over, deadline none, reason not-reached
        person: stage ended, claim none, ended +7s, ended_from claimed
        phone: state available, since +7s, claim none
        tells offer-ended: call person, claim host, operator phone, reason not-reached
        tells callback-ended: call person, reason caller-rang
        asks InformOperator(claim='host', leg='phone-leg')
        asks EndLeg(leg='person-leg')
        wakes routing
        """
    )


def test_refusing_person_stays_on_line() -> None:
    world = come_to("a person is called")

    assert told(world, CallbackRevoked(call=PERSON, reason="refused")) == text(
        """
        keyed-name: refused +7s
        host: state over, deadline none, reason not-reached
        person: stage ended, claim none, ended +7s, ended_from claimed
        phone: state available, since +7s, claim none
        tells offer-ended: call person, claim host, operator phone, reason not-reached
        tells callback-ended: call person, reason refused
        asks InformOperator(claim='host', leg='phone-leg')
        wakes routing
        """
    )


def test_offered_promise_revoked() -> None:
    world = come_to("nobody is rung", *offered(PERSON, PHONED), *ring(PHONED))

    assert told(world, CallbackRevoked(call=PERSON, reason="withdrawn")) == text(
        """
        host: state over, deadline none, reason caller-left
        person: stage ended, claim none, ended +3s, ended_from claimed
        phone: state available, since +3s, claim none
        tells offer-ended: call person, claim host, operator phone, reason caller-left
        tells callback-ended: call person, reason withdrawn
        asks EndLeg(leg='phone-leg')
        wakes routing
        """
    )


def test_reached_person_not_revoked() -> None:
    world = come_to("a person is reached")

    assert told(world, CallbackRevoked(call=PERSON, reason="withdrawn")) == ""


def test_talking_person_not_revoked() -> None:
    world = come_to("a person is reached", *BOTH_IN)

    assert told(world, CallbackRevoked(call=PERSON, reason="withdrawn")) == ""


def test_nothing_promised_not_revoked() -> None:
    world = come_to("nobody is rung")

    assert told(world, CallbackRevoked(call=CALLER, reason="withdrawn")) == ""
