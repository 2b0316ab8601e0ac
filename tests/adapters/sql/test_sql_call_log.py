"""The call log's contract, on both databases."""

from collections.abc import Sequence
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest
from msgspec.structs import fields
from sqlalchemy import Engine, func, select, update

from ivr.adapters.sql.call_log import SqlCallLog
from ivr.adapters.sql.call_search import SqlCallSearch
from ivr.adapters.sql.database import begin_reading, begin_writing
from ivr.adapters.sql.tables import facts as fact_table
from ivr.core.history.fact_reading import UnreadFact
from ivr.core.model.facts import (
    KINDS,
    CallEnded,
    CallerConnected,
    CallerQueued,
    CallStarted,
    Fact,
    LanguageChosen,
    LocationGiven,
    OperatorChanged,
    TalkEnded,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.values import replace
from ivr.core.queue.estimate import PastWait
from tests.adapters.sql import story

CLAIM, ANNA = ClaimId("claim-1"), OperatorId("anna")
SAMPLES: dict[str, Any] = {
    "again": True,
    "part": 2,
    "area": "sealed",
    "seconds": 30,
    "newer": "",
    "at_any_hour": False,
    "in_writing": True,
    "given_back": True,
    "handed_on": 1,
    "start": 9,
    "end": 21,
    "started": story.NOON.isoformat(),
}


@pytest.fixture
def log(db: Engine) -> SqlCallLog:
    return SqlCallLog(db)


@pytest.fixture
def search(db: Engine) -> SqlCallSearch:
    return SqlCallSearch(db)


def sample(kind: type[Fact]) -> Fact:
    """A fact of that kind with something in every field."""
    names = {field.name for field in fields(kind)} - {"at"}
    return kind(at=story.NOON, **{name: SAMPLES.get(name, name) for name in names})


def stored(db: Engine) -> int:
    with begin_reading(db) as connection:
        return connection.execute(
            select(func.count()).select_from(fact_table)
        ).scalar_one()


def batches(entries: Sequence[story.Entry], size: int) -> list[Sequence[story.Entry]]:
    return [entries[start : start + size] for start in range(0, len(entries), size)]


def test_facts_of_every_kind_come_back(log: SqlCallLog, search: SqlCallSearch) -> None:
    told = [sample(kind) for kind in KINDS.values()]

    log.write([(f"1-{place}", fact) for place, fact in enumerate(told)])

    assert search.facts_of(ContactId("call")) == told


def test_written_calls_are_in_log(log: SqlCallLog, search: SqlCallSearch) -> None:
    new = log.write(story.journal(3))

    assert new == 30
    assert search.calls() == [story.record_of(number) for number in (2, 1, 0)]


def test_entries_that_come_again_are_not_new(
    log: SqlCallLog, search: SqlCallSearch
) -> None:
    entries = story.journal(2)
    log.write(entries[:13])

    new = log.write(entries)

    assert new == 7
    assert search.calls() == [story.record_of(1), story.record_of(0)]
    assert log.write(entries) == 0


def test_same_entry_at_once_is_one_fact(log: SqlCallLog) -> None:
    entries = story.journal(1)

    assert log.write(entries + entries) == 10


@pytest.mark.parametrize("size", [1, 3, 7])
def test_record_grows_over_many_writes(
    log: SqlCallLog, search: SqlCallSearch, size: int
) -> None:
    for batch in batches(story.journal(3), size):
        log.write(batch)

    assert search.calls() == [story.record_of(number) for number in (2, 1, 0)]


def test_facts_that_arrive_backwards_give_same_record(
    log: SqlCallLog, search: SqlCallSearch
) -> None:
    for entry in reversed(story.journal(2)):
        log.write([entry])

    assert search.calls() == [story.record_of(1), story.record_of(0)]


def test_same_entry_of_two_lines_twice_kept(
    log: SqlCallLog, search: SqlCallSearch
) -> None:
    here = CallStarted(
        at=story.NOON, line=story.LINE, call=ContactId("a"), number=story.HOTLINE
    )
    there = replace(here, line=LineKey("other"), call=ContactId("b"))

    assert log.write([("1-0", here), ("1-0", there)]) == 2
    assert [record.call for record in search.calls()] == ["a", "b"]


def test_log_that_answers_is_silent(log: SqlCallLog) -> None:
    log.ping()


def test_nothing_to_write_is_fine(log: SqlCallLog) -> None:
    assert log.write([]) == 0


def test_fact_without_call_makes_no_call(
    db: Engine, log: SqlCallLog, search: SqlCallSearch
) -> None:
    fact = OperatorChanged(
        at=story.NOON,
        line=story.LINE,
        operator=OperatorId("operator-1"),
        state="away",
        why="chosen",
    )

    assert log.write([("1-0", fact)]) == 1
    assert log.write([("1-0", fact)]) == 0
    assert stored(db) == 1
    assert search.calls() == []


def test_calls_told_by_line_time_and_number(
    log: SqlCallLog, search: SqlCallSearch
) -> None:
    other = LineKey("other")
    log.write(story.journal(4))
    log.write([("2-0", fact) for fact in story.answered_call(9, other)[:1]])

    assert [r.call for r in search.calls(line=other)] == [story.call_id(9)]
    since = search.calls(line=story.LINE, since=story.after(2))
    assert [r.call for r in since] == [story.call_id(3), story.call_id(2)]
    newest = search.calls(limit=2)
    assert [r.call for r in newest] == [story.call_id(9), story.call_id(3)]


def test_moments_come_back_in_utc_to_microsecond(
    log: SqlCallLog, search: SqlCallSearch
) -> None:
    kyiv = timezone(timedelta(hours=2))
    at = story.NOON.replace(microsecond=123_457)
    fact = CallStarted(
        at=at.astimezone(kyiv), line=story.LINE, call=ContactId("call"), number="+1"
    )

    log.write([("1-0", fact)])

    (record,) = search.calls()
    assert record.started == at
    assert record.started.tzinfo is UTC


def test_moment_without_zone_refused(log: SqlCallLog, db: Engine) -> None:
    fact = sample(LanguageChosen)
    naive = replace(fact, at=fact.at.replace(tzinfo=None))

    with pytest.raises(Exception, match="needs its zone"):
        log.write([("1-0", fact), ("1-1", naive)])

    assert stored(db) == 0


def test_simultaneous_facts_keep_journal_order(
    log: SqlCallLog, search: SqlCallSearch
) -> None:
    told = [
        LanguageChosen(
            at=story.NOON, line=story.LINE, call=ContactId("call"), language=str(place)
        )
        for place in range(12)
    ]

    log.write([(f"1700000000000-{place}", fact) for place, fact in enumerate(told)])

    assert search.facts_of(ContactId("call")) == told


def test_unprintable_input_holds_nothing_up(
    log: SqlCallLog, search: SqlCallSearch
) -> None:
    area = 'null \x00 quote " 😀 \u2028'
    fact = replace(sample(LocationGiven), area=area)  # type: ignore[call-arg]

    log.write([("1-0", fact)])

    assert search.facts_of(ContactId("call")) == [fact]


def test_batch_beyond_one_statement_written(
    log: SqlCallLog, search: SqlCallSearch
) -> None:
    def told(place: int, name: str) -> story.Entry:
        call = ContactId(f"call-{place}")
        fact = LanguageChosen(at=story.NOON, line=story.LINE, call=call, language=name)
        return (f"1-{name}-{place}", fact)

    log.write([told(place, "de") for place in range(1_100)])
    log.write([told(place, "uk") for place in range(1_100)])

    assert {record.language for record in search.calls()} == {"uk"}


# --- past waits --------------------------------------------------------------


def told(number: int, *steps: Fact, line: LineKey = story.LINE) -> list[story.Entry]:
    """The facts of one call that is queued at second 10, with what came of it."""
    call = story.call_id(number)
    queued = CallerQueued(
        at=story.after(10), line=line, call=call, language="uk", urgency="urgent"
    )
    start = CallStarted(
        at=story.after(number), line=line, call=call, number=story.HOTLINE
    )
    return [
        (f"{number}-{place}", replace(fact, line=line, call=call))
        for place, fact in enumerate([start, queued, *steps])
    ]


def over(second: float, outcome: str) -> CallEnded:
    return CallEnded(at=story.after(second), line=story.LINE, outcome=outcome)


def connected(second: float) -> CallerConnected:
    return CallerConnected(
        at=story.after(second), line=story.LINE, claim=CLAIM, operator=ANNA
    )


def talk_over(second: float) -> TalkEnded:
    return TalkEnded(
        at=story.after(second), line=story.LINE, claim=CLAIM, operator=ANNA, by="caller"
    )


def test_past_waits_tell_how_each_ended(
    log: SqlCallLog,
) -> None:
    log.write(told(1, connected(40), talk_over(100), over(130, "answered")))
    log.write(told(2, over(70, "abandoned")))
    log.write(told(3, over(80, "callback")))
    log.write(told(4, connected(40), over(90, "answered")))

    found = log.past_waits(story.LINE, story.NOON, 9)

    queued, answered = story.after(10), story.after(40)
    assert found == [
        PastWait(queued=queued, answered=answered, over=story.after(90), left=False),
        PastWait(queued=queued, answered=None, over=story.after(80), left=False),
        PastWait(queued=queued, answered=None, over=story.after(70), left=True),
        PastWait(queued=queued, answered=answered, over=story.after(100), left=False),
    ]


def test_past_waits_are_newest_of_line(
    log: SqlCallLog,
) -> None:
    log.write(told(1, over(71, "abandoned")))
    log.write(told(2, over(72, "abandoned")))
    log.write(told(3, over(73, "abandoned")))
    log.write(told(4, over(74, "abandoned"), line=LineKey("other")))
    log.write(told(5))
    end = replace(over(75, "abandoned"), call=story.call_id(6))
    log.write([told(6)[0], ("6-9", end)])

    def ends(since: float, most: int) -> list[float]:
        found = log.past_waits(story.LINE, story.after(since), most)
        return [(each.over - story.NOON).total_seconds() for each in found]

    assert ends(0, 9) == [73, 72, 71]
    assert ends(2, 9) == [73, 72]
    assert ends(0, 2) == [73, 72]


def test_facts_of_newer_version_passed_over(
    db: Engine, log: SqlCallLog, search: SqlCallSearch
) -> None:
    log.write(story.journal(1))
    change = update(fact_table).where(fact_table.c.name == "language-chosen")
    with begin_writing(db) as connection:
        connection.execute(change.values(name="mood-told"))

    names = [fact.name for fact in search.facts_of(story.call_id(0))]

    assert len(names) == 8
    assert "mood-told" not in names
    assert stored(db) == 10


def test_unread_facts_kept_once_and_counted(log: SqlCallLog) -> None:
    unread = UnreadFact(
        at=story.NOON, line=story.LINE, kind="call-ended", why="?", raw="{"
    )
    entries = [("1-0", unread), ("1-1", replace(unread, kind="mood-told"))]

    assert log.write(entries) + log.write(entries) == 0

    assert log.unread(story.LINE) == {"call-ended": 1, "mood-told": 1}
    assert log.unread(LineKey("other")) == {}
    ((key, kept),) = log.find_readable(story.LINE, "", 9)
    assert kept == unread
    assert log.find_readable(story.LINE, key, 9) == []


def test_unread_fact_taken_in_once(log: SqlCallLog, search: SqlCallSearch) -> None:
    entries = story.journal(1)
    unread = UnreadFact(
        at=story.NOON, line=story.LINE, kind=entries[-1][1].name, why="?", raw="{"
    )
    log.write([*entries[:-1], (entries[-1][0], unread)])
    ((key, _),) = log.find_readable(story.LINE, "", 9)

    log.take_in(key, entries[-1][1])
    log.take_in(key, entries[-1][1])

    assert search.calls() == [story.record_of(0)]
    assert log.unread(story.LINE) == {}
