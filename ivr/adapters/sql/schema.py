"""The schema, brought up to date by whoever starts first."""

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
from ivr.adapters.sql.database import address, engine, masked, reading, writing
from ivr.adapters.sql.files import keep_to_owner, opened_for_owner
from ivr.core.model.errors import Faults, Unavailable

# Any number will do that nobody else locks in the same database.
_ADVISORY_LOCK = "SELECT pg_advisory_xact_lock(4687665246)"
# Whoever is first may take a while over large tables.
_NO_LIMITS = (
    "SELECT set_config('lock_timeout', '0', true),"
    " set_config('statement_timeout', '0', true)"
)


def migrate(url: str) -> None:
    """Bring the database up to date; safe when several processes do so at once.

    Faults when it cannot be reached, or was made by a newer version than this.
    """
    parsed = address(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            keep_to_owner(str(parsed.database))
        _upgrade(engine(url), parsed)
    except (Unavailable, OSError) as failure:
        raise Faults([_unreachable(parsed, failure)]) from failure


def _upgrade(db: Engine, parsed: URL) -> None:
    config = _config()
    with _alone_beside(parsed):
        with reading(db) as connection:
            if _is_current(connection, config, parsed):
                return
        with writing(db) as connection:
            _wait_for_others(connection)
            if not _is_current(connection, config, parsed):
                config.attributes["connection"] = connection
                command.upgrade(config, "head")


def _config() -> Config:
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
    with opened_for_owner(f"{parsed.database}.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _unreachable(parsed: URL, failure: Exception) -> str:
    return (
        f"DATABASE_URL: {masked(parsed)} cannot be used ({failure}); start the server"
        " or make the folder writable, or correct the address"
    )


def _too_new(parsed: URL, revision: str) -> str:
    return (
        f"DATABASE_URL: {masked(parsed)} was made by a newer version of this service"
        f" (schema {revision}); install that version, or give another database"
    )
