"""Facts for the tests: whole calls, made of plain numbers."""

from datetime import UTC, datetime, timedelta

from ivr.core.history.call_log import CallRecord, fold_facts
from ivr.core.model.facts import (
    CallEnded,
    CallerConnected,
    CallerQueued,
    CallStarted,
    Fact,
    LanguageChosen,
    OfferMade,
    OfferRung,
    TalkEnded,
    TopicChosen,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINE = LineKey("example")
HOTLINE = "+12025550101"

Entry = tuple[str, Fact]


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def call_id(number: int) -> ContactId:
    return ContactId(f"call-{number:05}")


def answered_call(number: int, line: LineKey = LINE) -> list[Fact]:
    """A call from the first ring to the end, ten facts; it begins at second number."""
    call = call_id(number)
    claim, operator = ClaimId(f"claim-{number}"), OperatorId("operator-1")
    times = iter([after(number + second / 4) for second in range(10)])
    return [
        CallStarted(
            at=next(times), line=line, call=call, number=HOTLINE, caller="somebody"
        ),
        LanguageChosen(at=next(times), line=line, call=call, language="en"),
        TopicChosen(
            at=next(times), line=line, call=call, topic="self", urgency="urgent"
        ),
        LanguageChosen(at=next(times), line=line, call=call, language="uk"),
        CallerQueued(
            at=next(times), line=line, call=call, language="uk", urgency="urgent"
        ),
        OfferMade(at=next(times), line=line, call=call, claim=claim, operator=operator),
        OfferRung(at=next(times), line=line, call=call, claim=claim, operator=operator),
        CallerConnected(
            at=next(times), line=line, call=call, claim=claim, operator=operator
        ),
        TalkEnded(
            at=next(times),
            line=line,
            call=call,
            claim=claim,
            operator=operator,
            by="caller",
        ),
        CallEnded(at=next(times), line=line, call=call, outcome="answered"),
    ]


def journal(calls: int) -> list[Entry]:
    """The facts of so many answered calls, with a journal's identifiers."""
    told = [fact for number in range(calls) for fact in answered_call(number)]
    return [(f"1700000000000-{place}", fact) for place, fact in enumerate(told)]


def record_of(number: int) -> CallRecord:
    """What the call log must know of an answered call."""
    record = fold_facts(None, answered_call(number))
    assert record is not None
    return record
