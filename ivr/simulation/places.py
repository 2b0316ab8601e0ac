"""The places of waiting callers: a queue for each language and class."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import heappop, heappush

from ivr.core.model.identifiers import ClaimId, ContactId, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.queue.priority import QueueEntry
from ivr.simulation.day import SimulatedCaller

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Place:
    """A caller's place from arrival to the end.

    ``waits`` is false while an operator is being rung, and once it is over.
    """

    caller: SimulatedCaller
    head: QueueEntry
    waits: bool = True
    over: bool = False
    claim: ClaimId | None = None
    operator: OperatorId | None = None
    offers: int = 0


class _Queue:
    """One queue by arrival.

    A caller who does not wait any more is removed when the queue is read.
    """

    def __init__(self) -> None:
        self._places: list[tuple[datetime, ContactId, Place]] = []
        self.passed_by = _NEVER
        """The latest arrival of all who were preferred to somebody in here."""

    def put(self, place: Place) -> None:
        """Give a caller the place that the arrival gives."""
        heappush(self._places, (place.head.arrived, place.head.call, place))

    def first(self) -> Place | None:
        """The first caller to come of those who still wait."""
        while self._places:
            place = self._places[0][2]
            if place.waits:
                return place
            heappop(self._places)
        return None

    def __iter__(self) -> Iterator[Place]:
        return (place for _, _, place in self._places if place.waits)


class Places:
    """All queues of the line."""

    def __init__(self) -> None:
        self._queues: dict[tuple[str, str], _Queue] = {}
        self._by_call: dict[ContactId, Place] = {}
        self.waiting = 0

    def __iter__(self) -> Iterator[Place]:
        return (place for queue in self._queues.values() for place in queue)

    def of(self, call: ContactId) -> Place:
        """The place of a caller who has not gone."""
        return self._by_call[call]

    def put(self, place: Place) -> None:
        """Let a caller wait, at first or once more after an offer that failed."""
        place.waits, place.claim, place.operator = True, None, None
        self.waiting += 1
        self._by_call[place.head.call] = place
        self._queue(place.head).put(place)

    def claim(self, place: Place, claim: ClaimId, operator: Operator) -> None:
        """Take a caller out of the queue for an offer; the place is kept."""
        self._stop(place)
        place.claim, place.operator = claim, operator.id
        place.offers += 1
        self._pass_by(place.head, operator)

    def end(self, place: Place) -> None:
        """Forget a caller who was answered or has gone."""
        if place.waits:
            self._stop(place)
        place.over, place.claim, place.operator = True, None, None
        del self._by_call[place.head.call]

    def heads(self) -> tuple[tuple[QueueEntry, ...], ...]:
        """The first of each queue, as routing sees them.

        One is enough: inside a queue nobody is served before its head.
        """
        firsts = (queue.first() for queue in self._queues.values())
        return tuple((place.head,) for place in firsts if place is not None)

    def was_passed_over(self, place: Place) -> bool:
        """Whether somebody who came later was preferred while the caller was here."""
        return self._queue(place.head).passed_by > place.head.arrived

    def _queue(self, head: QueueEntry) -> _Queue:
        return self._queues.setdefault((head.language, head.urgency), _Queue())

    def _stop(self, place: Place) -> None:
        place.waits = False
        self.waiting -= 1

    def _pass_by(self, head: QueueEntry, operator: Operator) -> None:
        """Mark the queues whose first came earlier and speaks with the operator."""
        for (language, _), queue in self._queues.items():
            if (
                head.arrived <= queue.passed_by
                or language not in operator.profile.languages
            ):
                continue
            first = queue.first()
            if first is not None and first.head.arrived < head.arrived:
                queue.passed_by = head.arrived
