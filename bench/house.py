"""A whole house for measuring: its own folder, real processes, no real carrier."""

import queue
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import requests
from redis import Redis

import ivr
from ivr.actions import rules as rule_sets
from ivr.adapters.sql.schema import migrate_database
from ivr.adapters.system import elapsed, pause
from ivr.bootstrap.app import AppContext, open_app, sql_url
from ivr.cli.commands.up import child_environment, live_arguments, web_arguments
from ivr.cli.opening import AT_THE_DESK
from ivr.settings import Settings, inherited_environment

ROOT = Path(__file__).parents[1]
EXAMPLE = Path(ivr.__file__).parent / "lines" / "example"
NUMBERS = ('"+12025550101"', '"+12025550102"')
RESERVE = "reserve = { urgent = 1 }"
PATIENCE = 60.0
"""Seconds after which what has not happened never will."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that reached the carrier: when (steady clock), and what it was."""

    at: float
    verb: str
    path: str

    def to(self, ending: str) -> "Arrival":
        """The same; an error when its path has another ending."""
        if not self.path.endswith(ending):
            raise RuntimeError(
                f"{self.verb} {self.path} came to the carrier in place of …{ending}:"
                " what would be measured is not what is meant"
            )
        return self


class Carrier:
    """The stand-in carrier, a process of its own, as far as it tells."""

    def __init__(self, output: IO[str]) -> None:
        self._came: queue.SimpleQueue[Arrival] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(output,), daemon=True).start()

    def next(self) -> Arrival:
        """The next request that came."""
        return self._came.get(timeout=PATIENCE)

    def _read(self, output: IO[str]) -> None:
        with output:
            for row in output:
                at, verb, path = row.split()
                self._came.put(Arrival(float(at), verb, path))


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A house with nobody in it yet, and the processes that run for it."""

    context: AppContext
    env: Mapping[str, str]
    redis: Redis
    port: int
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(
        self,
        module: str,
        *arguments: str,
        output: int | None = None,
        told: Sequence[str] = (),
    ) -> subprocess.Popen[str]:
        """Start a process with the house's settings; ``told`` is what it reads."""
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", module, *arguments],
            env=dict(self.env),
            cwd=ROOT,
            stdin=subprocess.PIPE if told else None,
            stdout=output,
            text=True,
        )
        self.started.append(process)
        if process.stdin is not None:
            with process.stdin as reads:
                reads.write("\n".join(told))
        return process

    def carrier(self) -> Carrier:
        """Start the stand-in carrier where the house looks for its own."""
        port = self.context.settings.twilio_api_url.rpartition(":")[2]
        process = self.start("bench.carrier", port, output=subprocess.PIPE)
        eventually(lambda: _listens(int(port)))
        if process.stdout is None:
            raise RuntimeError("the carrier has no output to read")
        return Carrier(process.stdout)

    def web(self, port: int, application: str | None = None) -> None:
        """Start gunicorn as ``hotline up`` does, and wait until it answers.

        ``application`` takes the place of ours, under the same settings.
        """
        *settings, ours = web_arguments(port)
        self.start("gunicorn", *settings, application or ours)
        eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"))

    def live(self, port: int) -> None:
        """Start the process of live events, and wait until it answers."""
        self.start("gunicorn", *live_arguments(port))
        eventually(lambda: _listens(port))

    def workers(self, *queues: str) -> list[subprocess.Popen[str]]:
        """Start one worker for each queue, and wait until they listen."""
        wanted = self.idle_workers() + len(queues)
        workers = [self.start("workers.run", name) for name in queues]
        eventually(lambda: self.idle_workers() >= wanted)
        return workers

    def end(self, process: subprocess.Popen[str]) -> None:
        """End a process of the house at once."""
        process.kill()
        process.wait()
        self.started.remove(process)

    def idle_workers(self) -> int:
        """How many RQ workers, also bare ones, have nothing to do."""
        return sum("blmove" in each["cmd"] for each in self.redis.client_list())


@contextmanager
def house(
    folder: Path, lines: Sequence[str] = ("bench",), **env: str
) -> Iterator[House]:
    """A house in an empty folder; whatever it started ends with it."""
    port, carrier_port = free_port(), free_port()
    given = {
        **inherited_environment(),
        "HOTLINE_DATA": str(folder / "var"),
        "HOTLINE_LINES": str(_copied(folder / "lines", lines)),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_API_URL": f"http://127.0.0.1:{carrier_port}",
        "CALLS_PER_SECOND": "1000000",
        # The stand-in knows of no call: whoever believed it would end them all.
        "RECONCILE_SECONDS": "86400",
        "LOG_LEVEL": "ERROR",
        **env,
    }
    settings = Settings.from_environ(given)
    with ExitStack() as stack:
        context = stack.enter_context(open_app(settings, AT_THE_DESK))
        migrate_database(sql_url(settings))
        for line in context.ports.content.lines():
            rule_sets.text_in_force(context.ports, line)
        redis = stack.enter_context(Redis.from_url(context.redis_url))
        built = House(
            context=context,
            env={**given, **child_environment(settings)},
            redis=redis,
            port=port,
        )
        stack.callback(_end, built.started)
        yield built


def eventually(look: Callable[[], object]) -> None:
    """Wait until something is true; an error when it never is."""
    until, never = elapsed() + PATIENCE, threading.Event()
    while not look():
        if elapsed() > until:
            raise TimeoutError(f"not within {PATIENCE:.0f} s: {look}")
        pause(never, 0.005)


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _copied(folder: Path, lines: Sequence[str]) -> Path:
    """The example line under each name, with numbers and rules fit for measuring."""
    for count, name in enumerate(lines):
        shutil.copytree(EXAMPLE, folder / name)
        numbers = (f'"+1202555{10 + count:02d}{n:02d}"' for n in (1, 2))
        _edit(folder / name / "line.toml", dict(zip(NUMBERS, numbers, strict=True)))
        # What is kept for others hangs on the hour at which this is run.
        _edit(folder / name / "rules.toml", {RESERVE: ""})
    return folder


def _edit(path: Path, edits: Mapping[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in edits.items():
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def answers(url: str) -> bool:
    """Whether somebody answers there, and well."""
    with suppress(requests.RequestException):
        return requests.get(url, timeout=5).ok
    return False


def _end(started: list[subprocess.Popen[str]]) -> None:
    """End what is left; the last first, for who came later may need who was there."""
    for process in reversed(started):
        process.terminate()
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
