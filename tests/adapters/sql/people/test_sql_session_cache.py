"""Sessions while their database does not answer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from ivr.adapters.sql.session_cache import (
    AT_ONCE,
    CACHED_SESSIONS,
    CIRCUIT_OPEN_FOR,
    SESSION_CACHE_TTL,
    CachedSessions,
)
from ivr.core.model.account import Account, Session
from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.values import replace
from tests.ports.fakes import EVENING, StillClock

ANNA = Account(operator=OperatorId("anna"), line=LineKey("example"), name="Anna")
SECOND = timedelta(seconds=1)


def session(key: str) -> Session:
    return Session(key=key, operator=ANNA.operator, opened=EVENING, seen=EVENING)


@dataclass
class Book:
    """A keeper of sessions that can be taken away, and counts who asks."""

    kept: dict[str, Session] = field(default_factory=dict)
    is_away: bool = False
    asked: int = 0

    def open(self, session: Session) -> None:
        self.kept[session.key] = session

    def find(self, key: str) -> tuple[Session, Account] | None:
        self._answer()
        return (self.kept[key], ANNA) if key in self.kept else None

    def mark_active(self, key: str, now: datetime) -> None:
        self._answer()
        self.kept[key] = replace(self.kept[key], seen=now)

    def end(self, key: str) -> None:
        self._answer()
        self.kept.pop(key, None)

    def end_all(self, operator: OperatorId, but: str = "") -> None:
        self._answer()
        assert operator == ANNA.operator
        self.kept = {key: each for key, each in self.kept.items() if key == but}

    def _answer(self) -> None:
        self.asked += 1
        if self.is_away:
            raise Unavailable("away")


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def desk(book: Book, clock: StillClock) -> CachedSessions:
    """A house where one browser is known already."""
    made = CachedSessions(book, clock)
    made.open(session("one"))
    assert made.find("one") == (session("one"), ANNA)
    return made


def test_session_ended_elsewhere_over_at_once(desk: CachedSessions, book: Book) -> None:
    book.kept.clear()

    assert desk.find("one") is None
    book.is_away = True
    with pytest.raises(Unavailable):
        desk.find("one")


def test_only_known_session_believed_awhile(
    desk: CachedSessions, book: Book, clock: StillClock
) -> None:
    book.is_away = True

    assert desk.find("one") == (session("one"), ANNA)
    with pytest.raises(Unavailable):
        desk.find("two")
    clock.pass_by(SESSION_CACHE_TTL - SECOND)
    desk.mark_active("one", clock.now())
    assert desk.find("one") is not None
    clock.pass_by(SECOND)
    with pytest.raises(Unavailable):
        desk.find("one")


def test_failed_database_asked_again_later(
    desk: CachedSessions, book: Book, clock: StillClock
) -> None:
    book.is_away, book.asked = True, 0
    for _ in range(20):
        desk.find("one")
        desk.mark_active("one", clock.now())
    assert book.asked == 1

    clock.pass_by(CIRCUIT_OPEN_FOR)
    book.is_away = False

    assert desk.find("one") is not None
    assert book.asked == 2


def test_last_use_remembered_while_unkept(
    desk: CachedSessions, book: Book, clock: StillClock
) -> None:
    book.is_away = True
    clock.pass_by(SECOND)

    desk.mark_active("one", clock.now())
    desk.mark_active("two", clock.now())

    found = desk.find("one")
    assert found is not None
    assert found[0].seen == clock.now()


def test_ended_session_not_believed_any_more(desk: CachedSessions, book: Book) -> None:
    for key in ("two", "three"):
        desk.open(session(key))
        desk.find(key)
    desk.end("one")
    desk.end_all(ANNA.operator, but="three")

    book.is_away = True

    for key in ("one", "two"):
        with pytest.raises(Unavailable):
            desk.find(key)
    assert desk.find("three") is not None


def test_few_wait_for_database_that_hangs(clock: StillClock) -> None:
    inside, let = threading.Semaphore(0), threading.Event()

    class Hung(Book):
        def find(self, key: str) -> tuple[Session, Account] | None:
            inside.release()
            let.wait()
            return super().find(key)

    desk = CachedSessions(Hung(), clock)
    waiting = [threading.Thread(target=desk.find, args=("x",)) for _ in range(AT_ONCE)]
    for thread in waiting:
        thread.start()
        inside.acquire()

    with pytest.raises(Unavailable):
        desk.find("one")

    let.set()
    for thread in waiting:
        thread.join()
    assert desk.find("one") is None


def test_many_asking_at_once_all_answered(desk: CachedSessions, book: Book) -> None:
    for number in range(40):
        desk.open(session(str(number)))

    with ThreadPoolExecutor(40) as many:
        found = list(many.map(desk.find, map(str, range(40))))

    assert all(found)
    assert book.asked > 40


def test_sessions_used_last_believed(desk: CachedSessions, book: Book) -> None:
    for number in range(CACHED_SESSIONS):
        desk.open(session(str(number)))
        desk.find(str(number))
    book.is_away = True

    with pytest.raises(Unavailable):
        desk.find("one")
    assert desk.find("0") is not None
    assert desk.find(str(CACHED_SESSIONS - 1)) is not None
