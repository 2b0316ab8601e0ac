"""Sessions that outlast their database: a talk goes on, and so does its desk."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import TTLCache

from ivr.core.model.account import Account, Session
from ivr.core.model.errors import Unavailable
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.values import replace
from ivr.ports import Clock, Sessions

SESSION_CACHE_TTL = timedelta(minutes=30)
"""How long we believe a session that was checked before the database went away."""

CIRCUIT_OPEN_FOR = timedelta(seconds=2)
"""How long nobody asks a database that has just failed."""

AT_ONCE = 3
"""The most of a process's eight threads that may wait for the database; the others
answer callers."""

PATIENCE = 0.3
"""Seconds that the others wait for their turn: many ask at once after a process has
started, and none of them should be turned away for that."""

CACHED_SESSIONS = 1000
"""The most sessions in the cache; those used last stay."""


@dataclass(slots=True)
class _Known:
    """A known answer; a changed field does not prolong how long it counts."""

    session: Session
    account: Account


class CachedSessions:
    """Sessions by way of another keeper; implements ``ivr.ports.Sessions``.

    The keeper is asked each time, so that a session which was ended anywhere is
    over at once. What it said last counts only while it does not answer, and then
    nothing can be ended by way of it either.
    """

    def __init__(self, kept: Sessions, clock: Clock) -> None:
        self._kept = kept
        self._clock = clock
        self._known = TTLCache[str, _Known, datetime](
            CACHED_SESSIONS, SESSION_CACHE_TTL, clock.now
        )
        self._lock = threading.Lock()
        self._few = threading.BoundedSemaphore(AT_ONCE)
        self._rests_until: datetime | None = None

    def open(self, session: Session) -> None:
        """Keep a new session; forget those that are long over."""
        self._kept.open(session)

    def find(self, key: str) -> tuple[Session, Account] | None:
        """The session of that digest and whose it is, or None."""
        if self._is_circuit_open() or not self._few.acquire(timeout=PATIENCE):
            return self._get_cached(key)
        try:
            found = self._kept.find(key)
        except Unavailable:
            self._open_circuit()
            return self._get_cached(key)
        finally:
            self._few.release()
        self._put_cached(key, found)
        return found

    def mark_active(self, key: str, now: datetime) -> None:
        """Note when a session was last seen; here alone when it cannot be kept."""
        with self._lock:
            if known := self._known.get(key):
                known.session = replace(known.session, seen=now)
        if not self._is_circuit_open():
            try:
                self._kept.mark_active(key, now)
            except Unavailable:
                self._open_circuit()

    def end(self, key: str) -> None:
        """Forget a session."""
        self._put_cached(key, None)
        self._kept.end(key)

    def end_all(self, operator: OperatorId, but: str = "") -> None:
        """Forget every session of an operator, except the one named."""
        with self._lock:
            for key, known in [*self._known.items()]:
                if known.session.operator == operator and key != but:
                    self._known.pop(key, None)
        self._kept.end_all(operator, but)

    def _get_cached(self, key: str) -> tuple[Session, Account]:
        with self._lock:
            known = self._known.get(key)
        if known is None:
            raise Unavailable("the session cannot be looked up")
        return known.session, known.account

    def _put_cached(self, key: str, found: tuple[Session, Account] | None) -> None:
        with self._lock:
            if found is None:
                self._known.pop(key, None)
            else:
                self._known[key] = _Known(*found)

    def _open_circuit(self) -> None:
        self._rests_until = self._clock.now() + CIRCUIT_OPEN_FOR

    def _is_circuit_open(self) -> bool:
        return self._rests_until is not None and self._clock.now() < self._rests_until
