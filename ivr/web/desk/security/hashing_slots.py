"""Slots for hashing: a flood of sign-ins must not keep others, or callers, waiting.

Checking a password takes a core for a while, on purpose. Strangers get some of the
slots, and each network address only a part of those; the others are kept for browsers
that somebody has signed in with before. Each of these gets only a part as well: a
browser that was stolen, or belongs to a former operator, keeps nobody else out. A
request that finds all slots taken waits a little.
"""

import ipaddress
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.core.model.errors import Unavailable

PLACES = 4
"""Slots in each process; only one password is checked at a time, and the others wait
for it."""

STRANGERS, EACH = 3, 2
"""The slots for all browsers that are not known; and those for one address, or for one
known browser. As many requests of one known browser may wait besides."""

QUEUE = 4
"""How many requests may wait for a slot besides those who have one."""

PATIENCE = 2.0
"""Seconds that a request waits for a slot, in a thread that pages share."""

SLOT_COOL_DOWN = 1.0
"""Seconds for which a slot rests after a stranger or a failure: however many requests
come, they take only a part of a core."""

_NETWORK = 64
"""Bits of an address of version 6 that distinguish one customer from another."""


class HashingSlots:
    """The slots of one process."""

    def __init__(
        self, patience: float = PATIENCE, rest: float = SLOT_COOL_DOWN
    ) -> None:
        self._patience, self._rest = patience, rest
        self._free = threading.Condition()
        self._known: Counter[str] = Counter()
        self._strangers: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How many requests wait for a slot."""
        return self._waiting.total()

    @contextmanager
    def take_slot(self, who: str, *, known: bool) -> Iterator[None]:
        """Hold a slot for as long as this lasts; Unavailable when there is none.

        ``who`` is the browser's own name where it is known, else a network address.
        """
        whose = who if known else network_of(who)
        with self._free:
            self._wait_for_slot(whose, known=known)
            self._count_taken(whose, 1, known=known)
        failed = True
        try:
            yield
            failed = False
        finally:
            self._leave_slot(whose, known=known, rests=failed or not known)

    def _leave_slot(self, whose: str, *, known: bool, rests: bool) -> None:
        if not (rests and self._rest):
            self._give_back(whose, known=known)
            return
        later = threading.Timer(self._rest, self._give_back, [whose], {"known": known})
        later.daemon = True
        later.start()

    def _give_back(self, whose: str, *, known: bool) -> None:
        with self._free:
            self._count_taken(whose, -1, known=known)
            self._free.notify_all()

    def _wait_for_slot(self, whose: str, *, known: bool) -> None:
        def may() -> bool:
            return self._may_take(whose, known=known)

        if may():
            return
        queue = f"known {whose}" if known else ""
        most = EACH if known else QUEUE
        if self._waiting[queue] >= most:
            raise _all_taken()
        _count_by(self._waiting, queue, 1)
        try:
            if not self._free.wait_for(may, self._patience):
                raise _all_taken()
        finally:
            _count_by(self._waiting, queue, -1)

    def _may_take(self, whose: str, *, known: bool) -> bool:
        strangers = self._strangers.total()
        if strangers + self._known.total() >= PLACES:
            return False
        if known:
            return self._known[whose] < EACH
        return strangers < STRANGERS and self._strangers[whose] < EACH

    def _count_taken(self, whose: str, more: int, *, known: bool) -> None:
        _count_by(self._known if known else self._strangers, whose, more)


def _count_by(counted: Counter[str], whose: str, more: int) -> None:
    """Count on or back; who has nothing left is forgotten."""
    counted[whose] += more
    if not counted[whose]:
        del counted[whose]


def network_of(address: str) -> str:
    """The network of an address: the part that all addresses of one customer share."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _NETWORK), strict=False))
    return str(parsed)


def _all_taken() -> Unavailable:
    return Unavailable("too many sign in just now; try again in a moment")
