"""How a server is asked that may be away, hung, or full: once, and then not at all."""

from datetime import datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError

from ivr.adapters.redis_store.refusals import why_unavailable
from ivr.core.model.errors import Unavailable
from ivr.ports import Clock

WHERE = "the live state (REDIS_URL)"

BREAK = timedelta(seconds=1)
"""How long Redis is left alone after it did not answer: a hung server must not
cost every webhook its own time limit."""

WRITTEN = "hotline:{health}:written"
WRITTEN_TTL = timedelta(seconds=10)


class CircuitBreaker:
    """The guard around every command: ``with reach():``."""

    def __init__(self, client: "Redis", clock: Clock) -> None:
        self._redis = client
        self._clock = clock
        self._closed_until: datetime | None = None
        self._why = ""
        self._written_at: datetime | None = None

    def __call__(self) -> "Attempt":
        """Turn what an absent, broken or full server raises into Unavailable.

        A fault in a script or a command is ours and must be seen.
        """
        now = self._clock.now()
        if self._closed_until is not None and now < self._closed_until:
            raise Unavailable(f"{WHERE}: {self._why}, a moment ago")
        return Attempt(self, now)

    def report_error(self, began: datetime, error: RedisError) -> None:
        """Leave the server alone for a while; nothing when the fault is ours."""
        why = why_unavailable(error)
        if why is not None:
            self._closed_until, self._why = began + BREAK, why
            raise Unavailable(f"{WHERE}: {why}") from error

    def try_write(self) -> None:
        """Write something that means nothing; Unavailable when that is refused.

        Who asks often is answered by what was seen within the last moment.
        """
        now = self._clock.now()
        if self._written_at is None or now - self._written_at >= BREAK:
            with self():
                self._redis.set(WRITTEN, b"1", ex=WRITTEN_TTL)
            self._written_at = now


class Attempt:
    """One command, or several in one round trip, and what becomes of it.

    There is one for each round trip: a generator in its place cost more than sending.
    """

    __slots__ = ("_began", "_breaker")

    def __init__(self, breaker: CircuitBreaker, began: datetime) -> None:
        self._breaker, self._began = breaker, began

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        """Report what the server raised."""
        if isinstance(error, RedisError):
            self._breaker.report_error(self._began, error)
