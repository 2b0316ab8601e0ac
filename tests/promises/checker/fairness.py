"""Whether anybody was passed over for ever, read from the facts alone."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ivr.core.model.facts import CallerQueued, CallStarted, Fact
from ivr.core.model.identifiers import ContactId

TALKS = 2
"""One for an arrival, and one more for whoever was cut off in it."""


@dataclass(slots=True)
class _Waiting:
    """Somebody who waits in a queue, and who has talked meanwhile.

    While an operator is being rung for them nobody passes them over.
    """

    queue: tuple[str, str]
    is_offered: bool = False
    talks: Counter[str] = field(default_factory=Counter)


class FairnessWatch:
    """Reads the facts in order and knows who waits while who talks.

    Of a queue (language and class) nobody may talk more often than ``TALKS`` while
    another one of the same queue waits without a break: a place is spent by a talk.
    Whom an operator has handed on keeps the place, and has not asked for it; also when
    they hang up and ring again. Who was called back is gone when that leg is over.
    """

    def __init__(self) -> None:
        self._person: dict[ContactId, str] = {}
        self._queue: dict[ContactId, tuple[str, str]] = {}
        self._waiting: dict[ContactId, _Waiting] = {}
        self._handed: Counter[str] = Counter()
        self._over: set[str] = set()

    def breaches(self, facts: Iterable[Fact]) -> Iterator[str]:
        """Every talk that was one too many."""
        for fact in facts:
            if fact.call is not None:
                yield from self._read(fact, fact.call)

    def _read(self, fact: Fact, call: ContactId) -> Iterator[str]:
        match fact.name:
            case "call-started" if isinstance(fact, CallStarted):
                self._person[call] = fact.caller or call
            case "caller-queued" if isinstance(fact, CallerQueued):
                self._queue[call] = (fact.language, fact.urgency)
                self._waiting[call] = _Waiting(self._queue[call])
            case "offer-made" | "offer-ended":
                self._offered(fact, call)
            case "call-transferred":
                self._handed[self._person.get(call, call)] += 1
            case "caller-connected" if not self._is_late(fact):
                self._waiting.pop(call, None)
                yield from self._talks(call)
            case "callback-promised" | "call-ended" | "person-left":
                self._waiting.pop(call, None)
            case _:
                pass

    def _offered(self, fact: Fact, call: ContactId) -> None:
        if fact.name == "offer-ended":
            self._over.add(_claim_of(fact))
        if call in self._waiting:
            self._waiting[call].is_offered = fact.name == "offer-made"

    def _is_late(self, fact: Fact) -> bool:
        """Whether two met whose claim was undone by then: they were not left to talk.

        The caller has waited on, and the arrival has not been used.
        """
        return _claim_of(fact) in self._over

    def _talks(self, call: ContactId) -> Iterator[str]:
        who = self._person.get(call, call)
        if self._handed[who]:
            self._handed[who] -= 1
            return
        for other, waiting in self._waiting.items():
            passed = self._person.get(other, other)
            is_beside = waiting.queue == self._queue.get(call) and passed != who
            if waiting.is_offered or not is_beside:
                continue
            waiting.talks[who] += 1
            if (times := waiting.talks[who]) > TALKS:
                yield f"{who} talked {times} times while {other} was passed over"


def _claim_of(fact: Fact) -> str:
    return str(getattr(fact, "claim", ""))
