"""What is remembered from one look at the carrier to the next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from redis import Redis

from ivr.adapters.redis_store.documents import LOOKED, key_of, moment, written
from ivr.adapters.redis_store.reach import Reach
from ivr.core.model.identifiers import CallId, LineKey
from ivr.core.upkeep.recordings import Looked

STRANGERS_TTL = timedelta(minutes=10)
"""Suspicions of which nobody has heard for so long count from the beginning."""


class StoredLooks:
    """The part of ``RedisStore`` that belongs to looking at the carrier."""

    _redis: Redis
    _reach: Reach

    def note_orphaned_legs(
        self, line: LineKey, legs: Sequence[CallId], now: datetime
    ) -> dict[CallId, datetime]:
        """Remember these as the live legs that nobody knows; since when each is."""
        key, at = key_of(line, "strangers"), now.timestamp()
        with self._reach():
            before = dict(cast("Any", self._redis.zrange(key, 0, -1, withscores=True)))
            since = {str(leg): before.get(leg.encode(), at) for leg in legs}
            pipe = self._redis.pipeline()
            pipe.delete(key)
            if since:
                pipe.zadd(key, since)
                pipe.expire(key, STRANGERS_TTL)
            pipe.execute()
        return {CallId(leg): moment(seen) for leg, seen in since.items()}

    def restart_suspicion(self, line: LineKey, leg: CallId, now: datetime) -> None:
        """Count a strange leg's time from now on, if it is one still."""
        with self._reach():
            self._redis.zadd(key_of(line, "strangers"), {leg: now.timestamp()}, xx=True)

    def count_orphaned_legs(self, line: LineKey) -> int:
        """How many strange legs there were at the last look."""
        with self._reach():
            return self._redis.zcard(key_of(line, "strangers"))

    def recordings_looked(self, line: LineKey) -> Looked:
        """How far the carrier's list of recordings was read."""
        with self._reach():
            doc = cast("bytes | None", self._redis.get(key_of(line, "recordings")))
        return Looked() if doc is None else LOOKED.decode(doc)

    def put_recordings_looked(self, line: LineKey, looked: Looked) -> None:
        """Remember how far it was read."""
        with self._reach():
            self._redis.set(key_of(line, "recordings"), written(looked))
