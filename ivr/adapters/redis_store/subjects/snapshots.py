"""All queues and operators of a line in one look, for matching."""

from collections.abc import Sequence
from typing import Any

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import OPERATORS, head_of, key_of, read
from ivr.adapters.redis_store.reading import texts_of
from ivr.core.model.identifiers import LineKey
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import Snapshot

Members = tuple[tuple[str, ...], tuple[str, ...]]
"""The queues and the operators of a line, each by name."""

_Look = tuple[Members, list[Any], list[bytes | None]]


class Snapshots:
    """Looks at lines, and remembers who belonged to each when it was looked at."""

    def __init__(self, context: StoreContext) -> None:
        self._context = context
        self._looked_at: dict[LineKey, Members] = {}

    def take_snapshot(self, line: LineKey, depth: int) -> Snapshot:
        """The first ``depth`` callers of each queue, and all operators.

        The cost does not grow with the number who wait.
        """
        members = self._looked_at.get(line, ((), ()))
        found, rows, docs = self._read_members(line, depth, members)
        if found != members:
            self._looked_at[line] = members = found
            _, rows, docs = self._read_members(line, depth, members)
        pairs = zip(members[0], rows, strict=True)
        heads = (queue_entries(name, row) for name, row in pairs)
        operators = (read(OPERATORS, doc) for doc in docs if doc is not None)
        return Snapshot(heads=tuple(heads), operators=tuple(filter(None, operators)))

    def _read_members(self, line: LineKey, depth: int, members: Members) -> _Look:
        """Read who belongs to the line, and the entries of these members.

        Members seldom change, so the entries of the last look's members are read in the
        same round trip as the present members.
        """
        queues, operators = members
        with (
            self._context.reach(),
            self._context.client.pipeline(transaction=False) as pipe,
        ):
            pipe.smembers(key_of(line, "queues"))
            pipe.smembers(key_of(line, "operators"))
            for name in queues:
                pipe.zrange(key_of(line, "queue", name), 0, depth - 1, withscores=True)
            for key in operators:
                pipe.hget(key_of(line, "operator", key), "doc")
            names, keys, *rest = pipe.execute()
        found = tuple(sorted(texts_of(names))), tuple(sorted(texts_of(keys)))
        return found, rest[: len(queues)], rest[len(queues) :]


def queue_entries(
    name: str, rows: Sequence[tuple[bytes, float]]
) -> tuple[QueueEntry, ...]:
    """The waiting callers of a queue, each with their score, as the order sees them."""
    try:
        return tuple(head_of(name, member.decode(), at) for member, at in rows)
    except ValueError:
        # A newer version's kind of queue: nobody here knows whose it is.
        return ()
