"""The same moment, on standing lines: threads with clients of their own."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from exchange.kernel.rng import seeded_chance
from exchange.kernel.sids import Chance
from ivr.actions import routing
from ivr.actions.calls import calls
from ivr.actions.on_line import standing
from ivr.actions.talks.answering import come_out
from ivr.actions.talks.ending import cut_off
from ivr.actions.talks.running import run
from ivr.actions.upkeep import due_work
from ivr.bootstrap.live_state import make_store
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.operator import Operator, Reach, State
from ivr.core.model.values import replace
from ivr.core.talk.events import (
    LeftRoom,
    OfferDue,
    OperatorCameOut,
    OperatorMoved,
    RoomBegan,
)
from ivr.ports import Change, Ports
from tests.dsl.faults.at_once import (
    ACTS_EACH,
    NO_PACE,
    OPERATORS,
    THREADS,
    Act,
    FastIds,
    assert_history_is_sound,
    caller_ids,
    empty,
    fill,
)
from tests.dsl.faults.invariants import assert_everybody_is_somewhere
from tests.ports.bare_ports import carrier_of
from tests.ports.stores import patient_client
from tests.world import LINE, World

ROUNDS = 12
T = TypeVar("T")


@dataclass(slots=True)
class Rooms:
    """A carrier that moves everybody, and keeps who was sent into which room."""

    callers: dict[str, set[str]] = field(default_factory=dict)

    def put_through(self, leg: LegId, claim: ClaimId) -> None:
        self.callers.setdefault(claim, set()).add(leg)

    def fetch_operator(self, *_: object) -> None:
        """Do it."""

    def send_back(self, _: ContactId) -> None:
        """Do it."""

    def move_to_explanation(self, *_: object) -> None:
        """Do it."""

    def end(self, _: ContactId) -> None:
        """Do it."""

    def is_over(self, _: ContactId) -> bool:
        return False

    def end_of(self, _: ContactId) -> str | None:
        return None


@pytest.fixture
def rooms_kept() -> Rooms:
    return Rooms()


@pytest.fixture
def houses(world: World, valkey_url: str, rooms_kept: Rooms) -> Iterator[list[Ports]]:
    """A house for each thread: its own client and its own breaker."""
    ids, clients = FastIds(), [patient_client(valkey_url) for _ in range(THREADS)]
    stores = [make_store(each, world.ports.vault, world.clock) for each in clients]
    yield [
        replace(
            world.ports,
            store=store,
            ids=ids,
            carrier=carrier_of(rooms_kept),
            calls_per_second=NO_PACE,
        )
        for store in stores
    ]
    for client in clients:
        client.close()


def legs_of(number: int) -> list[LegId]:
    """The legs by which an operator may be on the line: one of two telephones."""
    return [LegId(f"standing-{number}-{which}") for which in range(2)]


def man(ports: Ports) -> None:
    """Put operators on the line, in place of those who are rung."""
    for number, present in enumerate(ports.operators.operators(LINE)):
        on_line = replace(
            present,
            profile=replace(present.profile, reach=Reach.STANDING),
            leg=legs_of(number)[0],
        )
        assert ports.changes.commit(LINE, Change(save=(on_line,), wake=True))


def an_act(ports: Ports, chance: Chance) -> Act:
    """Something that may happen now, to a claim, a caller or an operator."""
    claim = _one_of(chance, ports.contacts.open_claims(LINE) or [ClaimId("none")])
    caller = _one_of(chance, caller_ids())
    number = int(chance.random() * OPERATORS)
    key, leg = OperatorId(f"op-{number}"), _one_of(chance, legs_of(number))
    acts: Sequence[Act] = (
        lambda: routing.route_callers(ports, LINE),
        lambda: routing.route_callers(ports, LINE),
        lambda: run(ports, LINE, OfferDue(claim=claim)),
        lambda: run(ports, LINE, OfferDue(claim=claim)),
        lambda: run(ports, LINE, OperatorMoved(claim=claim, leg=leg)),
        lambda: run(ports, LINE, RoomBegan(claim=claim)),
        lambda: run(ports, LINE, RoomBegan(claim=claim)),
        lambda: run(ports, LINE, LeftRoom(claim=claim, leg=leg)),
        lambda: come_out(ports, LINE, OperatorCameOut(claim=claim, leg=leg)),
        lambda: calls.after_room(ports, LINE, leg_of_contact(caller)),
        lambda: calls.end_leg(ports, LINE, leg_of_contact(caller)),
        lambda: cut_off(ports, LINE, key, leg),
        lambda: standing.attach(ports, LINE, key, leg, "test"),
        lambda: due_work.do_due_work(ports, LINE),
    )
    return _one_of(chance, acts)


def _one_of(chance: Chance, things: Sequence[T]) -> T:
    return things[int(chance.random() * len(things))]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_two_callers_never_share_room(
    world: World, houses: list[Ports], rooms_kept: Rooms, seed: int
) -> None:
    fill(houses[0])
    man(houses[0])
    routing.route_callers(houses[0], LINE)

    def work(number: int) -> None:
        chance = seeded_chance(seed * THREADS + number)
        for _ in range(ACTS_EACH):
            an_act(houses[number], chance)()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))

    assert_everybody_is_somewhere(world.ports.store, world.redis)
    assert_history_is_sound([fact for _, fact in world.ports.journal.take(LINE, 5000)])
    assert rooms_kept.callers, "somebody was put through"
    assert all(len(callers) == 1 for callers in rooms_kept.callers.values())
    for operator in world.ports.operators.operators(LINE):
        assert_fit_for_the_line(operator)
    empty(houses[0])
    for number, _ in enumerate(world.ports.operators.operators(LINE)):
        for leg in legs_of(number):
            cut_off(houses[0], LINE, OperatorId(f"op-{number}"), leg)


def assert_fit_for_the_line(operator: Operator) -> None:
    """Without a leg nobody is on duty, but for a call that is about to be over."""
    if operator.leg is not None:
        return
    bound = operator.state in {State.RINGING, State.TALKING}
    assert operator.wish is State.OFFLINE if bound else operator.state is State.OFFLINE
