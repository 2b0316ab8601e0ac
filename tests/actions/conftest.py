"""Ports for actions alone, where a test gives no others: a carrier, a store, a line."""

import pytest

from ivr.adapters.vault import KeyVault
from ivr.core.queue.versions import RuleVersion
from ivr.ports import Ports
from tests.actions.given.answering_carrier import Carrier
from tests.adapters.redis_store.store_people import LINE
from tests.made_once import LINES, content_of
from tests.ports.bare_ports import bare_ports, carrier_of
from tests.ports.fakes import CountedIds, LaterJobs, Notes, StillClock
from tests.ports.memory_store import make_memory_store


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def ports(carrier: Carrier, notes: Notes) -> Ports:
    clock, vault = StillClock(), KeyVault.with_fresh_keys()
    given = {"clock": clock, "vault": vault, "log": notes}
    store, content = make_memory_store(vault, clock), content_of(LINES)
    shipped = RuleVersion(version=0, toml=content.rules_text(LINE))
    store.live_rules.put_rule_versions(LINE, (shipped,))
    return bare_ports(
        store,
        carrier=carrier_of(carrier),
        content=content,
        ids=CountedIds(),
        jobs=LaterJobs(),
        calls_per_second=1.0,
        **given,
    )
