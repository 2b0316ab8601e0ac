"""Several writers at once, and writers that die, on both databases."""

import multiprocessing
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import Engine, select

from ivr.adapters.sql.call_log import SqlCallLog
from ivr.adapters.sql.call_search import SqlCallSearch
from ivr.adapters.sql.database import begin_reading, make_engine
from ivr.adapters.sql.tables import facts
from ivr.core.history.call_log import fold_facts
from tests.adapters.sql import story

CALLS = 12
STEPS = (1, 7, 11, 119)  # none shares a divisor with the number of facts
SPAWN = multiprocessing.get_context("spawn")

# Writes one entry after another and tells each that was acknowledged.
WRITER = """
import sys
from tests.adapters.sql import story
from ivr.adapters.sql.call_log import SqlCallLog
from ivr.adapters.sql.database import make_engine

log = SqlCallLog(make_engine(sys.argv[1]))
for entry in story.journal(20):
    log.write([entry])
    print(entry[0], flush=True)
"""


def write_in_steps(url: str, step: int) -> int:
    """Write the whole journal, going round it in steps, in a few batches."""
    told = story.journal(CALLS)
    entries = [told[place * step % len(told)] for place in range(len(told))]
    log = SqlCallLog(make_engine(url))
    return sum(log.write(entries[at : at + 40]) for at in range(0, len(entries), 40))


def write_share(url: str, share: int, of: int) -> int:
    """Write every so-manieth fact: each call is written by all the writers."""
    log = SqlCallLog(make_engine(url))
    entries = story.journal(CALLS)[share::of]
    return sum(log.write(entries[at : at + 5]) for at in range(0, len(entries), 5))


def ids(db: Engine) -> set[str]:
    with begin_reading(db) as connection:
        return set(connection.execute(select(facts.c.id)).scalars())


def pool(kind: str) -> Executor:
    if kind == "threads":
        return ThreadPoolExecutor(4)
    return ProcessPoolExecutor(2, mp_context=SPAWN)


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_same_facts_at_once_written_once(url: str, kind: str) -> None:
    with pool(kind) as writers:
        new = list(writers.map(partial(write_in_steps, url), STEPS))

    assert sum(new) == CALLS * 10
    assert_all_calls_are_whole(make_engine(url))


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_no_update_of_call_lost_between_writers(url: str, kind: str) -> None:
    with pool(kind) as writers:
        shares = [writers.submit(write_share, url, share, 4) for share in range(4)]

    assert sum(share.result() for share in shares) == CALLS * 10
    assert_all_calls_are_whole(make_engine(url))


def test_killed_writer_leaves_acknowledged_and_no_half(url: str) -> None:
    acknowledged = killed_after(url, 60)

    db = make_engine(url)
    log, search = SqlCallLog(db), SqlCallSearch(db)
    assert {f"{story.LINE}:{entry}" for entry in acknowledged} <= ids(db)
    assert all(
        record == fold_facts(None, search.facts_of(record.call))
        for record in search.calls()
    )
    log.write(story.journal(20))
    assert len(ids(db)) == 200
    assert_all_calls_are_whole(db, calls=20)


def killed_after(url: str, lines: int) -> Sequence[str]:
    """The entries that a writer acknowledged before it was killed at its work."""
    command = [sys.executable, "-c", WRITER, url]
    environment = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    with subprocess.Popen(  # noqa: S603 - our own script
        command, stdout=subprocess.PIPE, text=True, env=environment
    ) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline().strip() for _ in range(lines)]
        writer.kill()
    assert all(told)
    return told


def assert_all_calls_are_whole(db: Engine, calls: int = CALLS) -> None:
    newest_first = reversed(range(calls))
    assert SqlCallSearch(db).calls() == [
        story.record_of(number) for number in newest_first
    ]
