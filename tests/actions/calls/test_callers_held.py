"""Callers who rang while nothing could be saved, and those who waited too long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

import pytest

from ivr.actions.calls.calls import Newcomer
from ivr.actions.calls.held import Held, log_end, log_start, take_in
from ivr.actions.calls.leading_out import lead_out_overlong
from ivr.core.line.menu import OpenHours
from ivr.core.model.contact.exit_menu import Page
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import QueueWait
from ivr.core.model.errors import Unavailable
from ivr.core.model.facts import CallEnded, CallStarted, Fact
from ivr.core.model.identifiers import ContactId
from ivr.core.model.values import replace
from ivr.ports import Ports
from tests.actions.given.changed_line import ChangedLine
from tests.adapters.redis_store.store_people import LINE, at, keep, kept_call, waiting
from tests.ports.fakes import Notes

KEY = ContactId("held")
HELD = Held(line=LINE, since=at(-30), language="uk")
NEWCOMER = Newcomer(contact=KEY, number="+12025550101", caller=None)


@dataclass(slots=True)
class Log:
    """A call log that writes, or does not answer."""

    is_away: bool = False
    kept: list[Fact] = field(default_factory=list)

    def write(self, entries: Sequence[tuple[str, Fact]]) -> None:
        """Keep the facts."""
        if self.is_away:
            raise Unavailable("the call log does not answer: try again later")
        self.kept += [fact for _, fact in entries]

    def facts_of_calls(self, _calls: Iterable[str]) -> list[Fact]:
        """Every fact."""
        if self.is_away:
            raise Unavailable("the call log does not answer: try again later")
        return self.kept


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def ports(ports: Ports, log: Any) -> Ports:
    return replace(ports, call_log=log, promises=log)


def test_known_call_stays_there(ports: Ports) -> None:
    keep(ports.store, waiting(KEY, 0, stage=Stage.MENU))

    assert take_in(ports, HELD, NEWCOMER).stage is Stage.MENU

    assert kept_call(ports.store, KEY).stage is Stage.MENU


def test_held_caller_queues_since_ring(ports: Ports) -> None:
    call = take_in(ports, HELD, NEWCOMER)

    assert (call.stage, call.arrival.at) == (Stage.WAITING, HELD.since)
    assert call.need.language == "uk"


def test_closed_line_queues_nobody(ports: Ports) -> None:
    closed = OpenHours(days=("sat",), start=time(1), end=time(2))
    content: Any = ChangedLine(ports.content, {"hours": (closed,)})

    call = take_in(replace(ports, content=content), HELD, NEWCOMER)

    assert call.stage is Stage.GOODBYE
    assert ports.queues.waiting(LINE) == []


def test_held_call_logged_once(ports: Ports, log: Log) -> None:
    log_start(ports, LINE, NEWCOMER)
    log_end(ports, LINE, KEY)
    log_end(ports, LINE, KEY)

    assert [type(each) for each in log.kept] == [CallStarted, CallEnded]


def test_silent_log_stops_nobody(ports: Ports, log: Log, notes: Notes) -> None:
    log.is_away = True

    log_start(ports, LINE, NEWCOMER)
    log_end(ports, LINE, KEY)

    assert notes.events() == ["start not logged", "end not logged"]


def test_overlong_callers_led_out(ports: Ports) -> None:
    since = QueueWait(since=at(0) - timedelta(days=1))
    waits, looks, is_offered = (
        waiting(name, 0, wait=since) for name in ("waits", "looks", "offered")
    )
    looks = replace(looks, exit_menu=looks.exit_menu.open_page(Page.OFFER))
    is_offered = replace(is_offered, stage=Stage.CLAIMED)
    keep(ports.store, waits, looks, is_offered)

    lead_out_overlong(ports, LINE)

    assert kept_call(ports.store, "waits").exit_menu.max_wait_reached
    assert not kept_call(ports.store, "looks").exit_menu.max_wait_reached
    assert not kept_call(ports.store, "offered").exit_menu.is_open
