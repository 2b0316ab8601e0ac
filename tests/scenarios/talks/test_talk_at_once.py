"""Everything that operators do in talks, in the same moment, on a real Valkey."""

from collections.abc import Iterator, Sequence

import pytest

from exchange.kernel.rng import seeded_chance
from exchange.kernel.sids import Chance
from ivr.actions import routing
from ivr.actions.calls import calls
from ivr.actions.operators import presence, roster
from ivr.actions.talk_controls import inviting, rejoining, talk, transfer
from ivr.actions.talks import accepting
from ivr.actions.talks.answering import answer_operator, come_out
from ivr.actions.talks.running import run
from ivr.actions.upkeep import due_work
from ivr.bootstrap.live_state import make_store
from ivr.core.model.address import PhoneNumber
from ivr.core.model.claim import Claim
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.errors import Conflict, Stale
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.operator import Reach, State
from ivr.core.model.values import replace
from ivr.core.talk.events import (
    ConnectAsked,
    Joined,
    KeyPressed,
    LeftRoom,
    LegEnded,
    OfferDue,
    OperatorCameOut,
    PickedUp,
    RoomBegan,
    RoomEnded,
)
from ivr.ports import Change, Ports
from tests.dsl.faults.at_once import (
    NO_PACE,
    THREADS,
    Act,
    FastIds,
    WillingCarrier,
    all_at_once,
    caller_ids,
    empty,
    fill,
    leg_of,
)
from tests.dsl.faults.invariants import assert_everybody_is_somewhere
from tests.ports.bare_ports import carrier_of
from tests.ports.stores import patient_client
from tests.promises.checker.checker import a_token_counts_once, nobody_is_in_two_talks
from tests.promises.checker.history import History
from tests.world import LINE, World

ROUNDS = 12
ACTS_EACH = 25
CLAIMS = 16
"""So many of the first are told of late, too."""
BROWSER, TEAM = OperatorId("op-1"), OperatorId("op-2")


class TalkativeCarrier(WillingCarrier):
    """Does all that is asked of it in a talk as well."""

    def __getattr__(self, name: str) -> object:
        verbs = {"hold", "unhold", "mute", "unmute", "keep_room", "end_room_with"}
        if name in verbs | {"eject_caller", "connect_operator"}:
            return lambda *_: None
        if name in {"is_held", "is_muted", "is_over"}:
            return lambda *_: False
        if name == "in_room":
            return lambda *_: set()
        raise AttributeError(name)

    def ring(self, claim: Claim, *_: object) -> LegId:
        return leg_of(f"{claim.id}{claim.interruption}")


@pytest.fixture
def houses(world: World, valkey_url: str) -> Iterator[list[Ports]]:
    """A house for each thread: its own client and its own breaker."""
    ids, carrier = FastIds(), TalkativeCarrier()
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


def staff(ports: Ports) -> None:
    """The usual people, one in a browser and one of a team, and two more."""
    fill(ports)
    for key, more in ((BROWSER, {"reach": Reach.BROWSER}), (TEAM, {"team": "night"})):
        operator = ports.operators.operator(LINE, key)
        assert operator is not None
        profile = replace(operator.profile, **more)
        changed = replace(operator, profile=profile)
        assert ports.changes.commit(LINE, Change(save=(changed,)))
    known = ports.operators.operator(LINE, OperatorId("op-0"))
    assert known is not None
    for name in ("op-3", "op-4"):
        # Of another language: no caller is offered to them, but they may be invited.
        beside = replace(
            known,
            id=OperatorId(name),
            profile=replace(known.profile, name=name, languages=("ru",)),
            rev=0,
        )
        ports.roster.add(beside, PhoneNumber(f"+4477009002{name[-1]:0>2}"))
        assert ports.changes.commit(LINE, Change(save=(beside,)))


def pick(chance: Chance, among: Sequence[str]) -> str:
    return among[int(chance.random() * len(among))]


def pick_operator(chance: Chance) -> OperatorId:
    return OperatorId(pick(chance, [f"op-{number}" for number in range(5)]))


def pick_busy(ports: Ports, chance: Chance) -> OperatorId:
    """Rather one who has something to do with a caller."""
    all_ = ports.operators.operators(LINE)
    busy = [each for each in all_ if each.claim] or all_
    return OperatorId(pick(chance, [str(each.id) for each in busy]))


def own_claim(ports: Ports, who: OperatorId) -> ClaimId | None:
    operator = ports.operators.operator(LINE, who)
    return operator.claim if operator else None


def pick_claim(ports: Ports, chance: Chance) -> ClaimId:
    """One that binds somebody, or one of which something is told late."""
    claims = [str(key) for key in ports.contacts.open_claims(LINE)]
    if not claims or chance.random() < 0.2:
        return ClaimId(f"claim-{int(chance.random() * CLAIMS):08d}")
    return ClaimId(pick(chance, claims))


