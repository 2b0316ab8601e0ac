"""Migrations, on both databases."""

import multiprocessing
import os
import socket
import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text

from ivr.adapters.sql.database import begin_reading, begin_writing, make_engine
from ivr.adapters.sql.schema import migrate_database
from ivr.adapters.sql.tables import metadata
from ivr.core.model.errors import Faults

SPAWN = multiprocessing.get_context("spawn")


def test_empty_database_gets_every_table(empty_url: str) -> None:
    migrate_database(empty_url)

    names = set(inspect(make_engine(empty_url)).get_table_names())
    assert names == set(metadata.tables) | {"alembic_version"}


def test_models_and_migrations_agree(url: str) -> None:
    with begin_reading(make_engine(url)) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )

        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(url: str) -> None:
    with begin_writing(make_engine(url)) as connection:
        connection.execute(
            text("INSERT INTO facts VALUES ('a', 'b', 'c', '2026-03-01', 'd', '{}')")
        )

    migrate_database(url)

    with begin_reading(make_engine(url)) as connection:
        assert connection.execute(text("SELECT count(*) FROM facts")).scalar() == 1


def test_several_processes_may_migrate_at_once(empty_url: str) -> None:
    with ProcessPoolExecutor(3, mp_context=SPAWN) as starting:
        list(starting.map(migrate_database, [empty_url] * 6))

    names = inspect(make_engine(empty_url)).get_table_names()
    assert set(metadata.tables) < set(names)


def test_database_of_newer_version_refused_with_remedy(url: str) -> None:
    with begin_writing(make_engine(url)) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Faults, match=r"DATABASE_URL.*newer version.*9999.*install"):
        migrate_database(url)


def test_missing_server_is_fault_with_remedy() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        url = f"postgresql+psycopg://hotline:hush@127.0.0.1:{port}/hotline"

        with pytest.raises(Faults, match=r"DATABASE_URL.*start the server") as fault:
            migrate_database(url)

    assert "hush" not in str(fault.value)
    assert "hotline:***@127.0.0.1" in str(fault.value)


def test_missing_folder_is_fault_with_remedy(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'nowhere' / 'hotline.db'}"

    with pytest.raises(Faults, match=r"DATABASE_URL.*folder writable"):
        migrate_database(url)


def test_file_that_is_no_database_is_fault(tmp_path: Path) -> None:
    file = tmp_path / "hotline.db"
    file.write_text("a shopping list, much longer than a header of sixteen bytes\n" * 9)

    with pytest.raises(Faults, match="DATABASE_URL"):
        migrate_database(f"sqlite:///{file}")


def test_database_in_known_folder_stays_private(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o755)
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    before = os.umask(0o022)
    try:
        migrate_database(url)
        with begin_writing(make_engine(url)) as connection:
            assert sorted(modes(tmp_path)) == ["", "-shm", "-wal", ".lock"]
            assert connection.execute(select(1)).scalar() == 1
    finally:
        os.umask(before)

    assert set(modes(tmp_path).values()) == {0o600}


def test_database_that_stood_open_is_closed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    migrate_database(url)
    for path in tmp_path.iterdir():
        path.chmod(0o644)

    migrate_database(url)

    assert set(modes(tmp_path).values()) == {0o600}


def modes(folder: Path) -> dict[str, int]:
    """The files of a database by what follows its name, and who may do what to them."""
    return {
        path.name.removeprefix("hotline.db"): stat.S_IMODE(path.stat().st_mode)
        for path in folder.glob("hotline.db*")
    }
