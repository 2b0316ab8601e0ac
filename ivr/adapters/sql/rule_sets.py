"""The versions of each line's rule set in SQL; none is ever changed."""

from datetime import datetime

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from ivr.adapters.sql.database import begin_reading, begin_writing
from ivr.adapters.sql.tables import rule_sets
from ivr.core.model.errors import Conflict
from ivr.core.model.identifiers import LineKey
from ivr.core.queue.versions import RuleVersion


class SqlRuleSets:
    """The published rule sets, in order; the newest is in force."""

    def __init__(self, db: Engine) -> None:
        self._db = db

    def publish(
        self,
        line: LineKey,
        toml: str,
        at: datetime,
        note: str = "",
        after: int | None = None,
    ) -> int:
        """Put a rule set in force; its version.

        ``after`` is the version that the publisher has seen (0: none yet): when
        another one is in force, somebody was first and it is a Conflict.
        """
        newest = select(func.max(rule_sets.c.version)).where(rule_sets.c.line == line)
        row = {"line": line, "toml": toml, "published_at": at, "note": note}
        try:
            with begin_writing(self._db) as connection:
                seen = connection.execute(newest).scalar() or 0
                if after not in {None, seen}:
                    raise _was_first(line)
                connection.execute(insert(rule_sets), row | {"version": seen + 1})
        except IntegrityError:
            raise _was_first(line) from None
        return seen + 1

    def history(self, line: LineKey) -> list[RuleVersion]:
        """Every version of the line, newest first."""
        columns = [column for column in rule_sets.c if column.name != "line"]
        query = select(*columns).where(rule_sets.c.line == line)
        query = query.order_by(rule_sets.c.version.desc())
        with begin_reading(self._db) as connection:
            rows = connection.execute(query).mappings()
            return [RuleVersion(**row) for row in rows]


def _was_first(line: LineKey) -> Conflict:
    return Conflict(
        f"somebody else has just published rules for {line}; look at them with"
        " `hotline rules show` and publish again"
    )
