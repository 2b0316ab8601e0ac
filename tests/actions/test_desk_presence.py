"""Desks that open, fall silent and come back, over a store in memory."""

from datetime import timedelta

import pytest

from ivr.actions.operators.presence import heartbeat, heartbeat_expired
from ivr.adapters.vault import KeyVault
from ivr.core.desk.presence import BACK_WITHIN, CONNECTION, GRACE
from ivr.core.model.operator import Operator, Reach, State
from ivr.ports import Change, Due, Ports
from tests.adapters.redis_store.store_people import LINE, operator
from tests.made_once import LINES, content_of
from tests.ports.bare_ports import bare_ports
from tests.ports.fakes import LaterJobs, StillClock
from tests.ports.memory_store import make_memory_store

ANNA = operator("anna", reach=Reach.BROWSER)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def ports(clock: StillClock) -> Ports:
    store = make_memory_store(KeyVault.with_fresh_keys(), clock)
    store.changes.commit(LINE, Change(save=(ANNA,)))
    return bare_ports(store, clock=clock, jobs=LaterJobs(), content=content_of(LINES))


def anna(ports: Ports) -> Operator:
    found = ports.operators.operator(LINE, ANNA.id)
    assert found is not None
    return found


def test_open_desk_is_due_after_grace(ports: Ports, clock: StillClock) -> None:
    heartbeat(ports, LINE, ANNA.id)

    due = Due(kind="desk", key=ANNA.id)
    assert ports.deadlines.due(LINE, clock.now() + GRACE) == [due]
    assert ports.deadlines.due(LINE, clock.now() + GRACE - A_SECOND) == []


def test_silent_desk_makes_operator_away(ports: Ports, clock: StillClock) -> None:
    heartbeat(ports, LINE, ANNA.id)
    clock.pass_by(GRACE)
    heartbeat_expired(ports, LINE, ANNA.id)

    assert (anna(ports).state, anna(ports).why) == (State.AWAY, CONNECTION)
    assert ports.heartbeats.desk_until(LINE, ANNA.id) is None
    facts = [fact.name for _, fact in ports.journal.take(LINE, 9)]
    assert facts == ["operator-changed"]


def test_desk_that_was_heard_stays(ports: Ports) -> None:
    heartbeat(ports, LINE, ANNA.id)
    heartbeat_expired(ports, LINE, ANNA.id)

    assert anna(ports).state is State.AVAILABLE


def test_busy_operator_looked_at_later(ports: Ports, clock: StillClock) -> None:
    ringing = operator("anna", reach=Reach.BROWSER, state=State.RINGING, rev=1)
    ports.changes.commit(LINE, Change(save=(ringing,)))
    heartbeat(ports, LINE, ANNA.id)
    clock.pass_by(GRACE)
    heartbeat_expired(ports, LINE, ANNA.id)

    assert anna(ports).state is State.RINGING
    assert ports.heartbeats.desk_until(LINE, ANNA.id) == clock.now() + GRACE


@pytest.mark.parametrize(
    ("after", "state"),
    [(BACK_WITHIN, State.AVAILABLE), (BACK_WITHIN + A_SECOND, State.AWAY)],
)
def test_desk_is_back_within_time(
    ports: Ports, clock: StillClock, after: timedelta, state: State
) -> None:
    heartbeat(ports, LINE, ANNA.id)
    clock.pass_by(GRACE)
    heartbeat_expired(ports, LINE, ANNA.id)
    clock.pass_by(after)
    heartbeat(ports, LINE, ANNA.id)

    assert anna(ports).state is state
