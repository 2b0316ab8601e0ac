"""Whatever is done to it, the store in memory answers as the real one does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from ivr.adapters.vault import KeyVault
from ivr.bootstrap.live_state import make_store
from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim, ClaimState
from ivr.core.model.contact.callback import CallbackPreferences, CallbackRequest
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.exit_menu import ExitMenu, Page
from ivr.core.model.contact.leg import contact_of_leg
from ivr.core.model.contact.menu_position import MenuPosition
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.presence import has_place
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Affinity, QueueWait
from ivr.core.model.facts import Fact, LocationGiven
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, LineKey, OperatorId
from ivr.core.model.operator import Operator, State, Telephone
from ivr.core.model.values import replace
from ivr.core.queue.estimate import WaitFigures
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import Snapshot
from ivr.core.queue.versions import RuleVersion
from ivr.core.upkeep.recordings import Looked
from ivr.ports import Change, Due, Entity, Store, Vault
from tests.adapters.redis_store.store_people import (
    LINE,
    at,
    claim,
    located,
    operator,
    queued,
    waiting,
)
from tests.ports.fakes import StillClock
from tests.ports.memory_store import store_over
from tests.ports.memory_store.state import MemoryState

AT_LENGTH = settings(
    max_examples=50,
    stateful_step_count=40,
    # A shorter story would cost minutes of asking the server again.
    phases=(Phase.explicit, Phase.generate),
)
ONE_HOUR = timedelta(hours=1)
OTHER = LineKey("other")

T = TypeVar("T")
E = TypeVar("E", Contact, Claim, Operator, Callee)

moments = st.sampled_from([at(second) for second in (0, 10, 20, 30, 59, 60.000001)])
no_moment = st.none() | moments
arrivals = st.sampled_from([*4 * [at(0)], *4 * [at(10)], *4 * [at(30)], None])
few = st.sampled_from([at(10), at(20)])
teams = st.sampled_from(["night", "day: two"])
seldom = st.sampled_from([*9 * [False], True])
lines = st.sampled_from([*5 * [LINE], OTHER])
CALLS = [ContactId(f"c{number}") for number in range(4)]
CLAIMS = [ClaimId(f"k{number}") for number in range(3)]
OPERATORS = [OperatorId(name) for name in ("anna", "bela", "clara")]
LEGS = [LegId(f"leg-{number}") for number in range(3)]
ASKED = [*CALLS, *(contact_of_leg(leg) for leg in LEGS)]
"""The names under which a contact may be asked for."""
PHONES = ["phone-1", "phone-2"]
BACK = "phone-back"
CALLERS = {key: PHONES[number % 2] for number, key in enumerate(CALLS)}
MARKS = {("uk", "urgent"): at(30), ("uk", "family"): at(10), ("en", "urgent"): at(20)}


def calls(key: ContactId, before: Contact | None) -> st.SearchStrategy[Contact]:
    """The call as it may be next; one who waits in a queue stays in that queue."""
    first = before or waiting(key, CALLS.index(key), caller=CALLERS[key])
    is_placed = before is not None and has_place(before)
    plain = st.builds(
        replace,
        st.just(first) if is_placed else queues(first),
        stage=st.just(Stage.WAITING) | st.sampled_from(Stage),
        exit_menu=st.builds(ExitMenu, st.just(Page.NONE) | st.sampled_from(Page)),
        wait=st.builds(QueueWait, since=no_moment, beside=seldom),
        menu=st.builds(MenuPosition, draft=st.sampled_from(["", "905"])),
    )
    moments = st.just(first.arrival.at) if is_placed else arrivals
    wishes = st.none() | st.builds(
        CallbackPreferences, number=st.just("sealed"), at=no_moment
    )
    wishes = st.none() | st.builds(
        CallbackPreferences, number=st.just("sealed"), at=no_moment
    )
    placed = st.builds(arrived_at, plain, moments)
    placed = st.builds(Contact.with_preferences, placed, wishes)
    placed = st.builds(Contact.with_preferences, placed, wishes)
    return placed.flatmap(lambda call: promises(call, before))


def arrived_at(call: Contact, moment: datetime | None) -> Contact:
    return replace(call, arrival=replace(call.arrival, at=moment))


def counted_from(call: Contact, moment: datetime | None) -> Contact:
    return replace(call, arrival=replace(call.arrival, counts_from=moment))


def queues(call: Contact) -> st.SearchStrategy[Contact]:
    """The call in any queue: mostly everybody's, or an operator's or a team's."""
    plain = st.builds(
        replace,
        st.just(counted_from(call, None)),
        need=st.builds(
            Need,
            language=st.sampled_from(["uk", "uk", "en"]),
            topic=st.just("myself"),
            urgency=st.sampled_from(["urgent", "family"]),
        ),
        affinity=st.just(Affinity()),
    )
    reclassed = st.builds(counted_from, plain, few)
    owners = st.builds(Affinity, operator=st.sampled_from(OPERATORS))
    owned = st.builds(replace, plain | reclassed, affinity=owners)
    handed_over = st.builds(Affinity, team=teams, handed_at=few)
    handed = st.builds(replace, plain | reclassed, affinity=handed_over)
    return plain | reclassed | owned | handed


