"""One leg of a call: its state, who is at the telephone, and what was heard."""

from dataclasses import dataclass, field
from enum import StrEnum
from http.cookies import SimpleCookie

from exchange.kernel.tasks import Task
from exchange.kernel.transcript import Kind, TranscriptEvent


class Status(StrEnum):
    """CallStatus as webhooks carry it; REST shows `initiated` as queued."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


class Direction(StrEnum):
    """The side that set up the leg."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


BEFORE_ANSWER = frozenset({Status.QUEUED, Status.INITIATED, Status.RINGING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A web address with its method; an empty address is none."""

    url: str = ""
    method: str = "POST"

    def __bool__(self) -> bool:
        return bool(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """Where the progress of a leg is told, and which events of it."""

    target: Target = field(default_factory=Target)
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True, kw_only=True, eq=False)
class Leg:
    """A call resource with the person, the script and the memory behind it."""

    sid: str
    from_: str
    to: str
    direction: Direction
    created: float
    status: Status = Status.QUEUED
    parent: "Leg | None" = None
    own_way: bool = False
    fallback: Target = field(default_factory=Target)
    callbacks: Callbacks = field(default_factory=Callbacks)
    ring_seconds: float = 60.0
    time_limit: float = 4 * 3600.0
    queue_time: float = 0.0
    updated: float = 0.0
    answered_at: float | None = None
    ended_at: float | None = None
    sip_code: str = ""
    answered_by: str = ""
    sequence: int = 0
    bridged_to: str = ""
    conference: str = ""
    queue: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    transcript: list[TranscriptEvent] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    task: Task | None = None
    person: Task | None = None
    followed: tuple[float, int] = (0.0, 0)

    @property
    def ended(self) -> bool:
        """Tell whether the call is over."""
        return self.ended_at is not None

    @property
    def live(self) -> bool:
        """Tell whether the call is answered and not yet over."""
        return self.status is Status.IN_PROGRESS and not self.ended

    @property
    def is_connected(self) -> bool:
        """Tell whether the person at this telephone is talking with somebody."""
        for event in reversed(self.transcript):
            if event.kind in {Kind.CONNECTED, Kind.DISCONNECTED}:
                return event.kind is Kind.CONNECTED
        return False

    def seconds(self) -> int:
        """Return how long the answered call lasted, rounded as it is billed."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return max(1, round(self.ended_at - self.answered_at))
