"""The carrier's call queues: made on demand, strictly first in, first out."""

from dataclasses import dataclass, field
from enum import StrEnum

from exchange.state.leg import Leg


class QueueResult(StrEnum):
    """How a stay in a queue ended."""

    BRIDGED = "bridged"
    ERROR = "error"
    HANGUP = "hangup"
    LEAVE = "leave"
    REDIRECTED = "redirected"
    REDIRECTED_FROM_BRIDGED = "redirected-from-bridged"
    QUEUE_FULL = "queue-full"
    SYSTEM_ERROR = "system-error"


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """A caller in a queue."""

    leg: Leg
    joined: float
    bridged: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class CallQueue:
    """A queue with its members in order, and the legs that dialled it in vain."""

    sid: str
    name: str
    created: float
    max_size: int
    updated: float = 0.0
    members: list[Member] = field(default_factory=list)
    dialers: list[Leg] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def join(self, leg: Leg, now: float) -> Member:
        """Add a caller at the end."""
        member = Member(leg=leg, joined=now)
        self.members.append(member)
        self.updated = now
        return member

    def leave(self, member: Member, now: float) -> None:
        """Take a member out, wherever it stands; twice does no harm."""
        if member in self.members:
            self.members.remove(member)
            self.waits.append(now - member.joined)
            self.updated = now

    def position(self, member: Member) -> int:
        """Return the place of a member, the first being 1."""
        return self.members.index(member) + 1

    def find(self, call_or_front: str) -> Member | None:
        """Return the member with that call, or the first one for `Front`."""
        if call_or_front == "Front":
            return self.members[0] if self.members else None
        return next((m for m in self.members if m.leg.sid == call_or_front), None)

    def average_wait(self) -> int:
        """Return the mean of past waits in whole seconds."""
        return round(sum(self.waits) / len(self.waits)) if self.waits else 0
