"""Timers and signs of life in memory."""

from datetime import datetime

from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.ports import Due
from tests.ports.memory_store.state import MemoryState, set_due


class MemoryDeadlines:
    """``ports.Deadlines`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def due(self, line: LineKey, now: datetime) -> list[Due]:
        """What has its time come; it stays due until a change moves it."""
        moments = self._state.lines[line].due.items()
        found = [(at, f"{due.kind}:{due.key}", due) for due, at in moments if at <= now]
        return [due for *_, due in sorted(found, key=lambda each: each[:2])]

    def first_due(self, line: LineKey, now: datetime) -> Due | None:
        """The timer that expired first, or None."""
        return next(iter(self.due(line, now)), None)

    def note_due(self, line: LineKey, due: Due, at: datetime) -> None:
        """Let something be due that is no entity's own moment."""
        self._state.lines[line].due[due] = at

    def drop_due(self, line: LineKey, due: Due) -> None:
        """Let it be due no more."""
        self._state.lines[line].due.pop(due, None)

    def put_off(self, line: LineKey, due: Due, until: datetime) -> None:
        """Let what is due be due later, if it stands there still."""
        moments = self._state.lines[line].due
        if due in moments:
            moments[due] = max(moments[due], until)


class MemoryHeartbeats:
    """``ports.Heartbeats`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def expect_poll(self, line: LineKey, key: ContactId, until: datetime) -> None:
        """A caller on hold has polled and is expected again before ``until``."""
        self._state.expect_poll(line, key, until)

    def is_poll_overdue(self, line: LineKey, key: ContactId, now: datetime) -> bool:
        """Whether a caller on hold is overdue with the next poll."""
        until = self._state.lines[line].polls.get(key)
        return until is not None and until < now

    def expect_desk(self, line: LineKey, key: OperatorId, until: datetime) -> None:
        """A desk of the operator is open, and is heard of again before ``until``."""
        set_due(self._state.lines[line].due, Due(kind="desk", key=key), until)

    def desk_until(self, line: LineKey, key: OperatorId) -> datetime | None:
        """Until when the operator's desk is believed in; None without any."""
        return self._state.lines[line].due.get(Due(kind="desk", key=key))

    def forget_desk(self, line: LineKey, key: OperatorId) -> None:
        """Expect nothing of the operator's desk any more."""
        set_due(self._state.lines[line].due, Due(kind="desk", key=key), None)
