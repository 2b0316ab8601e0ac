"""Which files of tests are run, and in which order, two of them at the same time."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

WAITING = ("browser", "processes")
"""Folders whose tests wait most of the time, for a browser or for other processes."""

LONG = ("simulation", "promises", "bench", "calls")
"""Of the others, those whose files take long; ``calls`` has whole calls."""

LEFT_TO_ALL = (
    *("simulation/test_simulation_numbers", "simulation/test_row_through_redis"),
    *("promises/test_history", "promises/stories/test_model_and_store"),
    *("bench/test_bench_runs", "processes/test_crowd"),
    *("processes/failures/test_workers_killed", "processes/failures/test_redis_away"),
    *("processes/failures/test_sql_away", "processes/failures/test_stopping"),
    *("processes/failures/test_slow_clients", "processes/test_exchange_in_front"),
    *("processes/test_rules_in_force", "exchange/hosts/test_exchange_server"),
    *("browser/desk/test_desk_attacked", "browser/desk/test_desk_in_trouble"),
    *("browser/desk/test_desk_telephone", "browser/desk/test_desk_seen"),
    *("browser/desk/test_desk_records", "browser/desk/test_desk_at_work"),
    *("browser/desk/test_desk_unheard", "browser/test_door"),
    *("browser/test_shifts_page", "browser/test_stand_in", "browser/test_watching"),
    *("cli/processes/test_encoding", "adapters/sql/test_sql_writers"),
)
"""What `make test` leaves to `make test-all`, and so to what decides on a change: the
figures of crowds, evenings of mere chance, processes that are killed, stores that are
away, slow readers, and browsers in trouble, through whole shifts, in every state and
size. They take more than two thirds of the time."""

Files = Sequence[Sequence[pytest.Item]]


def in_turn(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """What takes long at first: at the end nobody waits for one file alone.

    One file that waits goes with one that does not, so that the machine is busy and
    not more than that. The order inside a file, and of files of one kind, stays.
    """
    files = _files(items)
    waiting = _of_folders(files, WAITING)
    busy = [*_of_folders(files, LONG), *_others(files, (*WAITING, *LONG))]
    return list(chain.from_iterable(_mixed(waiting, busy)))


def is_left_to_all(item: pytest.Item) -> bool:
    """Whether a test is one of those that `make test` leaves out."""
    return str(_below_tests(item.path).with_suffix("")) in LEFT_TO_ALL


def _files(items: Sequence[pytest.Item]) -> Files:
    found: dict[Path, list[pytest.Item]] = {}
    for item in items:
        found.setdefault(item.path, []).append(item)
    return list(found.values())


def _of_folders(files: Files, folders: Sequence[str]) -> Files:
    return [file for name in folders for file in files if _folder(file) == name]


def _others(files: Files, folders: Sequence[str]) -> Files:
    return [file for file in files if _folder(file) not in folders]


def _folder(file: Sequence[pytest.Item]) -> str:
    return _below_tests(file[0].path).parts[0]


def _below_tests(path: Path) -> Path:
    return path.relative_to(TESTS)


def _mixed(waiting: Files, busy: Files) -> Iterator[Sequence[pytest.Item]]:
    first, second = iter(waiting), iter(busy)
    for file in first:
        yield file
        yield from islice(second, 1)
    yield from second
