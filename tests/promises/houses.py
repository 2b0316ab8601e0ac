"""Processes of the house: each with its own client, and each may die at any point.

The one in front of the wire is the network, which has its own memory and clock:
it hands out requests of the carrier and jobs, and answers the requests that the
actions make of the carrier. It is the test's own process.
"""

import contextlib
import json
import multiprocessing
import os
import signal
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import ivr
from ivr.adapters.content import load_lines
from ivr.adapters.sql.call_log import SqlCallLog
from ivr.adapters.sql.call_search import SqlCallSearch
from ivr.adapters.sql.database import make_engine
from ivr.adapters.sql.promises import SqlPromises
from ivr.adapters.sql.rule_sets import SqlRuleSets
from ivr.adapters.system import SystemIds
from ivr.bootstrap.live_state import make_store
from ivr.core.model.address import PhoneNumber
from ivr.core.model.claim import Claim
from ivr.core.model.errors import HotlineError, NotFound, Unavailable
from ivr.core.model.facts import Fact, to_dict
from ivr.core.model.identifiers import ClaimId, LegId, LineKey, OperatorId
from ivr.core.model.values import replace
from ivr.ports import Change, Changes, Ports, Saved, Vault
from tests.ports.bare_ports import bare_ports, carrier_of
from tests.ports.stores import patient_client
from tests.promises.breaking import Breaking, breaking_store
from tests.promises.clock_file import ClockFile
from tests.promises.deeds import DEEDS
from tests.promises.network.answering import PIN
from tests.promises.other_version import OtherProcess

LINES = Path(ivr.__file__).parent / "lines"


@dataclass(frozen=True, slots=True)
class Done:
    """A deed is done; ``answer`` is what a leg hears of it, or the house's refusal."""

    answer: object


@dataclass(frozen=True, slots=True)
class Broken:
    """A deed failed through a fault of ours: the traceback."""

    trace: str


@dataclass(frozen=True, slots=True)
class Job:
    """Work for any process."""

    name: str
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Something is asked of the carrier; the process waits for the answer."""

    name: str
    args: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Facts whose saving was confirmed to this process, as they are written down."""

    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """What the carrier is told of a claim: its room, and the legs of both sides.

    Only plain values go over the wire: at the other end may be another version.
    """

    id: ClaimId
    room: str
    leg: LegId | None
    party: LegId | None


@dataclass(frozen=True, slots=True)
class Do:
    """A deed to be done; ``dies_at``: by the how manyeth effect, then before it."""

    name: str
    args: tuple[Any, ...]
    dies_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the state is, and what all processes share."""

    redis_url: str
    sql_url: str
    vault: Vault
    clock: ClockFile
    phones: Mapping[str, str]
    pace: float


class _Wire:
    """The carrier, the jobs and the diary of confirmed facts: all over one wire."""

    def __init__(self, end: Connection) -> None:
        self._end = end
        self._effects = 0

    def arm(self, dies_at: int) -> None:
        """Die before effect number ``dies_at`` of the coming deed; 0: do not."""
        self._effects = dies_at or -1

    def step(self, _: str) -> None:
        """One effect is at hand."""
        self._effects -= 1
        if self._effects == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def ring(self, claim: Claim, to: PhoneNumber, _: str, ring: Any) -> Any:
        return self._ask("ring", claim.id, to.reveal(), ring)

    def __getattr__(self, name: str) -> Any:
        return lambda *args: self._ask(name, *map(_plain, args))

    def _ask(self, name: str, *args: Any) -> Any:
        self._end.send(Asked(name, args))
        answer = self._end.recv()
        if isinstance(answer, NotFound | Unavailable):
            raise answer
        return answer


def _plain(value: object) -> object:
    if not isinstance(value, Claim):
        return value
    return Seat(value.id, value.room, value.leg, value.party)


class _Jobs:
    def __init__(self, end: Connection) -> None:
        self._end = end

    def route(self, line: LineKey) -> None:
        self._end.send(Job("route", (line,)))

    def place_offer(self, line: LineKey, claim: ClaimId) -> None:
        self._end.send(Job("place_offer", (line, claim)))

    def write_facts(self, line: LineKey) -> None:
        self._end.send(Job("write_facts", (line,)))


class _TellingChanges:
    """Changes; whose saving was confirmed is told to the test at once."""

    def __init__(self, changes: Changes, end: Connection) -> None:
        self._changes, self._end = changes, end

    def commit(self, line: LineKey, change: Change) -> Saved | None:
        saved = self._changes.commit(line, change)
        if saved is not None and change.facts:
            self._end.send(Told(tuple(map(_written, change.facts))))
        return saved

    def try_write(self) -> None:
        self._changes.try_write()


def _written(fact: Fact) -> str:
    return json.dumps(to_dict(fact))


class _Roster:
    def __init__(self, phones: Mapping[str, str]) -> None:
        self._phones = phones

    def number(self, key: OperatorId) -> PhoneNumber:
        return PhoneNumber(self._phones[key])

    def has_pin(self, _: OperatorId, pin: str) -> bool:
        return pin == PIN

    def all(self, _: LineKey) -> list[object]:
        return []

    def remember_choice(self, *_: object) -> None:
        """Nobody asks."""


def serve(end: Connection, site: Site) -> None:
    """Do what the wire says until it is closed: the whole life of a process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wire = _Wire(end)
    ports = _ports(site, end, wire)
    with contextlib.suppress(EOFError, OSError):
        while True:
            deed: Do = end.recv()
            wire.arm(deed.dies_at)
            end.send(_done(ports, deed))


