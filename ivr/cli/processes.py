"""The processes of a service: started, started again when they die, ended together."""

import errno
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import click

from ivr.bootstrap.machine import elapsed
from ivr.cli.forked_process import Child, ForkedProcess
from ivr.core.model.errors import Faults, HotlineError

_TICK = 0.1
_FIRST_DELAY = 0.2
_LONGEST_DELAY = 5.0
_WELL = 10.0
"""Seconds after which a process has started well: the delay is short again."""

_LINGERS = 50
"""Looks, of 0.02 s each, whether what was killed is gone."""

_HELD = 60.0
"""Seconds after which a process that a signal holds still is ended."""

_GUARD = 'while read -r line; do now=$line; done; [ -z "$now" ] || kill -s KILL -- $now'
"""Reads the process groups that live now; at the end of the file, when the process
that wrote them is dead (or is done and has told none), it ends those that are left.
The pipe is closed by the system even after SIGKILL."""

Say = Callable[[str], object]
Wait = Callable[[float], object]


class Supervisor:
    """Keeps children running until it is told to stop, and leaves none behind.

    A child that dies is started again after 0.2 s, then 0.4 s and so on up to 5 s. One
    that is held still (SIGSTOP) for a minute is ended first. ``each_second`` is called
    while the service runs; if it raises a HotlineError, that is printed and the service
    goes on.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        say: Say | None = None,
        wait: Wait | None = None,
        clock: Callable[[], float] = elapsed,
        each_second: Callable[[], object] = lambda: None,
        patience: float = 7.0,
    ) -> None:
        self._say = say or print_to_stderr
        self._wait = wait or threading.Event().wait
        self._runs = [_Run(child, self._say) for child in children]
        self._clock = clock
        self._each_second = each_second
        self._patience = patience
        self._stopping = False

    def request_stop(self) -> None:
        """Ask for the end; may be called by a signal handler or another thread."""
        # A plain flag: an Event set by a handler may wait for a lock for ever that
        # the interrupted code holds.
        self._stopping = True

    def run_children(self) -> int:
        """Run until SIGTERM, SIGINT or ``stop``; 0 when all children are gone."""
        # Our parent may ignore SIGCHLD; then nobody would hear of a child's end.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with _start_guard() as guard, _stop_on_signals(self.request_stop):
            try:
                self._keep_running(guard)
            finally:
                self._end_children()
                guard.send_groups(())
        return 0

    def _keep_running(self, guard: "_Guard") -> None:
        second = self._clock()
        while not self._stopping:
            for run in self._runs:
                run.keep_running(self._clock())
                guard.send_groups(
                    each.process_group for each in self._runs if each.process_group
                )
            if self._clock() >= second:
                second = self._clock() + 1.0
                self._call_each_second()
            self._wait(_TICK)

    def _call_each_second(self) -> None:
        try:
            self._each_second()
        except HotlineError as fault:
            self._say(str(fault))

    def _end_children(self) -> None:
        """Ask all to end, wait for them together, then end what is left."""
        for run in self._runs:
            run.ask_to_end()
        deadline = self._clock() + self._patience
        while any(run.is_running() for run in self._runs) and self._clock() < deadline:
            self._wait(_TICK / 2)
        for run in self._runs:
            run.end_now()
        # A killed process holds its locks for a moment: the store would be left
        # running for a process that is gone.
        for _ in range(_LINGERS):
            if not any(run.is_lingering() for run in self._runs):
                return
            self._wait(_TICK / 5)


class _Run:
    """One child, through all its starts."""

    def __init__(self, child: Child, say: Say) -> None:
        self._child = child
        self._say = say
        self._process: ForkedProcess | None = None
        self._last: int | None = None
        self._started = 0.0
        self._moved = 0.0
        self._due = 0.0
        self._delay = _FIRST_DELAY

    @property
    def process_group(self) -> int | None:
        """The process group of the running child: its own number."""
        return self._process.pid if self._process else None

    def keep_running(self, now: float) -> None:
        """Start the child if it is due; note if it died or is held still."""
        if self._process is None:
            if now >= self._due:
                self._start_process(now)
        elif (status := self._process.exit_code) is not None:
            # Its children may still hold its port or its queue.
            self.end_now()
            self._put_off(now, f"ended with {_describe_status(status)}")
        elif not _is_stopped(self._process.pid):
            self._moved = now
        elif now - self._moved >= _HELD:
            # It may have been stopped with the database's lock in its hand.
            self.end_now()
            self._put_off(now, f"was held still for {_HELD:.0f} s")

    def is_running(self) -> bool:
        """Whether the child itself still runs."""
        return self._process is not None and self._process.exit_code is None

    def ask_to_end(self) -> None:
        """Ask the child to end, not its group: the child ends its own processes."""
        if self._process is not None:
            self._process.ask_to_end()

    def end_now(self) -> None:
        """End the child, and what it has started, at once."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait_for_end()
        self._last = self._process.pid
        self._process = None

    def is_lingering(self) -> bool:
        """Whether a process that the child has started is still ending."""
        if self._last is None:
            return False
        try:
            os.killpg(self._last, 0)
        except OSError:
            return False
        return True

    def _start_process(self, now: float) -> None:
        try:
            self._process = self._child.start_process()
        except OSError as fault:
            self._put_off(now, f"cannot be started ({fault.strerror})")
        self._started = self._moved = now

    def _put_off(self, now: float, why: str) -> None:
        if now - self._started >= _WELL:
            self._delay = _FIRST_DELAY
        self._say(f"{self._child.name} {why}; again in {self._delay:.1f} s")
        self._due = now + self._delay
        self._delay = min(self._delay * 2, _LONGEST_DELAY)


