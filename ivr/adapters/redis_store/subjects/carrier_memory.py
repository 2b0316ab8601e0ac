"""Memory from one look at the carrier to the next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import LOOKED, key_of, moment, written
from ivr.core.model.identifiers import LegId, LineKey
from ivr.core.upkeep.recordings import Looked

STRANGERS_TTL = timedelta(minutes=10)
"""Suspicions of which we have not heard for this long count from the beginning."""


class StoredCarrierMemory:
    """``ports.CarrierMemory`` over one client."""

    __slots__ = ("_context",)

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    def acquire_dial_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the place for one created call; if it is not free yet, when it is."""
        taking = self._context.dial_slot(now, per_second)
        free = self._context.fresh.run_together([taking])[0]
        return moment(float(free)) if free else None

    def note_orphaned_legs(
        self, line: LineKey, legs: Sequence[LegId], now: datetime
    ) -> dict[LegId, datetime]:
        """Remember these as the live legs that nobody knows; since when each is."""
        key, at = key_of(line, "strangers"), now.timestamp()
        with self._context.reach():
            before = dict(
                cast("Any", self._context.client.zrange(key, 0, -1, withscores=True))
            )
            since = {str(leg): before.get(leg.encode(), at) for leg in legs}
            pipe = self._context.client.pipeline()
            pipe.delete(key)
            if since:
                pipe.zadd(key, since)
                pipe.expire(key, STRANGERS_TTL)
            pipe.execute()
        return {LegId(leg): moment(seen) for leg, seen in since.items()}

    def restart_suspicion(self, line: LineKey, leg: LegId, now: datetime) -> None:
        """Count a strange leg's time from now on, if it is one still."""
        with self._context.reach():
            self._context.client.zadd(
                key_of(line, "strangers"), {leg: now.timestamp()}, xx=True
            )

    def count_orphaned_legs(self, line: LineKey) -> int:
        """How many strange legs there were at the last look."""
        with self._context.reach():
            return self._context.client.zcard(key_of(line, "strangers"))

    def recordings_looked(self, line: LineKey) -> Looked:
        """How far the carrier's list of recordings was read."""
        with self._context.reach():
            doc = cast(
                "bytes | None", self._context.client.get(key_of(line, "recordings"))
            )
        return Looked() if doc is None else LOOKED.decode(doc)

    def put_recordings_looked(self, line: LineKey, looked: Looked) -> None:
        """Remember how far it was read."""
        with self._context.reach():
            self._context.client.set(key_of(line, "recordings"), written(looked))
