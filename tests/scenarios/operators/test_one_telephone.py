"""One telephone is rung once at a time, whoever it is enrolled as and on whatever line.

Who is known to be on a call, as a caller too, is not rung, and has missed nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from redis import Redis

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import (
    NOBODY,
    Callee,
    Pickup,
    Press,
    Stay,
    Wait,
    accepting_operator,
)
from ivr.actions import routing
from ivr.actions.accounts.disabling import follow_roster
from ivr.actions.desk import self_test
from ivr.actions.on_line import standing
from ivr.actions.operators.roster import choose_state, load_roster
from ivr.actions.talk_controls import inviting
from ivr.actions.talks.running import run
from ivr.bootstrap.live_state import make_store
from ivr.core.model.address import PhoneNumber
from ivr.core.model.claim import Claim, ClaimState
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.errors import Conflict
from ivr.core.model.identifiers import ContactId, LegId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, Reach, State, set_number
from ivr.core.model.values import replace
from ivr.core.talk.events import OfferDue
from ivr.ports import Change, Ports
from tests.dsl import line_people
from tests.dsl.callbacks import ASKS, IS_CALLED, persons_legs, promised
from tests.dsl.doing import (
    NOTICES,
    OTHER_CALLER,
    OTHER_OPERATOR,
    TO_THE_QUEUE,
    call_in,
    claim_now,
    facts_named,
    fault,
    stage_of,
    state_of,
    until_rung,
    until_stage,
)
from tests.dsl.faults.at_once import (
    NO_PACE,
    THREADS,
    FastIds,
    WillingCarrier,
    all_at_once,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.line_people import PHONES, on_line
from tests.dsl.talking import ANNA, BELA, PICKS_UP, in_talk, refusal
from tests.dsl.two_lines import OTHER, OTHER_NUMBER, enrol
from tests.ports.bare_ports import carrier_of
from tests.ports.stores import patient_client
from tests.world import HOTLINE, LINE, World

PHONE = PHONES["anna"]


def ends(world: World, leg: Leg) -> None:
    """Somebody hangs up, and all that follows at once has happened."""
    world.exchange.hang_up(leg)
    world.exchange.run_for(1)


def moves_on(world: World, seconds: int) -> None:
    """Time passes on the other line, too."""
    for _ in range(seconds):
        world.exchange.run_for(1)
        routing.route_if_unserved(world.ports, OTHER)
        world.work()


# --- who is a caller themselves -------------------------------------------------


def test_sole_operator_calling_is_not_rung(world: World) -> None:
    world.operator("anna", NOBODY)

    own = call_in(world, from_=PHONE)
    other = call_in(world)
    world.exchange.run_for(300)

    assert outbound_legs(world) == []
    anna = world.operator_now()
    assert (anna.state, anna.unanswered.missed, anna.due) == (State.AVAILABLE, 0, None)
    ends(world, own)
    assert len(outbound_legs(world)) == 1, "free again, at once"
    assert stage_of(world, other) is Stage.CLAIMED


def test_caller_not_kept_from_colleagues_of_operator(world: World) -> None:
    world.operator("anna")
    own = call_in(world, from_=PHONE)
    world.operator("bela", phone=OTHER_OPERATOR)

    until_stage(world, own, Stage.CONNECTED)

    assert claim_now(world).operator == BELA


@pytest.mark.parametrize("pickup", [Pickup.BUSY, Pickup.NO_ANSWER], ids=str)
def test_ring_crossing_own_call_no_miss(world: World, pickup: Pickup) -> None:
    world.operator("anna", Callee(after=4, pickup=pickup), NOBODY)
    waits = call_in(world)
    until_rung(world)

    own = world.dial(*TO_THE_QUEUE, Stay(), from_=PHONE)
    world.exchange.run_for(60)

    anna = world.operator_now()
    assert (anna.unanswered.missed, anna.state, len(outbound_legs(world))) == (
        0,
        State.AVAILABLE,
        1,
    )
    ended = facts_named(world, "offer-ended")
    assert [fact.reason for fact in ended] == ["engaged"]  # type: ignore[attr-defined]
    ends(world, own)
    assert stage_of(world, waits) is Stage.CLAIMED


def test_unexplained_busy_is_miss(world: World) -> None:
    world.operator("anna", Callee(pickup=Pickup.BUSY), NOBODY)
    call_in(world)

    world.exchange.run_until(lambda: world.operator_now().unanswered.missed == 1, 60)


def test_called_back_operator_not_rung(world: World) -> None:
    world.operator("anna", accepting_operator())
    choose_state(world.ports, LINE, ANNA, State.AWAY, "test")
    bela = Callee(after=1, deeds=(Press(digits="1"), Wait(seconds=90)))
    world.operator("bela", bela, phone=OTHER_OPERATOR)
    choose_state(world.ports, LINE, BELA, State.AWAY, "test")
    own = promised(world, *ASKS, from_=PHONE)
    world.exchange.put_person(PHONE, IS_CALLED)
    choose_state(world.ports, LINE, BELA, State.AVAILABLE, "test")
    until_stage(world, own, Stage.CONNECTED)
    (back,) = persons_legs(world, PHONE)

    choose_state(world.ports, LINE, ANNA, State.AVAILABLE, "test")
    waits = call_in(world)
    world.exchange.run_for(40)

    assert persons_legs(world, PHONE) == [back]
    assert stage_of(world, waits) is Stage.WAITING
    world.exchange.put_person(PHONE, accepting_operator())
    world.exchange.hang_up(back)
    until_stage(world, waits, Stage.CONNECTED, 10)


# --- two names on one line --------------------------------------------------------


def test_operator_at_desk_answers_their_own_telephone(world: World) -> None:
    world.operator("anna", PICKS_UP, reach=Reach.BROWSER, clicks=True)

    own = call_in(world, from_=PHONE)

    until_stage(world, own, Stage.CONNECTED)


def test_second_name_not_rung_while_first_talks(world: World) -> None:
    _, first = in_talk(world)
    world.operator("anna at home", NOBODY, phone=PHONE)
    before = len(outbound_legs(world))

    second = call_in(world, from_=OTHER_CALLER)
    world.exchange.run_for(60)

    assert len(outbound_legs(world)) == before
    assert state_of(world, "anna at home") is State.AVAILABLE
    assert world.operator_now("anna at home").unanswered.missed == 0
    world.exchange.hang_up(first)
    until_stage(world, second, Stage.CLAIMED, 40)


def test_standing_lines_telephone_not_rung(world: World) -> None:
    leg = on_line(world)
    world.operator("by telephone", accepting_operator(), phone=PHONE)
    caller = call_in(world)
    until_stage(world, caller, Stage.CONNECTED)

    second = call_in(world, from_=OTHER_CALLER)
    world.exchange.run_for(60)
    assert outbound_legs(world) == []

    ends(world, leg)
    until_stage(world, second, Stage.CONNECTED, 10)


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
def test_calling_in_telephone_not_rung(world: World, *, told: bool) -> None:
    line_people.enrol(world)
    world.operator("by telephone", NOBODY, phone=PHONE)
    leg = line_people.rings_in(world, Wait(seconds=500))
    world.exchange.run_for(3)

    waits = call_in(world)
    assert outbound_legs(world) == []

    if not told:
        fault(world, FaultKind.LOST, NOTICES)
    world.exchange.hang_up(leg)
    world.exchange.run_for(1 if told else 16)
    assert stage_of(world, waits) is Stage.CLAIMED
    assert world.operator_now().telephone.calling is None


def test_switchboards_operators_all_on_line(world: World) -> None:
    on_line(world)
    line_people.enrol(world, "bela", phone=PHONE)
    world.ports.roster.put_pin(BELA, "112233")
    leg = line_people.rings_in(world, Press(digits="112233"), Stay())
    world.exchange.run_until(lambda: line_people.stands(world, leg, "bela"), limit=60)

    first, second = call_in(world), call_in(world, from_=OTHER_CALLER)

    until_stage(world, first, Stage.CONNECTED)
    until_stage(world, second, Stage.CONNECTED)


def test_used_telephone_neither_invited_nor_tried(
    world: World,
) -> None:
    in_talk(world)
    twin = world.operator("twin", phone=PHONE)
    world.operator("bela", PICKS_UP, phone=OTHER_OPERATOR)
    on_the_line = OperatorId("stands")
    now = world.clock.now()
    stands = Operator(
        id=on_the_line,
        line=LINE,
        profile=Profile(name="stands", languages=("uk",), reach=Reach.STANDING),
        since=now,
        idle_since=now,
    )
    world.ports.roster.add(stands, PhoneNumber(PHONE))
    load_roster(world.ports, LINE)

    assert refusal(inviting.invite_colleague, world.ports, LINE, ANNA, twin) == "busy"
    assert refusal(self_test.ring_once, world.ports, LINE, twin) == "not-now"
    with pytest.raises(Conflict, match="another call of the hotline"):
        standing.call_in(world.ports, LINE, on_the_line)


def test_older_documents_number_from_roster(world: World) -> None:
    key = world.operator("anna", NOBODY)
    before = set_number(world.operator_now(), None)
    world.ports.changes.commit(LINE, Change(save=(before,)))

    follow_roster(world.ports, LINE)
    call_in(world, from_=PHONE)
    world.exchange.run_for(30)

    assert world.operator_now(key).telephone.name is not None
    assert outbound_legs(world) == []


# --- two lines ----------------------------------------------------------------------


def test_telephone_on_two_lines_rung_singly(both: World) -> None:
    both.operator("anna", Callee(after=1, deeds=(Press(digits="1"), Stay())))
    enrol(both, OTHER, "anna", PHONE)
    here = call_in(both)
    until_stage(both, here, Stage.CONNECTED)

    there = both.dial(*TO_THE_QUEUE, Stay(), to=OTHER_NUMBER, from_=OTHER_CALLER)
    moves_on(both, 60)
    assert len(outbound_legs(both)) == 1
    other = both.ports.operators.operator(OTHER, OperatorId(f"{OTHER}-anna"))
    assert other is not None
    assert (other.state, other.unanswered.missed) == (State.AVAILABLE, 0)

    both.exchange.hang_up(here)
    moves_on(both, 3)
    call = both.ports.contacts.call(OTHER, ContactId(there.sid))
    assert call is not None
    assert call.talk.claim is not None, "rung for the other line as soon as it is free"


def test_operator_ringing_one_line_not_rung(both: World) -> None:
    enrol(both, OTHER, "anna", PHONE)
    both.exchange.put_person(PHONE, NOBODY)
    own = call_in(both, from_=PHONE)

    both.dial(*TO_THE_QUEUE, Stay(), to=OTHER_NUMBER, from_=OTHER_CALLER)
    moves_on(both, 60)
    assert outbound_legs(both) == []

    ends(both, own)
    assert len(outbound_legs(both)) == 1


# --- at the same moment ---------------------------------------------------------------


@dataclass(slots=True)
class Rings:
    """A carrier that notes for which claims a telephone was rung."""

    rung: list[Claim] = field(default_factory=list)
    willing: WillingCarrier = field(default_factory=WillingCarrier)

    def __getattr__(self, name: str) -> object:
        return getattr(self.willing, name)

    def ring(self, claim: Claim, *_: object) -> LegId:
        self.rung.append(claim)
        return self.willing.ring(claim)


@pytest.fixture
def rings() -> Rings:
    return Rings()


@pytest.fixture
def houses(both: World, valkey_url: str, rings: Rings) -> Iterator[list[Ports]]:
    """A house for each process, all of them at the same two lines."""
    clients: list[Redis] = [patient_client(valkey_url) for _ in range(THREADS)]
    ids = FastIds()
    yield [
        replace(
            both.ports,
            store=make_store(each, both.ports.vault, both.clock),
            ids=ids,
            carrier=carrier_of(rings),
            calls_per_second=NO_PACE,
        )
        for each in clients
    ]
    for client in clients:
        client.close()


def waits(ports: Ports, line: LineKey, name: str) -> None:
    now = ports.clock.now()
    call = Contact(
        id=ContactId(f"{line}-{name}"),
        line=line,
        caller=Caller(HOTLINE),
        started=now,
        arrival=Arrival(at=now),
        stage=Stage.WAITING,
        need=Need("uk", "myself", "urgent"),
    )
    assert ports.changes.commit(line, Change(save=(call,), wake=True))


def serve(ports: Ports, line: LineKey) -> None:
    """What a worker does: route, and place what is to be placed."""
    routing.route_callers(ports, line)
    for key in ports.contacts.open_claims(line):
        run(ports, line, OfferDue(claim=key))


@pytest.mark.parametrize("attempt", range(6))
def test_eight_processes_ring_one_telephone_once(
    both: World, houses: list[Ports], rings: Rings, attempt: int
) -> None:
    for line, name in ((LINE, "anna"), (LINE, "bela"), (OTHER, "clara")):
        enrol(both, line, f"{name}-{attempt}", PHONE)
        waits(houses[0], line, f"caller-{name}")
    both.jobs.waiting.clear()
    both.ticks = False

    all_at_once(
        [
            lambda ports=ports, line=line: serve(ports, line)  # type: ignore[misc]
            for ports, line in zip(houses, (LINE, OTHER) * (THREADS // 2), strict=True)
        ]
    )
    for line in (LINE, OTHER):
        serve(houses[0], line)

    assert len(rings.rung) == 1
    assert [claim.state for claim in claims_of(both.ports)] == [ClaimState.RINGING]


def claims_of(ports: Ports) -> list[Claim]:
    found = (
        ports.contacts.claim(line, key)
        for line in (LINE, OTHER)
        for key in ports.contacts.open_claims(line)
    )
    return [claim for claim in found if claim is not None]
