"""All queues and operators of a line in one look, for matching."""

from collections.abc import Sequence

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import OPERATORS, head_of, key_of, read
from ivr.core.model.identifiers import LineKey
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import Snapshot


def take_snapshot(context: StoreContext, line: LineKey, depth: int) -> Snapshot:
    """The first ``depth`` callers of each queue, and all operators, each by name.

    The cost does not grow with the number who wait.
    """
    keys = [key_of(line, "queues"), key_of(line, "operators")]
    queues, docs = context.run_script(context.snapshot, keys, [key_of(line, ""), depth])
    named = sorted((name.decode(), first) for name, first in queues)
    operators = filter(None, (read(OPERATORS, doc) for doc in docs))
    return Snapshot(
        heads=tuple(queue_entries(name, _scored(first)) for name, first in named),
        operators=tuple(sorted(operators, key=lambda each: each.id)),
    )


def _scored(first: Sequence[bytes]) -> list[tuple[bytes, float]]:
    return list(zip(first[::2], map(float, first[1::2]), strict=True))


def queue_entries(
    name: str, rows: Sequence[tuple[bytes, float]]
) -> tuple[QueueEntry, ...]:
    """The waiting callers of a queue, each with their score, as the order sees them."""
    try:
        return tuple(head_of(name, member.decode(), at) for member, at in rows)
    except ValueError:
        # A newer version's kind of queue: nobody here knows whose it is.
        return ()
