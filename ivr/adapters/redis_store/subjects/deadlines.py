"""Timers: each a score in a sorted set of its line."""

from datetime import datetime

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import key_of
from ivr.adapters.redis_store.reading import Reading, scores_of, texts_of
from ivr.core.model.identifiers import LineKey
from ivr.ports import Due


class StoredDeadlines:
    """``ports.Deadlines`` over the reading of a store."""

    __slots__ = ("_context", "_reading")

    def __init__(self, context: StoreContext, reading: Reading) -> None:
        self._context = context
        self._reading = reading

    def due(self, line: LineKey, now: datetime) -> list[Due]:
        """The expired timers; each stays due until a change moves it."""
        with self._context.reach():
            found = self._context.client.zrange(
                key_of(line, "due"),
                "-inf",
                now.timestamp(),
                byscore=True,
            )
        return [_due(member) for member in texts_of(found)]

    def first_due(self, line: LineKey, now: datetime) -> Due | None:
        """The timer that expired first, or None."""
        kept = self._reading.find(line, ["due"], leads=False)["due"]
        expired = (key for key, at in scores_of(kept) if at <= now.timestamp())
        return next(map(_due, expired), None)

    def note_due(self, line: LineKey, due: Due, at: datetime) -> None:
        """Let something be due that is no entity's own moment."""
        with self._context.reach():
            member = f"{due.kind}:{due.key}"
            self._context.client.zadd(key_of(line, "due"), {member: at.timestamp()})
        self._reading.forget()

    def drop_due(self, line: LineKey, due: Due) -> None:
        """Clear the timer."""
        with self._context.reach():
            self._context.client.zrem(key_of(line, "due"), f"{due.kind}:{due.key}")
        self._reading.forget()

    def put_off(self, line: LineKey, due: Due, until: datetime) -> None:
        """Let what is due be due later, if it stands there still."""
        names = (f"{due.kind}:{due.key}", due.kind)
        until_then = dict.fromkeys(names, until.timestamp())
        with self._context.reach():
            self._context.client.zadd(key_of(line, "due"), until_then, xx=True, gt=True)
        self._reading.forget()


def _due(member: str) -> Due:
    kind, _, key = member.partition(":")
    return Due(kind=kind, key=key)
