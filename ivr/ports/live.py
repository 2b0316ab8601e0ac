"""The live state of a line: a port for each subject, and the way in which it changes.

Each port raises Unavailable when the state cannot be reached. A document that only a
newer version can read is Unreadable when it is asked for by name. In lists it is left
out, so that it hides none of the others.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.telephones import TelephoneUse
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import Snapshot
from ivr.core.queue.versions import RuleVersion
from ivr.core.talk.talk import Talk
from ivr.ports.moments import Deadlines, Heartbeats, RoutingRequests
from ivr.ports.remembered import CarrierMemory, LiveRules, Statistics

Entity = Contact | Operator | Claim | Callee


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New versions of entities and facts, saved together or not at all.

    Each entity is saved only if the stored one still has its ``rev`` (0: there must be
    none yet). Nothing is saved either if one of the ``unchanged`` entities, which the
    decision depends on too, has another version by now. ``wake`` asks for routing.
    ``expected`` says until when each caller must ask again, for those who are still on
    hold. ``pace``: a leg is created next, and takes its place among that many a second.
    """

    save: Sequence[Entity]
    facts: Sequence[Fact] = ()
    wake: bool = False
    unchanged: Sequence[Entity] = ()
    expected: Mapping[ContactId, datetime] = field(default_factory=dict)
    pace: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The jobs that a saved change needs: routing, or writing of facts."""

    route: bool
    write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedTalk:
    """A talk, and the rule sets that count, the last in force; none when lost."""

    talk: Talk
    rules: tuple[RuleVersion, ...] = ()


class Talks(Protocol):
    """The talks of a line, each loaded at once."""

    def load_talk(
        self,
        line: LineKey,
        *,
        claim: ClaimId | None = None,
        contact: ContactId | None = None,
        operator: OperatorId | None = None,
        colleague: OperatorId | None = None,
    ) -> LoadedTalk:
        """All that a decision about a claim, a contact or an operator depends on.

        The talk of an operator is that of their claim; a ``colleague`` is loaded as
        well. One round trip; Unreadable when a newer version has written any of it.
        """
        ...


class Contacts(Protocol):
    """Calls, the claims on them, and the numbers that are to be called back."""

    def call(self, line: LineKey, key: ContactId) -> Contact | None:
        """The contact, also by the leg on which its person is called back; or None."""
        ...

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim, or None."""
        ...

    def callee(self, line: LineKey, name: str) -> Callee | None:
        """What we know of a number to call back, by its keyed name."""
        ...

    def live_calls(self, line: LineKey) -> list[ContactId]:
        """Every call that has not ended, oldest first."""
        ...

    def open_claims(self, line: LineKey) -> list[ClaimId]:
        """Every claim that still binds somebody."""
        ...

    def last_call(self, line: LineKey, caller: str) -> Contact | None:
        """The latest call of a caller (a pseudonym) that has left the queue's line."""
        ...

    def calls_of(self, line: LineKey, caller: str) -> list[Contact]:
        """The live calls of a caller (a pseudonym), the first to begin first."""
        ...


class Operators(Protocol):
    """Operators in their present states."""

    def operator(self, line: LineKey, key: OperatorId) -> Operator | None:
        """The operator, or None."""
        ...

    def operators(self, line: LineKey) -> list[Operator]:
        """All operators of the line."""
        ...

    def enrolled(self, line: LineKey, phone: str) -> list[Operator]:
        """The operators whose number has that keyed name."""
        ...

    def find_telephone_uses(
        self, lines: Collection[LineKey], phones: Collection[str]
    ) -> Mapping[str, TelephoneUse]:
        """Who uses each telephone, by the keyed name of its number, on these lines."""
        ...


class Queues(Protocol):
    """Callers who wait, in order."""

    def snapshot(self, line: LineKey, depth: int) -> Snapshot:
        """The first ``depth`` callers of each queue, and all operators."""
        ...

    def waiting(self, line: LineKey) -> list[Contact]:
        """Callers who wait, are claimed or promised a call back, by arrival."""
        ...

    def waiting_since(self, line: LineKey, since: datetime) -> list[ContactId]:
        """Callers on the line who have waited since then or longer."""
        ...

    def ahead(
        self,
        line: LineKey,
        marks: Mapping[tuple[str, str], datetime],
        is_ahead: Callable[[QueueEntry], bool],
    ) -> Mapping[str, int]:
        """How many callers wait who arrived before the mark of their (language, class).

        One number for each language of the marks. For callers whose priority does not
        count from the arrival, ``is_ahead`` decides one by one.
        """
        ...


class Changes(Protocol):
    """The one way to change entities."""

    def commit(self, line: LineKey, change: Change) -> Saved | None:
        """Save the change atomically; None when somebody was first."""
        ...

    def try_write(self) -> None:
        """Write something meaningless; Unavailable when the state refuses it."""
        ...


News = tuple[LineKey, OperatorId | None]
"""An operator of a line whose state has changed; None: anybody's may have."""


class ChangeFeed(Protocol):
    """The feed that tells at once when something has changed."""

    def listen(self, lines: tuple[LineKey, ...]) -> Iterator[News | None]:
        """Changes as they happen, without end; None after a while of silence."""
        ...


class Journal(Protocol):
    """The stream of facts on its way to the call log."""

    def begin_writing(self, line: LineKey) -> None:
        """Let each new fact send a job again, from here on."""
        ...

    def take(self, line: LineKey, most: int) -> list[tuple[str, Fact]]:
        """The oldest facts with the stream's identifiers; they stay until dropped.

        A fact that this version cannot read comes as an UnreadFact, in its place.
        """
        ...

    def drop(self, line: LineKey, entries: Sequence[str]) -> None:
        """Forget entries that are safely written."""
        ...


class Store(Struct, frozen=True, kw_only=True):
    """The live state, as one adapter offers it.

    Nobody uses it directly: ``Ports`` has each port by itself.
    """

    talks: Talks
    contacts: Contacts
    operators: Operators
    queues: Queues
    changes: Changes
    routing: RoutingRequests
    deadlines: Deadlines
    heartbeats: Heartbeats
    carrier_memory: CarrierMemory
    live_rules: LiveRules
    statistics: Statistics
    journal: Journal
    requests: "StoreRequests"


class StoreRequests(Protocol):
    """The source of stores that read for one request alone."""

    def for_request(
        self,
        line: LineKey,
        *,
        leg: str = "",
        claim: str = "",
        caller: str = "",
        roster: bool = False,
        waits: bool = False,
    ) -> Store:
        """The same store for one request about a leg, a claim or a caller's number.

        ``roster``: the request also asks who is on duty; ``waits``: how long a wait
        will be. Everything that belongs together is read in one round trip, and then
        known for the request; after a change it is read once more.
        """
        ...
