"""Shifts in SQL. A change of one must be based on its newest version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    insert,
    select,
    update,
)

from ivr.adapters.sql.call_log import fact_row
from ivr.adapters.sql.database import begin_reading, begin_writing
from ivr.adapters.sql.tables import Moment, facts, metadata, operators
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import LineKey, ShiftId
from ivr.core.shifts.shift import Reminder, Sending, Shift, ShiftState, in_the_way

shifts = Table(
    "shifts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("starts", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reminded", JSON, nullable=False),
    Column("seen", Moment),
    Column("rev", Integer, nullable=False),
    Index(None, "line", "starts"),
    Index(None, "operator", "starts"),
)


_STATES = frozenset(ShiftState)
_REMINDERS = frozenset(Reminder)


class SqlShifts:
    """Shifts in SQL; implements ``ivr.ports.Shifts``."""

    def __init__(self, db: Engine) -> None:
        self._db = db

    def add(self, new: Sequence[Shift]) -> Shift | None:
        """Keep new shifts of one operator; or return a known one that overlaps.

        Two people who plan for the same operator do so one after the other.
        """
        if not new:
            return None
        with begin_writing(self._db) as connection:
            _wait_for_turn(connection, new[0])
            found = in_the_way(new, _shifts_around(connection, new))
            if found is None:
                rows = [_shift_row(shift) | {"rev": 1} for shift in new]
                connection.execute(insert(shifts), rows)
        return found

    def find(self, key: ShiftId) -> Shift | None:
        """The shift, or None."""
        # It comes from an address, and one database takes no such letter at all.
        if "\0" in key:
            return None
        with begin_reading(self._db) as connection:
            found = _read_shifts(connection, _select_shifts().where(shifts.c.id == key))
        return found[0] if found else None

    def named(self, beginning: str, most: int = 2) -> list[Shift]:
        """The shifts whose identifier begins so; some of them when there are many."""
        begins = shifts.c.id.startswith(beginning, autoescape=True)
        with begin_reading(self._db) as connection:
            return _read_shifts(connection, _select_shifts().where(begins).limit(most))

    def between(self, line: LineKey, since: datetime, until: datetime) -> list[Shift]:
        """The line's shifts that overlap this span, in order of their beginning."""
        inside = (shifts.c.ends > since, shifts.c.starts < until)
        with begin_reading(self._db) as connection:
            return _read_shifts(
                connection, _select_shifts().where(shifts.c.line == line, *inside)
            )

    def save(self, shift: Shift, told: Sequence[Fact] = ()) -> bool:
        """Save the shift, with facts, unless somebody has changed it since.

        One transaction: no answer to a shift is kept without its fact.
        """
        rev = shift.rev + 1
        change = update(shifts).where(
            shifts.c.id == shift.id, shifts.c.rev == shift.rev
        )
        with begin_writing(self._db) as connection:
            done = connection.execute(change.values(_shift_row(shift) | {"rev": rev}))
            if done.rowcount and told:
                key = f"{shift.line}:shift-{shift.id}-{rev}"
                rows = [fact_row(f"{key}-{n}", fact) for n, fact in enumerate(told)]
                connection.execute(insert(facts), rows)
        return bool(done.rowcount)

    def mark_shown(self, keys: Sequence[ShiftId], at: datetime) -> None:
        """Keep that operators have seen these; the first time counts."""
        unseen = (shifts.c.id.in_(keys), shifts.c.seen.is_(None))
        change = update(shifts).where(*unseen)
        with begin_writing(self._db) as connection:
            connection.execute(change.values(seen=at, rev=shifts.c.rev + 1))


def _wait_for_turn(connection: Connection, shift: Shift) -> None:
    # On SQLite a writer is alone already.
    owner = select(operators.c.id).where(operators.c.id == shift.operator)
    connection.execute(owner.with_for_update())


def _shifts_around(connection: Connection, new: Sequence[Shift]) -> list[Shift]:
    since = min(shift.starts for shift in new)
    until = max(shift.ends for shift in new)
    own = shifts.c.operator == new[0].operator
    inside = (shifts.c.ends > since, shifts.c.starts < until)
    return _read_shifts(connection, _select_shifts().where(own, *inside))


def _select_shifts() -> Select[Any]:
    return select(shifts).order_by(shifts.c.starts, shifts.c.ends, shifts.c.id)


def _read_shifts(connection: Connection, query: Select[Any]) -> list[Shift]:
    """The shifts, except those in a state that only a newer version knows."""
    rows = connection.execute(query)
    return [_read_shift(row) for row in rows if row.state in _STATES]


def _shift_row(shift: Shift) -> dict[str, Any]:
    return {
        "id": shift.id,
        "line": shift.line,
        "operator": shift.operator,
        "starts": shift.starts,
        "ends": shift.ends,
        "state": shift.state.value,
        "reason": shift.reason,
        "reminded": {
            reminder.value: _sending_row(sending)
            for reminder, sending in shift.reminded.items()
        },
        "seen": shift.seen,
    }


def _sending_row(sending: Sending) -> dict[str, Any]:
    return {
        "tries": sending.tries,
        "tried": sending.tried.isoformat(),
        "sent": sending.sent.isoformat() if sending.sent else None,
    }


def _read_shift(row: Row[Any]) -> Shift:
    values = dict(row._mapping)  # noqa: SLF001 - the documented name
    reminded = {
        Reminder(reminder): _sending_columns(sending)
        for reminder, sending in row.reminded.items()
        if reminder in _REMINDERS
    }
    state = ShiftState(row.state)
    return Shift(**{**values, "state": state, "reminded": reminded})


def _sending_columns(row: dict[str, Any]) -> Sending:
    sent = row["sent"]
    return Sending(
        tries=row["tries"],
        tried=datetime.fromisoformat(row["tried"]),
        sent=datetime.fromisoformat(sent) if sent else None,
    )
