"""What operators ask for at the desk about a call that is not theirs, or not there."""

from dataclasses import dataclass, field

import pytest

from ivr.actions.desk.call_records import how_shown, save_record, start_of_handling
from ivr.actions.desk.current_contact import current_contact
from ivr.actions.desk.scheduled_callback import may_schedule
from ivr.actions.desk.work_lists import play_message
from ivr.adapters.vault import KeyVault
from ivr.core.desk.record_shown import Shown
from ivr.core.history.callback_log import MessageRecord
from ivr.core.history.record import Draft, Record, Reveal
from ivr.core.model.account import Account
from ivr.core.model.claim import ClaimState
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import NotFound, Stale, Unavailable
from ivr.core.model.facts import CallerConnected, Fact
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import State
from ivr.ports import Change, Ports
from tests.adapters.redis_store.store_people import (
    LINE,
    at,
    claim,
    operator,
    queued,
    waiting,
)
from tests.made_once import LINES, content_of
from tests.ports.bare_ports import bare_ports, carrier_of
from tests.ports.fakes import CountedIds, LaterJobs, Notes, StillClock
from tests.ports.memory_store import make_memory_store

TALK = claim("talk", "caller", "anna", state=ClaimState.CONNECTED)
ANNA = operator("anna", state=State.TALKING, claim=TALK.id)
CALLER = waiting("caller", 0, stage=Stage.CONNECTED)
LOST_TALK = claim("lost-talk", "lost-call", "bela", state=ClaimState.CONNECTED)
BELA = operator("bela", state=State.TALKING, claim=LOST_TALK.id)
MESSAGE = MessageRecord(
    call=ContactId("left-a-message"),
    line=LINE,
    left=at(0),
    recording="REmessage",
    seconds=9,
    language="uk",
)


def account(name: str) -> Account:
    return Account(operator=OperatorId(name), line=LINE, name=name)


def part_of(name: str) -> Fact:
    """The fact that somebody's part of the call began."""
    return CallerConnected(
        at=at(9), line=LINE, call=CALLER.id, claim=TALK.id, operator=OperatorId(name)
    )


@dataclass(slots=True)
class Kept:
    """What is kept of calls, in the database and at the carrier."""

    fault: Exception | None = None
    revealed: list[ContactId] = field(default_factory=list)

    def facts_of_calls(self, _calls: object) -> list[Fact]:
        """The parts of the call, that of a colleague first."""
        self._answer()
        return [queued(CALLER.id), part_of("other"), part_of("anna")]

    def of(self, *_: object) -> None:
        """Nobody has written anything yet."""

    def save(self, _record: Record) -> bool:
        """Keep a record."""
        return True

    def messages(self, _line: str) -> list[MessageRecord]:
        """The one message."""
        return [MESSAGE]

    def reveal(self, reveal: Reveal) -> None:
        """Write down who is about to hear it."""
        self.revealed.append(reveal.call)

    def recording(self, _key: str) -> bytes:
        """The message itself."""
        self._answer()
        return b"RIFF"

    def _answer(self) -> None:
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def ports(kept: Kept, notes: Notes) -> Ports:
    clock = StillClock(at(60))
    store = make_memory_store(KeyVault.with_fresh_keys(), clock)
    store.changes.commit(LINE, Change(save=(ANNA, BELA, TALK, LOST_TALK, CALLER)))
    given = {"clock": clock, "log": notes, "jobs": LaterJobs(), "ids": CountedIds()}
    given |= dict.fromkeys(("call_log", "records", "promises"), kept)
    given |= {"carrier": carrier_of(kept), "content": content_of(LINES)}
    return bare_ports(store, **given)


def test_lost_call_is_over(ports: Ports) -> None:
    assert current_contact(ports, LINE, ANNA.id).id == CALLER.id

    with pytest.raises(Stale, match="call-over"):
        current_contact(ports, LINE, BELA.id)


@pytest.mark.parametrize(
    ("name", "call", "may"),
    [("anna", "caller", True), ("anna", "other", False), ("nobody", "caller", False)],
    ids=["own", "another", "lost-operator"],
)
def test_callback_scheduled_in_own_call(
    ports: Ports, name: str, call: str, *, may: bool
) -> None:
    assert may_schedule(ports, account(name), ContactId(call)) is may


def test_record_shown_to_known_operator(ports: Ports) -> None:
    assert how_shown(ports, account("anna")) == (CALLER.id, Shown.NOW)
    assert how_shown(ports, account("lost")) == (None, Shown.NOT)


def test_record_of_own_call_only(ports: Ports) -> None:
    mine = Draft(call=CALLER.id, note="Heard.")
    assert save_record(ports, account("anna"), mine).version == 1

    for name in ("bela", "lost"):
        with pytest.raises(Stale, match="not-yours"):
            save_record(ports, account(name), mine)


def test_own_part_began_when_connected(ports: Ports, kept: Kept, notes: Notes) -> None:
    assert start_of_handling(ports, account("anna"), CALLER.id) == at(9)

    kept.fault = Unavailable("the call log does not answer: try again later")

    assert start_of_handling(ports, account("anna"), CALLER.id) is None
    assert notes.events() == ["begin of call not known"]


@pytest.mark.parametrize(
    ("fault", "reason", "noted"),
    [
        (NotFound("there is no such recording"), "not-now", []),
        (Unavailable("no answer"), "carrier", ["message not fetched"]),
    ],
    ids=["not-yet", "silent"],
)
def test_missing_message_stays_listed(
    ports: Ports,
    kept: Kept,
    notes: Notes,
    fault: Exception,
    reason: str,
    noted: list[str],
) -> None:
    kept.fault = fault

    with pytest.raises(Stale, match=reason):
        play_message(ports, account("anna"), MESSAGE.call)
    assert notes.events() == noted

    kept.fault = None
    assert play_message(ports, account("anna"), MESSAGE.call) == b"RIFF"
    assert kept.revealed == [MESSAGE.call] * 2, "written down before it is fetched"
