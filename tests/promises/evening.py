"""A whole evening: processes that act at once, a network, and what goes wrong.

Time is the network's own. It stands still until every process that does not hang
has done what there was to do, and then moves by a fraction of a second: whatever
falls into one such step really happens at the same moment, in as many processes
as there are. Nothing here waits for a fixed time.
"""

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ivr.adapters.redis_store.documents import key_of
from ivr.adapters.sql.database import begin_reading, make_engine
from ivr.adapters.sql.promises import _read_fact
from ivr.adapters.sql.rule_sets import SqlRuleSets
from ivr.adapters.sql.schema import migrate_database
from ivr.adapters.sql.tables import facts
from ivr.adapters.vault import KeyVault
from ivr.bootstrap.live_state import make_store
from ivr.core.history.fact_reading import read_entry
from ivr.core.model.address import PhoneNumber
from ivr.core.model.contact.leg import contact_of_leg
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.operator import Operator, Profile, Reach, State, Telephone
from ivr.core.queue.versions import RuleVersion, in_succession
from ivr.core.upkeep.recordings import SETTLED
from ivr.ports import Change
from tests.ports.fakes import EVENING
from tests.ports.stores import patient_client
from tests.promises.checker.history import History, Moment
from tests.promises.clock_file import ClockFile
from tests.promises.deeds import LINE
from tests.promises.houses import (
    Asked,
    Broken,
    Do,
    Done,
    House,
    Job,
    Site,
    Told,
)
from tests.promises.network.carrier_desk import CarrierDesk
from tests.promises.network.legs import Errand, Role
from tests.promises.network.luck import Luck
from tests.promises.plan import BASE_RULES, LANGUAGES, OTHERS, Plan, replaced

STEP = 0.25
RECONCILE = 15
PUBLISH = 40
SHIFTS = 25
LONGEST = 1800.0
"""Seconds of the evening's own time after which it is not over, but stuck."""

STUCK = 60
"""Real seconds in which no process says a word though it has something to do."""


@dataclass(slots=True)
class Seen:
    """What the evening gathers on its way."""

    told: list[Fact] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    deeds: dict[str, int] = field(default_factory=dict)
    reconciled: list[tuple[datetime, datetime]] = field(default_factory=list)
    killed: int = 0
    hung: int = 0


