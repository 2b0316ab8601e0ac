"""Timers: deadlines, signs of life, and requests for routing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.model.identifiers import CallId, LineKey, OperatorId


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An expired timer: the kind of entity, and its key.

    The kind: operator, claim, call, desk (silent for too long), leg (a caller's, to be
    asked about) or routing; or one of which a newer version alone knows what is to be
    done.
    """

    kind: str
    key: str


class Deadlines(Protocol):
    """What is due when; any process that looks does what is due."""

    def due(self, line: LineKey, now: datetime) -> list[Due]:
        """The expired timers: of entities, and ``routing`` to look again."""
        ...

    def first_due(self, line: LineKey, now: datetime) -> Due | None:
        """The timer that expired first; None when none has."""
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


class Heartbeats(Protocol):
    """Until when callers on hold and operators at desks are believed in."""

    def expect_poll(self, line: LineKey, key: CallId, until: datetime) -> None:
        """A caller on hold has polled and is expected again before ``until``."""
        ...

    def is_poll_overdue(self, line: LineKey, key: CallId, now: datetime) -> bool:
        """Whether a caller on hold is overdue with the next poll."""
        ...

    def expect_desk(self, line: LineKey, key: OperatorId, until: datetime) -> None:
        """A desk of the operator is open, and is heard of again before ``until``."""
        ...

    def desk_until(self, line: LineKey, key: OperatorId) -> datetime | None:
        """Until when the operator's desk is believed in; None without any."""
        ...

    def forget_desk(self, line: LineKey, key: OperatorId) -> None:
        """Expect nothing of the operator's desk any more."""
        ...


class RoutingRequests(Protocol):
    """Who has asked for routing, and whether it was done since."""

    def wake(self, line: LineKey) -> bool:
        """Ask for routing; whether a job should be sent for it."""
        ...

    def begin_routing(self, line: LineKey) -> int:
        """The number of the newest request; routing begins to serve up to it."""
        ...

    def ack_routing(self, line: LineKey, request: int, again: datetime | None) -> bool:
        """Routing is done up to ``request`` and looks again at ``again``.

        False when somebody has asked meanwhile: then routing must run again.
        """
        ...

    def routing_pending_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has stood unserved, or None."""
        ...
