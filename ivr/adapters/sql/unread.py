"""Facts that this version could not read or write, kept until one can."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Engine, delete, func, select

from ivr.adapters.sql.database import begin_reading
from ivr.adapters.sql.tables import unread_facts
from ivr.core.history.fact_reading import UnreadFact
from ivr.core.model.facts import KINDS
from ivr.core.model.identifiers import LineKey


def unread_row(key: str, fact: UnreadFact) -> dict[str, object]:
    """An unread fact, as its table keeps it."""
    return {
        "id": key,
        "line": fact.line,
        "at": fact.at,
        "kind": fact.kind,
        "why": fact.why,
        "raw": fact.raw,
    }


def count_unread(db: Engine, line: LineKey) -> Mapping[str, int]:
    """How many facts of each kind are kept unread."""
    query = select(unread_facts.c.kind, func.count()).where(unread_facts.c.line == line)
    with begin_reading(db) as connection:
        rows = connection.execute(query.group_by(unread_facts.c.kind))
        return {kind: number for kind, number in rows}  # noqa: C416 - rows are no pairs


def find_unread(
    db: Engine, line: LineKey, after: str, most: int
) -> Sequence[tuple[str, UnreadFact]]:
    """The unread facts of a kind that is known now, in the order of their keys."""
    query = select(unread_facts).where(
        unread_facts.c.line == line,
        unread_facts.c.kind.in_(sorted(KINDS)),
        unread_facts.c.id > after,
    )
    with begin_reading(db) as connection:
        rows = connection.execute(query.order_by(unread_facts.c.id).limit(most))
        return [
            (
                row.id,
                UnreadFact(
                    at=row.at, line=row.line, kind=row.kind, why=row.why, raw=row.raw
                ),
            )
            for row in rows
        ]


def forget_unread(connection: Connection, keys: Iterable[str]) -> None:
    """Drop what is written down among the facts now."""
    connection.execute(delete(unread_facts).where(unread_facts.c.id.in_(list(keys))))
