"""Invariants: they hold at every moment, whatever has just gone wrong.

Nobody is in two places, and nobody is in none: the stage of a call, the queues, the
claims and the operators all tell the same story.
"""

from typing import Any

from exchange.state.leg import Direction, Leg
from ivr.adapters.redis_store.documents import queue_of
from ivr.core.model.claim import Claim, ClaimState
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.operator import Operator, State
from ivr.ports import Store
from tests.world import LINE, World

CLAIMED = frozenset({Stage.CLAIMED, Stage.CONNECTED})
BOUND = frozenset({State.RINGING, State.TALKING})


def assert_everybody_is_somewhere(store: Store, redis: Any) -> None:
    """No caller lost, no operator double-booked, queues and claims agree."""
    calls = _live_calls(store)
    claims = _open_claims(store)
    operators = store.operators.operators(LINE)
    _assert_queues_hold_who_waits(redis, calls)
    for call in calls:
        _assert_call_is_bound_rightly(call, claims)
    for operator in operators:
        _assert_operator_is_bound_rightly(operator, claims)
    for claim in claims.values():
        _assert_claim_has_both_sides(claim, calls, operators)
        _assert_guest_is_expected(claim, claims)


def assert_carrier_agrees(world: World) -> None:
    """Exactly the callers who are on the telephone are live with us.

    A person who was promised a call back is on no leg, or on one that we created. So
    is, on its standing line, exactly who we believe to be there.
    """
    live = {leg.sid for leg in world.exchange.state.legs.values() if not leg.ended}
    standing = {
        str(each.leg)
        for each in world.ports.operators.operators(LINE)
        if each.is_standing and each.leg is not None
    }
    assert standing <= live
    calls = _live_calls(world.ports.store)
    callers = {call.leg for call in calls if call.is_on_first_leg}
    calling = {leg.sid for leg in inbound_legs(world) if not leg.ended}
    assert callers == calling - standing
    assert {call.leg for call in calls} - callers - {None} <= live


def inbound_legs(world: World) -> list[Leg]:
    """The legs of callers, in the order of their calls."""
    legs = world.exchange.state.legs.values()
    return [leg for leg in legs if leg.direction is Direction.INBOUND]


def outbound_legs(world: World) -> list[Leg]:
    """The legs to operators, in the order of their creation."""
    legs = world.exchange.state.legs.values()
    return [leg for leg in legs if leg.direction is Direction.OUTBOUND_API]


def _live_calls(store: Store) -> list[Contact]:
    found = [store.contacts.call(LINE, key) for key in store.contacts.live_calls(LINE)]
    calls = [call for call in found if call is not None]
    assert len(calls) == len(found), "a live call is listed and not kept"
    assert all(call.is_live for call in calls)
    return calls


def _open_claims(store: Store) -> dict[str, Claim]:
    found = {
        key: store.contacts.claim(LINE, key) for key in store.contacts.open_claims(LINE)
    }
    claims = {str(key): claim for key, claim in found.items() if claim is not None}
    assert claims.keys() == found.keys(), "an open claim is listed and not kept"
    assert all(claim.is_open for claim in claims.values())
    callers = [claim.call for claim in claims.values() if not claim.is_invitation]
    operators = [claim.operator for claim in claims.values()]
    assert len(callers) == len(set(callers)), "a caller is promised twice"
    assert len(operators) == len(set(operators)), "an operator is promised twice"
    return claims


def _assert_queues_hold_who_waits(redis: Any, calls: list[Contact]) -> None:
    prefix = f"hotline:{{{LINE}}}:queue:"
    queued = {
        (key.decode().removeprefix(prefix), member.decode(), score)
        for key in redis.keys(f"{prefix}*")
        for member, score in redis.zrange(key, 0, -1, withscores=True)
    }
    waiting = {
        (queue_of(call), str(call.id), call.arrival.at.timestamp())
        for call in calls
        if call.stage is Stage.WAITING
        and not call.wait.beside
        and call.arrival.at is not None
    }
    assert queued == waiting


def _assert_call_is_bound_rightly(call: Contact, claims: dict[str, Claim]) -> None:
    if call.stage not in CLAIMED:
        assert call.talk.claim is None, f"{call.stage} with a claim"
        return
    claim = claims.get(call.talk.claim or "")
    assert claim is not None, f"{call.stage} without an open claim"
    assert claim.call == call.id
    talks = claim.state is ClaimState.CONNECTED
    assert talks == (call.stage is Stage.CONNECTED)


def _assert_operator_is_bound_rightly(
    operator: Operator, claims: dict[str, Claim]
) -> None:
    if operator.state not in BOUND:
        assert operator.claim is None, f"{operator.state} with a claim"
        return
    claim = claims.get(operator.claim or "")
    assert claim is not None, f"{operator.state} without an open claim"
    assert claim.operator == operator.id
    talks = claim.state is ClaimState.CONNECTED
    assert talks == (operator.state is State.TALKING)


def _assert_claim_has_both_sides(
    claim: Claim, calls: list[Contact], operators: list[Operator]
) -> None:
    whose = claim.companions.host or claim.id
    assert [call.talk.claim for call in calls if call.id == claim.call] == [whose]
    held = [each.claim for each in operators if each.id == claim.operator]
    assert held == [claim.id]


def _assert_guest_is_expected(claim: Claim, claims: dict[str, Claim]) -> None:
    """An invitation joins a talk that knows of it, and no talk knows of another."""
    guest = claim.companions.guest
    if guest is not None:
        assert claims[guest].companions.host == claim.id, "a guest of another talk"
    if claim.companions.host is None:
        return
    host = claims.get(claim.companions.host)
    assert host is not None, "invited into a talk that is over"
    assert host.state is ClaimState.CONNECTED
    assert not host.is_invitation
    assert host.companions.guest == claim.id
    assert (host.call, host.room) == (claim.call, claim.room)
