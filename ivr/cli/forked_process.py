"""A program of the service in a forked process, which has its modules already.

Nine tenths of a program's start are its imports: a fork of a process that has them
starts at once. So the service is up sooner, a worker that was killed is back at once,
and all share what they import.
"""

import gc
import importlib
import os
import runpy
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

from setproctitle import setproctitle

_ENDS = (signal.SIGTERM, signal.SIGINT)
_FIRST_OWN = 3
"""The descriptors after standard input, output and error."""


class ForkedProcess:
    """A process that was forked from this one, which alone may wait for its end."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative is the signal that ended it."""
        return self._wait_for_status(os.WNOHANG)

    def wait_for_end(self) -> None:
        """Wait for its end."""
        self._wait_for_status(0)

    def ask_to_end(self) -> None:
        """Ask it to end."""
        if self.exit_code is None:
            os.kill(self.pid, signal.SIGTERM)

    def _wait_for_status(self, options: int) -> int | None:
        if self._status is None:
            try:
                pid, status = os.waitpid(self.pid, options)
            except ChildProcessError:
                # Somebody has waited for it already: it is gone, and nobody knows how.
                pid, status = self.pid, 0
            if pid == self.pid:
                self._status = os.waitstatus_to_exitcode(status)
        return self._status


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A module to be kept running; ``env`` is its whole environment."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    env: Mapping[str, str]

    def start_process(self) -> ForkedProcess:
        """Fork a process that runs the module as ``python -m`` does.

        It has a process group and a name of its own; OSError when there is no room.
        Only a process of one thread may fork: the locks that others hold would be
        held for ever.
        """
        _flush_streams()  # or both would write what stands in the buffers
        with _signals_blocked():
            pid = os.fork()
            if pid == 0:
                _run_and_exit(self)
        # Both say so, for either may be the first that needs it.
        with suppress(OSError):
            os.setpgid(pid, pid)
        return ForkedProcess(pid)


def preload_modules(modules: Iterable[str]) -> None:
    """Import what forked processes will need; everything up to now is never freed."""
    # A process's name must be written over the first words, not what follows them;
    # the library looks where that is as soon as anything imports it.
    os.environ["SPT_NOENV"] = "1"  # noqa: TID251 - it can be told by this alone
    for module in modules:
        importlib.import_module(module)
    gc.freeze()


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Let signals wait: a child would hear one as its parent, and lose it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_and_exit(child: Child) -> NoReturn:
    """Run a child to its end; the parent's own exit functions are not for it.

    Each program ends the threads and pools that it has started. Any others are cut off,
    and keep no process from its end.
    """
    status = 1
    try:
        _run_child(child)
        status = 0
    except SystemExit as end:
        status = _status_of(end)
    except BaseException:  # noqa: BLE001 - the hook tells of it, and hides what is personal
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(BaseException):
            _flush_streams()
        os._exit(status)


def _status_of(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return (end.code or 0) & 0xFF
    sys.stderr.write(f"{end.code}\n")
    return 1


def _flush_streams() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()


def _run_child(child: Child) -> None:
    os.setpgid(0, 0)
    _close_inherited_files()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
    setproctitle(f"hotline {child.name}")
    _replace_environment(child.env)
    sys.argv = [child.module, *child.arguments]
    runpy.run_module(child.module, run_name="__main__", alter_sys=True)


def _close_inherited_files() -> None:
    """Read nothing, and leave pipes and locks to the parent.

    A process that waits for the parent's end waits until they are closed. The objects
    that hold them are never finalised here, for a child never returns.
    """
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.closerange(_FIRST_OWN, os.sysconf("SC_OPEN_MAX"))
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - kept


def _replace_environment(env: Mapping[str, str]) -> None:
    os.environ.clear()  # noqa: TID251 - a process begins here
    os.environ.update(env)  # noqa: TID251 - as above
