"""Routing and saving while jobs are not sent, or others are always first."""

from typing import Any

import pytest

from ivr.actions.routing import UNSERVED, route_callers
from ivr.actions.saving import save_and_enqueue
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import LegId
from ivr.core.model.operator import Reach, State
from ivr.core.model.values import replace
from ivr.ports import Change, Due, Ports
from tests.actions.given.answering_carrier import Carrier
from tests.actions.given.others_first import OthersFirst
from tests.adapters.redis_store.store_people import (
    LINE,
    keep,
    kept_call,
    operator,
    queued,
    waiting,
)
from tests.ports.fakes import Notes

CALL, ANNA = waiting("caller", 0), operator("anna")


@pytest.fixture
def jobless(ports: Ports) -> Ports:
    """Ports whose jobs are lost."""
    jobs: Any = Carrier(Unavailable("the queue of jobs does not answer"))
    return replace(ports, jobs=jobs)


def test_change_saved_without_job(jobless: Ports, notes: Notes) -> None:
    change = Change(save=(CALL,), facts=(queued("caller"),), wake=True)

    assert save_and_enqueue(jobless, LINE, change)

    assert notes.events() == ["job not sent"]
    assert kept_call(jobless.store, "caller").stage is Stage.WAITING
    assert jobless.routing.routing_pending_since(LINE) is not None, "the ticker sees it"


def test_claim_stands_without_job(jobless: Ports, notes: Notes) -> None:
    keep(jobless.store, CALL, ANNA)

    route_callers(jobless, LINE)

    assert "offer not sent" in notes.events()
    found = jobless.operators.operator(LINE, ANNA.id)
    assert found is not None
    assert found.state is State.RINGING
    assert found.claim is not None
    claim = jobless.contacts.claim(LINE, found.claim)
    assert claim is not None
    due = Due(kind="claim", key=claim.id)
    assert claim.deadline is not None
    assert due in jobless.deadlines.due(LINE, claim.deadline), "the ticker places it"


def test_routing_never_looks_forever(ports: Ports) -> None:
    keep(ports.store, CALL, operator("bela", Reach.STANDING, leg=LegId("CAbela")))
    others: Any = OthersFirst()

    route_callers(replace(ports, store=replace(ports.store, changes=others)), LINE)

    again = Due(kind="routing", key="")
    assert others.tries > 1
    assert ports.deadlines.due(LINE, ports.clock.now()) == []
    assert ports.deadlines.due(LINE, ports.clock.now() + UNSERVED) == [again]
    assert kept_call(ports.store, "caller").stage is Stage.WAITING
