"""Processes: kept running, ended together, none left, whatever happens."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from ivr.cli.forked_process import Child
from ivr.cli.processes import Supervisor, require_free_port
from ivr.core.model.errors import Faults, Unavailable

ENV = {"PYTHONPATH": ":".join(sys.path), "PATH": os.defpath}

STAYS = "import threading; threading.Event().wait()"
STUBBORN = f"""
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
{STAYS}
"""
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
print("grandchild", child.pid, flush=True)
child.wait()
"""
TIDY = """
import signal, sys, threading
def end(*_):
    print("tidied", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
while True:
    signal.pause()
"""
HOUSE = """
import os, sys
from ivr.cli.forked_process import Child
from ivr.cli.processes import Supervisor
children = [
    Child(name=f"child-{n}", module="tests.cli.processes.coded",
          arguments=tuple(sys.argv[n].split("|")), env=os.environ)
    for n in range(1, len(sys.argv))
]
status = Supervisor(children, patience=1.0).run_children()
print("ended", status, flush=True)
"""


def until(condition: Callable[[], object]) -> None:
    for _ in range(1_000):
        if condition():
            return
        threading.Event().wait(0.02)
    pytest.fail("what was waited for did not happen")


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def child(code: str, name: str = "child", *arguments: str) -> Child:
    words = (code, *arguments)
    return Child(
        name=name, module="tests.cli.processes.coded", arguments=words, env=ENV
    )