def promises(call: Contact, before: Contact | None) -> st.SearchStrategy[Contact]:
    """The call with a promise as it may be next; once made it is never taken back."""
    known = before.callback.request if before else None
    promise = st.builds(
        CallbackRequest,
        made=st.just(at(0)),
        activated=st.booleans(),
        due=no_moment,
        leg=st.none() | st.sampled_from(LEGS),
        phone=st.just(BACK),
    )
    maybe = promise if known else st.none() | promise
    return maybe.map(call.with_request)


telephones = st.builds(Telephone, name=st.none() | st.sampled_from(PHONES))


def operators(key: OperatorId, before: Operator | None) -> st.SearchStrategy[Operator]:
    return st.builds(
        replace,
        st.just(before or operator(key)),
        state=st.sampled_from(State),
        due=no_moment,
        telephone=telephones,
    )


def claims(key: ClaimId, before: Claim | None) -> st.SearchStrategy[Claim]:
    return st.builds(
        replace,
        st.just(before or claim(key, "c1", "anna")),
        state=st.sampled_from(ClaimState),
        deadline=no_moment,
    )


class TwoStores(RuleBasedStateMachine):
    """The same is done to both, and both must answer the same."""

    redis: Redis

    def __init__(self) -> None:
        super().__init__()
        self.redis.flushall()
        self.clock = clock = StillClock()
        self.vault = vault = KeyVault.with_fresh_keys()
        self.real = make_store(self.redis, vault, clock, trusted=ONE_HOUR)
        self.state = MemoryState(vault, clock, trusted=ONE_HOUR)
        self.fake = store_over(self.state)

    def both(self, ask: Callable[[Store], T]) -> T:
        """Ask both, and hold the answers against each other."""
        expected = ask(self.real)
        assert ask(self.fake) == expected
        return expected

    def both_in_request(self, line: LineKey, ask: Callable[[Store], T]) -> T:
        """The same in a request that has read before, and sees what has come of it."""
        request = self.real.requests.for_request(
            line, leg=CALLS[0], claim=CLAIMS[0], caller=PHONES[0], waits=True
        )
        lists(request, line)
        expected = ask(request)
        assert ask(self.fake) == expected
        assert entities(request, line) == entities(self.fake, line)
        assert lists(request, line) == lists(self.fake, line)
        return expected

    # --- what is done -----------------------------------------------------

    @rule(line=lines, data=st.data(), stale=st.integers(0, 9))
    def change_calls(self, line: LineKey, data: Any, stale: int) -> None:
        """Save some calls; now and then one from a version that is not the last."""
        keys = data.draw(st.sets(st.sampled_from(CALLS), min_size=1, max_size=3))
        found = [(key, self._known(line, Contact, key)) for key in sorted(keys)]
        saved: list[Entity] = [data.draw(calls(*each)) for each in found]
        if stale == 0:
            saved[-1] = replace(saved[-1], rev=saved[-1].rev + 1)
        facts = [queued("c1"), located("c1", "90517")][: data.draw(st.integers(0, 2))]
        change = Change(save=saved, facts=facts, wake=data.draw(st.booleans()))
        self.both_in_request(line, lambda store: store.changes.commit(line, change))

    @rule(line=lines, data=st.data())
    def change_people(self, line: LineKey, data: Any) -> None:
        """Save an operator, a claim and what is known of a number."""
        whose = data.draw(st.sampled_from(OPERATORS))
        someone = data.draw(operators(whose, self._known(line, Operator, whose)))
        which = data.draw(st.sampled_from(CLAIMS))
        promise = data.draw(claims(which, self._known(line, Claim, which)))
        known = self._known(line, Callee, "phone-1")
        callee = known or Callee(id="phone-1", line=line)
        rung = replace(callee, rung=tuple(data.draw(st.lists(moments, max_size=2))))
        change = Change(save=(someone, promise, rung))
        self.both_in_request(line, lambda store: store.changes.commit(line, change))

    def _known(self, line: LineKey, kind: type[E], key: str) -> E | None:
        return self.state.find_entity(line, kind, key)

    @rule(seconds=st.integers(1, 40))
    def pass_by(self, seconds: int) -> None:
        self.clock.pass_by(timedelta(seconds=seconds))

    @rule(line=lines, key=st.sampled_from(CALLS), until=moments)
    def poll(self, line: LineKey, key: ContactId, until: datetime) -> None:
        self.both(lambda store: store.heartbeats.expect_poll(line, key, until))

    @rule(line=lines, key=st.sampled_from(OPERATORS), until=no_moment)
    def sit_at_desk(
        self, line: LineKey, key: OperatorId, until: datetime | None
    ) -> None:
        if until is None:
            self.both(lambda store: store.heartbeats.forget_desk(line, key))
        else:
            self.both(lambda store: store.heartbeats.expect_desk(line, key, until))

    @rule(line=lines, key=st.sampled_from(CALLS), moment=no_moment)
    def doubt_leg(self, line: LineKey, key: ContactId, moment: datetime | None) -> None:
        due = Due(kind="leg", key=key)
        if moment is None:
            self.both(lambda store: store.deadlines.drop_due(line, due))
        else:
            self.both(lambda store: store.deadlines.note_due(line, due, moment))

    @rule(line=lines, moment=moments, data=st.data())
    def put_off(self, line: LineKey, moment: datetime, data: Any) -> None:
        if found := self.both(lambda store: store.deadlines.due(line, at(200))):
            due = data.draw(st.sampled_from(found))
            self.both(lambda store: store.deadlines.put_off(line, due, moment))

    @rule(line=lines)
    def wake(self, line: LineKey) -> None:
        self.both(lambda store: store.routing.wake(line))

    @rule(line=lines, again=no_moment, behind=st.integers(0, 1))
    def route(self, line: LineKey, again: datetime | None, behind: int) -> None:
        newest = self.both(lambda store: store.routing.begin_routing(line))
        run = replace(newest, request=newest.request - behind)
        self.both(lambda store: store.routing.ack_routing(line, run, again))

    @rule(line=lines, most=st.integers(1, 3))
    def write(self, line: LineKey, most: int) -> None:
        """Entries have names of their own; what is in them is the same."""
        self.real.journal.begin_writing(line)
        self.fake.journal.begin_writing(line)
        for store in (self.real, self.fake):
            store.journal.drop(
                line, [entry for entry, _ in store.journal.take(line, most)]
            )

    @rule(second=st.integers(0, 3))
    def dial(self, second: int) -> None:
        self.both(lambda store: store.carrier_memory.acquire_dial_slot(at(second), 1.0))

    @rule(line=lines, legs=st.lists(st.sampled_from(LEGS), unique=True), now=moments)
    def meet_strangers(self, line: LineKey, legs: list[LegId], now: datetime) -> None:
        self.both(
            lambda store: store.carrier_memory.note_orphaned_legs(line, legs, now)
        )

    @rule(line=lines, leg=st.sampled_from(LEGS), now=moments)
    def suspect_anew(self, line: LineKey, leg: LegId, now: datetime) -> None:
        self.both(lambda store: store.carrier_memory.restart_suspicion(line, leg, now))

    @rule(line=lines, number=st.integers(0, 2), moment=moments)
    def publish(self, line: LineKey, number: int, moment: datetime) -> None:
        version = RuleVersion(version=number, toml="", published_at=moment, note="x")
        self.both(lambda store: store.live_rules.put_rule_versions(line, [version]))

    @rule(line=lines, moment=moments)
    def note_progress(self, line: LineKey, moment: datetime) -> None:
        figures = WaitFigures(made=moment, hours={})
        looked = Looked(until=moment, others=frozenset({"key"}))
        self.both(lambda store: store.statistics.put_figures(line, figures))
        self.both(
            lambda store: store.carrier_memory.put_recordings_looked(line, looked)
        )

    # --- what is read -----------------------------------------------------

    @invariant()
    def agree(self) -> None:
        for line in (LINE, OTHER):
            expected = everything(self.real, line, self.vault)
            assert everything(self.fake, line, self.vault) == expected


