"""What operators look up in the call log, on both databases."""

from datetime import datetime

import pytest
from sqlalchemy import Engine

from ivr.adapters.sql.call_log import SqlCallLog
from ivr.adapters.sql.call_search import SqlCallSearch
from ivr.core.model.facts import CallStarted, Fact, OfferEnded
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.values import replace
from tests.adapters.sql import story

OPERATOR = OperatorId("operator-1")


@pytest.fixture
def log(db: Engine) -> SqlCallLog:
    """Three answered calls of one caller, a second apart."""
    made = SqlCallLog(db)
    made.write(story.journal(3))
    return made


@pytest.fixture
def search(db: Engine) -> SqlCallSearch:
    return SqlCallSearch(db)


def write(log: SqlCallLog, *facts: Fact) -> None:
    log.write([(f"1800000000000-{place}", fact) for place, fact in enumerate(facts)])


def began(call: str, at: datetime, **more: object) -> CallStarted:
    usual = {"line": story.LINE, "number": story.HOTLINE, "caller": "somebody"}
    return CallStarted(at=at, call=ContactId(call), **(usual | more))  # type: ignore[arg-type]


def test_facts_of_several_calls_told_in_order(
    log: SqlCallLog, search: SqlCallSearch
) -> None:
    wanted = [story.call_id(0), story.call_id(2)]

    found = log.facts_of_calls(wanted)

    assert {fact.call for fact in found} == set(wanted)
    assert [fact.at for fact in found] == sorted(fact.at for fact in found)
    assert [fact for fact in found if fact.call == wanted[1]] == search.facts_of(
        wanted[1]
    )
    assert log.facts_of_calls([]) == []


def test_facts_about_operator_told_since_then(log: SqlCallLog) -> None:
    missed = OfferEnded(
        at=story.after(60),
        line=story.LINE,
        call=story.call_id(9),
        claim=ClaimId("k"),
        operator=OPERATOR,
        reason="no-answer",
    )
    others = replace(missed, operator=OperatorId("operator-2"))
    write(log, missed, others, replace(missed, line=LineKey("other")))

    assert log.facts_about(story.LINE, OPERATOR, story.after(30)) == [missed]
    names = [fact.name for fact in log.facts_about(story.LINE, OPERATOR, story.NOON)]
    assert names.count("caller-connected") == 3
    assert "call-started" not in names


def test_calls_of_caller_told_newest_first(log: SqlCallLog) -> None:
    write(
        log,
        began("of-another", story.after(5), caller="another"),
        began("on-another-line", story.after(6), line=LineKey("other")),
        began("withheld", story.after(7), caller=None),
    )

    found = log.calls_from(story.LINE, "somebody", story.after(2), 9)

    assert [record.call for record in found] == [story.call_id(1), story.call_id(0)]
    assert found[0] == story.record_of(1)
    newest = log.calls_from(story.LINE, "somebody", story.after(90), 1)
    assert [record.call for record in newest] == [story.call_id(2)]
