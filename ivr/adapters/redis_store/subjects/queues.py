"""The queues of a line: who waits, in which order, and how many are ahead."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ivr.adapters.redis_store.documents import is_counted_apart, key_of, parts_of
from ivr.adapters.redis_store.entities import EntityReader
from ivr.adapters.redis_store.reading import lines_of, scores_of, texts_of
from ivr.adapters.redis_store.subjects.snapshots import queue_entries, take_snapshot
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.presence import is_in_queue
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import Snapshot


class StoredQueues:
    """``ports.Queues`` over the reading of a store."""

    __slots__ = ("_entities",)

    def __init__(self, entities: EntityReader) -> None:
        self._entities = entities

    def snapshot(self, line: LineKey, depth: int) -> Snapshot:
        """The first ``depth`` callers of each queue, and all operators."""
        return take_snapshot(self._entities.context, line, depth)

    def waiting(self, line: LineKey) -> list[Contact]:
        """Callers who wait, are claimed or promised a call back, by arrival."""
        docs = self._entities.read_list(line, "live", "call")
        calls = map(self._entities.documents.call, docs)
        here = [call for call in calls if call and is_in_queue(call)]
        return sorted(here, key=lambda call: (call.arrival.at or call.started, call.id))

    def ahead(
        self,
        line: LineKey,
        marks: Mapping[tuple[str, str], datetime],
        is_ahead: Callable[[QueueEntry], bool],
    ) -> Mapping[str, int]:
        """How many wait who arrived before the mark of their (language, class)."""
        found = self._entities.reading.find(line, ["queues"], leads=False)
        names = lines_of(found["queues"])
        marked = {e: marks[parts_of(e)[:2]] for e in names if parts_of(e)[:2] in marks}
        read = {e: found[f"queue:{e}"] for e in marked if f"queue:{e}" in found}
        long = {name: mark for name, mark in marked.items() if name not in read}
        answers = {
            e: _before(e, scores_of(kept), marked[e]) for e, kept in read.items()
        }
        answers |= self._ask_before(line, long)
        counts = Counter({language: 0 for language, _ in marks})
        for name, answer in answers.items():
            counts[parts_of(name)[0]] += _counted(name, answer, is_ahead)
        return counts

    def _ask_before(
        self, line: LineKey, marked: Mapping[str, datetime]
    ) -> dict[str, Any]:
        """The same as ``_before``, of queues that were too long to be read along."""
        if not marked:
            return {}
        with (
            self._entities.context.reach(),
            self._entities.context.client.pipeline(transaction=False) as pipe,
        ):
            for name, mark in marked.items():
                key = key_of(line, "queue", name)
                if is_counted_apart(name):
                    pipe.zrange(key, 0, -1, withscores=True)
                else:
                    pipe.zcount(key, "-inf", f"({mark.timestamp()}")
            return dict(zip(marked, pipe.execute(), strict=True))

    def waiting_since(self, line: LineKey, since: datetime) -> list[ContactId]:
        """Callers on the line who have waited since then or longer."""
        with self._entities.context.reach():
            found = self._entities.context.client.zrange(
                key_of(line, "waits"), "-inf", since.timestamp(), byscore=True
            )
        return [ContactId(key) for key in texts_of(found)]


def _before(name: str, rows: Sequence[tuple[str, float]], mark: datetime) -> Any:
    """How many in a queue arrived before a mark; all, where that does not tell."""
    if is_counted_apart(name):
        return [(member.encode(), at) for member, at in rows]
    return sum(at < mark.timestamp() for _, at in rows)


def _counted(name: str, answer: Any, is_ahead: Callable[[QueueEntry], bool]) -> int:
    if is_counted_apart(name):
        return sum(map(is_ahead, queue_entries(name, answer)))
    return int(answer)