def everything(store: Store, line: LineKey, vault: Vault) -> dict[str, object]:
    """All that can be read of a line."""
    facts = (fact for _, fact in store.journal.take(line, 9))
    return {
        "facts": [unsealed(fact, vault) for fact in facts],
        "unserved": store.routing.routing_pending_since(line),
        "strangers": store.carrier_memory.count_orphaned_legs(line),
        "recordings": store.carrier_memory.recordings_looked(line),
        "rules": store.live_rules.rule_versions(line),
        "figures": store.statistics.figures(line),
        **entities(store, line),
        **lists(store, line),
        **moments_of(store, line),
    }


def entities(store: Store, line: LineKey) -> dict[str, object]:
    """Each by its name, and the talks."""
    return {
        "calls": [store.contacts.call(line, key) for key in ASKED],
        "claims": [store.contacts.claim(line, key) for key in CLAIMS],
        "each operator": [store.operators.operator(line, key) for key in OPERATORS],
        "callee": store.contacts.callee(line, "phone-1"),
        "talks": [store.talks.load_talk(line, claim=key).talk for key in CLAIMS],
        "of callers": [store.talks.load_talk(line, contact=key).talk for key in ASKED],
        "of operators": [
            store.talks.load_talk(line, operator=k).talk for k in OPERATORS
        ],
    }


