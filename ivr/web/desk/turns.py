"""Few at a time: whoever floods the door must not keep others, or callers, waiting.

Looking at a password takes a core for a while, on purpose. Strangers get some of the
places, and of those each network address but a part; the others are kept for browsers
that somebody has signed in with before. Whoever comes a moment too late waits a little.
"""

import ipaddress
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.core.errors import Unavailable

PLACES = 4
"""In each process; one password is looked at a time, and the others wait for it."""

STRANGERS, EACH = 3, 2
"""Of them for all browsers that are not known; and for those of one address."""

QUEUE = 4
"""How many may wait for a place beside those who have one."""

PATIENCE = 2.0
"""Seconds that somebody waits for a place, in a thread that pages share."""

REST = 1.0
"""Seconds for which a stranger's place is nobody's afterwards: however many come, they
take but a part of a core."""

_NETWORK = 64
"""Bits of an address of version 6 that tell one customer from another."""


class Turns:
    """The places at the door."""

    def __init__(self, patience: float = PATIENCE, rest: float = REST) -> None:
        self._patience, self._rest = patience, rest
        self._free = threading.Condition()
        self._known = 0
        self._strangers: Counter[str] = Counter()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return self._waiting

    @contextmanager
    def taken(self, address: str, *, known: bool) -> Iterator[None]:
        """Have a place for as long as this lasts; Unavailable when there is none."""
        whose = "" if known else network_of(address)
        with self._free:
            self._wait(whose, known=known)
            self._take(whose, 1, known=known)
        try:
            yield
        finally:
            self._leave(whose, known=known)

    def _leave(self, whose: str, *, known: bool) -> None:
        if known or not self._rest:
            self._give_back(whose, known=known)
            return
        later = threading.Timer(self._rest, self._give_back, [whose], {"known": False})
        later.daemon = True
        later.start()

    def _give_back(self, whose: str, *, known: bool) -> None:
        with self._free:
            self._take(whose, -1, known=known)
            self._free.notify_all()

    def _wait(self, whose: str, *, known: bool) -> None:
        def may() -> bool:
            return self._may(whose, known=known)

        if may():
            return
        if self._waiting >= QUEUE and not known:
            raise _full()
        self._waiting += 1
        try:
            if not self._free.wait_for(may, self._patience):
                raise _full()
        finally:
            self._waiting -= 1

    def _may(self, whose: str, *, known: bool) -> bool:
        strangers = self._strangers.total()
        if strangers + self._known >= PLACES:
            return False
        return known or (strangers < STRANGERS and self._strangers[whose] < EACH)

    def _take(self, whose: str, more: int, *, known: bool) -> None:
        if known:
            self._known += more
            return
        self._strangers[whose] += more
        if not self._strangers[whose]:
            del self._strangers[whose]


def network_of(address: str) -> str:
    """What an address has in common with its neighbours of one customer."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _NETWORK), strict=False))
    return str(parsed)


def _full() -> Unavailable:
    return Unavailable("too many are at the door; try again in a moment")
