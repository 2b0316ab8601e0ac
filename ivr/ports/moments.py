"""Timers: deadlines, signs of life, and requests for routing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.queue.versions import RuleVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An expired timer: the kind of entity, and its key.

    The kind: operator, claim, call, desk (silent for too long), leg (of a caller, to
    ask the carrier about) or routing; or a kind that only a newer version can handle.
    """

    kind: str
    key: str


class Deadlines(Protocol):
    """Timers and when they expire; any process that looks does what is due."""

    def due(self, line: LineKey, now: datetime) -> list[Due]:
        """The expired timers: of entities, and ``routing`` to look again."""
        ...

    def first_due(self, line: LineKey, now: datetime) -> Due | None:
        """The timer that expired first; None when none has."""
        ...

    def note_due(self, line: LineKey, due: Due, at: datetime) -> None:
        """Set a timer that is no entity's own."""
        ...

    def drop_due(self, line: LineKey, due: Due) -> None:
        """Clear the timer."""
        ...

    def put_off(self, line: LineKey, due: Due, until: datetime) -> None:
        """Set the timer later, if it still exists."""
        ...


class Heartbeats(Protocol):
    """Until when we believe that callers on hold and desks are there."""

    def expect_poll(self, line: LineKey, key: ContactId, until: datetime) -> None:
        """Note that a caller on hold has polled and must do so before ``until``."""
        ...

    def is_poll_overdue(self, line: LineKey, key: ContactId, now: datetime) -> bool:
        """Whether a caller on hold is late with the next poll."""
        ...

    def expect_desk(self, line: LineKey, key: OperatorId, until: datetime) -> None:
        """Note that the operator's desk is open and must report before ``until``."""
        ...

    def desk_until(self, line: LineKey, key: OperatorId) -> datetime | None:
        """Until when we believe that the operator's desk is open; None without any."""
        ...

    def forget_desk(self, line: LineKey, key: OperatorId) -> None:
        """Expect nothing of the operator's desk any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRun:
    """A run of routing: it serves every request up to the number ``request``.

    ``rules``: the rule sets that count, the last in force; none when they were lost.
    """

    request: int
    rules: tuple[RuleVersion, ...]


class RoutingRequests(Protocol):
    """Requests for routing, and whether routing has run since."""

    def wake(self, line: LineKey) -> bool:
        """Ask for routing; return whether a job should be sent for it."""
        ...

    def begin_routing(self, line: LineKey) -> RoutingRun:
        """Begin to serve all requests made so far; later ones send a job."""
        ...

    def ack_routing(
        self, line: LineKey, run: RoutingRun, again: datetime | None
    ) -> bool:
        """Note that a run of routing is done and that the next begins at ``again``.

        False when somebody has asked meanwhile: then routing must run again.
        """
        ...

    def routing_pending_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has waited, or None."""
        ...
