"""A day lived through by the live line: the real store, the real actions.

What a simulation only decides is saved here as well. The operators are on a
standing line, so nobody is rung: whoever is claimed talks at the same moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from redis import Redis

from ivr.actions import routing
from ivr.actions.saving import save_and_enqueue
from ivr.actions.talks.ending import end_call
from ivr.actions.talks.running import run
from ivr.adapters.content import load_lines
from ivr.adapters.vault import KeyVault
from ivr.bootstrap.live_state import make_store
from ivr.core.model import operator as operators
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.facts import CallEnded, CallerConnected, CallerQueued, Fact, of_call
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, Reach, State
from ivr.core.queue.versions import RuleVersion
from ivr.core.talk.events import OfferDue, RoomBegan, TalkClosed
from ivr.ports import Change, Ports, Store
from ivr.simulation.contact_result import End
from ivr.simulation.day import Day, SimulatedCaller, SimulatedShift
from ivr.simulation.scheduler import Scheduler
from tests.made_once import LINES
from tests.ports.bare_ports import Nobody, bare_ports, carrier_of
from tests.ports.fakes import CountedIds, LaterJobs, Notes, StillClock

LINE = LineKey("example")
NO_PACE = 1e12
LAST_NAME = 9_999_999
FACTS_OF_A_CALL = 10
"""More than a call of this line has, from the queue to its end."""

Told = tuple[End, float, OperatorId | None]
"""How a wait ended, after how many seconds, and who answered."""


class _Carrier(Nobody):
    """Says yes to everything, and remembers for whom both sides were fetched."""

    def __init__(self) -> None:
        self.together: list[ClaimId] = []

    def fetch_operator(self, _leg: LegId, _token: str, claim: ClaimId) -> None:
        self.together.append(claim)


@dataclass(slots=True)
class LiveLine:
    """The line, and the scheduler of what its people are going to do."""

    redis: Redis
    day: Day
    clock: StillClock = field(init=False)
    store: Store = field(init=False)
    notes: Notes = field(default_factory=Notes)
    _callers: dict[ContactId, SimulatedCaller] = field(init=False)
    _jobs: LaterJobs = field(default_factory=LaterJobs)
    _carrier: _Carrier = field(default_factory=_Carrier)
    _scheduler: Scheduler = field(default_factory=Scheduler)
    _ports: Ports = field(init=False)

    def __post_init__(self) -> None:
        vault = KeyVault.with_fresh_keys()
        self._callers = dict(zip(_names(), self.day.callers, strict=False))
        self.clock = StillClock(min(each.start for each in self.day.shifts))
        self.store = make_store(self.redis, vault, self.clock)
        self._ports = bare_ports(
            self.store,
            clock=self.clock,
            ids=CountedIds(),
            vault=vault,
            content=load_lines(LINES),
            carrier=carrier_of(self._carrier),
            jobs=self._jobs,
            log=self.notes,
            calls_per_second=NO_PACE,
        )

    def live(self, rules: str) -> None:
        """Let the day happen under these rules, until the last caller has gone."""
        self.store.live_rules.put_rule_versions(
            LINE, [RuleVersion(version=1, toml=rules)]
        )
        enrolled = [_on_the_line(shift) for shift in self.day.shifts]
        save_and_enqueue(self._ports, LINE, Change(save=enrolled, wake=True))
        for key, caller in self._callers.items():
            self._scheduler.schedule_action(caller.at, self._arrive, key, caller)
        self._scheduler.run_all()

    def told(self) -> list[Told]:
        """What the facts in the stream tell of each wait, in the order of the day."""
        facts = self.store.journal.take(LINE, FACTS_OF_A_CALL * len(self.day.callers))
        found = dict(_waits(fact for _, fact in facts))
        return [found[key] for key in self._callers if key in found]

    # --- what people do -----------------------------------------------------

    def _arrive(self, now: datetime, key: ContactId, caller: SimulatedCaller) -> None:
        self.clock.move(now)
        call = _waiting(key, caller)
        queued = of_call(
            CallerQueued, call, now, language=caller.language, urgency=caller.urgency
        )
        save_and_enqueue(
            self._ports, LINE, Change(save=(call,), facts=(queued,), wake=True)
        )
        if caller.patience is not None:
            self._scheduler.schedule_action(
                now + caller.patience, self._lose_patience, key
            )
        self._work_off()

    def _lose_patience(self, now: datetime, key: ContactId) -> None:
        call = self.store.contacts.call(LINE, key)
        if call is not None and call.stage is Stage.WAITING:
            self.clock.move(now)
            end_call(self._ports, LINE, leg_of_contact(key))
            self._work_off()

    def _talk(self, key: ClaimId) -> None:
        run(self._ports, LINE, RoomBegan(claim=key))
        claim = self.store.contacts.claim(LINE, key)
        if claim is None:
            raise LookupError(f"claim {key} was lost while its talk began")
        talk = self._callers[claim.call].talk
        self._scheduler.schedule_action(
            self.clock.now() + talk, self._part, key, claim.call
        )

    def _part(self, now: datetime, key: ClaimId, call: ContactId) -> None:
        self.clock.move(now)
        run(self._ports, LINE, TalkClosed(claim=key, by="caller"))
        end_call(self._ports, LINE, leg_of_contact(call))
        self._work_off()

    # --- what is done behind the telephone ------------------------------------

    def _work_off(self) -> None:
        """Every job, and every talk that comes of it, at this same moment."""
        self._jobs.run(self._work)

    def _work(self, name: str, args: tuple[str, ...]) -> None:
        match name:
            case "route":
                routing.route_callers(self._ports, LINE)
            case "place_offer":
                run(self._ports, LINE, OfferDue(claim=ClaimId(args[1])))
                while self._carrier.together:
                    self._talk(self._carrier.together.pop(0))
            case _:
                pass  # the facts stay in the stream, to be read at the end


def _names() -> Iterator[ContactId]:
    """Later ones first in the alphabet: only the arrival puts callers in order."""
    return (ContactId(f"{number:07}") for number in count(LAST_NAME, -1))


def _waiting(key: ContactId, caller: SimulatedCaller) -> Contact:
    return Contact(
        id=key,
        line=LINE,
        caller=Caller("+12025550101"),
        started=caller.at,
        arrival=Arrival(at=caller.at),
        stage=Stage.WAITING,
        need=Need(caller.language, urgency=caller.urgency),
    )


def _on_the_line(shift: SimulatedShift) -> Operator:
    enrolled = Operator(
        id=shift.operator,
        line=LINE,
        profile=Profile(name="", languages=shift.languages, reach=Reach.STANDING),
        since=shift.start,
        idle_since=shift.start,
        leg=LegId(f"leg-{shift.operator}"),
    )
    return operators.chosen(enrolled, State.AVAILABLE, shift.start)


def _waits(facts: Iterator[Fact]) -> Iterator[tuple[ContactId, Told]]:
    """Each wait that is over; a call that is told to wait or end twice is a fault."""
    arrived: dict[ContactId | None, datetime] = {}
    for fact in facts:
        match fact:
            case CallerQueued(call=call, at=at):
                arrived[call] = at
            case CallerConnected(call=str() as call, at=at, operator=operator):
                wait = at - arrived.pop(call)
                yield call, (End.ANSWERED, wait.total_seconds(), operator)
            case CallEnded(call=str() as call, at=at, outcome="abandoned"):
                wait = at - arrived.pop(call)
                yield call, (End.LEFT, wait.total_seconds(), None)
            case _:
                pass  # what else happened is nothing about a wait
