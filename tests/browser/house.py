"""A house with its exchange: operators at the desk, callers on the telephone."""

import itertools
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.cli.telephone import ExchangeTelephone
from ivr.core.model.errors import Unavailable
from tests.processes.hotline import Hotline, eventually, free_port

NUMBER = "+12025550101"
TO_THE_QUEUE = (*({"press": key, "after": 0.1} for key in "310"), "stay")
"""English, for oneself, and rather not say where."""

PATIENT: Mapping[str, str] = {
    "reserve = { urgent = 1 }\n": "",
    "cool_down = 15": "cool_down = 600",
    "ring_seconds = 20": "ring_seconds = 90",
}
"""Rules by which it rings until somebody acts, and nobody is rung twice by chance."""

PATIENCE = 60
"""Looks at what is heard, each of which waits up to a second for news."""

_callers = itertools.cycle(range(100, 1000))


class House(Hotline):
    """A `hotline up --with-exchange` on ports of its own."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.exchange = f"http://127.0.0.1:{free_port()}"
        # A page may be busy for a while: what is looked at is not whether it is.
        ways = {
            "EXCHANGE_CHARACTERS_PER_SECOND": "300",
            "EXCHANGE_CLIENT_SILENCE": "20",
        }
        super().__init__(data, {"TWILIO_API_URL": self.exchange, **ways, **settings})
        self.settings["PUBLIC_URL"] = self.url
        self.telephone = ExchangeTelephone(self.exchange)
        self.callers: list[Caller] = []

    def start(self) -> subprocess.Popen[bytes]:
        """Say `hotline up` with the exchange beside it."""
        port = self.exchange.rpartition(":")[2]
        return self.launch("--with-exchange", "--exchange-port", port)

    def up(self) -> None:
        """Wait for the exchange too."""
        super().up()
        assert eventually(self._is_plugged_in), self.log.read_text()

    def end(self) -> None:
        """Hang up for good, then end the house."""
        self.telephone.close()
        super().end()

    def call(self, script: Sequence[Any] = TO_THE_QUEUE) -> "Caller":
        """Somebody rings the hotline."""
        number = f"+447700900{next(_callers)}"
        sid = self.telephone.place_call(number, NUMBER, script)
        self.callers.append(Caller(telephone=self.telephone, number=number, call=sid))
        return self.callers[-1]

    def quieten(self) -> None:
        """Everybody hangs up and goes home: the next test begins with nobody."""
        while self.callers:
            self.callers.pop().hang_up()
        for name, state in self.states().items():
            if state != "offline":
                self.say("operators", "status", name, "offline")

    def _is_plugged_in(self) -> bool:
        try:
            return bool(self.telephone.get_overview())
        except Unavailable:
            return False


@contextmanager
def housed(folder: Path, lines: str) -> Iterator[House]:
    """A house in a folder of its own, up, with these lines."""
    house = House(folder / "data", HOTLINE_LINES=lines)
    try:
        house.up()
        yield house
    finally:
        house.end()


@contextmanager
def held_still(pids: list[int]) -> Iterator[None]:
    """Hold processes still, as a machine does that has gone away."""
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@dataclass(slots=True, kw_only=True)
class Caller:
    """Somebody who rang: what they hear is awaited, never guessed."""

    telephone: ExchangeTelephone
    number: str
    call: str
    heard: int = 0

    def until(self, kind: str) -> dict[str, Any]:
        """The next event of a kind: `queue`, `say`, `connected`, `ended` …"""
        for _ in range(PATIENCE):
            news = self.telephone.hear_events(self.call, self.heard, wait=1)
            for event in news["events"]:
                self.heard += 1
                if event["kind"] == kind:
                    found: dict[str, Any] = event
                    return found
            assert not news["ended"], f"the call has ended, without {kind!r}"
        raise AssertionError(f"{kind!r} is not heard within {PATIENCE} looks")

    def press(self, keys: str) -> None:
        """Press keys."""
        self.telephone.press_keys(self.call, keys)

    def hang_up(self) -> None:
        """Put the receiver down."""
        self.telephone.hang_up(self.call)