def lists(store: Store, line: LineKey) -> dict[str, object]:
    """Who is found in which list, in its order."""
    return {
        "operators": store.operators.operators(line),
        "live": store.contacts.live_calls(line),
        "open": store.contacts.open_claims(line),
        "waiting": store.queues.waiting(line),
        "enrolled": [store.operators.enrolled(line, phone) for phone in PHONES],
        "last": [store.contacts.last_call(line, phone) for phone in PHONES],
        "calls of": [store.contacts.calls_of(line, phone) for phone in PHONES],
        "one": in_any_order(store.queues.snapshot(line, 1)),
        "all": in_any_order(store.queues.snapshot(line, 9)),
        "ahead": store.queues.ahead(line, MARKS, counts_early),
        "telephones": store.operators.find_telephone_uses([line], (*PHONES, BACK)),
    }


def moments_of(store: Store, line: LineKey) -> dict[str, object]:
    """What is due, overdue, or has lasted, at some moments."""
    return {
        "due": [store.deadlines.due(line, at(second)) for second in (10, 30)],
        "first due": [
            store.deadlines.first_due(line, at(second)) for second in (10, 30)
        ],
        "waits": store.queues.waiting_since(line, at(30)),
        "desks": [store.heartbeats.desk_until(line, key) for key in OPERATORS],
        "strayed": [
            store.heartbeats.is_poll_overdue(line, key, at(60)) for key in CALLS
        ],
    }


def counts_early(head: QueueEntry) -> bool:
    return head.counts_from is not None and head.counts_from < at(30)


def unsealed(fact: Fact, vault: Vault) -> Fact:
    """The fact; what was sealed is another text each time."""
    if isinstance(fact, LocationGiven):
        return replace(fact, area=vault.unseal(fact.area))
    return fact


def in_any_order(snapshot: Snapshot) -> tuple[object, ...]:
    """Queues have no order among themselves."""
    queues = sorted(snapshot.heads, key=lambda heads: heads[0].call)
    return tuple(queues), snapshot.operators


def test_both_stores_answer_same(redis: Redis) -> None:
    class Machine(TwoStores):
        pass

    Machine.redis = redis
    run_state_machine_as_test(Machine, settings=AT_LENGTH)
