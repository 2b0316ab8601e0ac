"""The fold of a call's facts into the call log's record."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.history.call_log import CallRecord, apply_fact, fold_facts, to_json
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.facts import (
    CallEnded,
    CallerConnected,
    CallerQueued,
    CallStarted,
    Fact,
    LanguageChosen,
    LinkSent,
    LocationGiven,
    MenuGivenUp,
    OfferEnded,
    OfferMade,
    OfferRung,
    OfferTaken,
    OperatorChanged,
    SectionPlayed,
    TalkEnded,
    TopicChosen,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOTLINE = "+12025550101"
FIRST, SECOND = ClaimId("claim-1"), ClaimId("claim-2")
ANNA, OLHA = OperatorId("operator-a"), OperatorId("operator-o")


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def happened(kind: Callable[..., Fact], seconds: float, **details: Any) -> Fact:
    return kind(
        at=after(seconds), line=LineKey("example"), call=ContactId("call-1"), **details
    )


def started(seconds: float = 0) -> Fact:
    return happened(CallStarted, seconds, number=HOTLINE, caller="somebody")


def queued(seconds: float) -> Fact:
    return happened(CallerQueued, seconds, language="uk", urgency="urgent")


def connected(seconds: float, operator: OperatorId = ANNA) -> Fact:
    return happened(CallerConnected, seconds, claim=FIRST, operator=operator)


def ended(seconds: float, outcome: Outcome) -> Fact:
    return happened(CallEnded, seconds, outcome=outcome)


def recorded(*facts: Fact) -> CallRecord:
    record = fold_facts(None, facts)
    assert record is not None
    return record


MOMENTS = st.integers(min_value=0, max_value=4)
WORDS = st.sampled_from(["a", "b"])
CLAIMED = {"claim": st.sampled_from([FIRST, SECOND]), "operator": WORDS}


def facts_of(kind: Callable[..., Fact], **details: Any) -> st.SearchStrategy[Fact]:
    return st.builds(happened, st.just(kind), MOMENTS, **details)


ANY_FACT = st.one_of(
    facts_of(
        CallStarted,
        number=WORDS,
        channel=st.sampled_from(["voice", "sms"]),
        caller=st.none() | WORDS,
    ),
    facts_of(LanguageChosen, language=WORDS),
    facts_of(TopicChosen, topic=WORDS, urgency=WORDS),
    facts_of(SectionPlayed, part=st.just(1)),
    facts_of(MenuGivenUp, node=WORDS),
    facts_of(LocationGiven, location=WORDS),
    facts_of(LinkSent),
    facts_of(CallerQueued, language=WORDS, urgency=WORDS, again=st.booleans()),
    facts_of(OfferMade, **CLAIMED),
    facts_of(OfferRung, **CLAIMED),
    facts_of(OfferTaken, **CLAIMED),
    facts_of(OfferEnded, reason=WORDS, **CLAIMED),
    facts_of(CallerConnected, **CLAIMED),
    facts_of(TalkEnded, by=WORDS, **CLAIMED),
    facts_of(CallEnded, outcome=WORDS),
)


@given(st.lists(ANY_FACT, max_size=12), st.data())
def test_order_of_arrival_does_not_matter(
    facts: list[Fact], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(facts))

    assert fold_facts(None, shuffled) == fold_facts(None, facts)


@given(st.lists(ANY_FACT, max_size=8), st.data())
def test_facts_that_come_twice_change_nothing(
    facts: list[Fact], data: st.DataObject
) -> None:
    doubled = data.draw(st.permutations(facts + facts))

    assert fold_facts(None, doubled) == fold_facts(None, facts)


def test_fact_without_call_gives_no_record() -> None:
    fact = OperatorChanged(
        at=NOON, line=LineKey("example"), operator=ANNA, state="away", why="chosen"
    )

    assert apply_fact(None, fact) is None


def test_call_is_in_log_from_start() -> None:
    record = recorded(started())

    assert (record.started, record.number) == (NOON, HOTLINE)
    assert (record.caller, record.channel) == ("somebody", "voice")
    assert record.outcome is None


def test_last_choices_count() -> None:
    record = recorded(
        happened(LanguageChosen, 1, language="ru"),
        happened(LanguageChosen, 2, language="uk"),
        happened(TopicChosen, 3, topic="self", urgency="urgent"),
        happened(TopicChosen, 4, topic="relative", urgency="family"),
        happened(LocationGiven, 5, location="area", area="sealed"),
        happened(LocationGiven, 6, location="exact"),
    )

    assert (record.language, record.topic) == ("uk", "relative")
    assert (record.urgency, record.location) == ("family", "exact")


def test_last_told_class_and_language_count() -> None:
    record = recorded(happened(LanguageChosen, 1, language="en"), queued(2))

    assert (record.language, record.urgency) == ("uk", "urgent")


def test_wait_counts_to_first_answer() -> None:
    record = recorded(queued(10), queued(50), connected(25.5), connected(60, OLHA))

    assert record.wait_seconds == 15.5
    assert record.operator == ANNA


def test_leavers_wait_counts_to_end() -> None:
    record = recorded(queued(10), ended(40, Outcome.ABANDONED))

    assert record.wait_seconds == 30.0
    assert record.outcome == Outcome.ABANDONED


@pytest.mark.parametrize(
    "facts",
    [[started()], [started(), queued(5)], [started(), ended(9, Outcome.INFORMATION)]],
    ids=["in the menu", "still waiting", "never queued"],
)
def test_wait_is_unknown_without_queue_or_end(facts: list[Fact]) -> None:
    assert recorded(*facts).wait_seconds is None


def test_wait_is_never_less_than_nothing() -> None:
    assert recorded(queued(10), connected(9.9)).wait_seconds == 0.0


def test_answered_call_stays_answered_whatever_ends_it() -> None:
    record = recorded(ended(90, Outcome.ABANDONED), connected(30))

    assert record.outcome == Outcome.ANSWERED


def test_outcome_not_told_before_call_ends() -> None:
    record = recorded(queued(1), connected(3))

    assert record.answered is not None
    assert record.outcome is None
    assert record.ended is None
    assert record.talk_seconds is None


def test_talk_counts_to_last_end() -> None:
    talks = [
        happened(TalkEnded, end, claim=FIRST, operator=ANNA, by="operator")
        for end in (80, 50)
    ]
    record = recorded(connected(20), *talks, ended(100, Outcome.ANSWERED))

    assert record.talk_seconds == 60.0


def test_untold_talk_end_is_calls_end() -> None:
    record = recorded(connected(20), ended(100, Outcome.ANSWERED))

    assert record.talk_seconds == 80.0


def test_offers_are_operators_who_were_rung() -> None:
    facts = [
        happened(kind, 1, claim=claim, operator=ANNA)
        for kind, claim in [
            (OfferMade, FIRST),
            (OfferMade, SECOND),
            (OfferRung, SECOND),
            (OfferRung, SECOND),
        ]
    ]

    assert recorded(*facts).offers == 1


def test_json_has_names_others_rely_on() -> None:
    record = recorded(started(), queued(10), connected(20), ended(80, Outcome.ANSWERED))

    assert to_json(record, "Anna") == {
        "call": "call-1",
        "channel": "voice",
        "line": "example",
        "number": HOTLINE,
        "language": "uk",
        "class": "urgent",
        "topic": None,
        "started": "2026-03-01T12:00:00+00:00",
        "queued": "2026-03-01T12:00:10+00:00",
        "answered": "2026-03-01T12:00:20+00:00",
        "ended": "2026-03-01T12:01:20+00:00",
        "outcome": "answered",
        "operator": "Anna",
        "wait_seconds": 10.0,
        "talk_seconds": 60.0,
        "offers": 0,
        "location": "none",
    }


def test_json_times_are_in_utc() -> None:
    kyiv = timezone(timedelta(hours=2))
    fact = CallStarted(
        at=NOON.astimezone(kyiv),
        line=LineKey("example"),
        call=ContactId("call-1"),
        number=HOTLINE,
    )

    assert to_json(recorded(fact), None)["started"] == "2026-03-01T12:00:00+00:00"
