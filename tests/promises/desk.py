"""A hotline in one process whose every effect may be its last; time stands still."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from redis import Redis

from ivr.actions import records, routing
from ivr.actions.talks.running import run
from ivr.adapters.content import load_lines
from ivr.adapters.vault import KeyVault
from ivr.bootstrap.live_state import make_store
from ivr.core.model.address import PhoneNumber
from ivr.core.model.claim import Claim
from ivr.core.model.errors import HotlineError, NotFound
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ClaimId, LegId, LineKey, OperatorId
from ivr.core.queue.versions import RuleVersion
from ivr.core.talk.events import OfferDue
from ivr.core.upkeep.orphaned_legs import LegLocation, LiveLeg
from ivr.core.upkeep.recordings import Recorded
from ivr.ports import Ports
from tests.ports.bare_ports import bare_ports, carrier_of
from tests.ports.fakes import CountedIds, LaterJobs, Notes, StillClock
from tests.promises.breaking import Breaking, breaking_store
from tests.promises.deeds import DEEDS, LINE
from tests.promises.houses import LINES

NO_PACE = 1e12


class Died(BaseException):
    """The process has died here: nothing of ours may catch it."""


@dataclass(slots=True)
class Lines:
    """The carrier: legs that are over, rooms, and what it still has to tell."""

    gone: set[str] = field(default_factory=set)
    rooms: dict[str, set[str]] = field(default_factory=dict)
    notices: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    rung: dict[str, str] = field(default_factory=dict)
    called_back: dict[str, str] = field(default_factory=dict)
    callers: set[str] = field(default_factory=set)
    standing: set[str] = field(default_factory=set)

    def ring(self, claim: Claim, *_: object) -> LegId:
        leg = f"leg-{claim.id}"
        if leg in self.rung:
            raise AssertionError(f"{claim.id} was dialled twice")
        self.rung[leg] = claim.id
        self.notices.append(("leg_exists", (leg, claim.id)))
        return LegId(leg)

    def call_back(self, claim: Claim, *_: object) -> LegId:
        leg = f"back-{claim.id}"
        if leg in self.called_back:
            raise AssertionError(f"the person of {claim.id} was dialled twice")
        self.called_back[leg] = claim.id
        self.notices.append(("back_exists", (leg, claim.id)))
        return LegId(leg)

    def send_to_room(self, leg: str, _: str) -> None:
        self._must_live(leg)

    def put_through(self, leg: str, _: str) -> None:
        self._must_live(leg)

    def fetch_operator(self, leg: str, _token: str, _claim: str) -> None:
        self._must_live(leg)

    def send_back(self, leg: str) -> None:
        self._must_live(leg)
        for inside in self.rooms.values():
            inside.discard(leg)

    def eject_caller(self, leg: str, _: str) -> None:
        self.send_back(leg)

    def move_to_explanation(self, leg: str, _: str) -> None:
        self._must_live(leg)
        for inside in self.rooms.values():
            inside.discard(leg)

    def end(self, leg: str) -> None:
        self.hang_up(leg)

    def is_over(self, leg: str) -> bool:
        return leg in self.gone

    def end_of(self, leg: str) -> str | None:
        return "completed" if leg in self.gone else None

    def live_legs(self) -> set[str]:
        ours = self.rung.keys() | self.called_back.keys()
        return (self.callers | self.standing | ours) - self.gone

    def legs_of(self, _: tuple[str, ...]) -> list[LiveLeg]:
        ours = self.rung.keys() | self.called_back.keys()
        return [
            LiveLeg(id=LegId(leg), rang_us=leg not in ours)
            for leg in sorted(self.live_legs())
        ]

    def recordings(self, _: datetime | None) -> list[Recorded]:
        return []

    def leg_locations(self, legs: list[LegId], _: str) -> dict[LegId, LegLocation]:
        return {leg: self._place(leg) for leg in legs}

    def _place(self, leg: LegId) -> LegLocation:
        if leg in self.gone:
            return LegLocation.OVER
        rooms = [inside for inside in self.rooms.values() if leg in inside]
        if not rooms:
            return LegLocation.QUEUED if leg in self.callers else LegLocation.NOWHERE
        return LegLocation.TOGETHER if len(rooms[0]) > 1 else LegLocation.ALONE

    def in_room(self, claim: str) -> set[str]:
        inside = self.rooms.get(claim, set())
        return set(inside) if len(inside) > 1 else set()

    def hang_up(self, leg: str) -> None:
        """A leg ends; its room too, for everybody."""
        if leg in self.gone:
            return
        self.gone.add(leg)
        for inside in self.rooms.values():
            if leg in inside:
                inside.clear()
        if leg in self.rung:
            self.notices.append(("leg_over", (leg, self.rung[leg], "completed")))
        elif leg in self.called_back:
            claim = self.called_back[leg]
            self.notices.append(("back_over", (leg, claim, "completed")))
        else:
            self.notices.append(("leave", (leg,)))

    def _must_live(self, leg: str) -> None:
        if leg in self.gone:
            raise NotFound("the carrier knows no such live leg")


@dataclass(slots=True)
class Book:
    """The call log and the roster of a test."""

    facts: dict[str, Fact] = field(default_factory=dict)
    versions: list[RuleVersion] = field(default_factory=list)

    def write(self, entries: Sequence[tuple[str, Fact]]) -> int:
        before = len(self.facts)
        self.facts.update(entries)
        return len(self.facts) - before

    def known_recordings(self, _: Collection[str]) -> set[str]:
        return set()

    def tried_since(self, *_: object) -> list[object]:
        return []

    def callbacks(self, _: LineKey) -> list[object]:
        return []

    def history(self, _: LineKey) -> Sequence[RuleVersion]:
        return self.versions[::-1]

    def publish(self, _: LineKey, toml: str, at: datetime, note: str) -> int:
        number = len(self.versions) + 1
        version = RuleVersion(version=number, toml=toml, published_at=at, note=note)
        self.versions.append(version)
        return number

    def number(self, key: OperatorId) -> PhoneNumber:
        return PhoneNumber(f"+44770090020{key[-1]}")

    def all(self, _: LineKey) -> list[object]:
        return []

    def remember_choice(self, *_: object) -> None:
        """Nobody asks."""


class Desk:
    """The real actions over a real store, and a death that can be arranged."""

    def __init__(self, redis: Redis) -> None:
        self.clock, self.ids, self.jobs = StillClock(), CountedIds(), LaterJobs()
        self.lines, self.book, self.notes = Lines(), Book(), Notes()
        self.redis = redis
        self._effects = 0
        self.store = make_store(redis, _VAULT, self.clock)
        self.ports = self._ports()

    def _ports(self) -> Ports:
        fragile = breaking_store(self.store, self._effect, self._effect)
        return bare_ports(
            fragile,
            clock=self.clock,
            ids=self.ids,
            vault=_VAULT,
            content=_CONTENT,
            call_log=self.book,
            call_search=self.book,
            roster=self.book,
            promises=self.book,
            rule_sets=self.book,
            carrier=carrier_of(Breaking(self.lines, self._effect, self._effect)),
            jobs=self.jobs,
            log=self.notes,
            calls_per_second=NO_PACE,
        )

    def _effect(self, _: str) -> None:
        self._effects -= 1
        if self._effects == 0:
            raise Died

    def do(self, name: str, args: tuple[Any, ...]) -> None:
        """A deed, and every job that comes of it; a refusal is an answer too."""
        try:
            DEEDS[name](self.ports, *_as_told(name, args))
        except HotlineError as refusal:
            self.notes.warning("refused", error=str(refusal))
        self.jobs.run(self._work)

    def dies(self, name: str, args: tuple[Any, ...], effects: int) -> bool:
        """The deed in a process that dies at this effect; whether it came so far."""
        self._effects = effects
        try:
            self.do(name, args)
        except Died:
            self.jobs.waiting.clear()
            return True
        finally:
            self._effects = 0
        return False

    def _work(self, name: str, args: tuple[str, ...]) -> None:
        line = LineKey(args[0])
        match name:
            case "route":
                routing.route_callers(self.ports, line)
            case "place_offer":
                run(self.ports, line, OfferDue(claim=ClaimId(args[1])))
            case _:
                records.write_facts(self.ports, line)

    def pass_by(self, seconds: float) -> None:
        """Let time pass without anybody looking at the clock."""
        self.clock.pass_by(timedelta(seconds=seconds))


def _as_told(name: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Who stands on a line is told by a token that we have signed."""
    if name not in {"stand", "fetched", "stand_back"}:
        return args
    leg, key, *more = args
    return (leg, _VAULT.sign({"line": LINE, "operator": key, "leg": leg}), *more)


_VAULT = KeyVault.with_fresh_keys()
_CONTENT = load_lines(LINES)
