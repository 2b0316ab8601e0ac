"""A caller of whom nobody is sure any more that they are on the line."""

from dataclasses import dataclass

import pytest

from ivr.actions.calls.doubted_legs import ask_after, doubt_others, is_gone
from ivr.adapters.vault import KeyVault
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import LegId
from ivr.core.queue.versions import RuleVersion
from ivr.ports import Change, Due, Ports
from tests.adapters.redis_store.store_people import LINE, at, waiting
from tests.made_once import LINES, content_of
from tests.ports.bare_ports import bare_ports, carrier_of
from tests.ports.fakes import LaterJobs, Notes, StillClock
from tests.ports.memory_store import make_memory_store

FIRST = waiting("first", 0, caller="keyed-name")
AGAIN = waiting("again", 60, caller="keyed-name")
DOUBTED = Due(kind="leg", key=leg_of_contact(FIRST.id))


@dataclass(slots=True)
class Carrier:
    """What the carrier says of each leg; None while it lives."""

    says: str | None = None
    fault: Exception | None = None

    def end_of(self, _leg: LegId) -> str | None:
        """How the leg ended."""
        if self.fault is not None:
            raise self.fault
        return self.says


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def ports(carrier: Carrier, notes: Notes) -> Ports:
    clock = StillClock(at(60))
    store = make_memory_store(KeyVault.with_fresh_keys(), clock)
    content = content_of(LINES)
    shipped = RuleVersion(version=0, toml=content.rules_text(LINE))
    store.live_rules.put_rule_versions(LINE, (shipped,))
    store.changes.commit(LINE, Change(save=(FIRST, AGAIN)))
    return bare_ports(
        store,
        clock=clock,
        log=notes,
        jobs=LaterJobs(),
        carrier=carrier_of(carrier),
        content=content,
    )


def first(ports: Ports) -> Contact:
    found = ports.contacts.call(LINE, FIRST.id)
    assert found is not None
    return found


def test_number_that_rings_again_doubts_first(ports: Ports) -> None:
    doubt_others(ports, AGAIN)

    assert ports.deadlines.due(LINE, AGAIN.started) == [DOUBTED]


def test_ended_leg_ends_its_call(ports: Ports, carrier: Carrier, notes: Notes) -> None:
    carrier.says = "completed"

    assert is_gone(ports, FIRST)

    assert first(ports).stage is Stage.ENDED
    assert notes.events() == ["call was over unheard"]


@pytest.mark.parametrize(
    ("fault", "noted"),
    [
        (None, []),
        (NotFound("the carrier knows no such leg"), []),
        (Unavailable("the carrier does not answer"), ["leg not seen"]),
    ],
    ids=["lives", "too-young", "silent"],
)
def test_caller_in_doubt_stays(
    ports: Ports,
    carrier: Carrier,
    notes: Notes,
    fault: Exception | None,
    noted: list[str],
) -> None:
    carrier.fault = fault

    assert not is_gone(ports, FIRST)

    assert first(ports).stage is Stage.WAITING
    assert notes.events() == noted


def test_silent_carrier_is_asked_later(ports: Ports, carrier: Carrier) -> None:
    doubt_others(ports, AGAIN)
    carrier.fault = Unavailable("the carrier does not answer")

    with pytest.raises(Unavailable):
        ask_after(ports, LINE, leg_of_contact(FIRST.id))

    assert ports.deadlines.due(LINE, at(64)) == []
    assert ports.deadlines.due(LINE, at(65)) == [DOUBTED]


def test_answered_doubt_is_over(ports: Ports) -> None:
    doubt_others(ports, AGAIN)

    ask_after(ports, LINE, leg_of_contact(FIRST.id))

    assert ports.deadlines.due(LINE, at(65)) == []
    assert first(ports).stage is Stage.WAITING
