"""Lasting records: the call log, promises, rule sets, operators."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ivr.core.history.call_log import CallRecord
from ivr.core.history.callback_log import CallbackRecord, MessageRecord
from ivr.core.history.fact_reading import UnreadFact
from ivr.core.history.record import Record, RecordId, Reveal, Revealed
from ivr.core.model.account import Credentials
from ivr.core.model.address import PhoneNumber
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, State
from ivr.core.queue.estimate import PastWait
from ivr.core.queue.versions import RuleVersion


class CallLog(Protocol):
    """The lasting record of what happened."""

    def write(self, entries: Sequence[tuple[str, Fact]]) -> int:
        """Write facts, each once however often it comes; return how many were new.

        UnreadFacts among them are kept apart until a version can read them.
        """
        ...

    def unread(self, line: LineKey) -> Mapping[str, int]:
        """How many facts of each kind are kept unread."""
        ...

    def find_readable(
        self, line: LineKey, after: str, most: int
    ) -> Sequence[tuple[str, UnreadFact]]:
        """The unread facts that this version can read, with their keys, in order."""
        ...

    def take_in(self, key: str, fact: Fact) -> None:
        """Write down a fact that was kept unread under that key until now."""
        ...

    def past_waits(
        self, line: LineKey, since: datetime, most: int
    ) -> Sequence[PastWait]:
        """The newest calls that waited, started at ``since`` or later, and are over."""
        ...

    def facts_of_calls(self, calls: Collection[ContactId]) -> Sequence[Fact]:
        """Everything that happened in these calls, in order."""
        ...

    def facts_about(
        self, line: LineKey, operator: OperatorId, since: datetime
    ) -> Sequence[Fact]:
        """Everything that happened to an operator since then, in order."""
        ...

    def calls_from(
        self, line: LineKey, caller: str, before: datetime, most: int
    ) -> Sequence[CallRecord]:
        """The calls of a caller (a pseudonym) that began before then, newest first."""
        ...

    def began(self, line: LineKey) -> datetime | None:
        """When the first known call of a line began; None without any."""
        ...

    def ping(self) -> None:
        """Do nothing but reach it; Unavailable when that fails."""
        ...


class CallSearch(Protocol):
    """The lasting record, as people search it."""

    def calls(
        self,
        line: LineKey | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> list[CallRecord]:
        """The calls that started at ``since`` or later, newest first."""
        ...

    def named(self, beginning: str, most: int = 2) -> list[ContactId]:
        """The calls whose identifier begins this way, at most ``most``."""
        ...

    def facts_of(self, call: ContactId | None) -> list[Fact]:
        """Everything that happened in a call, in order; None: in no call."""
        ...


class Records(Protocol):
    """The records that operators write of calls, kept sealed."""

    def of(self, call: ContactId, operator: OperatorId) -> Record | None:
        """The record that an operator has written of a call, or None."""
        ...

    def of_calls(self, calls: Collection[ContactId]) -> list[Record]:
        """Every record of these calls, the oldest first."""
        ...

    def find(self, key: RecordId) -> Record | None:
        """The record with that identifier, or None."""
        ...

    def save(self, record: Record) -> bool:
        """Save the record on top of its version; False when somebody was first.

        If its follow-up is unchanged and was marked done meanwhile, it stays done.
        """
        ...

    def follow_ups(self, line: LineKey, to: OperatorId) -> list[Record]:
        """The follow-ups of this operator, and those of anybody, the oldest first."""
        ...

    def end_follow_up(self, key: RecordId, by: OperatorId, at: datetime) -> bool:
        """Mark a follow-up done; False when it was done, or taken back, before."""
        ...

    def reveal(self, reveal: Reveal) -> None:
        """Write down who sees what, before they see it."""
        ...

    def was_shown(self, call: ContactId, operator: OperatorId, what: Revealed) -> bool:
        """Whether this operator has seen this about a call."""
        ...


class Promises(Protocol):
    """Promised call backs and messages."""

    def callbacks(
        self, line: LineKey | None = None, *, ended: bool = False
    ) -> list[CallbackRecord]:
        """The promises that bind, oldest first; with ``ended``, every one ever made."""
        ...

    def tried_since(self, line: LineKey, since: datetime) -> list[CallbackRecord]:
        """The promises that were tried, or came to their end, since then."""
        ...

    def messages(
        self, line: LineKey | None = None, *, taken: bool = False
    ) -> list[MessageRecord]:
        """The messages nobody has heard, oldest first; with ``taken`` all of them."""
        ...

    def known_recordings(self, keys: Collection[str]) -> set[str]:
        """The recordings among these that are messages of ours, taken or not."""
        ...


class RuleSets(Protocol):
    """The published rule sets."""

    def history(self, line: LineKey) -> Sequence[RuleVersion]:
        """Every published rule set of the line, the newest first."""
        ...

    def publish(self, line: LineKey, toml: str, at: datetime, note: str = "") -> int:
        """Keep a rule set as the newest; return its version.

        Conflict when somebody was first.
        """
        ...


class Roster(Protocol):
    """The enrolled operators, with their sealed numbers."""

    def add(
        self,
        operator: Operator,
        phone: PhoneNumber | None,
        account: Credentials | None = None,
        pin: str = "",
    ) -> None:
        """Enrol an operator, with the account and the PIN, if any: all or nothing.

        Conflict when the line has an operator of that name, or somebody else signs in
        with it.
        """
        ...

    def number(self, key: OperatorId) -> PhoneNumber | None:
        """The operator's telephone number, or None."""
        ...

    def find(self, name: str, line: LineKey | None = None) -> Operator:
        """The operator of that name.

        NotFound without one; Conflict when several lines have one.
        """
        ...

    def all(self, line: LineKey | None = None) -> list[Operator]:
        """Every operator of this line, in the state that each chose last."""
        ...

    def has_pin(self, key: OperatorId, pin: str) -> bool:
        """Whether the operator calls in with this PIN."""
        ...

    def put_pin(self, key: OperatorId, pin: str) -> None:
        """Accept this PIN from the operator, and no other."""
        ...

    def forget_pin(self, key: OperatorId) -> None:
        """Accept no PIN from the operator any more."""
        ...

    def remember_choice(self, key: OperatorId, state: State) -> None:
        """Keep the state that the operator chose last, in case live state is lost."""
        ...
