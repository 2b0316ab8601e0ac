"""The service as its users have it: processes, commands and addresses."""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import requests

from tests.processes.carrier import Account, Carrier
from tests.processes.desk import Desk, Said
from tests.processes.legs import Habits
from tests.processes.switchboard import Switchboard, served

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = "https://hotline.example"
SID = f"AC{7:032x}"
TOKEN = "a token for tests alone"  # noqa: S105 - guards nothing
PATIENCE = 60  # seconds; no figure of the house, but more than a slow machine needs
SHARES, SHARE = 50, 200
T = TypeVar("T")


def eventually(look: Callable[[], T], within: float = PATIENCE) -> T:
    """What `look` gives, as soon as it is true; the last answer when it never is."""
    until = time.perf_counter() + within
    while not (found := look()) and time.perf_counter() < until:
        threading.Event().wait(0.1)
    return found


def _ports() -> Iterator[int]:
    """Even ports, round and round: each process that runs tests has its own.

    They are lower than those that the system gives to connections, so that none is
    taken between being chosen and being used.
    """
    first = 10_000 + os.getpid() % SHARES * SHARE
    return itertools.cycle(range(first, first + SHARE, 2))


PORTS = _ports()


def free_port() -> int:
    """A port that nobody has, as nobody has the one after it: a house takes both."""
    return next(port for port in PORTS if _is_free(port) and _is_free(port + 1))


def _is_free(port: int) -> bool:
    with socket.socket() as one, suppress(OSError):
        one.bind(("127.0.0.1", port))
        return True
    return False


class Hotline:
    """One data folder, and the processes that work on it."""

    def __init__(self, data: Path, settings: Mapping[str, str]) -> None:
        self.data = data
        self.port = free_port()
        self.settings = {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "HOME": str(data.parent),
            "PYTHONPATH": str(ROOT),
            "HOTLINE_DATA": str(data),
            "PUBLIC_URL": PUBLIC,
            "TWILIO_ACCOUNT_SID": SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "RECONCILE_SECONDS": "2",
            "CALLS_PER_SECOND": "50",
            **settings,
        }
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.desk: Desk | None = None

    @property
    def url(self) -> str:
        """Where the service answers on this machine."""
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> list[str]:
        """The words of a `hotline` command."""
        return [sys.executable, "-m", "ivr.cli", *words]

    def start(self) -> subprocess.Popen[bytes]:
        """Say `hotline up`, and no more."""
        return self.launch()

    def launch(self, *words: str) -> subprocess.Popen[bytes]:
        """Say `hotline up` with further words."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own words
                self.command("up", "--port", str(self.port), *words),
                env=self.settings,
                cwd=self.data.parent,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.process

    def up(self) -> None:
        """Say `hotline up` and wait until calls may come."""
        process = self.start()
        eventually(lambda: process.poll() is not None or self.is_ready())
        assert self.is_ready(), self.log.read_text()

    def is_ready(self) -> bool:
        """Whether `/readyz` answers 200."""
        with suppress(requests.RequestException):
            return requests.get(f"{self.url}/readyz", timeout=30).status_code == 200
        return False

    def readiness(self) -> str:
        """What `/readyz` says."""
        with suppress(requests.RequestException):
            return str(requests.get(f"{self.url}/readyz", timeout=30).json()["status"])
        return ""

    def waiting(self) -> int:
        """How many wait, as `/metrics` has it."""
        return self.measured("hotline_waiting")

    def talking(self) -> bool:
        """Whether an operator talks, as `/metrics` has it."""
        return self.measured("hotline_operators", 'state="talking"') > 0

    def measured(self, name: str, label: str = "") -> int:
        """The sum over what one metric says; -1 when it cannot be asked."""
        try:
            text = requests.get(f"{self.url}/metrics", timeout=30).text
        except requests.RequestException:
            return -1
        found = [li for li in text.splitlines() if li.startswith(name) and label in li]
        return int(sum(float(line.split()[-1]) for line in found))

    def down(self) -> int:
        """End the service by SIGTERM; its exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)

    def end(self) -> None:
        """End whatever is left of it, politely first."""
        if self.desk is not None:
            self.desk.close()
            self.desk = None
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=15)
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait(timeout=PATIENCE)

    def pids(self, words: str = "") -> list[int]:
        """The processes that have our data folder, by words of their command."""
        wanted = f"HOTLINE_DATA={self.data}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                ours = wanted in (folder / "environ").read_bytes().split(b"\0")
                said = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                clerk = b"tests.processes.desk" in said
                if ours and words.encode() in said and not clerk:
                    found.append(int(folder.name))
        return found

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one `hotline` command to its end."""
        return subprocess.run(  # noqa: S603 - our own words
            self.command(*words),
            env=self.settings,
            cwd=self.data.parent,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ask(self, *words: str) -> Said:
        """Have the clerk run one command, whatever comes of it."""
        if self.desk is None:
            self.desk = Desk(self.settings, self.data.parent)
        return self.desk.run(*words)

    def say(self, *words: str) -> str:
        """Run one command that must succeed; what it printed."""
        done = self.ask(*words)
        assert done.code == 0, done.err + done.out
        return done.out

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """The array that a command prints with --json."""
        rows: list[dict[str, Any]] = json.loads(self.say(*words, "--json"))
        return rows

    def states(self) -> dict[str, str]:
        """What each operator is doing."""
        return {row["name"]: row["state"] for row in self.rows("operators", "list")}

    def operator(self, name: str, phone: str, languages: str = "uk,ru,en") -> None:
        """Enrol an operator and let the work begin."""
        self.enrol(name, phone, languages)
        self.say("operators", "status", name, "available")

    def enrol(self, name: str, phone: str, languages: str = "uk,ru,en") -> None:
        """Enrol an operator."""
        words = ("operators", "add", name, "--phone", phone)
        self.say(*words, "--languages", languages)

    def operators(self, *people: tuple[str, str, str]) -> None:
        """Enrol several operators."""
        for person in people:
            self.operator(*person)


@contextmanager
def hotline(
    folder: Path, habits: Habits | None = None, **settings: str
) -> Iterator[tuple[Hotline, Carrier, Switchboard]]:
    """A hotline that is up, and the carrier that it knows."""
    rest = free_port()
    house = Hotline(
        folder / "data", {"TWILIO_API_URL": f"http://127.0.0.1:{rest}", **settings}
    )
    account = Account(sid=SID, token=TOKEN, public_url=PUBLIC, service_url=house.url)
    carrier = Carrier(account, habits or Habits())
    with served(carrier, rest) as board:
        try:
            house.up()
            yield house, carrier, board
        finally:
            house.end()
            carrier.pool.shutdown(cancel_futures=True)
