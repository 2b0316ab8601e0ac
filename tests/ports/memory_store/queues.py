"""Who waits, in memory: all callers are looked at each time."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from ivr.core.history.report import queue_entry_of
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.presence import (
    has_place,
    is_in_queue,
    waits_on_line,
)
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.model.operator import Operator
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import Snapshot
from tests.ports.memory_store.state import MemoryState


class MemoryQueues:
    """``ports.Queues`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def waiting(self, line: LineKey) -> list[Contact]:
        """Who waits, is claimed or promised a call back, in order of arrival."""
        found = filter(is_in_queue, self._state.calls_in(line))
        return sorted(
            found, key=lambda call: (call.arrival.at or call.started, call.id)
        )

    def snapshot(self, line: LineKey, depth: int) -> Snapshot:
        """The first ``depth`` callers of each queue, and all operators."""
        queues = defaultdict(list)
        for head in self._heads(line):
            queues[_queue_of(head)].append(head)
        heads = tuple(tuple(queue[:depth]) for queue in queues.values())
        return Snapshot(
            heads=heads, operators=tuple(self._state.lines[line].all(Operator))
        )

    def ahead(
        self,
        line: LineKey,
        marks: Mapping[tuple[str, str], datetime],
        is_ahead: Callable[[QueueEntry], bool],
    ) -> Mapping[str, int]:
        """How many wait who arrived before the mark of their (language, class)."""
        found = Counter({language: 0 for language, _ in marks})
        for head in self._heads(line):
            mark = marks.get((head.language, head.urgency))
            if mark is not None and head.counts_from is not None:
                found[head.language] += is_ahead(head)
            elif mark is not None:
                found[head.language] += head.arrived < mark
        return found

    def waiting_since(self, line: LineKey, since: datetime) -> list[ContactId]:
        """Who is on the line, and has waited since then or for longer."""
        on_line = filter(waits_on_line, self._state.calls_in(line))
        waits = [(call.wait.since, call.id) for call in on_line if call.wait.since]
        return [key for moment, key in sorted(waits) if moment <= since]

    def _heads(self, line: LineKey) -> Iterator[QueueEntry]:
        """Everybody who has a place, in order of arrival."""
        heads = map(queue_entry_of, filter(has_place, self._state.calls_in(line)))
        yield from sorted(heads, key=lambda head: (head.arrived, head.call))


def _queue_of(head: QueueEntry) -> tuple[object, ...]:
    """What all who stand in one queue have in common."""
    whose = head.belongs_to, head.team, head.handed
    return head.language, head.urgency, head.counts_from, *whose
