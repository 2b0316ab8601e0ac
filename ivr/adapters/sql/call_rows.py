"""The row of one call: from a record, and back to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from ivr.adapters.sql.tables import calls
from ivr.core.history.call_log import CallRecord, Folding

_OF_FOLDING = frozenset({"final", "rung", "told"})


def call_row(record: CallRecord | None) -> dict[str, Any]:
    """The columns of a call."""
    if record is None:
        raise TypeError("a call has at least one fact")
    folding = record.folding
    plain = {
        name: getattr(record, name)
        for name in calls.columns.keys()  # noqa: SIM118 - not a dict
        if name not in _OF_FOLDING
    }
    told = {name: at.isoformat() for name, at in folding.told.items()}
    rung = sorted(folding.rung)
    return {**plain, "final": folding.final, "rung": rung, "told": told}


def read_record(row: Row[Any]) -> CallRecord:
    """The call of a row."""
    values = dict(row._mapping)  # noqa: SLF001 - the documented name
    plain = {name: each for name, each in values.items() if name not in _OF_FOLDING}
    told = {name: datetime.fromisoformat(at) for name, at in row.told.items()}
    folding = Folding(final=row.final, rung=frozenset(row.rung), told=told)
    return CallRecord(**plain, folding=folding)
