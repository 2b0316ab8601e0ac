"""What the stand-in carrier knows of a call and of a conference."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

LIVE = ("queued", "ringing", "in-progress")


@dataclass(slots=True, kw_only=True)
class Habits:
    """What a carrier is free to do in its own way."""

    list_lag: float = 0.4  # seconds by which lists of calls lag behind
    copies: int = 1  # how often each callback is sent
    lost: frozenset[str] = frozenset()  # "caller", "operator", "conference"
    start_before_join: bool = False
    end_before_leave: bool = False
    refuses_creates: bool = False


@dataclass(slots=True, kw_only=True)
class Leg:
    """One call: a caller's or an operator's."""

    sid: str
    number_from: str
    number_to: str
    direction: str
    url: str = ""
    callback: str = ""
    callback_events: tuple[str, ...] = ()
    rings_for: int = 0  # seconds that the service asked for
    status: str = "queued"
    epoch: int = 0
    heard: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    gather: str | None = None
    rest: list[Element] = field(default_factory=list)
    wait_url: str | None = None
    queue_action: str | None = None
    waited_since: float = 0.0
    room: "Room | None" = field(default=None, repr=False)
    dial_action: str | None = None
    ends_room: bool = False
    numbers: Iterator[int] = field(default_factory=itertools.count)
    history: list[tuple[float, str]] = field(default_factory=list)

    @property
    def live(self) -> bool:
        """Whether the call has not ended."""
        return self.status in LIVE

    @property
    def waiting(self) -> bool:
        """Whether the caller sits in the carrier's queue."""
        return self.live and self.wait_url is not None

    @property
    def speech(self) -> str:
        """All that was heard so far."""
        return " ".join(self.heard)

    def becomes(self, status: str) -> None:
        """Change the status and remember when."""
        self.status = status
        self.history.append((time.perf_counter(), status))

    def status_before(self, lag: float) -> str | None:
        """The status some seconds ago, None when the call was not there yet."""
        until = time.perf_counter() - lag
        past = [status for at, status in self.history if at <= until]
        return past[-1] if past else None


@dataclass(slots=True, kw_only=True)
class Room:
    """One conference."""

    sid: str
    name: str
    callback: str
    status: str = "init"
    inside: list[Leg] = field(default_factory=list)
    ever: list[Leg] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)
