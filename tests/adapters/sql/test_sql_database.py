"""How the databases are opened, and what is said when one fails."""

import re
import socket
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ivr.adapters.sql.call_log import SqlCallLog
from ivr.adapters.sql.call_search import SqlCallSearch
from ivr.adapters.sql.database import (
    begin_reading,
    make_engine,
    mask_address,
    parse_address,
)
from ivr.adapters.sql.schema import migrate_database
from ivr.core.model.errors import Faults, Unavailable
from tests.adapters.sql import story


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "hotline.db"
    migrate_database(f"sqlite:///{path}")
    return path


def setting(db: Engine, name: str) -> object:
    with begin_reading(db) as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_sqlite_facts_outlive_power_cut(file: Path) -> None:
    db = make_engine(f"sqlite:///{file}")

    assert setting(db, "journal_mode") == "wal"
    assert setting(db, "synchronous") == 2
    assert setting(db, "foreign_keys") == 1
    assert setting(db, "busy_timeout") == 2000


def test_locked_sqlite_is_unavailable_and_heals(file: Path) -> None:
    log = SqlCallLog(make_engine(f"sqlite:///{file}"))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(Unavailable, match="locked"):
        log.write(story.journal(1))

    other.execute("ROLLBACK")
    other.close()
    assert log.write(story.journal(1)) == 10


def test_sqlite_read_while_somebody_writes(file: Path) -> None:
    db = make_engine(f"sqlite:///{file}")
    SqlCallLog(db).write(story.journal(1))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    read = SqlCallSearch(db).calls()

    other.close()
    assert read == [story.record_of(0)]


def test_refused_connection_is_unavailable() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        db = make_engine(f"postgresql+psycopg://u:hush@127.0.0.1:{port}/h")

        with pytest.raises(Unavailable) as failure:
            SqlCallSearch(db).calls()

    assert "hush" not in str(failure.value)


def test_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        log = SqlCallLog(make_engine(f"postgresql+psycopg://u@127.0.0.1:{port}/h"))

        with pytest.raises(Unavailable):
            log.ping()


def test_failure_does_not_repeat_content(tmp_path: Path) -> None:
    log = SqlCallLog(make_engine(f"sqlite:///{tmp_path / 'nothing-in-it.db'}"))

    with pytest.raises(Unavailable, match="no such table") as failure:
        log.write(story.journal(1))

    assert story.HOTLINE not in repr(failure.getrepr(chain=True))


@pytest.mark.parametrize(
    "url",
    [
        "hush hush",
        "mysql://root:hush@localhost/hotline",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql+psycopg://u:hush@h:port/x",
    ],
)
def test_useless_address_is_fault_with_remedy(url: str) -> None:
    with pytest.raises(Faults, match=r"DATABASE_URL: .*; use sqlite:") as fault:
        make_engine(url)

    assert "hush" not in str(fault.value)


def test_shown_address_has_no_secret() -> None:
    shown = mask_address(
        parse_address("postgresql+psycopg://u:hush@db/hotline?sslpassword=hush")
    )

    assert shown == "postgresql+psycopg://u:***@db/hotline"


def test_time_limits_of_address_kept(postgresql: object) -> None:
    assert callable(postgresql)
    url = re.sub(r"connect_timeout=\d+", "connect_timeout=7", postgresql())

    with begin_reading(make_engine(url)) as connection:
        raw = connection.connection.dbapi_connection

        assert raw is not None
        assert raw.info.get_parameters()["connect_timeout"] == "7"
