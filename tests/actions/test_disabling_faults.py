"""Operators who are shut out while their talk changes, or cannot be read."""

from collections.abc import Callable
from typing import Any

import pytest

from ivr.actions.accounts.disabling import follow_roster, shut_out
from ivr.adapters.vault import KeyVault
from ivr.core.model.claim import Claim, ClaimState, ExitKind, PendingExit
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.talk_state import TalkState
from ivr.core.model.errors import Unreadable
from ivr.core.model.identifiers import ClaimId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Reach, State
from ivr.core.model.values import replace
from ivr.core.queue.versions import RuleVersion
from ivr.ports import Change, Ports, Store
from tests.adapters.redis_store.store_people import LINE, claim, operator, waiting
from tests.made_once import LINES, content_of
from tests.ports.bare_ports import Nobody, bare_ports
from tests.ports.fakes import LaterJobs, Notes, StillClock
from tests.ports.memory_store import make_memory_store

TALK = claim("talk", "caller", "anna", state=ClaimState.CONNECTED)
ANNA = operator("anna", Reach.BROWSER, state=State.TALKING, claim=TALK.id)
BELA = operator("bela")
BOUND = TalkState(claim=TALK.id)
CALLER = waiting("caller", 0, stage=Stage.CONNECTED, talk=BOUND)


class Roster(Nobody):
    """The roster, in which everybody is disabled."""

    def all(self, _line: LineKey) -> list[Operator]:
        """Everybody who is enrolled."""
        return [replace(each, disabled=True) for each in (ANNA, BELA)]


class Contacts:
    """The calls and claims of a store, where something happens at each look."""

    def __init__(self, store: Store, happens: Callable[[ClaimId], object]) -> None:
        """Read from this store."""
        self._store, self._happens = store, happens

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim as it was before that happened."""
        found = self._store.contacts.claim(line, key)
        self._happens(key)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store.contacts, name)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def store() -> Store:
    store = make_memory_store(KeyVault.with_fresh_keys(), StillClock())
    shipped = RuleVersion(version=0, toml=content_of(LINES).rules_text(LINE))
    store.live_rules.put_rule_versions(LINE, (shipped,))
    store.changes.commit(LINE, Change(save=(ANNA, BELA)))
    return store


def ports_over(store: Store, notes: Notes) -> Ports:
    given = {"clock": StillClock(), "log": notes, "jobs": LaterJobs()}
    return bare_ports(store, roster=Roster(), content=content_of(LINES), **given)


@pytest.fixture
def ports(store: Store, notes: Notes) -> Ports:
    return ports_over(store, notes)


def keep_talk(ports: Ports, talk: Claim) -> None:
    assert ports.changes.commit(LINE, Change(save=(talk, CALLER)))


def is_shut_out(ports: Ports, key: OperatorId) -> bool:
    found = {each.id: each for each in ports.operators.operators(LINE)}
    return found[key].disabled


def test_caller_handed_to_next_operator(ports: Ports, notes: Notes) -> None:
    keep_talk(ports, TALK)

    shut_out(ports, LINE, ANNA.id)

    now = ports.contacts.claim(LINE, TALK.id)
    assert now is not None
    assert now.going == PendingExit(way=ExitKind.QUEUE)
    assert notes.events() == []


def test_caller_who_hangs_up_stays_gone(store: Store, notes: Notes) -> None:
    looks: list[ClaimId] = []

    def hang_up(key: ClaimId) -> None:
        looks.append(key)
        if len(looks) == 2:
            over = replace(TALK, state=ClaimState.OVER, rev=1)
            assert store.changes.commit(LINE, Change(save=(over,)))

    ports = ports_over(replace(store, contacts=Contacts(store, hang_up)), notes)
    keep_talk(ports, TALK)

    shut_out(ports, LINE, ANNA.id)

    now = store.contacts.claim(LINE, TALK.id)
    assert now is not None
    assert (now.state, now.going) == (ClaimState.OVER, None)
    assert notes.events() == ["caller not handed on"]
    assert is_shut_out(ports, ANNA.id)


@pytest.mark.parametrize("is_kept", [True, False], ids=["over", "lost"])
def test_claim_without_talk_left_alone(
    ports: Ports, notes: Notes, *, is_kept: bool
) -> None:
    over = replace(TALK, state=ClaimState.OVER)
    if is_kept:
        keep_talk(ports, over)

    shut_out(ports, LINE, ANNA.id)

    assert is_shut_out(ports, ANNA.id)
    now = ports.contacts.claim(LINE, TALK.id)
    assert (now and replace(now, rev=0)) == (over if is_kept else None)
    assert notes.events() == []


def test_unreadable_talk_spares_no_other(store: Store, notes: Notes) -> None:
    def refuse(key: ClaimId) -> None:
        raise Unreadable(f"claim {key}")

    ports = ports_over(replace(store, contacts=Contacts(store, refuse)), notes)

    follow_roster(ports, LINE)

    assert all(is_shut_out(ports, each.id) for each in (ANNA, BELA))
    assert notes.events().count("roster not followed") == 1, "anna's talk goes on"
