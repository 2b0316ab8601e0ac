"""Ports for actions alone, where a test gives no others: a carrier, a store, a line."""

import pytest

from ivr.adapters.vault import KeyVault
from ivr.ports import Ports
from tests.actions.answering_carrier import Carrier
from tests.made_once import LINES, content_of
from tests.ports.bare_ports import bare_ports, carrier_of
from tests.ports.fakes import LaterJobs, Notes, StillClock
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
    given = {"clock": clock, "vault": vault, "log": notes, "jobs": LaterJobs()}
    return bare_ports(
        make_memory_store(vault, clock),
        carrier=carrier_of(carrier),
        content=content_of(LINES),
        calls_per_second=1.0,
        **given,
    )
