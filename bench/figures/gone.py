"""From a hang-up of which nobody tells us until the house knows of it.

A whole house with its exchange, whose notices of calls are lost and whose requests are
late: only the reconciler, every two seconds here, can find out. It asks the carrier
which calls are live, and for what is missing there about that one call. In turns with
the same hang-up that is told. Who hangs up: a caller who waits, an operator who hears
an offer, and a caller who talks.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import requests

from bench.house import House, answers, eventually, house
from bench.people import enrol
from bench.report import Figure, Say
from bench.scale import Scale
from ivr.actions.operators.roster import choose_state
from ivr.adapters.system import elapsed, pause, seeded_random
from ivr.cli.telephone import ExchangeTelephone
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.model.operator import State

WITHIN = 5
"""Seconds after which nobody may be believed to be there any more."""

BETWEEN = 2
"""Seconds between two looks of the reconciler."""

LINE = LineKey("bench")
CALLER = "+447700900123"
TO_THE_QUEUE = (*({"press": key, "after": 0.1} for key in "310"), "stay")
LISTENS: Mapping[str, object] = {"answers": 0.1}
TAKES: Mapping[str, object] = {"answers": 0.1, "presses": "1"}

Faults = Sequence[Mapping[str, object]]
LOST: Faults = (
    {"kind": "lost", "path": "/voice/"},
    {"kind": "delayed", "path": "/voice/", "seconds": 60.0},
)

Known = Callable[[], bool]
Situation = Callable[[], tuple[str, Known]]
"""Gives the call that is then hung up, and how to see that the house knows."""


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figures, for each of those who hang up."""
    say("gone: a whole house and its exchange")
    with (
        TemporaryDirectory(prefix="bench-") as folder,
        house(Path(folder), [LINE], RECONCILE_SECONDS=str(BETWEEN)) as built,
        _plugged_in(built) as telephone,
    ):
        line = _Line(built, telephone)
        for who, happens in line.situations():
            told, untold = [], []
            for _ in range(scale.gone):
                told.append(line.timed(happens))
                untold.append(line.timed(happens, LOST))
            say(f"gone: {who}, done")
            yield _figure(who, told, untold)


def _figure(who: str, told: Sequence[float], untold: Sequence[float]) -> Figure:
    return Figure(
        what=f"{who} hangs up, and nobody tells us",
        value=f"p50 {median(untold):.2f} s, worst {max(untold):.2f} s",
        against=f"told: p50 {median(told):.2f} s, worst {max(told):.2f} s",
        target=f"<= {WITHIN} s",
        met=max(untold) <= WITHIN,
    )


@contextmanager
def _plugged_in(built: House) -> Iterator[ExchangeTelephone]:
    """The house up with its exchange, and a telephone at that."""
    at = built.context.settings.twilio_api_url
    port = at.rpartition(":")[2]
    words = ("--port", str(built.port), "--with-exchange", "--exchange-port", port)
    built.start("ivr.cli", "up", *words)
    eventually(lambda: answers(f"http://127.0.0.1:{built.port}/readyz"))
    eventually(lambda: answers(f"{at}/exchange"))
    with closing(ExchangeTelephone(at)) as telephone:
        yield telephone


class _Line:
    """A line with one operator, at the end of a telephone."""

    def __init__(self, built: House, telephone: ExchangeTelephone) -> None:
        self._ports = built.context.ports
        self._number = built.context.ports.content.lines()[LINE].numbers[0]
        self._faults = f"{built.context.settings.twilio_api_url}/exchange/faults"
        self._telephone = telephone
        self._operator = enrol(built, LINE, "anna")
        number = built.context.ports.roster.number(self._operator)
        self._phone = number.reveal() if number else ""
        self._rung = 0
        self._chance, self._never = seeded_random(1), threading.Event()

    def situations(self) -> Iterator[tuple[str, Situation]]:
        """Who hangs up, and how it comes to that."""
        yield "a caller who waits", self._waits
        yield "an operator who hears an offer", self._hears
        yield "a caller who talks", self._talks

    def timed(self, happens: Situation, faults: Faults = ()) -> float:
        """Hang up the call of a situation; seconds until the house knows."""
        call, is_known = happens()
        # The last sample ended with a look of the reconciler: so would all.
        pause(self._never, self._chance.uniform(0, BETWEEN))
        for fault in faults:
            requests.post(self._faults, json=fault, timeout=5).raise_for_status()
        began = elapsed()
        self._telephone.hang_up(call)
        eventually(is_known)
        took = elapsed() - began
        self._tidy()
        return took

    def _waits(self) -> tuple[str, Known]:
        caller = self._caller()
        return caller, lambda: not self._ports.queues.waiting(LINE)

    def _hears(self) -> tuple[str, Known]:
        self._staff(LISTENS)
        self._caller()
        rung = self._telephone.calls_to(self._phone, self._rung)
        eventually(lambda: self._state() is State.RINGING)
        return rung["calls"][0], lambda: self._state() is not State.RINGING

    def _talks(self) -> tuple[str, Known]:
        self._staff(TAKES)
        caller = self._caller()
        eventually(lambda: self._state() is State.TALKING)
        return caller, lambda: self._state() is not State.TALKING

    def _caller(self) -> str:
        call = self._telephone.place_call(CALLER, self._number, TO_THE_QUEUE)
        eventually(lambda: self._has_queued(ContactId(call)))
        return call

    def _has_queued(self, key: ContactId) -> bool:
        call = self._ports.contacts.call(LINE, key)
        return call is not None and call.arrival.at is not None

    def _staff(self, habits: Mapping[str, object]) -> None:
        self._telephone.staff_number(self._phone, [habits])
        choose_state(self._ports, LINE, self._operator, State.AVAILABLE, "bench")

    def _state(self) -> State | None:
        operator = self._ports.operators.operator(LINE, self._operator)
        return operator.state if operator else None

    def _tidy(self) -> None:
        """Begin anew: nobody waits or talks, and the operator is away."""
        requests.delete(self._faults, timeout=5).raise_for_status()
        choose_state(self._ports, LINE, self._operator, State.AWAY, "bench")
        for call in self._ports.contacts.live_calls(LINE):
            self._telephone.hang_up(call)
        rung = self._telephone.calls_to(self._phone, self._rung, 0)
        self._rung = rung["next"]
        for leg in rung["calls"]:
            self._telephone.hang_up(leg)
        eventually(self._is_quiet)

    def _is_quiet(self) -> bool:
        busy = self._ports.contacts.live_calls(
            LINE
        ) or self._ports.contacts.open_claims(LINE)
        operator = self._ports.operators.operator(LINE, self._operator)
        return not busy and operator is not None and operator.leg is None
