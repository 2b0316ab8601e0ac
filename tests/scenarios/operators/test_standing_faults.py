"""Faults on a standing line: lost notices, dead workers, a wiped store."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from exchange.state.faults import FaultKind
from exchange.state.people import Stay, Talk, accepting_operator
from ivr.actions.on_line.standing import call_in as call_to_line
from ivr.actions.operators.roster import choose_state
from ivr.actions.talks.running import run
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ClaimId, ContactId, OperatorId
from ivr.core.model.operator import State
from ivr.core.model.values import replace
from ivr.core.talk.events import OfferDue
from ivr.ports import Transfers
from tests.calls.player import double_everything
from tests.dsl.doing import (
    MOVE,
    NOTICES,
    OTHER_CALLER,
    TO_THE_QUEUE,
    call_in,
    claim_now,
    fault,
    is_known,
    queued,
    stage_of,
    state_of,
    until_state,
)
from tests.dsl.faults.invariants import outbound_legs
from tests.dsl.line_people import (
    PHONES,
    claimed_with_no_job,
    enrol,
    in_talk,
    is_taken,
    on_line,
    stands,
    talk_begins,
)
from tests.exchange.openapi import HOST, Spec
from tests.world import LINE, World


@pytest.mark.parametrize("seconds", [0.0, 0.7])
def test_two_calls_with_every_request_doubled(world: World, seconds: float) -> None:
    double_everything(world, seconds)
    standing = on_line(world)
    first = call_in(world, Talk(seconds=15))
    second = call_in(world, Talk(seconds=15), from_=OTHER_CALLER)

    world.exchange.run_until(lambda: first.ended and second.ended, limit=200)
    until_state(world, State.AVAILABLE, limit=60)

    assert stands(world, standing)
    names = [
        fact.name for fact in world.ports.call_search.facts_of(ContactId(first.sid))
    ]
    for name in ("offer-made", "offer-taken", "caller-connected", "talk-ended"):
        assert names.count(name) == 1, name
    assert {record.outcome for record in world.log()} == {"answered"}


def test_noticeless_talk_seen_and_ended(world: World) -> None:
    standing = on_line(world)
    fault(world, FaultKind.LOST, NOTICES)
    caller = call_in(world, Talk(seconds=60))

    talk_begins(world, caller, limit=40)
    world.exchange.run_until(lambda: caller.ended, limit=90)
    until_state(world, State.AVAILABLE, limit=60)

    assert stands(world, standing)
    assert world.record(caller).outcome == "answered"


def test_unheard_lost_leg_returns_caller(world: World) -> None:
    """The carrier tells nobody; a caller is put through to a dead leg meanwhile."""
    standing = on_line(world)
    fault(world, FaultKind.LOST, NOTICES)
    world.exchange.hang_up(standing)

    caller = call_in(world)
    world.exchange.run_for(3)

    assert state_of(world) is State.OFFLINE
    assert stage_of(world, caller) is Stage.WAITING
    assert world.operator_now().leg is None


def test_reconciler_returns_caller_of_gone_leg(
    world: World,
) -> None:
    standing = on_line(world)
    caller = call_in(world)
    world.exchange.run_until(lambda: is_taken(world), limit=10)
    fault(world, FaultKind.LOST, NOTICES)
    world.exchange.hang_up(standing)
    assert is_taken(world)

    world.reconcile()

    assert stage_of(world, caller) is Stage.WAITING
    assert state_of(world) is State.OFFLINE


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY, FaultKind.BROKEN])
@pytest.mark.parametrize("times", [1, 4])
def test_carrier_that_refuses_to_move_loses_nobody(
    world: World, kind: FaultKind, times: int
) -> None:
    standing = on_line(world)
    fault(world, kind, MOVE, times=times)
    caller = call_in(world)

    talk_begins(world, caller, limit=90)

    assert stands(world, standing)
    assert world.operator_now().unanswered.missed == 0


def test_unserved_claim_served_by_clock(world: World) -> None:
    standing = on_line(world)

    caller = claimed_with_no_job(world)
    talk_begins(world, caller, limit=15)

    assert stands(world, standing)


class Killed(BaseException):
    """A process is gone in the middle of its work."""


class Deadly:
    """A carrier at whose request of one kind the process dies."""

    def __init__(self, transfers: Transfers, at: str) -> None:
        self._transfers, self._at = transfers, at

    def __getattr__(self, name: str) -> Any:
        if name == self._at:
            raise Killed
        return getattr(self._transfers, name)


@pytest.mark.parametrize("at", ["put_through", "fetch_operator"])
def test_worker_killed_moving_frees_both(world: World, at: str) -> None:
    standing = on_line(world)
    caller = claimed_with_no_job(world)
    key = claim_now(world).id
    dying: Any = Deadly(world.ports.transfers, at)
    carrier = replace(world.ports.carrier, transfers=dying)
    with pytest.raises(Killed):
        run(replace(world.ports, carrier=carrier), LINE, OfferDue(claim=key))
    began = world.exchange.now

    world.exchange.run_until(lambda: _is_over(world, key), limit=60)

    assert (world.exchange.now - began).total_seconds() <= 22
    talk_begins(world, caller, limit=60)
    assert stands(world, standing)


def _is_over(world: World, key: ClaimId) -> bool:
    return key not in world.ports.contacts.open_claims(LINE)


def test_operator_of_wiped_store_heard_of_again(world: World) -> None:
    standing = on_line(world)
    world.redis.flushall()

    caller = world.dial(*TO_THE_QUEUE, Stay())
    world.exchange.run_until(
        lambda: is_known(world, caller) and queued(world, caller), limit=60
    )
    talk_begins(world, caller)

    assert stands(world, standing)
    assert outbound_legs(world) == []


def test_left_operator_not_believed_after_wipe(
    world: World,
) -> None:
    standing = on_line(world)
    key = OperatorId("anna")
    choose_state(world.ports, LINE, key, State.AVAILABLE, "test")
    world.redis.flushall()
    world.exchange.hang_up(standing)

    world.exchange.run_for(40)

    assert state_of(world) is State.OFFLINE
    assert not world.operator_now().is_free(world.clock.now())


def test_wiped_stores_talker_talks_on(world: World) -> None:
    standing, caller = in_talk(world)
    world.redis.flushall()
    world.exchange.run_for(20)
    assert standing.is_connected, "nobody is torn apart"
    assert world.operator_now().leg is None
    call_in(world, from_=OTHER_CALLER)
    world.exchange.run_for(20)
    assert standing.is_connected, "nobody else is put through"

    world.exchange.hang_up(caller)
    world.exchange.run_until(lambda: stands(world, standing), limit=30)


def test_absent_operator_justifies_no_wait(
    world: World,
) -> None:
    """Whoever is not there keeps no language closed, and is not counted."""
    enrol(world, "anna", languages=("uk",))
    world.operator(
        "bela", accepting_operator(), languages=("en", "uk"), phone=PHONES["bela"]
    )

    caller = call_in(world)
    talk_begins(world, caller, limit=20)

    assert claim_now(world).operator == "bela"


def test_standing_requests_match_carriers_document(world: World, spec: Spec) -> None:
    key = enrol(world)
    world.exchange.put_person(PHONES["anna"], accepting_operator())
    call_to_line(world.ports, LINE, key)
    until_state(world, State.AVAILABLE, limit=60)
    caller = call_in(world)
    talk_begins(world, caller)

    asked_for = set()
    for asked, given in world.rest.traffic:
        url = f"{HOST}{asked.path}"
        if asked.method == "POST":
            spec.check_request(asked.method, url, asked.params)
            asked_for |= {urlsplit(asked.get("Url")).path}
        assert given is not None
        assert given.status < 400
    assert asked_for == {
        "/voice/standing/called",
        "/voice/standing/room",
        "/voice/standing",
    }
