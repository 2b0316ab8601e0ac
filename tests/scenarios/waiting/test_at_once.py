"""The same moment, really: threads with clients of their own on a real Valkey."""

from collections.abc import Iterator, Sequence

import pytest

from exchange.kernel.rng import seeded_chance
from exchange.kernel.sids import Chance
from ivr.actions import routing
from ivr.actions.calls import calls
from ivr.actions.talks.answering import answer_operator
from ivr.actions.talks.running import run
from ivr.actions.upkeep import due_work
from ivr.bootstrap.live_state import make_store
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.errors import Conflict
from ivr.core.model.identifiers import ClaimId, ContactId, LegId
from ivr.core.model.values import replace
from ivr.core.talk.events import (
    KeyPressed,
    LeftRoom,
    LegEnded,
    OfferDue,
    PickedUp,
    RoomBegan,
)
from ivr.ports import Ports
from tests.dsl.faults.at_once import (
    ACTS_EACH,
    NO_PACE,
    THREADS,
    Act,
    FastIds,
    WillingCarrier,
    all_at_once,
    assert_history_is_sound,
    caller_ids,
    empty,
    fill,
    leg_of,
)
from tests.dsl.faults.invariants import assert_everybody_is_somewhere
from tests.ports.bare_ports import carrier_of
from tests.ports.stores import patient_client
from tests.web.signing import post
from tests.world import ACCOUNT, CALLER, HOTLINE, LINE, World

ROUNDS = 12


@pytest.fixture
def houses(world: World, valkey_url: str) -> Iterator[list[Ports]]:
    """A house for each thread: its own client and its own breaker."""
    ids, carrier = FastIds(), WillingCarrier()
    clients = [patient_client(valkey_url) for _ in range(THREADS)]
    stores = [make_store(each, world.ports.vault, world.clock) for each in clients]
    yield [
        replace(
            world.ports,
            store=store,
            ids=ids,
            carrier=carrier_of(carrier),
            calls_per_second=NO_PACE,
        )
        for store in stores
    ]
    for client in clients:
        client.close()


def an_act(ports: Ports, chance: Chance) -> Act:
    """Something that may happen now, to one of the open claims or callers."""
    claims = ports.contacts.open_claims(LINE) or [ClaimId("none")]
    claim = claims[int(chance.random() * len(claims))]
    callers = caller_ids()
    caller = callers[int(chance.random() * len(callers))]
    leg = leg_of(claim)
    told = ports.for_request(LINE, leg=leg, claim=claim)
    asked = ports.for_request(LINE, leg=caller)
    acts: Sequence[Act] = (
        lambda: routing.route_callers(ports, LINE),
        lambda: routing.route_callers(ports, LINE),
        lambda: run(ports, LINE, OfferDue(claim=claim)),
        lambda: run(told, LINE, PickedUp(claim=claim, leg=leg)),
        lambda: run(told, LINE, KeyPressed(claim=claim, leg=leg, keys="1")),
        lambda: run(told, LINE, KeyPressed(claim=claim, leg=leg, keys="1")),
        lambda: run(told, LINE, KeyPressed(claim=claim, leg=leg, keys="2")),
        lambda: run(told, LINE, LegEnded(claim=claim, leg=leg, how="completed")),
        lambda: run(told, LINE, RoomBegan(claim=claim)),
        lambda: run(told, LINE, RoomBegan(claim=claim)),
        lambda: run(told, LINE, LeftRoom(claim=claim, leg=leg)),
        lambda: calls.after_room(asked, LINE, leg_of_contact(caller)),
        lambda: calls.end_leg(asked, LINE, leg_of_contact(caller)),
        lambda: due_work.do_due_work(ports, LINE),
    )
    return acts[int(chance.random() * len(acts))]


def test_eightfold_first_request_starts_call_once(
    world: World,
) -> None:
    form = {"CallSid": "CA" + "1" * 32, "From": CALLER, "To": HOTLINE}
    answers = all_at_once(
        [
            lambda: post(world.app.test_client(), "/voice/incoming", form).data
            for _ in range(THREADS)
        ]
    )

    assert len(set(answers)) == 1
    (record,) = world.log()
    assert record.call == form["CallSid"]
    assert len(world.ports.call_search.facts_of(record.call)) == 1
    world.exchange.state.legs.clear()
    calls.end_leg(world.ports, LINE, LegId(form["CallSid"]))


def test_eightfold_key_is_one_step(world: World) -> None:
    form = {
        "CallSid": "CA" + "1" * 32,
        "AccountSid": ACCOUNT,
        "From": CALLER,
        "To": HOTLINE,
        "Digits": "1",
    }
    post(world.app.test_client(), "/voice/incoming", form)

    answers = all_at_once(
        [
            lambda: post(world.app.test_client(), "/voice/step?n=0", form).data
            for _ in range(THREADS)
        ]
    )

    assert len(set(answers)) == 1
    call = world.ports.contacts.call(LINE, ContactId(form["CallSid"]))
    assert call is not None
    assert call.menu.step == 1
    calls.end_leg(world.ports, LINE, leg_of_contact(call.id))


@pytest.mark.parametrize("attempt", range(5))
def test_one_of_two_accepts_wins(
    world: World, houses: list[Ports], attempt: int
) -> None:
    fill(houses[0])
    routing.route_callers(houses[0], LINE)
    (claim, *_) = houses[0].contacts.open_claims(LINE)
    legs = [ContactId(f"telephone-{number}-{attempt}") for number in range(THREADS)]

    answers = all_at_once(
        [
            lambda ports=ports, leg=leg: answer_operator(  # type: ignore[misc]
                ports, LINE, KeyPressed(claim=claim, leg=leg, keys="1")
            )
            for ports, leg in zip(houses, legs, strict=True)
        ]
    )

    winners = [given for given in answers if "EnterRoom" in str(given)]
    assert len(winners) == 1
    world.jobs.waiting.clear()
    assert_everybody_is_somewhere(world.ports.store, world.redis)
    empty(houses[0])


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_simultaneous_events_lose_nobody(
    world: World, houses: list[Ports], seed: int
) -> None:
    fill(houses[0])
    routing.route_callers(houses[0], LINE)

    def work(number: int) -> list[str]:
        chance, conflicts = seeded_chance(seed * THREADS + number), []
        for _ in range(ACTS_EACH):
            try:
                an_act(houses[number], chance)()
            except Conflict as lost:
                conflicts.append(str(lost))
        return conflicts

    conflicts = all_at_once(
        [lambda number=number: work(number) for number in range(THREADS)]  # type: ignore[misc]
    )

    assert_everybody_is_somewhere(world.ports.store, world.redis)
    assert conflicts == [[]] * THREADS, "an act was given up after eight attempts"
    assert_history_is_sound([fact for _, fact in world.ports.journal.take(LINE, 5000)])
    empty(houses[0])
