"""Facts on their way to a call log that refuses some, or does not answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from ivr.actions.callees import known_callee
from ivr.actions.records import take_in_unread, write_facts
from ivr.adapters.vault import KeyVault
from ivr.core.history.fact_reading import UnreadFact, keep_unread
from ivr.core.model.errors import Unavailable
from ivr.core.model.facts import Fact
from ivr.ports import Change, Ports
from tests.adapters.redis_store.store_people import LINE, queued
from tests.ports.bare_ports import bare_ports
from tests.ports.fakes import Notes, StillClock
from tests.ports.memory_store import make_memory_store

SILENT = Unavailable("the call log does not answer: try again later")


@dataclass(slots=True)
class PickyLog:
    """A call log that cannot write what is about one call, for a fault of ours."""

    refused: str = ""
    is_silent: bool = False
    goes_silent: bool = False
    kept: list[Fact] = field(default_factory=list)
    unreads: list[UnreadFact] = field(default_factory=list)

    def write(self, entries: Sequence[tuple[str, Fact]]) -> int:
        """Write all of these, or none."""
        if self.is_silent:
            raise SILENT
        facts = [fact for _, fact in entries]
        if any(getattr(each, "call", None) == self.refused for each in facts):
            self.is_silent = self.goes_silent
            raise ZeroDivisionError
        self.kept += facts
        return len(facts)

    def find_readable(
        self, _line: str, after: str, _most: int
    ) -> list[tuple[str, UnreadFact]]:
        """What an older version could not read, under its numbers."""
        kept = [(str(at), each) for at, each in enumerate(self.unreads)]
        return [(key, each) for key, each in kept if key > after]

    def take_in(self, _key: str, fact: Fact) -> None:
        """Write down what was unread."""
        self.write([("", fact)])

    def unread(self, _line: str) -> dict[str, int]:
        """Nothing was passed over so far."""
        return {}

    def tried_since(self, _line: str, _since: object) -> list[object]:
        """Nobody knows which promises were tried."""
        raise SILENT


@pytest.fixture
def log() -> PickyLog:
    return PickyLog()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def ports(log: PickyLog, notes: Notes) -> Ports:
    clock = StillClock()
    store = make_memory_store(KeyVault.with_fresh_keys(), clock)
    facts = (queued("one"), queued("two"), queued("three"))
    store.changes.commit(LINE, Change(save=(), facts=facts))
    return bare_ports(store, clock=clock, log=notes, call_log=log, promises=log)


def test_facts_leave_the_stream_once(ports: Ports, log: PickyLog) -> None:
    assert (write_facts(ports, LINE), write_facts(ports, LINE)) == (3, 0)

    assert log.kept == [queued("one"), queued("two"), queued("three")]


def test_unwritable_fact_holds_up_no_other(
    ports: Ports, log: PickyLog, notes: Notes
) -> None:
    log.refused = "two"

    assert write_facts(ports, LINE) == 3

    one, kept, three = log.kept
    assert (one, three) == (queued("one"), queued("three"))
    assert isinstance(kept, UnreadFact)
    assert kept.why == "it could not be written: ZeroDivisionError"
    assert '"two"' in kept.raw, "it is kept as it came"
    assert notes.events() == ["facts written one by one", "facts passed over"]


def test_facts_wait_for_silent_log(ports: Ports, log: PickyLog) -> None:
    log.is_silent = True
    with pytest.raises(Unavailable):
        write_facts(ports, LINE)

    log.is_silent = False

    assert write_facts(ports, LINE) == 3


def test_log_silent_midway_loses_none(ports: Ports, log: PickyLog) -> None:
    log.refused, log.goes_silent = "two", True
    with pytest.raises(Unavailable):
        write_facts(ports, LINE)
    assert log.kept == []

    log.is_silent = log.goes_silent = False

    assert write_facts(ports, LINE) == 3


def test_unread_facts_taken_in(ports: Ports, log: PickyLog, notes: Notes) -> None:
    log.refused = "two"
    log.unreads = [keep_unread(queued(each), "older") for each in ("one", "two", "3")]

    take_in_unread(ports, LINE)

    assert log.kept == [queued("one"), queued("3")]
    assert notes.events() == ["fact not taken in"]


def test_unread_facts_wait_for_log(ports: Ports, log: PickyLog, notes: Notes) -> None:
    log.unreads, log.is_silent = [keep_unread(queued("one"), "older")], True

    with pytest.raises(Unavailable):
        take_in_unread(ports, LINE)

    assert notes.events() == [], "that is no fault of the fact's"


def test_number_known_without_log(ports: Ports, notes: Notes) -> None:
    assert known_callee(ports, LINE, "keyed-name").rung == ()
    assert notes.events() == ["rings not looked up"]