def _spoken(answer: object) -> Sequence[object] | None:
    """What is to be said on a leg; what else a deed gives the network need not know."""
    return answer if isinstance(answer, list | tuple) else None


def _done(ports: Ports, deed: Do) -> Done | Broken:
    try:
        return Done(_spoken(DEEDS[deed.name](ports, *deed.args)))
    except HotlineError as refusal:
        return Done(refusal)
    except (EOFError, OSError):
        raise
    except Exception:  # noqa: BLE001 - the test reads it
        return Broken(traceback.format_exc())


def _ports(site: Site, end: Connection, wire: _Wire) -> Ports:
    clock = site.clock
    store = make_store(patient_client(site.redis_url), site.vault, clock)
    telling = replace(store, changes=_TellingChanges(store.changes, end))
    fragile = breaking_store(telling, wire.step, wire.step)
    db = make_engine(site.sql_url)
    return bare_ports(
        fragile,
        clock=clock,
        ids=SystemIds(),
        vault=site.vault,
        content=load_lines(LINES),
        call_log=SqlCallLog(db),
        call_search=SqlCallSearch(db),
        roster=_Roster(site.phones),
        promises=SqlPromises(db),
        rule_sets=SqlRuleSets(db),
        carrier=carrier_of(Breaking(wire, wire.step, wire.step)),
        jobs=_Jobs(end),
        calls_per_second=site.pace,
    )


# --- seen from the network --------------------------------------------------


class House:
    """One process, as the network sees it; ``checkout``: of another version of us."""

    def __init__(self, site: Site, checkout: Path | None = None) -> None:
        self._site, self._checkout = site, checkout
        self.deed: Do | None = None
        self.is_stopped = False
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("forkserver")
        self.wire, end = context.Pipe()
        self._process: BaseProcess | OtherProcess
        if self._checkout is None:
            self._process = context.Process(target=serve, args=(end, self._site))
            self._process.start()
        else:
            self._process = OtherProcess(self._checkout, end)
            self.wire.send(self._site)
        end.close()

    @property
    def is_idle(self) -> bool:
        return self.deed is None and not self.is_stopped

    def do(self, deed: Do) -> None:
        self.deed = deed
        # One that is dead already is found so when nothing comes of it.
        with contextlib.suppress(OSError):
            self.wire.send(deed)

    def stop(self) -> None:
        """Let it hang, in the middle of whatever it does."""
        self.is_stopped = True
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.is_stopped = False
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL; what it still had to say is lost."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        # One that was killed meanwhile needs no signal any more.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, number)

    def replace(self) -> Do | None:
        """A fresh process for one that is dead; what that one was doing."""
        deed, self.deed, self.is_stopped = self.deed, None, False
        self.close()
        self._start()
        return deed

    def close(self) -> None:
        self.wire.close()
        self._process.join(0.2)
        self._process.kill()
        self._process.join()
        self._process.close()

    @property
    def _pid(self) -> int:
        pid = self._process.pid
        if pid is None:
            raise RuntimeError("a process that was started has a number")
        return pid
