"""The desk while the database is silent, or the live state has lost somebody."""

import pytest

from ivr.actions.desk.desk_view import get_desk_view, list_colleagues
from ivr.adapters.vault import KeyVault
from ivr.core.model.claim import Claim, ClaimState, ExitKind, PendingExit
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.identifiers import ClaimId, OperatorId
from ivr.core.model.operator import Operator, State
from ivr.core.queue.handover import IN_VAIN
from ivr.core.talk.endings.closing import SENT_ON
from ivr.ports import Change, Ports
from tests.adapters.redis_store.store_people import LINE, claim, operator, waiting
from tests.made_once import LINES, content_of
from tests.ports.bare_ports import bare_ports
from tests.ports.fakes import LaterJobs, Notes, StillClock
from tests.ports.memory_store import make_memory_store

OFFER = claim("offer", "caller", "anna", state=ClaimState.RINGING)
ANNA = operator("anna", state=State.RINGING, claim=OFFER.id)
BELA = operator("bela")
CALLER = waiting("caller", 0, caller="keyed-name", stage=Stage.CLAIMED)
LOST = operator("lost", state=State.AWAY)
SENT_TO_BELA = PendingExit(way=ExitKind.OPERATOR, to=BELA.id)


class Database:
    """Who is enrolled, who rang before, and whom others may ask."""

    is_silent = False

    def all(self, _line: str) -> list[Operator]:
        """Everybody who is enrolled."""
        return [ANNA, BELA, LOST]

    def calls_from(self, *_: object) -> list[str]:
        """The caller has rung once before."""
        self._answer()
        return ["earlier"]

    def supervisors(self) -> frozenset[OperatorId]:
        """Bela is asked by others."""
        self._answer()
        return frozenset({BELA.id})

    def _answer(self) -> None:
        if self.is_silent:
            raise Unavailable("the database does not answer: try again later")


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def ports(database: Database, notes: Notes) -> Ports:
    clock = StillClock()
    store = make_memory_store(KeyVault.with_fresh_keys(), clock)
    store.changes.commit(LINE, Change(save=(ANNA, BELA, OFFER, CALLER)))
    given = {"clock": clock, "log": notes, "content": content_of(LINES)}
    of_database = dict.fromkeys(("roster", "call_log", "accounts"), database)
    return bare_ports(store, jobs=LaterJobs(), **given, **of_database)


@pytest.mark.parametrize(
    ("is_silent", "noted"),
    [(False, []), (True, ["earlier calls not seen"])],
    ids=["answers", "silent"],
)
def test_offer_shown_without_log(
    ports: Ports, database: Database, notes: Notes, *, is_silent: bool, noted: list[str]
) -> None:
    database.is_silent = is_silent

    offer = get_desk_view(ports, LINE, ANNA.id).offer

    assert offer is not None
    assert offer.returning is not is_silent
    assert notes.events() == noted


@pytest.mark.parametrize(
    ("is_silent", "noted"),
    [(False, []), (True, ["supervisors not seen"])],
    ids=["answers", "silent"],
)
def test_colleagues_shown_without_accounts(
    ports: Ports, database: Database, notes: Notes, *, is_silent: bool, noted: list[str]
) -> None:
    database.is_silent = is_silent

    (bela,) = list_colleagues(ports, LINE, ANNA.id)

    assert (bela.id, bela.is_supervisor) == (BELA.id, not is_silent)
    assert notes.events() == noted


def test_lost_operator_returns_as_chosen(ports: Ports) -> None:
    assert get_desk_view(ports, LINE, LOST.id).operator.state is State.AWAY

    assert ports.operators.operator(LINE, LOST.id) is not None


def test_desk_of_nobody_refused(ports: Ports) -> None:
    with pytest.raises(NotFound, match="ask ops staff"):
        get_desk_view(ports, LINE, OperatorId("nobody"))


def end(ports: Ports, **more: object) -> Claim:
    """A talk of anna's with the caller that is over."""
    over = claim("over", CALLER.id, "anna", state=ClaimState.OVER, **more)
    assert ports.changes.commit(LINE, Change(save=(over,)))
    return over


def test_unknown_claim_has_no_end(ports: Ports) -> None:
    shown = get_desk_view(ports, LINE, ANNA.id, ClaimId("lost"))

    assert (shown.over, shown.over_name) == ("", "")


def test_receiver_of_caller_named(ports: Ports) -> None:
    over = end(ports, reason=SENT_ON, going=SENT_TO_BELA)

    shown = get_desk_view(ports, LINE, ANNA.id, over.id)

    assert (shown.over, shown.over_name) == (IN_VAIN, "bela")


def test_gone_caller_reached_nobody(ports: Ports) -> None:
    over = end(ports, reason=SENT_ON, going=SENT_TO_BELA)
    gone = waiting("caller", 0, stage=Stage.ENDED, rev=1)
    assert ports.changes.commit(LINE, Change(save=(gone,)))

    shown = get_desk_view(ports, LINE, ANNA.id, over.id)

    assert (shown.over, shown.over_name) == (SENT_ON, "")
