"""The call log in SQL: facts as they came, and one row a call folded from them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Table,
    bindparam,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.adapters.sql.call_rows import call_row, read_record
from ivr.adapters.sql.database import begin_reading, begin_writing
from ivr.adapters.sql.promises import find_facts, in_batches, project_promises
from ivr.adapters.sql.tables import calls, facts, unread_facts
from ivr.adapters.sql.unread import (
    count_unread,
    find_unread,
    forget_unread,
    unread_row,
)
from ivr.core.history.call_log import CallRecord, fold_facts
from ivr.core.history.fact_reading import UnreadFact
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.facts import Fact, to_dict
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.queue.estimate import PastWait

_IN_COLUMNS = frozenset({"fact", "at", "line", "call"})
_OF_WAITS = [
    calls.c[name] for name in ("queued", "answered", "talk_ended", "ended", "final")
]


class SqlCallLog:
    """The lasting record; implements ``ivr.ports.CallLog``."""

    def __init__(self, db: Engine) -> None:
        self._db = db

    def write(self, entries: Sequence[tuple[str, Fact]]) -> int:
        """Write facts, each once however often it comes; how many were new.

        All or none. Everybody takes the facts' keys first and the calls' after,
        each in sorted order, so that two writers never wait for each other. What
        could not be read is kept apart, and is not counted.
        """
        given = {f"{fact.line}:{entry}": fact for entry, fact in entries}
        if not given:
            return 0
        with begin_writing(self._db) as connection:
            _insert_new(connection, unread_facts, _unread_rows(given))
            return _write_facts(connection, _read_ones(given))

    def unread(self, line: LineKey) -> Mapping[str, int]:
        """How many facts of each kind are kept unread."""
        return count_unread(self._db, line)

    def find_readable(
        self, line: LineKey, after: str, most: int
    ) -> Sequence[tuple[str, UnreadFact]]:
        """Unread facts of a kind that this version knows, with their keys."""
        return find_unread(self._db, line, after, most)

    def take_in(self, key: str, fact: Fact) -> None:
        """Write down a fact that was kept unread under that key until now."""
        with begin_writing(self._db) as connection:
            _write_facts(connection, {key: fact})
            forget_unread(connection, [key])

    def past_waits(self, line: LineKey, since: datetime, most: int) -> list[PastWait]:
        """The newest calls that waited, started at ``since`` or later, and are over."""
        wanted = (calls.c.line == line, calls.c.started >= since)
        waited = (calls.c.queued.is_not(None), calls.c.ended.is_not(None))
        query = select(*_OF_WAITS).where(*wanted, *waited)
        newest = query.order_by(calls.c.started.desc()).limit(most)
        with begin_reading(self._db) as connection:
            return [_past_wait(row) for row in connection.execute(newest)]

    def began(self, line: LineKey) -> datetime | None:
        """When the first known call of a line began; None without any."""
        query = select(calls.c.started).where(calls.c.line == line)
        with begin_reading(self._db) as connection:
            first = query.order_by(calls.c.started).limit(1)
            return connection.execute(first).scalar()

    def ping(self) -> None:
        """Do nothing but reach it; Unavailable when that fails."""
        with begin_reading(self._db) as connection:
            connection.execute(select(facts.c.id).limit(1))

    def facts_of_calls(self, calls: Collection[ContactId]) -> list[Fact]:
        """Everything that happened in these calls, in order."""
        with begin_reading(self._db) as connection:
            return find_facts(connection, facts.c.call.in_(list(calls)))

    def facts_about(
        self, line: LineKey, operator: OperatorId, since: datetime
    ) -> list[Fact]:
        """Everything that happened to an operator since then, in order."""
        theirs = facts.c.details["operator"].as_string() == operator
        with begin_reading(self._db) as connection:
            return find_facts(
                connection, facts.c.at >= since, facts.c.line == line, theirs
            )

    def calls_from(
        self, line: LineKey, caller: str, before: datetime, most: int
    ) -> list[CallRecord]:
        """The calls of a caller (a pseudonym) begun before, the newest first."""
        theirs = (calls.c.caller == caller, calls.c.line == line)
        query = select(calls).where(*theirs, calls.c.started < before)
        newest = query.order_by(calls.c.started.desc(), calls.c.call).limit(most)
        with begin_reading(self._db) as connection:
            return [read_record(row) for row in connection.execute(newest)]


def _read_ones(given: Mapping[str, Fact]) -> dict[str, Fact]:
    return {k: fact for k, fact in given.items() if not isinstance(fact, UnreadFact)}


def _unread_rows(given: Mapping[str, Fact]) -> list[dict[str, object]]:
    unread = ((key, fact) for key, fact in sorted(given.items()))
    return [unread_row(k, fact) for k, fact in unread if isinstance(fact, UnreadFact)]


def _write_facts(connection: Connection, given: Mapping[str, Fact]) -> int:
    new = _insert_facts(connection, given)
    _project_calls(connection, [given[key] for key in new])
    project_promises(connection, [given[key] for key in new])
    return len(new)


def _insert_facts(connection: Connection, given: Mapping[str, Fact]) -> list[str]:
    rows = [fact_row(key, given[key]) for key in sorted(given)]
    return _insert_new(connection, facts, rows)


def _project_calls(connection: Connection, new: Iterable[Fact]) -> None:
    """Fold facts that were never folded before into the rows of their calls."""
    news = _by_call(new)
    fresh = [call_row(fold_facts(None, news[call])) for call in sorted(news)]
    made = _insert_new(connection, calls, fresh)
    known = sorted(news.keys() - set(made))
    records = [
        record for part in in_batches(known) for record in _lock_calls(connection, part)
    ]
    _update_calls(connection, [call_row(fold_facts(r, news[r.call])) for r in records])


def _by_call(new: Iterable[Fact]) -> dict[ContactId, list[Fact]]:
    told: dict[ContactId, list[Fact]] = {}
    for fact in new:
        if fact.call is not None:
            told.setdefault(fact.call, []).append(fact)
    return told


def _insert_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> list[Any]:
    """Insert what is not there yet; the keys of the rows that were inserted."""
    if not rows:
        return []
    (key,) = table.primary_key.columns
    insert = postgresql.insert if connection.dialect.name != "sqlite" else sqlite.insert
    statement = insert(table).on_conflict_do_nothing().returning(key)
    return list(connection.execute(statement, rows).scalars())


def _lock_calls(connection: Connection, keys: Sequence[ContactId]) -> list[CallRecord]:
    query = select(calls).where(calls.c.call.in_(keys)).order_by(calls.c.call)
    return [read_record(row) for row in connection.execute(query.with_for_update())]


def _update_calls(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    statement = update(calls).where(calls.c.call == bindparam("known"))
    connection.execute(statement, [{**row, "known": row["call"]} for row in rows])


def fact_row(key: str, fact: Fact) -> dict[str, Any]:
    """A fact as the table of facts keeps it, under a key of its own."""
    details = {k: v for k, v in to_dict(fact).items() if k not in _IN_COLUMNS}
    return {
        "id": key,
        "line": fact.line,
        "call": fact.call,
        "at": fact.at,
        "name": fact.name,
        "details": details,
    }


def _past_wait(row: Row[Any]) -> PastWait:
    return PastWait(
        queued=row.queued,
        answered=row.answered,
        over=row.talk_ended or row.ended,
        left=row.answered is None and row.final == Outcome.ABANDONED,
    )
