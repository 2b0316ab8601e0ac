"""Recordings at the carrier that are looked at while something does not answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from ivr.actions.upkeep.recordings import see_to_recordings
from ivr.core.model.errors import Unavailable
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import LegId
from ivr.core.model.values import replace
from ivr.core.upkeep.recordings import LISTS_LAG, Recorded
from ivr.ports import Ports
from tests.actions.given.answering_carrier import Carrier
from tests.adapters.redis_store.store_people import LINE, at
from tests.ports.fakes import Notes

SPOKEN = Recorded(
    key="REspoken", leg=LegId("CAlost"), began=at(-600), length=timedelta(seconds=9)
)
SILENT = replace(SPOKEN, key="REsilent", length=timedelta())


@dataclass(slots=True)
class Log:
    """A call log that knows no call, or does not answer."""

    is_away: bool = False
    asked: list[str] = field(default_factory=list)

    def facts_of_calls(self, calls: Iterable[str]) -> list[Fact]:
        """No facts."""
        if self.is_away:
            raise Unavailable("the call log does not answer: try again later")
        self.asked += calls
        return []

    def began(self, _line: str) -> datetime | None:
        """It never began: no number was ours."""
        return None

    def known_recordings(self, _keys: Iterable[str]) -> set[str]:
        """None is a message yet."""
        return set()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def ports(ports: Ports, log: Any) -> Ports:
    return replace(ports, call_log=log, promises=log)


def test_silent_carrier_looked_at_later(
    ports: Ports, carrier: Carrier, notes: Notes
) -> None:
    before = ports.carrier_memory.recordings_looked(LINE)
    carrier.answer = Unavailable("the carrier does not answer")

    see_to_recordings(ports, LINE)

    assert notes.events() == ["recordings not looked at"]
    assert ports.carrier_memory.recordings_looked(LINE) == before


def test_recording_waits_for_log(
    ports: Ports, carrier: Carrier, notes: Notes, log: Log
) -> None:
    carrier.answer, log.is_away = [SPOKEN], True

    see_to_recordings(ports, LINE)

    looked = ports.carrier_memory.recordings_looked(LINE)
    assert notes.events() == ["recording not tied"]
    assert looked.until == SPOKEN.began - LISTS_LAG, "the next look finds it again"
    assert looked.others == frozenset()


def test_silence_is_no_message(ports: Ports, carrier: Carrier, log: Log) -> None:
    carrier.answer = [SILENT]

    see_to_recordings(ports, LINE)

    assert ports.carrier_memory.recordings_looked(LINE).others == {SILENT.key}
    assert log.asked == [], "nobody asks whose it is"
    assert ports.journal.take(LINE, 9) == []
