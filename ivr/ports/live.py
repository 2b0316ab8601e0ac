"""The live state of a line, and the facts on their way from it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.model.call import Call, CallId, ClaimId, LineKey, OperatorId
from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.facts import Fact
from ivr.core.model.operator import Operator
from ivr.core.queue.estimate import Figures
from ivr.core.queue.priority import Head
from ivr.core.queue.routing import Snapshot
from ivr.core.queue.versions import RuleVersion
from ivr.core.upkeep.recordings import Looked

Entity = Call | Operator | Claim | Callee


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """New versions of entities and what happened, saved together or not at all.

    Each entity is saved only if the stored one still has its ``rev`` (0: there
    must be none yet). ``wake`` asks for routing.
    """

    save: Sequence[Entity]
    facts: Sequence[Fact] = ()
    wake: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a saved change asks for: a routing job, a job that writes facts."""

    route: bool
    write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What has its time come, and its key.

    The kind: operator, claim, call, desk (silent for too long), leg (a caller's, to be
    asked about) or routing; or one of which a newer version alone knows what is to be
    done.
    """

    kind: str
    key: str


class Store(Protocol):
    """The live state of a line. Raises Unavailable when it cannot be reached.

    What only a newer version can read is Unreadable when it is asked for by name, and
    is missing among others, so that it hides none of them.
    """

    def call(self, line: LineKey, key: CallId) -> Call | None:
        """The call, or None."""
        ...

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim, or None."""
        ...

    def operator(self, line: LineKey, key: OperatorId) -> Operator | None:
        """The operator, or None."""
        ...

    def callee(self, line: LineKey, name: str) -> Callee | None:
        """What is known of a number that is to be called back, by its keyed name."""
        ...

    def operators(self, line: LineKey) -> list[Operator]:
        """All operators of the line."""
        ...

    def enrolled(self, line: LineKey, phone: str) -> list[Operator]:
        """The operators whose number has that keyed name."""
        ...

    def is_on_call(self, line: LineKey, phone: str) -> bool:
        """Whether the number of that keyed name is on a call of a caller's."""
        ...

    def live_calls(self, line: LineKey) -> list[CallId]:
        """Every call that has not ended, oldest first."""
        ...

    def open_claims(self, line: LineKey) -> list[ClaimId]:
        """Every claim that still binds somebody."""
        ...

    def last_call(self, line: LineKey, caller: str) -> Call | None:
        """The latest call of a caller (a pseudonym) that has left the queue's line."""
        ...

    def calls_of(self, line: LineKey, caller: str) -> list[Call]:
        """The live calls of a caller (a pseudonym), the first to begin first."""
        ...

    def snapshot(self, line: LineKey, depth: int) -> Snapshot:
        """The first ``depth`` callers of each queue, and all operators."""
        ...

    def waiting(self, line: LineKey) -> list[Call]:
        """Who waits, is claimed or promised a call back, in order of arrival."""
        ...

    def ahead(
        self,
        line: LineKey,
        marks: Mapping[tuple[str, str], datetime],
        is_ahead: Callable[[Head], bool],
    ) -> Mapping[str, int]:
        """How many wait who arrived before the mark of their (language, class).

        For each language of the marks. Whose priority does not count from the arrival
        is asked about one by one.
        """
        ...

    def figures(self, line: LineKey) -> Figures | None:
        """What was counted of the line's last weeks, or None."""
        ...

    def put_figures(self, line: LineKey, figures: Figures) -> None:
        """Keep what was counted, for a day at the most."""
        ...

    def commit(self, line: LineKey, change: Change) -> Saved | None:
        """Save the change atomically; None when somebody was first."""
        ...

    def try_write(self) -> None:
        """Write something that means nothing; Unavailable when that is refused."""
        ...

    def wake(self, line: LineKey) -> bool:
        """Ask for routing; whether a job should be sent for it."""
        ...

    def begin_routing(self, line: LineKey) -> int:
        """The number of the newest request; routing begins to serve up to it."""
        ...

    def served(self, line: LineKey, request: int, again: datetime | None) -> bool:
        """Routing is done up to ``request`` and looks again at ``again``.

        False when somebody has asked meanwhile: then routing must run again.
        """
        ...

    def unserved_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has stood unserved, or None."""
        ...

    def due(self, line: LineKey, now: datetime) -> list[Due]:
        """What has its time come: entities, and ``routing`` to look again."""
        ...

    def note_due(self, line: LineKey, due: Due, at: datetime) -> None:
        """Let something be due that is no entity's own moment."""
        ...

    def drop_due(self, line: LineKey, due: Due) -> None:
        """Let it be due no more."""
        ...

    def put_off(self, line: LineKey, due: Due, until: datetime) -> None:
        """Let what is due be due later, if it stands there still."""
        ...

    def waiting_since(self, line: LineKey, since: datetime) -> list[CallId]:
        """Who is on the line, and has waited since then or for longer."""
        ...

    def seen(self, line: LineKey, key: CallId, until: datetime) -> None:
        """A caller on hold has polled and is expected again before ``until``."""
        ...

    def at_desk(self, line: LineKey, key: OperatorId, until: datetime) -> None:
        """A desk of the operator is open, and is heard of again before ``until``."""
        ...

    def desk_until(self, line: LineKey, key: OperatorId) -> datetime | None:
        """Until when the operator's desk is believed in; None without any."""
        ...

    def left_desk(self, line: LineKey, key: OperatorId) -> None:
        """Expect nothing of the operator's desk any more."""
        ...

    def is_strayed(self, line: LineKey, key: CallId, now: datetime) -> bool:
        """Whether a caller on hold is overdue with the next poll."""
        ...

    def leg_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the place for one created call; if it is not free yet, when it is."""
        ...

    def strangers(
        self, line: LineKey, legs: Sequence[CallId], now: datetime
    ) -> Mapping[CallId, datetime]:
        """Remember these as the live legs that nobody knows; since when each is."""
        ...

    def suspect_anew(self, line: LineKey, leg: CallId, now: datetime) -> None:
        """Count a strange leg's time from now on, if it is one still."""
        ...

    def count_strangers(self, line: LineKey) -> int:
        """How many strange legs there were at the last look."""
        ...

    def recordings_looked(self, line: LineKey) -> Looked:
        """How far the carrier's list of recordings was read."""
        ...

    def put_recordings_looked(self, line: LineKey, looked: Looked) -> None:
        """Remember how far it was read."""
        ...

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count, in order, the last in force; none when lost."""
        ...

    def put_rule_versions(self, line: LineKey, versions: Sequence[RuleVersion]) -> None:
        """Let these count, unless the last of them is no newer than the one known."""
        ...


News = tuple[LineKey, OperatorId | None]
"""An operator of a line whose state has changed; None: anybody's may have."""


class Told(Protocol):
    """Who tells at once that something has changed."""

    def listen(self, lines: tuple[LineKey, ...]) -> Iterator[News | None]:
        """What changes, for ever; None when there was nothing for a while."""
        ...


class Journal(Protocol):
    """The stream of facts on its way to the call log."""

    def begin_writing(self, line: LineKey) -> None:
        """From here on a new fact sends a job of its own."""
        ...

    def take(self, line: LineKey, most: int) -> list[tuple[str, Fact]]:
        """The oldest facts with the stream's identifiers; they stay until dropped.

        What this version cannot read comes as an UnreadFact, in its place.
        """
        ...

    def drop(self, line: LineKey, entries: Sequence[str]) -> None:
        """Forget entries that are safely written."""
        ...
