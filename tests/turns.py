"""In which order the files of tests are run, several of them at the same time."""

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import pytest

WAITING = ("browser", "processes")
"""Folders whose tests wait most of the time, for a browser or for other processes."""

LONG = ("simulation", "promises", "bench", "tests")
"""Of the others, those whose files take long; the last is that of whole calls."""

Files = Sequence[Sequence[pytest.Item]]


def in_turn(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """What takes long at first: at the end nobody waits for one file alone.

    Two files that wait go with one that does not, so that the machine is busy. The
    order inside a file, and of files of one kind, stays as it is.
    """
    files = _files(items)
    waiting = _of_folders(files, WAITING)
    busy = [*_of_folders(files, LONG), *_others(files, (*WAITING, *LONG))]
    return list(chain.from_iterable(_mixed(waiting, busy)))


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
    return file[0].path.parent.name


def _mixed(waiting: Files, busy: Files) -> Iterator[Sequence[pytest.Item]]:
    first, second = iter(waiting), iter(busy)
    while pair := list(islice(first, 2)):
        yield from pair
        yield from islice(second, 1)
    yield from second
