"""What an operator is told of a caller, and what is left out."""

from datetime import timedelta
from typing import Any

from ivr.core.history.timeline import (
    GivenLocation,
    Happening,
    make_timeline,
    waits_for_talks,
)
from ivr.core.model.facts import (
    CallbackPromised,
    CallerConnected,
    CallerQueued,
    CallStarted,
    Fact,
    LocationGiven,
    OfferEnded,
    OfferMade,
    TalkEnded,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from tests.core.one_operator import after
from tests.core.promise_fields import PROMISE

ANNA = OperatorId("key-of-anna")
NAMES = {ANNA: "Anna"}


def told(seconds: float, kind: type[Fact], **more: Any) -> Any:
    place: dict[str, Any] = {"line": LineKey("harbour"), "call": ContactId("c1")}
    return kind(at=after(seconds), **place, **more)


def offer(seconds: float, kind: type[Fact], **more: Any) -> Any:
    return told(seconds, kind, claim=ClaimId("k1"), operator=ANNA, **more)


def test_timeline_tells_in_codes_and_names() -> None:
    facts = [
        told(0, CallStarted, number="+12025550101", caller="pseudonym"),
        told(9, CallerQueued, language="uk", urgency="urgent"),
        offer(20, OfferMade, why="{}"),
        offer(40, OfferEnded, reason="no-answer"),
    ]

    assert make_timeline(facts, NAMES) == (
        Happening(at=after(0), what="call-started", values={}),
        Happening(at=after(9), what="caller-queued", values={"language": "uk"}),
        Happening(
            at=after(40),
            what="offer-ended",
            values={"reason": "no-answer", "operator": "Anna"},
        ),
    )


def test_timeline_holds_nothing_personal() -> None:
    facts = [
        told(0, CallStarted, number="+12025550101", caller="a-pseudonym"),
        told(5, LocationGiven, location="area", area="sealed-area"),
        told(6, CallbackPromised, **PROMISE | {"number": "sealed-number"}),
    ]

    said = repr(make_timeline(facts, NAMES))

    for secret in ("pseudonym", "sealed", "+1202"):
        assert secret not in said


def test_former_operator_told_by_key() -> None:
    (ended,) = make_timeline([offer(9, TalkEnded, by="caller")], {})

    assert ended.values["operator"] == ANNA


def test_each_talk_told_with_wait_before_it() -> None:
    again = told(300, CallerQueued, language="uk", urgency="urgent", again=True)
    facts = [
        told(0, CallerQueued, language="uk", urgency="urgent"),
        offer(60, CallerConnected),
        again,
        offer(330, CallerConnected),
    ]

    found = [length for _, length in waits_for_talks(facts)]

    assert found == [timedelta(seconds=60), timedelta(seconds=30)]


def test_place_shows_itself_in_no_log() -> None:
    assert "864135" not in repr(GivenLocation(area="864135"))