class _Guard:
    """Outlives a killed supervisor just long enough to end its children."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._told: tuple[int, ...] = ()

    def send_groups(self, groups: "Iterator[int] | tuple[int, ...]") -> None:
        """Tell the guard which process groups live now."""
        told = tuple(groups)
        if told == self._told or self._process.stdin is None:
            return
        self._told = told
        line = " ".join(f"-{group}" for group in told)
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{line}\n".encode())
            self._process.stdin.flush()


@contextmanager
def _start_guard() -> Iterator[_Guard]:
    with subprocess.Popen(  # noqa: S603 - fixed words
        ["/bin/sh", "-c", _GUARD],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        yield _Guard(process)


@contextmanager
def _stop_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    def on_signal(_: int, __: FrameType | None) -> None:
        stop()

    signals = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, on_signal) for number in signals]
    try:
        yield
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


def print_to_stderr(text: str) -> None:
    """Print a message about the processes, apart from all output."""
    click.echo(f"hotline: {text}", err=True)


def _describe_status(status: int) -> str:
    if status >= 0:
        return f"status {status}"
    with suppress(ValueError):
        return signal.Signals(-status).name
    return f"signal {-status}"


def _is_stopped(pid: int) -> bool:
    """Whether a signal or a debugger holds a process still; known on Linux only."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] in {"T", "t"}


def require_free_port(
    host: str,
    port: int,
    option: str = "--port",
    *,
    wait: Wait | None = None,
    tries: int = 20,
) -> None:
    """Raise Faults with the remedy unless a server could listen there.

    It looks ``tries`` times, each 0.1 s: after a crash the old service may need a
    moment to let go of its port.
    """
    wait = wait or threading.Event().wait
    for left in range(tries - 1, -1, -1):
        fault = _try_port(host, port)
        if fault is None:
            return
        if fault.errno != errno.EADDRINUSE or not left:
            raise Faults([_port_fault(host, f"{option} {port}", fault)])
        wait(_TICK)


def is_port_free(host: str, port: int) -> bool:
    """Whether a server could listen there just now."""
    return _try_port(host, port) is None


def find_free_port() -> int:
    """A port of loopback that nobody has just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _try_port(host: str, port: int) -> OSError | None:
    try:
        found = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as fault:
        return fault
    return None


def _port_fault(host: str, told: str, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"{told}: is in use on {host}; end what uses it, or give another"
    if fault.errno == errno.EACCES:
        return f"{told}: needs a privilege; give one above 1023"
    return f"--host {host}: cannot listen there ({fault.strerror}); give another"
