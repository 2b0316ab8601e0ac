"""Searches in the call log, for those who run the service."""

from datetime import datetime

from sqlalchemy import Engine, select

from ivr.adapters.sql.call_rows import read_record
from ivr.adapters.sql.database import begin_reading
from ivr.adapters.sql.promises import find_facts
from ivr.adapters.sql.tables import calls, facts
from ivr.core.history.call_log import CallRecord
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ContactId, LineKey


class SqlCallSearch:
    """``ports.CallSearch`` in SQL."""

    def __init__(self, db: Engine) -> None:
        self._db = db

    def calls(
        self,
        line: LineKey | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> list[CallRecord]:
        """The calls that started at ``since`` or later, newest first."""
        query = select(calls).order_by(calls.c.started.desc(), calls.c.call)
        if line is not None:
            query = query.where(calls.c.line == line)
        if since is not None:
            query = query.where(calls.c.started >= since)
        with begin_reading(self._db) as connection:
            return [read_record(row) for row in connection.execute(query.limit(limit))]

    def named(self, beginning: str, most: int = 2) -> list[ContactId]:
        """The calls whose identifier begins so; some of them when there are many."""
        query = select(calls.c.call).where(
            calls.c.call.startswith(beginning, autoescape=True)
        )
        with begin_reading(self._db) as connection:
            return list(connection.execute(query.limit(most)).scalars())

    def facts_of(self, call: ContactId | None) -> list[Fact]:
        """Everything that happened in a call, in order; None: in no call."""
        with begin_reading(self._db) as connection:
            return find_facts(connection, facts.c.call == call)
