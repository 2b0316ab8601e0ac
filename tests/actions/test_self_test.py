"""An operator tries their telephone while something else happens to them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from ivr.actions.desk.self_test import echo_change, ring_once
from ivr.adapters.vault import KeyVault
from ivr.core.model.errors import NotFound
from ivr.core.model.identifiers import ClaimId, LegId, OperatorId
from ivr.core.model.operator import Reach, ringing
from ivr.core.queue.versions import RuleVersion
from ivr.ports import Change, Ports
from tests.adapters.redis_store.store_people import LINE, at, operator
from tests.made_once import LINES, content_of
from tests.ports.bare_ports import bare_ports, carrier_of
from tests.ports.fakes import LaterJobs, StillClock
from tests.ports.memory_store import store_over
from tests.ports.memory_store.state import MemoryState

ANNA = operator("anna", reach=Reach.BROWSER)
LEG = LegId("CAtried")


@dataclass(slots=True)
class Carrier:
    """A carrier that rings everybody; something may happen before it says so."""

    meanwhile: Callable[[], object] = lambda: None
    rung: list[LegId] = field(default_factory=list)
    over: list[LegId] = field(default_factory=list)

    def try_ring(self, *_: object) -> LegId:
        """Ring the operator."""
        self.rung.append(LEG)
        self.meanwhile()
        return LEG

    def end(self, leg: LegId) -> None:
        """End a leg."""
        self.over.append(leg)


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def state() -> MemoryState:
    return MemoryState(KeyVault.with_fresh_keys(), StillClock())


@pytest.fixture
def ports(state: MemoryState, carrier: Carrier) -> Ports:
    store, content = store_over(state), content_of(LINES)
    shipped = RuleVersion(version=0, toml=content.rules_text(LINE))
    store.live_rules.put_rule_versions(LINE, (shipped,))
    store.changes.commit(LINE, Change(save=(ANNA,)))
    given = {"clock": state.clock, "vault": state.vault, "calls_per_second": 1.0}
    given |= {"carrier": carrier_of(carrier), "jobs": LaterJobs(), "content": content}
    return bare_ports(store, **given)


def test_tried_telephone_is_bound(ports: Ports, carrier: Carrier) -> None:
    assert ring_once(ports, LINE, ANNA.id) == LEG

    anna = ports.operators.operator(LINE, ANNA.id)
    assert anna is not None
    assert (anna.leg, carrier.over) == (LEG, [])


def test_caller_goes_before_test(ports: Ports, carrier: Carrier) -> None:
    def offer() -> None:
        anna = ports.operators.operator(LINE, ANNA.id)
        assert anna is not None
        rung = ringing(anna, ClaimId("offer"), at(0))
        assert ports.changes.commit(LINE, Change(save=(rung,)))

    carrier.meanwhile = offer

    ring_once(ports, LINE, ANNA.id)

    anna = ports.operators.operator(LINE, ANNA.id)
    assert anna is not None
    assert (anna.claim, anna.leg) == ("offer", None)
    assert carrier.over == [LEG], "the telephone is free for the caller"


def test_test_of_lost_operator_refused(
    ports: Ports, state: MemoryState, carrier: Carrier
) -> None:
    carrier.meanwhile = state.lines[LINE].entities.clear

    with pytest.raises(NotFound, match="enrol them first"):
        ring_once(ports, LINE, ANNA.id)

    assert ports.operators.operators(LINE) == [], "nobody is made of a leg"


@pytest.mark.parametrize("test", [ring_once, echo_change], ids=["ring", "echo"])
def test_unknown_operator_tries_nothing(
    ports: Ports, carrier: Carrier, test: Callable[..., object]
) -> None:
    with pytest.raises(NotFound, match="enrol them first"):
        test(ports, LINE, OperatorId("nobody"))

    assert carrier.rung == []
