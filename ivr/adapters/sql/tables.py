"""The tables, and how a moment is kept in them."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite, which knows no zones, keeps it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """The moment as the database takes it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """The moment as our code uses it."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# JSON and not JSONB: a caller's input may hold what JSONB refuses (a NUL), and one
# refused fact would hold up all that come after it.
facts = Table(
    "facts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("call", Text, index=True),
    Column("at", Moment, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("details", JSON, nullable=False),
)

# Facts that a version of this service could not read, until one can.
unread_facts = Table(
    "unread_facts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("line", Text, nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("raw", Text, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("call", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("started", Moment, nullable=False, index=True),
    Column("number", Text),
    Column("channel", Text, nullable=False),
    Column("caller", Text, index=True),
    Column("language", Text),
    Column("urgency", Text),
    Column("topic", Text),
    Column("location", Text, nullable=False),
    Column("queued", Moment),
    Column("answered", Moment),
    Column("operator", Text),
    Column("talk_ended", Moment),
    Column("ended", Moment),
    Column("final", Text),
    Column("rung", JSON, nullable=False),
    Column("told", JSON, nullable=False),
    Index(None, "line", "started"),
)

operators = Table(
    "operators",
    metadata,
    Column("id", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("phone_name", Text, index=True),
    Column("languages", JSON, nullable=False),
    Column("reach", Text, nullable=False),
    Column("added", Moment, nullable=False),
    Column("wanted", Text, nullable=False),
    Column("pin", Text),
    Column("team", Text, nullable=False, server_default=text("''")),
    UniqueConstraint("line", "name"),
)

rule_sets = Table(
    "rule_sets",
    metadata,
    Column("line", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("toml", Text, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("note", Text, nullable=False),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("call", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("promised", Moment, nullable=False),
    Column("promise", JSON, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("tried", Moment),
    Column("ended", Moment),
    Column("reason", Text),
    Index(None, "line", "ended"),
)

messages = Table(
    "messages",
    metadata,
    Column("call", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("left", Moment, nullable=False),
    Column("recording", Text, primary_key=True, index=True),
    Column("seconds", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("taken", Moment),
    Column("how", Text),
    Index(None, "line", "taken"),
)
