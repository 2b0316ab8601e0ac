"""Promised call backs, one row a call, and messages, one row a recording, in SQL.

Each is folded from the facts of its call.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    delete,
    func,
    insert,
    or_,
    select,
)

from ivr.adapters.sql.database import begin_reading
from ivr.adapters.sql.tables import callbacks, facts, messages
from ivr.core.history.callback_log import (
    OF_CALLBACKS,
    OF_MESSAGES,
    CallbackRecord,
    MessageRecord,
    callback_of,
    messages_of,
)
from ivr.core.history.fact_reading import UnreadableFact, from_dict
from ivr.core.model.facts import CallbackPromised, Fact, to_dict
from ivr.core.model.identifiers import ContactId, LineKey

MOST_AT_ONCE = 1000
"""The most values in one IN list; a statement takes a limited number of parameters."""

# A journal numbers facts of one moment 9, 10 ...: the shorter comes first.
IN_ORDER = (facts.c.at, func.length(facts.c.id), facts.c.id)

T = TypeVar("T")


class SqlPromises:
    """Promises and messages in SQL; implements ``ivr.ports.Promises``."""

    def __init__(self, db: Engine) -> None:
        self._db = db

    def callbacks(
        self, line: LineKey | None = None, *, ended: bool = False
    ) -> list[CallbackRecord]:
        """The promises that bind, oldest first; with ``ended``, every one ever made."""
        query = select(callbacks).order_by(callbacks.c.promised, callbacks.c.call)
        if line is not None:
            query = query.where(callbacks.c.line == line)
        if not ended:
            query = query.where(callbacks.c.ended.is_(None))
        with begin_reading(self._db) as connection:
            found = [_read_callback(row) for row in connection.execute(query)]
        return [record for record in found if record is not None]

    def tried_since(self, line: LineKey, since: datetime) -> list[CallbackRecord]:
        """The promises that were tried, or came to their end, since then."""
        moved = or_(callbacks.c.tried >= since, callbacks.c.ended >= since)
        query = select(callbacks).where(callbacks.c.line == line, moved)
        with begin_reading(self._db) as connection:
            found = [_read_callback(row) for row in connection.execute(query)]
        return [record for record in found if record is not None]

    def messages(
        self, line: LineKey | None = None, *, taken: bool = False
    ) -> list[MessageRecord]:
        """The messages nobody has heard, oldest first; with ``taken`` all of them."""
        query = select(messages).order_by(messages.c.left, messages.c.recording)
        if line is not None:
            query = query.where(messages.c.line == line)
        if not taken:
            query = query.where(messages.c.taken.is_(None))
        with begin_reading(self._db) as connection:
            return [MessageRecord(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001 - the documented name

    def known_recordings(self, keys: Collection[str]) -> set[str]:
        """The recordings among these that are messages of ours, taken or not."""
        named = messages.c.recording
        with begin_reading(self._db) as connection:
            return {
                key
                for part in in_batches(sorted(keys))
                for key in connection.scalars(select(named).where(named.in_(part)))
            }


def project_promises(connection: Connection, new: Iterable[Fact]) -> None:
    """Write the rows of the calls that these new facts are about.

    The rows of those calls are locked by now, so that the second of two writers sees
    everything that the first has written.
    """
    told = list(new)
    for call in _calls_of(told, OF_CALLBACKS):
        record = callback_of(facts_of(connection, call))
        if record is not None:
            _replace_rows(connection, callbacks, call, [_callback_row(record)])
    for call in _calls_of(told, OF_MESSAGES):
        left = messages_of(facts_of(connection, call))
        _replace_rows(connection, messages, call, [_message_row(each) for each in left])


def _calls_of(told: Iterable[Fact], kinds: tuple[type[Fact], ...]) -> list[ContactId]:
    return sorted({fact.call for fact in told if fact.call and isinstance(fact, kinds)})


def facts_of(connection: Connection, call: ContactId) -> list[Fact]:
    """Everything that happened in a call, in order."""
    return find_facts(connection, facts.c.call == call)


def find_facts(connection: Connection, *wanted: ColumnElement[bool]) -> list[Fact]:
    """The facts that match, in the order in which they happened.

    Facts that only a newer version can read are skipped, and stay.
    """
    query = select(facts).where(*wanted).order_by(*IN_ORDER)
    read = (_read_fact(row) for row in connection.execute(query))
    return [fact for fact in read if fact is not None]


def in_batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in as many as one IN list may hold at a time."""
    for start in range(0, len(values), MOST_AT_ONCE):
        yield values[start : start + MOST_AT_ONCE]


def _replace_rows(
    connection: Connection,
    table: Any,
    call: ContactId,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    connection.execute(delete(table).where(table.c.call == call))
    if rows:
        connection.execute(insert(table), rows)


def _read_fact(row: Row[Any]) -> Fact | None:
    columns = {"fact": row.name, "line": row.line, "call": row.call}
    try:
        return from_dict({**row.details, **columns, "at": row.at.isoformat()})
    except UnreadableFact:
        return None


def _callback_row(record: CallbackRecord) -> dict[str, Any]:
    return {
        "call": record.promise.call,
        "line": record.promise.line,
        "promised": record.promise.at,
        "promise": to_dict(record.promise),
        "tries": record.tries,
        "tried": record.tried,
        "ended": record.ended,
        "reason": record.reason,
    }


def _read_callback(row: Row[Any]) -> CallbackRecord | None:
    """The promise of a row; None if only a newer version can read it."""
    try:
        promise = from_dict(row.promise)
    except UnreadableFact:
        return None
    if not isinstance(promise, CallbackPromised):
        return None
    return CallbackRecord(
        promise=promise,
        tries=row.tries,
        tried=row.tried,
        ended=row.ended,
        reason=row.reason,
    )


def _message_row(record: MessageRecord) -> dict[str, Any]:
    return {column.name: getattr(record, column.name) for column in messages.columns}
