"""What is kept in memory, line by line; each part of the store is over it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import Lock
from typing import TypeVar

from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ContactId, LegId, LineKey
from ivr.core.model.operator import Operator
from ivr.core.queue.estimate import WaitFigures
from ivr.core.queue.versions import RuleVersion
from ivr.core.upkeep.recordings import Looked
from ivr.ports import Clock, Due, Entity, Vault

JOB_FLAG = timedelta(seconds=1)
"""How long a sent job is trusted to come before another may be sent."""

E = TypeVar("E", Contact, Claim, Operator, Callee)


@dataclass(slots=True)
class LineState:
    """What is kept of one line."""

    entities: dict[tuple[type, str], Entity] = field(default_factory=dict)
    legs: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    due: dict[Due, datetime] = field(default_factory=dict)
    polls: dict[ContactId, datetime] = field(default_factory=dict)
    strangers: dict[LegId, datetime] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    wanted: int = 0
    since: datetime | None = None
    asked: dict[str, datetime] = field(default_factory=dict)
    rules: tuple[RuleVersion, ...] = ()
    figures: WaitFigures | None = None
    looked: Looked = field(default_factory=Looked)

    def all(self, kind: type[E]) -> list[E]:
        """All entities of a kind, by id."""
        found = (each for each in self.entities.values() if isinstance(each, kind))
        return sorted(found, key=lambda each: each.id)


class MemoryState:
    """All lines. A sent job is ``trusted`` to come for so long before another is."""

    def __init__(
        self, vault: Vault, clock: Clock, trusted: timedelta = JOB_FLAG
    ) -> None:
        self.vault = vault
        self.clock = clock
        self.trusted = trusted
        self.lines: defaultdict[LineKey, LineState] = defaultdict(LineState)
        self.next_leg: datetime | None = None
        self.numbers = count(1)
        self.lock = Lock()

    def find_entity(self, line: LineKey, kind: type[E], key: str | None) -> E | None:
        """The entity of that kind and key, or None."""
        found = self.lines[line].entities.get((kind, key or ""))
        return found if isinstance(found, kind) else None

    def calls_in(self, line: LineKey) -> list[Contact]:
        """All calls of a line, by id."""
        return self.lines[line].all(Contact)

    def live_in(self, line: LineKey) -> list[Contact]:
        """The calls of a line that have not ended, oldest first."""
        found = (call for call in self.calls_in(line) if call.is_live)
        return sorted(found, key=lambda call: call.started)

    def sends_job(self, kept: LineState, job: str) -> bool:
        """Whether a job is to be sent: none is trusted to be on its way."""
        now = self.clock.now()
        if job in kept.asked and now < kept.asked[job]:
            return False
        kept.asked[job] = now + self.trusted
        return True

    def expect_poll(self, line: LineKey, key: ContactId, until: datetime) -> None:
        """A caller on hold has polled and is expected again before ``until``."""
        if key in self.lines[line].polls:
            self.lines[line].polls[key] = until

    def acquire_dial_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the place for one created call; if it is not free yet, when it is."""
        with self.lock:
            if self.next_leg is not None and self.next_leg > now:
                return self.next_leg
            self.next_leg = now + timedelta(seconds=1 / per_second)
            return None


def set_due(moments: dict[Due, datetime], due: Due, at: datetime | None) -> None:
    """Let something be due at a moment, or not at all."""
    if at is None:
        moments.pop(due, None)
    else:
        moments[due] = at
