"""A program of the house, run by a copy of this process.

Nine tenths of a program's start are its imports: a copy has them already. So a house
is up sooner, a worker that was killed is back at once, and all share what they import.
"""

import atexit
import gc
import importlib
import os
import runpy
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

from setproctitle import setproctitle

_ENDS = (signal.SIGTERM, signal.SIGINT)
_FIRST_OWN = 3
"""The descriptors after standard input, output and error."""


class Copy:
    """A process that was copied from this one, which alone may wait for its end."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    @property
    def exitcode(self) -> int | None:
        """None while it runs; negative is the signal that ended it."""
        return self._waited(os.WNOHANG)

    def join(self) -> None:
        """Wait for its end."""
        self._waited(0)

    def terminate(self) -> None:
        """Ask it to end."""
        if self.exitcode is None:
            os.kill(self.pid, signal.SIGTERM)

    def _waited(self, options: int) -> int | None:
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

    def start(self) -> Copy:
        """A copy of this process that runs the module as ``python -m`` does, alone.

        It has a process group and a name of its own; OSError when there is no room.
        Only a process of one thread may be copied: the locks that others hold would
        be held for ever.
        """
        _flush()  # or both would write what stands in the buffers
        with _no_end_is_heard():
            pid = os.fork()
            if pid == 0:
                _live(self)
        # Both say so, for either may be the first that needs it.
        with suppress(OSError):
            os.setpgid(pid, pid)
        return Copy(pid)


def prepare(modules: Iterable[str]) -> None:
    """Import what copies will need; what stands until now is theirs for good."""
    # Their names are to be written over the first words, not over what follows them;
    # the library looks where that is as soon as anything imports it.
    os.environ["SPT_NOENV"] = "1"  # noqa: TID251 - it can be told by this alone
    for module in modules:
        importlib.import_module(module)
    gc.freeze()


@contextmanager
def _no_end_is_heard() -> Iterator[None]:
    """Signals wait: one that a copy still heard as its original would be lost."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _live(child: Child) -> NoReturn:
    """The whole life of a copy; it ends as an interpreter does."""
    status = 1
    try:
        atexit._clear()  # noqa: SLF001 - what the original does at its own end
        _become(child)
        status = 0
    except SystemExit as end:
        status = _status_of(end)
    except BaseException:  # noqa: BLE001 - told by whoever tells of such, who may hide it
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(BaseException):
            _wind_up()
        os._exit(status)


def _wind_up() -> None:
    # Ends pools of threads, then waits for what still runs; nobody else does either.
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001
    _flush()


def _status_of(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return (end.code or 0) & 0xFF
    sys.stderr.write(f"{end.code}\n")
    return 1


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()


def _become(child: Child) -> None:
    os.setpgid(0, 0)
    _let_go()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDS)
    setproctitle(f"hotline {child.name}")
    _take(child.env)
    sys.argv = [child.module, *child.arguments]
    runpy.run_module(child.module, run_name="__main__", alter_sys=True)


def _let_go() -> None:
    """Nothing is read, and pipes and locks are the original's alone.

    Whoever waits for its end waits until they are closed. The objects that hold them
    are never ended here, for a copy never returns.
    """
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.closerange(_FIRST_OWN, os.sysconf("SC_OPEN_MAX"))
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - kept


def _take(env: Mapping[str, str]) -> None:
    os.environ.clear()  # noqa: TID251 - a process begins here
    os.environ.update(env)  # noqa: TID251 - as above
