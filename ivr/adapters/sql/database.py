"""The door to SQL: the engine, its manners, and its one kind of failure."""

from contextlib import AbstractContextManager
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    InterfaceError,
    OperationalError,
)

from ivr.core.model.errors import Faults, Unavailable

_SPOKEN = frozenset({"sqlite", "sqlite+pysqlite", "postgresql+psycopg"})

# libpq's own parameters (PostgreSQL manual, "Parameter Key Words"): seconds, but
# for tcp_user_timeout, which is in milliseconds. 2 is the least that libpq takes.
_POSTGRESQL_PATIENCE = {
    "connect_timeout": "2",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
_POSTGRESQL_LIMITS = (
    "SELECT set_config('lock_timeout', '5s', true),"
    " set_config('statement_timeout', '10s', true)"
)

# FULL, although NORMAL already outlives a kill -9: the journal forgets what was
# written here at once, so that a power cut must not undo it. It costs one fsync a
# batch, not one a fact.
_SQLITE_MANNERS = (
    "PRAGMA busy_timeout = 2000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)


def parse_address(url: str) -> URL:
    """The address of a database that we can use; Faults name ``DATABASE_URL``."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Not shown, and not chained: a password may stand anywhere in it.
        raise _address_fault("it is no database address") from None
    if parsed.drivername not in _SPOKEN:
        raise _address_fault(f"{parsed.drivername} is not spoken here")
    if _is_sqlite(parsed) and parsed.database in {None, "", ":memory:"}:
        raise _address_fault("a database in memory would be forgotten at once")
    return parsed


def mask_address(parsed: URL) -> str:
    """The address as it may be shown: no password, no parameters."""
    return parsed.set(query={}).render_as_string(hide_password=True)


def make_engine(url: str) -> Engine:
    """An engine that several processes and threads may use, also after a fork.

    It keeps no connection: nothing is shared by a fork, and a server that hangs is
    met by the time limit on connecting. No caller waits for SQL.
    """
    parsed = parse_address(url)
    sqlite = _is_sqlite(parsed)
    patience = {} if sqlite else _POSTGRESQL_PATIENCE
    made = create_engine(
        parsed,
        poolclass=NullPool,
        # Errors travel into logs; what was written must not travel with them.
        hide_parameters=True,
        connect_args={k: v for k, v in patience.items() if k not in parsed.query},
    )
    event.listen(made, "handle_error", _turn_into_unavailable)
    event.listen(made, "begin", _begin_sqlite if sqlite else _begin_postgresql)
    if sqlite:
        event.listen(made, "connect", _teach_sqlite)
    return made


def begin_reading(db: Engine) -> AbstractContextManager[Connection]:
    """A transaction that only reads."""
    return db.begin()


def begin_writing(db: Engine) -> AbstractContextManager[Connection]:
    """A transaction that writes: on SQLite there is one such at a time."""
    return db.execution_options(writes=True).begin()


def _is_sqlite(parsed: URL) -> bool:
    return parsed.get_backend_name() == "sqlite"


def _address_fault(what: str) -> Faults:
    remedy = "use sqlite:////folder/file or postgresql://user:password@host/database"
    return Faults([f"DATABASE_URL: {what}; {remedy}"])


def _turn_into_unavailable(context: ExceptionContext) -> None:
    """Turn a failure outside into our Unavailable: the one place that does."""
    failure = context.sqlalchemy_exception
    # A damaged file is the plain DatabaseError; its other kinds are bugs of ours.
    damaged = type(failure) is DatabaseError
    if damaged or isinstance(failure, OperationalError | InterfaceError):
        cause = context.original_exception
        reason = (str(cause).splitlines() or [type(cause).__name__])[0]
        raise Unavailable(
            f"the database failed: {reason}", permanent=damaged
        ) from cause


def _teach_sqlite(connection: SqliteConnection, _record: object) -> None:
    # The driver's own idea of transactions begins them too late and leaves out
    # changes of the schema; with None it leaves them to us.
    connection.isolation_level = None
    for manner in _SQLITE_MANNERS:
        connection.execute(manner)


def _begin_sqlite(connection: Connection) -> None:
    # Read, then write in a deferred transaction fails at once with "locked" when
    # somebody wrote in between, however long the timeout.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    # For one transaction only, so that it also holds behind a connection pooler.
    connection.exec_driver_sql(_POSTGRESQL_LIMITS)
