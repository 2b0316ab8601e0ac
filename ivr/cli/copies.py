"""A program of the house, run by a copy of this process.

Nine tenths of a program's start are its imports: a copy has them already. So a house
is up sooner, a worker that was killed is back at once, and all share what they import.
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
from multiprocessing import get_context
from multiprocessing.context import ForkProcess

from setproctitle import setproctitle

_ENDS = (signal.SIGTERM, signal.SIGINT)
_FIRST_OWN = 3
"""The descriptors after standard input, output and error."""

_fork = get_context("fork")


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A module to be kept running; ``env`` is its whole environment."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    env: Mapping[str, str]

    def start(self) -> ForkProcess:
        """A copy of this process that runs the module as ``python -m`` does, alone.

        It has a process group and a name of its own; OSError when there is no room.
        Only a process of one thread may be copied: the locks that others hold would
        be held for ever.
        """
        process = _fork.Process(target=_become, args=(self,), name=self.name)
        with _no_end_is_heard():
            process.start()
        assert process.pid is not None  # noqa: S101 - it has been started
        # Both say so, for either may be the first that needs it.
        with suppress(OSError):
            os.setpgid(process.pid, process.pid)
        return process


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
