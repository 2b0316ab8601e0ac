"""Who waits in a line, in which order, and how many are ahead of somebody."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ivr.adapters.redis_store.documents import (
    OPERATORS,
    head_of,
    is_counted_apart,
    key_of,
    parts_of,
    read,
)
from ivr.adapters.redis_store.entities import StoredEntities
from ivr.adapters.redis_store.reading import lines_of, scores_of, texts_of
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.presence import is_in_queue
from ivr.core.model.identifiers import CallId, LineKey
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import Snapshot

Members = tuple[tuple[str, ...], tuple[str, ...]]
"""The queues and the operators of a line, each by name."""

_Look = tuple[Members, list[Any], list[bytes | None]]


class StoredQueues(StoredEntities):
    """``ports.Queues`` over the reading of a store."""

    _looked_at: dict[LineKey, Members]

    def waiting(self, line: LineKey) -> list[Contact]:
        """Who waits, is claimed or promised a call back, in order of arrival."""
        calls = map(self._documents.call, self._read_list(line, "live", "call"))
        here = [call for call in calls if call and is_in_queue(call)]
        return sorted(here, key=lambda call: (call.arrival.at or call.started, call.id))

    def snapshot(self, line: LineKey, depth: int) -> Snapshot:
        """The first ``depth`` callers of each queue, and all operators.

        The cost does not grow with the number who wait.
        """
        members = self._looked_at.get(line, ((), ()))
        found, rows, docs = self._read_members(line, depth, members)
        if found != members:
            self._looked_at[line] = members = found
            _, rows, docs = self._read_members(line, depth, members)
        heads = (_heads(name, row) for name, row in zip(members[0], rows, strict=True))
        operators = (read(OPERATORS, doc) for doc in docs if doc is not None)
        return Snapshot(heads=tuple(heads), operators=tuple(filter(None, operators)))

    def _read_members(self, line: LineKey, depth: int, members: Members) -> _Look:
        """Who belongs to the line, and what stands where these members are.

        Members seldom change, so those of the last look are asked about in the
        same round trip as who they are now.
        """
        queues, operators = members
        with self._reach(), self._redis.pipeline(transaction=False) as pipe:
            pipe.smembers(key_of(line, "queues"))
            pipe.smembers(key_of(line, "operators"))
            for name in queues:
                pipe.zrange(key_of(line, "queue", name), 0, depth - 1, withscores=True)
            for key in operators:
                pipe.hget(key_of(line, "operator", key), "doc")
            names, keys, *rest = pipe.execute()
        found = tuple(sorted(texts_of(names))), tuple(sorted(texts_of(keys)))
        return found, rest[: len(queues)], rest[len(queues) :]

    def ahead(
        self,
        line: LineKey,
        marks: Mapping[tuple[str, str], datetime],
        is_ahead: Callable[[QueueEntry], bool],
    ) -> Mapping[str, int]:
        """How many wait who arrived before the mark of their (language, class)."""
        found = self._reading.find(line, ["queues"], leads=False)
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
        with self._reach(), self._redis.pipeline(transaction=False) as pipe:
            for name, mark in marked.items():
                key = key_of(line, "queue", name)
                if is_counted_apart(name):
                    pipe.zrange(key, 0, -1, withscores=True)
                else:
                    pipe.zcount(key, "-inf", f"({mark.timestamp()}")
            return dict(zip(marked, pipe.execute(), strict=True))

    def waiting_since(self, line: LineKey, since: datetime) -> list[CallId]:
        """Who is on the line, and has waited since then or for longer."""
        with self._reach():
            found = self._redis.zrange(
                key_of(line, "waits"), "-inf", since.timestamp(), byscore=True
            )
        return [CallId(key) for key in texts_of(found)]


def _before(name: str, rows: Sequence[tuple[str, float]], mark: datetime) -> Any:
    """How many in a queue arrived before a mark; all, where that does not tell."""
    if is_counted_apart(name):
        return [(member.encode(), at) for member, at in rows]
    return sum(at < mark.timestamp() for _, at in rows)


def _counted(name: str, answer: Any, is_ahead: Callable[[QueueEntry], bool]) -> int:
    if is_counted_apart(name):
        return sum(map(is_ahead, _heads(name, answer)))
    return int(answer)


def _heads(name: str, rows: Sequence[tuple[bytes, float]]) -> tuple[QueueEntry, ...]:
    try:
        return tuple(head_of(name, member.decode(), at) for member, at in rows)
    except ValueError:
        # A newer version's kind of queue: nobody here knows whose it is.
        return ()
