"""What is kept of promises and messages, folded from facts; and why, in words."""

import json
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from ivr.core.history.callback_log import (
    callback_of,
    callback_row,
    message_row,
    messages_of,
    when_promised,
)
from ivr.core.model.facts import (
    CallbackEnded,
    CallbackPromised,
    CallbackTried,
    Fact,
    MessageLeft,
    MessageTaken,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey
from ivr.core.queue.explanation import explain_match
from tests.core.walking import NOW

LINE, CALL = LineKey("harbour"), ContactId("call-1")


def at(minutes: float, kind: type[Fact], **told: Any) -> Any:
    moment = NOW + timedelta(minutes=minutes)
    return kind(at=moment, line=LINE, call=CALL, **told)


def promise(minutes: float = 0, **told: Any) -> Any:
    usual: dict[str, Any] = {
        "number": "sealed-number",
        "at_any_hour": False,
        "in_writing": False,
        "dialled": "+12025550123",
        "started": NOW.isoformat(),
        "arrived": NOW.isoformat(),
        "language": "uk",
        "topic": "myself",
        "urgency": "urgent",
        "location": "none",
    }
    return at(minutes, CallbackPromised, **(usual | told))


def tried(minutes: float) -> Any:
    return at(minutes, CallbackTried, claim=ClaimId("k1"), how="busy")


def ended(minutes: float, reason: str = "kept") -> Any:
    return at(minutes, CallbackEnded, reason=reason)


def test_promise_counts_tries_and_tells_end() -> None:
    record = callback_of([promise(), tried(5), tried(20), ended(30, "given-up")])

    assert record is not None
    assert (record.tries, record.tried) == (2, NOW + timedelta(minutes=20))
    assert (record.ended, record.reason) == (NOW + timedelta(minutes=30), "given-up")


def test_renewed_promise_begins_anew() -> None:
    record = callback_of([promise(), tried(5), ended(30), promise(40)])

    assert record is not None
    assert record.promise.at == NOW + timedelta(minutes=40)
    assert (record.tries, record.ended, record.reason) == (0, None, None)


def test_nothing_made_of_try_without_promise() -> None:
    assert callback_of([tried(5), ended(6)]) is None
    assert callback_of([]) is None


def test_message_is_left_and_taken() -> None:
    left = at(1, MessageLeft, recording="RE1", seconds=9, language="uk")
    taken = at(7, MessageTaken, how="fetched")

    ((waiting,), (over,)) = messages_of([left]), messages_of([left, taken])

    assert (waiting.taken, over.taken) == (None, NOW + timedelta(minutes=7))
    assert message_row(over)["how"] == "fetched"
    assert messages_of([taken]) == []


def test_row_of_promise_names_nobody() -> None:
    record = callback_of([promise(caller="pseudonym"), tried(5)])
    assert record is not None

    row = callback_row(record, "waiting")

    assert not {"number", "caller"} & row.keys()
    assert not {"sealed-number", "pseudonym"} & {str(each) for each in row.values()}
    assert {field.name for field in fields(record)} - {"promise"} <= row.keys()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "not at night"),
        ({"at_any_hour": True}, "any hour"),
        ({"start": 9, "end": 0}, "09:00-00:00"),
        ({"in_writing": True, "start": 9, "end": 10}, "in writing"),
    ],
)
def test_wish_told_in_few_words(told: dict[str, Any], words: str) -> None:
    assert when_promised(promise(**told)) == words


def head(**told: Any) -> dict[str, Any]:
    usual = {"class": "urgent", "language": "uk", "lane": "priority", "p": 12.5}
    return {**usual, **told}


def test_explanation_says_compared_and_passed_over() -> None:
    why = {
        "lane": "overdue",
        "language": "second",
        "free": 2,
        "rules": 7,
        "heads": [
            head(passed="reserve"),
            head(passed="no-operator", language="en"),
            head(lane="overdue", **{"class": "family"}),
        ],
    }

    first, chosen, _, *heads = explain_match(json.dumps(why))

    assert "overdue lane" in first
    assert "rule set 7" in chosen
    assert "as another" in chosen
    assert "free then: 2" in chosen
    assert [("passed over" in line) for line in heads] == [True, True, False]
    assert "(overdue)" in heads[2]
    assert "kept for other classes" in heads[0]


def test_explanation_by_lines_own_rules_says_so() -> None:
    why = {"lane": "priority", "language": "primary", "free": 1, "heads": [head()]}

    told = "\n".join(explain_match(json.dumps(why)))

    assert "the line's own rule set" in told
    assert "as the first language" in told
    assert "P      12.5" in told