class House:
    """A supervisor in this process, which is told to stop when enough was said."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        enough: int = 0,
        pace: float = 1.0,
    ) -> None:
        self.said: list[str] = []
        self.seconds = 0.0
        self.looks = 0
        self._enough = enough
        self._pace = pace
        self.supervisor = Supervisor(
            children,
            say=self.said.append,
            wait=self.wait,
            clock=lambda: self.seconds,
            each_second=self.look,
            patience=60.0,
        )

    def run(self) -> int:
        return self.supervisor.run_children()

    def look(self) -> None:
        self.looks += 1

    def wait(self, seconds: float) -> None:
        """Time passes as it is waited through; the children get a real moment."""
        threading.Event().wait(0.005)
        self.seconds += seconds * self._pace
        if len(self.said) >= self._enough:
            self.supervisor.request_stop()


@contextmanager
def a_house(*codes: str) -> Iterator[subprocess.Popen[str]]:
    """A supervisor in a process of its own, with these children."""
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", HOUSE, *codes],
        env=ENV,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as house:
        try:
            yield house
        finally:
            house.kill()


def heard(house: subprocess.Popen[str]) -> list[str]:
    assert house.stdout is not None
    return house.stdout.readline().split()


def left_of(house: subprocess.Popen[str]) -> str:
    assert house.stdout is not None
    return house.stdout.read()


def test_stopped_house_ends_well() -> None:
    house = House([child(STAYS), child(STAYS, "other")])

    assert house.run() == 0
    assert house.said == []


def test_dying_child_restarted_ever_later() -> None:
    house = House([child("raise SystemExit(3)", "worker")], enough=7)

    house.run()

    assert house.said == [
        f"worker ended with status 3; again in {delay} s"
        for delay in ("0.2", "0.4", "0.8", "1.6", "3.2", "5.0", "5.0")
    ]


def test_ending_child_restarted_too() -> None:
    house = House([child("", "worker")], enough=2)

    house.run()

    assert house.said[0] == "worker ended with status 0; again in 0.2 s"


def test_killed_child_told_by_signal() -> None:
    house = House([child("import os; os.kill(os.getpid(), 9)", "worker")], enough=1)

    house.run()

    assert house.said[0] == "worker ended with SIGKILL; again in 0.2 s"


def test_stalled_child_restarted_after_a_minute() -> None:
    holds_itself = f"import os; os.kill(os.getpid(), {signal.SIGSTOP:d})"
    house = House([child(holds_itself, "facts")], enough=1, pace=20.0)

    assert house.run() == 0

    assert house.said == ["facts was held still for 60 s; again in 0.2 s"]


def test_long_lived_child_restarted_soon() -> None:
    house = House([child("raise SystemExit(3)", "worker")], enough=3, pace=200.0)

    house.run()

    assert house.said == ["worker ended with status 3; again in 0.2 s"] * 3


def test_machine_that_is_full_is_told() -> None:
    class NoRoom(Child):
        def start_process(self) -> NoReturn:
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    house = House([NoRoom(name="worker", module="", env={})], enough=2)

    house.run()

    why = "Resource temporarily unavailable"
    assert house.said[0] == f"worker cannot be started ({why}); again in 0.2 s"


def test_one_that_dies_does_not_disturb_others() -> None:
    house = House([child(STAYS), child("raise SystemExit(1)", "worker")], enough=3)

    house.run()

    assert all(text.startswith("worker ") for text in house.said)


def test_look_taken_each_second() -> None:
    house = House([child("", "worker")], enough=4)

    house.run()

    assert int(house.seconds) <= house.looks <= int(house.seconds) + 1


class FailingHouse(House):
    def look(self) -> None:
        raise Unavailable("the store is away")


def test_failed_look_told_and_survived() -> None:
    house = FailingHouse([child(STAYS)], enough=3)

    assert house.run() == 0
    assert house.said == ["the store is away"] * 3


def test_bug_in_look_ends_children_first(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"import os; open({str(note)!r}, 'w').write(f'{{os.getpid()}} ')\n{STAYS}"

    def look() -> None:
        if note.exists() and note.read_text().endswith(" "):
            raise ZeroDivisionError

    supervisor = Supervisor([child(code)], say=print, each_second=look)
    with pytest.raises(ZeroDivisionError):
        supervisor.run_children()

    assert not lives(int(note.read_text()))


def test_signals_restored_when_house_ends() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    House([child(STAYS)]).run()

    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_house_warmly(number: signal.Signals) -> None:
    with a_house(TIDY) as house:
        assert heard(house) == ["ready"]
        house.send_signal(number)

        assert heard(house) == ["tidied"]
        assert heard(house) == ["ended", "0"]
        assert house.wait() == 0


def test_terminals_interrupt_reaches_house_alone() -> None:
    """A child in the foreground would get Ctrl-C as well and end without order."""
    with a_house(f"{PARENT}|{STAYS}") as house:
        _, pid = heard(house)

        assert os.getpgid(int(pid)) != os.getpgid(house.pid)


def test_who_does_not_listen_is_killed() -> None:
    with a_house(STUBBORN) as house:
        assert heard(house) == ["deaf"]
        house.terminate()

        assert heard(house) == ["ended", "0"]


def test_grandchildren_do_not_outlive_house() -> None:
    with a_house(f"{PARENT}|{STUBBORN}") as house:
        first, second = heard(house), heard(house)
        pid = int(next(words[1] for words in (first, second) if len(words) == 2))
        house.terminate()

        assert heard(house) == ["ended", "0"]
        until(lambda: not lives(pid))


def test_nobody_outlives_killed_house() -> None:
    with a_house(f"{PARENT}|{STUBBORN}") as house:
        first, second = heard(house), heard(house)
        pid = int(next(words[1] for words in (first, second) if len(words) == 2))
        house.kill()

        assert left_of(house) == ""  # the end of the pipe: all who held it are gone
        until(lambda: not lives(pid))


def test_killed_child_takes_children_along() -> None:
    with a_house(f"{PARENT}|{STAYS}") as house:
        _, pid = heard(house)
        parent = os.getpgid(int(pid))
        os.kill(parent, signal.SIGKILL)

        _, another = heard(house)
        until(lambda: not lives(int(pid)))
        assert lives(int(another))


# --- ports


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_free_port_is_fine_and_stays_free() -> None:
    with taken_port() as port:
        pass

    require_free_port("127.0.0.1", port)
    require_free_port("127.0.0.1", port)


def test_port_in_use_told_with_remedy() -> None:
    waits: list[float] = []

    with taken_port() as port, pytest.raises(Faults) as refusal:
        require_free_port("127.0.0.1", port, wait=waits.append, tries=3)

    (fault,) = refusal.value.faults
    assert fault == (
        f"--port {port}: is in use on 127.0.0.1; end what uses it, or give another"
    )
    assert len(waits) == 2


def test_used_port_told_by_its_option() -> None:
    with taken_port() as port, pytest.raises(Faults, match=f"^--exchange-port {port}:"):
        require_free_port("127.0.0.1", port, "--exchange-port", tries=1)


def test_port_free_in_time_is_fine() -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()

    require_free_port(
        "127.0.0.1", listener.getsockname()[1], wait=lambda _: listener.close()
    )

    assert listener.fileno() == -1


def test_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(Faults, match=r"^--host 192\.0\.2\.1: "):
        require_free_port("192.0.2.1", 0)
