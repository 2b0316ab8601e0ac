"""The schema; the first process to start brings it up to date."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine

import ivr.migrations
from ivr.adapters.sql.database import (
    begin_reading,
    begin_writing,
    make_engine,
    mask_address,
    parse_address,
)
from ivr.adapters.sql.files import keep_to_owner, open_for_owner
from ivr.core.model.errors import Faults, Unavailable

# Any number will do that nobody else locks in the same database.
_ADVISORY_LOCK = "SELECT pg_advisory_xact_lock(4687665246)"
# The first process may take a while over large tables.
_NO_LIMITS = (
    "SELECT set_config('lock_timeout', '0', true),"
    " set_config('statement_timeout', '0', true)"
)


def migrate_database(url: str) -> None:
    """Bring the database up to date; safe when several processes do so at once.

    Faults when it cannot be reached, or was made by a newer version than this.
    """
    parsed = parse_address(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            keep_to_owner(str(parsed.database))
        _upgrade_schema(make_engine(url), parsed)
    except (Unavailable, OSError) as failure:
        raise Faults([_describe_failure(parsed, failure)]) from failure


def _upgrade_schema(db: Engine, parsed: URL) -> None:
    config = _alembic_config()
    with _alone_beside(parsed):
        with begin_reading(db) as connection:
            if _is_current(connection, config, parsed):
                return
        with begin_writing(db) as connection:
            _wait_for_others(connection)
            if not _is_current(connection, config, parsed):
                config.attributes["connection"] = connection
                command.upgrade(config, "head")


def _alembic_config() -> Config:
    config = Config()
    folder = Path(ivr.migrations.__file__).parent
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _is_current(connection: Connection, config: Config, parsed: URL) -> bool:
    script = ScriptDirectory.from_config(config)
    present = MigrationContext.configure(connection).get_current_revision()
    if present is None:
        return False
    try:
        script.get_revision(present)
    except CommandError:
        raise Faults([_too_new(parsed, present)]) from None
    return present == script.get_current_head()


def _wait_for_others(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_NO_LIMITS)
        connection.exec_driver_sql(_ADVISORY_LOCK)


@contextmanager
def _alone_beside(parsed: URL) -> Iterator[None]:
    """Hold a lock file beside an SQLite database; a killed holder lets go of it.

    SQLite's own lock gives up after its timeout; this one waits its turn.
    """
    if parsed.get_backend_name() != "sqlite":
        yield
        return
    with open_for_owner(f"{parsed.database}.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _describe_failure(parsed: URL, failure: Exception) -> str:
    return (
        f"DATABASE_URL: {mask_address(parsed)} cannot be used ({failure}); start the"
        " server or make the folder writable, or correct the address"
    )


def _too_new(parsed: URL, revision: str) -> str:
    return (
        f"DATABASE_URL: {mask_address(parsed)} was made by a newer version of this"
        f" service (schema {revision}); install that version, or give another database"
    )
