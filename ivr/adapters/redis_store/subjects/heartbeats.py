"""Until when callers on hold and operators at desks are believed in."""

from datetime import datetime

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import key_of, moment
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId


class StoredHeartbeats:
    """``ports.Heartbeats`` over one client."""

    __slots__ = ("_context",)

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    def expect_poll(self, line: LineKey, key: ContactId, until: datetime) -> None:
        """Note that a caller on hold has polled and must do so before ``until``."""
        with self._context.reach():
            # Only for a caller who is still on hold: a poll may come after the end.
            self._context.client.zadd(
                key_of(line, "polls"), {key: until.timestamp()}, xx=True
            )

    def is_poll_overdue(self, line: LineKey, key: ContactId, now: datetime) -> bool:
        """Whether a caller on hold is overdue with the next poll."""
        with self._context.reach():
            until = self._context.client.zscore(key_of(line, "polls"), key)
        return until is not None and until < now.timestamp()

    def expect_desk(self, line: LineKey, key: OperatorId, until: datetime) -> None:
        """Note that the operator's desk is open and must report before ``until``."""
        with self._context.reach():
            self._context.client.zadd(
                key_of(line, "due"), {f"desk:{key}": until.timestamp()}
            )

    def desk_until(self, line: LineKey, key: OperatorId) -> datetime | None:
        """Until when the operator's desk is believed in; None without any."""
        with self._context.reach():
            until = self._context.client.zscore(key_of(line, "due"), f"desk:{key}")
        return None if until is None else moment(until)

    def forget_desk(self, line: LineKey, key: OperatorId) -> None:
        """Expect nothing of the operator's desk any more."""
        with self._context.reach():
            self._context.client.zrem(key_of(line, "due"), f"desk:{key}")
