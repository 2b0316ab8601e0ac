"""Processor time of processes, which a busy machine disturbs less than a rate."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
NANOSECONDS = 1e9


def processor_seconds(pid: int) -> float:
    """What a process, its children and all their threads have used so far.

    The kernel counts it to the nanosecond in ``schedstat``: proc(5).
    """
    return sum(_nanoseconds(task) for task in _tasks(pid)) / NANOSECONDS


def _tasks(pid: int) -> Iterator[Path]:
    # A thread or a child may end while it is looked at: what it used is lost then.
    with suppress(OSError):
        for task in (PROC / str(pid) / "task").iterdir():
            yield task
            for child in (task / "children").read_text(encoding="ascii").split():
                yield from _tasks(int(child))


def _nanoseconds(task: Path) -> int:
    with suppress(OSError):
        return int((task / "schedstat").read_text(encoding="ascii").split()[0])
    return 0