def an_act(ports: Ports, chance: Chance) -> Act:
    """Something that may happen now, to somebody."""
    key = pick_claim(ports, chance)
    claim = ports.contacts.claim(LINE, key)
    leg = (claim and claim.leg) or leg_of(key)
    me = pick_busy(ports, chance)
    who = pick_operator(chance)
    caller = ContactId(pick(chance, [str(each) for each in caller_ids()]))
    told = ports.for_request(LINE, leg=leg, claim=key)
    asked = ports.for_request(LINE, leg=caller)
    often: Sequence[Act] = (
        lambda: routing.route_callers(ports, LINE),
        lambda: run(ports, LINE, OfferDue(claim=key)),
        lambda: answer_operator(told, LINE, PickedUp(claim=key, leg=leg)),
        lambda: answer_operator(told, LINE, KeyPressed(claim=key, leg=leg, keys="1")),
        lambda: answer_operator(
            told, LINE, ConnectAsked(claim=key, leg=leg, attempt=1)
        ),
        lambda: run(told, LINE, RoomBegan(claim=key)),
        lambda: run(told, LINE, Joined(claim=key, leg=leg)),
        lambda: inviting.invite_colleague(ports, LINE, me, who),
        lambda: rejoining.rejoin_talk(ports, LINE, me),
    )
    seldom: Sequence[Act] = (
        lambda: run(told, LINE, LegEnded(claim=key, leg=leg, how="completed")),
        lambda: come_out(told, LINE, OperatorCameOut(claim=key, leg=leg)),
        lambda: run(told, LINE, LeftRoom(claim=key, leg=leg)),
        lambda: run(told, LINE, RoomEnded(claim=key)),
        lambda: run(told, LINE, LeftRoom(claim=key, leg=leg)),
        lambda: calls.after_room(asked, LINE, leg_of_contact(caller)),
        lambda: calls.after_room(asked, LINE, leg_of_contact(caller), key),
        lambda: calls.enter_room(asked, LINE, caller, key),
        lambda: calls.end_leg(asked, LINE, leg_of_contact(caller)),
        lambda: due_work.do_due_work(ports, LINE),
    )
    acts = often if chance.random() < 0.8 else (*seldom, *at_desk(ports, chance, key))
    return acts[int(chance.random() * len(acts))]


def at_desk(ports: Ports, chance: Chance, key: ClaimId) -> Sequence[Act]:
    """What an operator may click, or may be found by the house."""
    me, who = pick_busy(ports, chance), pick_operator(chance)
    own = own_claim(ports, me) or key
    return (
        lambda: accepting.take_by_desk(ports, LINE, me, own),
        lambda: accepting.decline_by_desk(ports, LINE, me, own),
        lambda: roster.choose_state(ports, LINE, me, State.AWAY, "rest"),
        lambda: roster.choose_state(ports, LINE, me, State.AVAILABLE, ""),
        lambda: presence.heartbeat_expired(ports, LINE, me),
        lambda: inviting.withdraw_invitation(ports, LINE, me),
        lambda: inviting.leave_to(ports, LINE, me),
        lambda: inviting.leave_to(ports, LINE, me),
        lambda: talk.hold_caller(ports, LINE, me, on=chance.random() < 0.5),
        lambda: talk.mute_operator(ports, LINE, me, on=chance.random() < 0.5),
        lambda: talk.end_talk(ports, LINE, me),
        lambda: transfer.to_queue(ports, LINE, me),
        lambda: transfer.to_operator(ports, LINE, me, to=who),
        lambda: transfer.to_team(ports, LINE, me, team="night"),
    )


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_simultaneous_talk_actions_lose_nobody(
    world: World, houses: list[Ports], seed: int
) -> None:
    staff(houses[0])
    _get_to_talk(houses[0])

    def work(number: int) -> list[str]:
        chance, given_up = seeded_chance(seed * THREADS + number), []
        for _ in range(ACTS_EACH):
            try:
                an_act(houses[number], chance)()
            except Stale:
                continue
            except Conflict as lost:
                given_up.append(str(lost))
        return given_up

    given_up = all_at_once(
        [lambda number=number: work(number) for number in range(THREADS)]  # type: ignore[misc]
    )

    assert_everybody_is_somewhere(world.ports.store, world.redis)
    assert given_up == [[]] * THREADS, "an act was given up after eight attempts"
    empty(houses[0])
    assert_history_is_sound(world)
    states = {each.state for each in world.ports.operators.operators(LINE)}
    assert states & {State.RINGING, State.TALKING} == set()


def _get_to_talk(ports: Ports) -> None:
    """Let the operators who can be rung talk to the first callers."""
    routing.route_callers(ports, LINE)
    for key in ports.contacts.open_claims(LINE):
        run(ports, LINE, OfferDue(claim=key))
        claim = ports.contacts.claim(LINE, key)
        assert claim is not None
        leg = claim.leg or leg_of(key)
        answer_operator(ports, LINE, PickedUp(claim=key, leg=leg))
        answer_operator(ports, LINE, KeyPressed(claim=key, leg=leg, keys="1"))
        run(ports, LINE, RoomBegan(claim=key))
    host = ports.operators.operator(LINE, OperatorId("op-0"))
    if host is not None and host.claim is not None:
        inviting.invite_colleague(ports, LINE, host.id, OperatorId("op-3"))


def assert_history_is_sound(world: World) -> None:
    """Every claim begins and ends once, and nobody was promised to two."""
    entries = tuple(world.ports.journal.take(LINE, 10_000))
    history = History(callers=frozenset(), facts=entries, added=len(entries))
    assert list(nobody_is_in_two_talks(history)) == []
    assert list(a_token_counts_once(history)) == []
