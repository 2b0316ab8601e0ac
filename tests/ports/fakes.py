"""Fakes for what is outside: each small, each with a vocabulary of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ivr.core.model.identifiers import ClaimId, LineKey

EVENING = datetime(2026, 1, 5, 17, 0, tzinfo=UTC)
"""A Monday, 19:00 in Kyiv: inside the shipped line's evening peak."""


@dataclass(slots=True)
class StillClock:
    """A clock that stands still until it is moved."""

    moment: datetime = EVENING

    def now(self) -> datetime:
        return self.moment

    def move(self, to: datetime) -> None:
        self.moment = max(self.moment, to)

    def pass_by(self, length: timedelta) -> None:
        self.moment += length


def counted() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


@dataclass(slots=True)
class CountedIds:
    """Identifiers that count: token-0001, token-0002, …; secrets by themselves."""

    numbers: Iterator[int] = field(default_factory=counted)
    secrets: Iterator[int] = field(default_factory=counted)

    def token(self) -> str:
        return f"token-{next(self.numbers):04d}"

    def secret(self) -> str:
        return f"secret-{next(self.secrets):04d}"


@dataclass(slots=True)
class Notes:
    """Keeps what was noted, so that a test can read it."""

    kept: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def info(self, event: str, **fields: object) -> None:
        self.kept.append((event, fields))

    def warning(self, event: str, **fields: object) -> None:
        self.kept.append((event, fields))

    def failure(self, event: str, error: Exception) -> None:
        self.kept.append((event, {}))
        self.failures.append(error)

    def events(self) -> list[str]:
        return [event for event, _ in self.kept]


@dataclass(slots=True)
class LaterJobs:
    """Jobs that wait until the test lets them run, as if by a worker."""

    waiting: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    are_lost: bool = False

    def route(self, line: LineKey) -> None:
        self._keep("route", line)

    def place_offer(self, line: LineKey, claim: ClaimId) -> None:
        self._keep("place_offer", line, claim)

    def write_facts(self, line: LineKey) -> None:
        self._keep("write_facts", line)

    def _keep(self, name: str, *args: str) -> None:
        if not self.are_lost:
            self.waiting.append((name, args))

    def run(self, worker: Callable[[str, tuple[str, ...]], None]) -> None:
        while self.waiting:
            worker(*self.waiting.pop(0))
