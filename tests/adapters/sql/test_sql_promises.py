"""Promises and messages in SQL, on both databases, in any order, by two writers."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from ivr.adapters.sql.call_log import SqlCallLog
from ivr.adapters.sql.database import make_engine
from ivr.adapters.sql.promises import SqlPromises
from ivr.core.history.callback_log import callback_of, messages_of
from ivr.core.model.facts import (
    CallbackEnded,
    CallbackPromised,
    CallbackTried,
    Fact,
    MessageLeft,
    MessageTaken,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey
from tests.adapters.sql import story

OTHER = LineKey("other")


def told(moment: float, kind: type[Fact], call: int = 1, **more: Any) -> Fact:
    values = {"line": story.LINE, "call": story.call_id(call), **more}
    return kind(at=story.after(moment), **values)


def promise(seconds: float = 0, call: int = 1, **more: Any) -> Fact:
    usual: dict[str, Any] = {
        "number": "sealed",
        "at_any_hour": False,
        "start": 9,
        "end": 21,
        "in_writing": False,
        "dialled": story.HOTLINE,
        "started": story.NOON.isoformat(),
        "arrived": story.after(-9).isoformat(),
        "language": "uk",
        "topic": "myself",
        "urgency": "urgent",
        "location": "none",
    }
    return told(seconds, CallbackPromised, call, **(usual | more))


def left(seconds: float, call: int = 1, **more: Any) -> Fact:
    words = {"recording": f"RE{call}", "seconds": 9, "language": "uk"}
    return told(seconds, MessageLeft, call, **(words | more))


HISTORY = (
    promise(0),
    told(60, CallbackTried, claim=ClaimId("k1"), how="busy"),
    told(120, CallbackTried, claim=None, how="failed"),
    told(180, CallbackEnded, reason="kept"),
)
TAKEN = (left(1), told(90, MessageTaken, how="fetched"))


def entries(facts: tuple[Fact, ...]) -> list[story.Entry]:
    return [(f"1700000000000-{place}", fact) for place, fact in enumerate(facts)]


@pytest.fixture
def log(db: Engine) -> SqlCallLog:
    return SqlCallLog(db)


@pytest.fixture
def promises(db: Engine) -> SqlPromises:
    return SqlPromises(db)


def test_promise_binds_until_it_ends(log: SqlCallLog, promises: SqlPromises) -> None:
    log.write(entries(HISTORY[:2]))
    (record,) = promises.callbacks()
    assert record == callback_of(HISTORY[:2])

    log.write(entries(HISTORY))

    assert promises.callbacks() == []
    assert promises.callbacks(ended=True) == [callback_of(HISTORY)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[1::5])
def test_order_of_writing_does_not_matter(
    log: SqlCallLog, promises: SqlPromises, order: tuple[int, ...]
) -> None:
    written = entries(HISTORY)

    for place in order:
        log.write([written[place], written[place]])

    assert promises.callbacks(ended=True) == [callback_of(HISTORY)]


def test_promise_that_was_renewed_binds_again(
    log: SqlCallLog, promises: SqlPromises
) -> None:
    renewed = (*HISTORY, promise(240, number="another"))
    log.write(entries(renewed))

    (record,) = promises.callbacks()

    assert (record.promise.number, record.tries) == ("another", 0)


def test_facts_of_one_moment_keep_journals_order(
    log: SqlCallLog, promises: SqlPromises
) -> None:
    same = told(0, CallbackEnded, reason="cancelled")
    written = [("1700000000000-9", promise(0)), ("1700000000000-10", same)]

    log.write(written[::-1])

    assert promises.callbacks() == []


def test_each_line_sees_its_own_oldest_first(
    log: SqlCallLog, promises: SqlPromises
) -> None:
    facts = (promise(5, 2), promise(0, 1), promise(3, 3, line=OTHER), left(4, 4))
    log.write(entries(facts))

    calls = [record.promise.call for record in promises.callbacks(story.LINE)]

    assert calls == [story.call_id(1), story.call_id(2)]
    assert [each.promise.call for each in promises.callbacks()] == [
        story.call_id(number) for number in (1, 3, 2)
    ]
    assert [each.call for each in promises.messages(OTHER)] == []


def test_message_waits_until_it_is_taken(
    log: SqlCallLog, promises: SqlPromises
) -> None:
    log.write(entries(TAKEN[:1]))
    assert promises.messages() == messages_of(TAKEN[:1])

    log.write(entries(TAKEN))

    assert promises.messages() == []
    (record,) = promises.messages(taken=True)
    assert [record] == messages_of(TAKEN)
    assert record.taken == story.NOON + timedelta(seconds=90)


def test_two_writers_of_same_calls_lose_nothing(url: str) -> None:
    facts = tuple(
        fact
        for call in range(8)
        for fact in (
            promise(0, call),
            told(60, CallbackTried, call, claim=ClaimId("k1"), how="busy"),
            left(70, call),
            told(80, MessageTaken, call, how="fetched"),
            told(90, CallbackEnded, call, reason="given-up"),
        )
    )
    written = entries(facts)

    def write(share: int) -> None:
        own = SqlCallLog(make_engine(url))
        for entry in written[share::2]:
            own.write([entry])

    with ThreadPoolExecutor(2) as writers:
        list(writers.map(write, range(2)))

    found = SqlPromises(make_engine(url))
    records = found.callbacks(ended=True)
    assert [(each.tries, each.reason) for each in records] == [(1, "given-up")] * 8
    assert [each.how for each in found.messages(taken=True)] == ["fetched"] * 8
    assert {ContactId(str(each.call)) for each in found.messages(taken=True)} == {
        story.call_id(number) for number in range(8)
    }
