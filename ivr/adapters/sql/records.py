"""Records of calls in SQL: every text sealed, every save on top of its version.

Each time somebody sees something hidden, a row says so, and never changes.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Engine,
    Index,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    case,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from ivr.adapters.sql.database import begin_reading, begin_writing
from ivr.adapters.sql.tables import Moment, metadata
from ivr.core.history.record import FollowUp, Record, RecordId, Reveal, Revealed
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.ports import Vault

records = Table(
    "records",
    metadata,
    Column("id", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("saved", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("disposition", Text),
    Column("complete", Moment),
    Column("follow_up", Text, nullable=False),
    Column("passed_on", Moment),
    Column("passed_to", Text),
    Column("done", Moment),
    Column("done_by", Text),
    UniqueConstraint("call", "operator"),
    Index(None, "line", "passed_on"),
)

reveals = Table(
    "reveals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("line", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("what", Text, nullable=False),
    Index(None, "line", "at"),
    Index(None, "call"),
)


class SqlRecords:
    """Notes and follow-ups; implements ``ivr.ports.Records``."""

    def __init__(self, db: Engine, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def of(self, call: ContactId, operator: OperatorId) -> Record | None:
        """The record that an operator has written of a call, or None."""
        theirs = (records.c.call == call, records.c.operator == operator)
        return next(iter(self._find_records(*theirs)), None)

    def of_calls(self, calls: Collection[ContactId]) -> list[Record]:
        """Every record of these calls, the oldest first."""
        return self._find_records(records.c.call.in_(list(calls)))

    def find(self, key: RecordId) -> Record | None:
        """The record of that identifier, or None."""
        return next(iter(self._find_records(records.c.id == key)), None)

    def save(self, record: Record) -> bool:
        """Save it on top of its version, as the next one; False: somebody was first.

        A follow-up that stays as it was stays done, if that was said meanwhile.
        """
        row = self._row_of(record)
        statement = (
            _update_of(record).values(_merge_follow_up(row, record))
            if record.version
            else insert(records).values(row)
        )
        try:
            with begin_writing(self._db) as connection:
                return bool(connection.execute(statement).rowcount)
        except IntegrityError:
            return False

    def follow_ups(self, line: LineKey, to: OperatorId) -> list[Record]:
        """The follow-ups of this operator, and those of anybody, the oldest first."""
        theirs = or_(records.c.passed_to == to, records.c.passed_to.is_(None))
        is_open = (records.c.passed_on.is_not(None), records.c.done.is_(None))
        return self._find_records(records.c.line == line, theirs, *is_open)

    def end_follow_up(self, key: RecordId, by: OperatorId, at: datetime) -> bool:
        """Say that it is done; False when it was done, or taken back, before."""
        is_open = (records.c.passed_on.is_not(None), records.c.done.is_(None))
        change = update(records).where(records.c.id == key, *is_open)
        with begin_writing(self._db) as connection:
            return bool(connection.execute(change.values(done=at, done_by=by)).rowcount)

    def reveal(self, reveal: Reveal) -> None:
        """Write down who is shown what, before it is shown."""
        row = {column.name: getattr(reveal, column.name) for column in reveals.c}
        with begin_writing(self._db) as connection:
            connection.execute(insert(reveals).values(row))

    def was_shown(self, call: ContactId, operator: OperatorId, what: Revealed) -> bool:
        """Whether this operator was shown this of a call."""
        theirs = (reveals.c.call == call, reveals.c.operator == operator)
        query = select(reveals.c.id).where(*theirs, reveals.c.what == what.value)
        with begin_reading(self._db) as connection:
            return connection.execute(query.limit(1)).scalar() is not None

    def reveals(self, line: LineKey) -> list[Reveal]:
        """Who saw what on a line, the oldest first."""
        query = select(reveals).where(reveals.c.line == line)
        with begin_reading(self._db) as connection:
            found = connection.execute(query.order_by(reveals.c.at, reveals.c.id))
            return [_read_reveal(row) for row in found]

    def _find_records(self, *wanted: Any) -> list[Record]:
        query = select(records).where(*wanted).order_by(records.c.saved, records.c.id)
        with begin_reading(self._db) as connection:
            return [self._read_record(row) for row in connection.execute(query)]

    def _row_of(self, record: Record) -> dict[str, Any]:
        follow = record.follow_up
        return {
            "id": record.id,
            "line": record.line,
            "call": record.call,
            "operator": record.operator,
            "saved": record.saved,
            "version": record.version + 1,
            "note": self._vault.seal(record.note),
            "disposition": record.disposition,
            "complete": record.complete,
            "follow_up": self._vault.seal(follow.text) if follow else "",
            "passed_on": follow.made if follow else None,
            "passed_to": follow.to if follow else None,
            "done": follow.done if follow else None,
            "done_by": follow.done_by if follow else None,
        }

    def _read_record(self, row: Row[Any]) -> Record:
        return Record(
            id=row.id,
            line=row.line,
            call=row.call,
            operator=row.operator,
            saved=row.saved,
            version=row.version,
            note=self._vault.unseal(row.note),
            disposition=row.disposition,
            follow_up=self._follow_up(row),
            complete=row.complete,
        )

    def _follow_up(self, row: Row[Any]) -> FollowUp | None:
        if row.passed_on is None:
            return None
        return FollowUp(
            text=self._vault.unseal(row.follow_up),
            made=row.passed_on,
            to=row.passed_to,
            done=row.done,
            done_by=row.done_by,
        )


def _update_of(record: Record) -> Any:
    return update(records).where(
        records.c.id == record.id, records.c.version == record.version
    )


def _merge_follow_up(row: Mapping[str, Any], record: Record) -> dict[str, Any]:
    """The row, which keeps another operator's mark on the same follow-up."""
    made = record.follow_up.made if record.follow_up else None
    same = records.c.passed_on == made
    kept = {name: case((same, records.c[name])) for name in ("done", "done_by")}
    return {**row, **kept}


def _read_reveal(row: Row[Any]) -> Reveal:
    values = dict(row._mapping)  # noqa: SLF001 - the documented name
    return Reveal(**{**values, "what": Revealed(row.what)})