class Evening:
    """The processes, the network, and the looks at the live state.

    ``beside`` is the checkout of another version, of which every other process is.
    """

    def __init__(
        self, plan: Plan, redis_url: str, folder: Path, beside: Path | None = None
    ) -> None:
        self.plan, self.seen = plan, Seen()
        self._beside = beside
        self.luck = Luck(plan.seed)
        self.network = CarrierDesk(self.luck, EVENING, plan.faults)
        multiprocessing.set_forkserver_preload([House.__module__])
        self._clock = ClockFile.made(folder / "clock", self.network.now)
        url = f"sqlite:///{folder / 'evening.db'}"
        migrate_database(url)
        self._db = make_engine(url)
        vault = KeyVault.with_fresh_keys()
        self._redis = patient_client(redis_url)
        self._store = make_store(self._redis, vault, self._clock)
        self._site = Site(
            redis_url=redis_url,
            sql_url=url,
            vault=vault,
            clock=self._clock,
            phones={
                f"op-{n:02d}": f"+4477009002{n:02d}" for n in range(plan.operators)
            },
            pace=8.0,
        )
        self._houses: list[House] = []
        self._errands: dict[House, Errand] = {}
        self._begun: dict[House, datetime] = {}

    # --- beginning and end --------------------------------------------------

    def run(self) -> History:
        """The evening from the first caller to the last fact."""
        self._open()
        try:
            self._houses = [
                House(self._site, self._beside if number % 2 else None)
                for number in range(self.plan.processes)
            ]
            while not self._is_over():
                self._step()
            self._write_the_rest()
        finally:
            for house in self._houses:
                house.close()
        return self._history()

    def _open(self) -> None:
        now = self.network.moment()
        SqlRuleSets(self._db).publish(LINE, BASE_RULES, now)
        first = RuleVersion(version=1, toml=BASE_RULES, published_at=now)
        self._store.live_rules.put_rule_versions(LINE, [first])
        for number in range(len(self._site.phones)):
            operator = self._operator(number, now)
            if self._store.changes.commit(LINE, Change(save=(operator,))) is None:
                raise RuntimeError("the store was to be empty")
            if operator.is_standing:
                self.network.call_in(self._site.phones[operator.id])
        for number in range(self.plan.callers):
            self.network.later(
                self.luck.between(0, self.plan.arriving),
                lambda number=number: self._dial(number),  # type: ignore[misc]
            )
        self.network.later(self.plan.arriving + 60, self.network.calm_down)
        self._often(RECONCILE, "reconcile")
        self._shift()
        if self.plan.publishes:
            self._publish()

    def _operator(self, number: int, now: datetime) -> Operator:
        key = OperatorId(f"op-{number:02d}")
        stands = number < self.plan.standing
        phone = self._site.vault.pseudonym(PhoneNumber(self._site.phones[key]))
        return Operator(
            id=key,
            line=LINE,
            profile=Profile(
                name=key,
                languages=LANGUAGES[number % len(LANGUAGES)],
                reach=Reach.STANDING if stands else Reach.PHONE,
            ),
            state=State.OFFLINE if stands else State.AVAILABLE,
            since=now,
            idle_since=now,
            telephone=Telephone(name=phone if stands else None),
        )

    def _dial(self, number: int) -> None:
        self.network.dial(number, self.plan.language, self.plan.way)

    def _is_over(self) -> bool:
        begun = self.network.now - EVENING.timestamp()
        if begun > LONGEST:
            raise AssertionError(
                "the evening does not end; who is left: " + self._left()
            )
        hung = any(house.is_stopped for house in self._houses)
        quiet = begun > self.plan.arriving and self.network.is_quiet()
        return quiet and not (hung or self._waits_somebody() or self._is_untold())

    def _is_untold(self) -> bool:
        """Whether somebody has spoken so lately that it may not be known yet."""
        spoken = [each.ended for each in self.network.recorded]
        last = max(spoken, default=EVENING)
        return self.network.moment() - last < SETTLED + 3 * timedelta(seconds=RECONCILE)

    def _waits_somebody(self) -> bool:
        """Whether a call back is still owed to somebody just now."""
        live = self._store.contacts.live_calls(LINE)
        calls = [self._store.contacts.call(LINE, key) for key in live]
        return any(call.stage is Stage.WAITING for call in calls if call)

    def _left(self) -> str:
        legs = [leg for leg in self.network.legs.values() if leg.over is None]
        return ", ".join(f"{leg.person} since {leg.begun}" for leg in legs)

    def _write_the_rest(self) -> None:
        while self._store.journal.take(LINE, 1):
            self.network.errands.append(Errand("write_facts", (LINE,)))
            self._work()
        self.seen.moments.append(self._look())

    # --- what comes again and again -------------------------------------------

    def _often(self, seconds: float, name: str, *args: Any) -> None:
        def again() -> None:
            self.network.errands.append(Errand(name, args))
            self._often(seconds, name, *args)

        self.network.later(seconds, again)

    def _shift(self) -> None:
        """Operators go and come back."""
        keys = list(self._site.phones)
        if self.network.faults.doubled:
            key = self.luck.one_of(keys)
            state = self.luck.one_of((State.OFFLINE, State.AWAY))
            self.network.errands.append(Errand("choose", (key, state)))
        for operator in self._store.operators.operators(LINE):
            if operator.state in {State.OFFLINE, State.AWAY}:
                back = Errand("choose", (operator.id, State.AVAILABLE))
                self.network.later(
                    self.luck.between(0, 10),
                    lambda back=back: self.network.errands.append(back),  # type: ignore[misc]
                )
        self.network.later(SHIFTS, self._shift)

    def _publish(self) -> None:
        text = BASE_RULES
        for old, new in self.luck.one_of(OTHERS):
            text = replaced(text, old, new)
        self.network.errands.append(Errand("publish", (text,)))
        self.network.later(PUBLISH, self._publish)

    # --- one step of time -------------------------------------------------------

    def _step(self) -> None:
        self.network.move(STEP)
        self._clock.set(self.network.now)
        self.network.errands += [Errand("tick", ()), Errand("tick", ())]
        self._work()
        if self.network.now % 1 == 0:
            self.seen.moments.append(self._look())

    def _work(self) -> None:
        """Have everything done that is to be done at this moment."""
        while self._give_out() or self._busy():
            if self._busy():
                self._listen()

    def _listen(self) -> None:
        """Hear whoever says something; there is somebody who will."""
        ready = wait([house.wire for house in self._houses], STUCK)
        if not ready:
            raise AssertionError(f"nobody answers any more: {self._busy()}")
        for house in [each for each in self._houses if each.wire in ready]:
            self._hear(house)

    def _busy(self) -> list[str]:
        return [
            errand.name
            for house, errand in self._errands.items()
            if not house.is_stopped
        ]

    def _give_out(self) -> bool:
        """Give errands to processes that are idle; whether there were any."""
        idle = [house for house in self._houses if house.is_idle]
        given = False
        while idle and self.network.errands:
            errand = self.network.errands.pop(0)
            if errand.is_over:
                continue
            house = idle.pop(int(self.luck.between(0, len(idle) - 1e-9)))
            self._errands[house] = errand
            self._begun[house] = self.network.moment()
            given = True
            self._strike(house, errand)
        return given

    def _strike(self, house: House, errand: Errand) -> None:
        faults = self.network.faults
        doomed = self.luck.strikes(faults.killed)
        self.seen.deeds[errand.name] = self.seen.deeds.get(errand.name, 0) + 1
        house.do(Do(errand.name, errand.args, self.luck.up_to(6) if doomed else 0))
        if self.luck.strikes(faults.killed / 2):
            house.kill()
        # A writer that hangs holds the one lock of SQLite, and with it real time.
        elif errand.name != "write_facts" and self.luck.strikes(faults.hung):
            self._hang(house)

    def _hang(self, house: House) -> None:
        house.stop()
        self.seen.hung += 1
        self.network.later(self.luck.between(1, 25), lambda: self._wake(house))

    def _wake(self, house: House) -> None:
        if self.luck.strikes(0.3):
            house.kill()
        house.go_on()

    # --- what the processes say ---------------------------------------------

    def _hear(self, house: House) -> None:
        try:
            word = house.wire.recv()
        except (EOFError, OSError):
            self._bury(house)
            return
        match word:
            case Job():
                self._send_job(word)
            case Told():
                now = self.network.moment()
                self.seen.told += [read_entry(each, LINE, now) for each in word.facts]
            case Asked():
                self._ask_network(house, word)
            case Done() | Broken():
                self._finish(house, word)

    def _bury(self, house: House) -> None:
        self.seen.killed += 1
        errand = self._errands.pop(house, None)
        house.replace()
        if errand is not None and not errand.is_over:
            errand.is_over = True
            errand.failed()

    def _send_job(self, job: Job) -> None:
        if self.luck.strikes(self.network.faults.lost / 2):
            return
        self.network.errands.append(Errand(job.name, job.args))
        if self.luck.strikes(self.network.faults.doubled):
            self.network.errands.append(Errand(job.name, job.args))

    def _ask_network(self, house: House, asked: Asked) -> None:
        if self.luck.strikes(self.network.faults.killed):
            house.kill()
            return
        answer = self.network.asked(asked.name, asked.args)
        if self.luck.strikes(self.network.faults.killed):
            house.kill()
            return
        try:
            house.wire.send(answer)
        except OSError:
            return  # it was killed meanwhile, and is buried when its end is heard

    def _finish(self, house: House, word: Done | Broken) -> None:
        errand = self._errands.pop(house)
        house.deed = None
        if isinstance(word, Broken):
            self.seen.broken.append(f"{errand.name}: {word.trace}")
        elif errand.name == "reconcile" and word.answer is None:
            self.seen.reconciled.append((self._begun[house], self.network.moment()))
        if errand.is_over:
            return
        errand.is_over = True
        if isinstance(word, Done):
            errand.reply(word.answer)
        else:
            errand.failed()

    # --- looking ----------------------------------------------------------

    def _look(self) -> Moment:
        store = self._store
        calls = [
            store.contacts.call(LINE, key) for key in store.contacts.live_calls(LINE)
        ]
        claims = [
            store.contacts.claim(LINE, key) for key in store.contacts.open_claims(LINE)
        ]
        heads = store.queues.snapshot(LINE, 10_000).heads
        return Moment(
            at=self.network.moment(),
            rules=in_succession(store.live_rules.rule_versions(LINE)),
            calls=tuple(call for call in calls if call),
            claims=tuple(claim for claim in claims if claim),
            operators=tuple(store.operators.operators(LINE)),
            queued=tuple(head.call for queue in heads for head in queue),
            on_line=frozenset(
                leg.id for leg in self.network.callers() if leg.is_known and leg.is_up
            ),
            alone=self.network.alone(),
        )

    def _history(self) -> History:
        callers = self.network.callers()
        journal: Any = self._redis.xinfo_stream(key_of(LINE, "facts"))
        self._redis.close()
        return History(
            callers=frozenset(
                contact_of_leg(leg.id)
                for leg in callers
                if leg.is_known and leg.role is Role.CALLER
            ),
            recorded=tuple(each.key for each in self.network.recorded),
            facts=tuple(self._stored()),
            added=journal["entries-added"],
            told=tuple(self.seen.told),
            stays=tuple(self.network.stays),
            hung_up={
                leg.id: self.network.moment(leg.over) for leg in callers if leg.over
            },
            moments=tuple(self.seen.moments),
            reconciled=tuple(self.seen.reconciled),
            refused=tuple(self.network.refused),
            dialled={
                leg.id: leg.claim for leg in self.network.legs.values() if leg.claim
            },
        )

    def _stored(self) -> Iterator[tuple[str, Fact]]:
        """Every row of the call log's facts, in the journal's order."""
        with begin_reading(self._db) as connection:
            rows = list(connection.execute(select(facts)))
        for row in sorted(rows, key=_order):
            if fact := _read_fact(row):
                yield row.id, fact


def _order(row: Any) -> tuple[int, int]:
    moment, _, number = row.id.rpartition(":")[2].partition("-")
    return int(moment), int(number)
