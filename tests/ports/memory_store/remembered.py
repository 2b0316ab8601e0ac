"""What is remembered beside the entities, in memory."""

from collections.abc import Sequence
from datetime import datetime

from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import LegId, LineKey
from ivr.core.model.values import replace
from ivr.core.queue.estimate import WaitFigures
from ivr.core.queue.versions import RuleVersion
from ivr.core.upkeep.recordings import Looked
from tests.ports.memory_store.state import MemoryState


class MemoryCarrierMemory:
    """``ports.CarrierMemory`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def acquire_dial_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the place for one created call; if it is not free yet, when it is."""
        return self._state.acquire_dial_slot(now, per_second)

    def note_orphaned_legs(
        self, line: LineKey, legs: Sequence[LegId], now: datetime
    ) -> dict[LegId, datetime]:
        """Remember these as the live legs that nobody knows; since when each is."""
        before = self._state.lines[line].strangers
        since = {leg: before.get(leg, now) for leg in legs}
        self._state.lines[line].strangers = since
        return dict(since)

    def restart_suspicion(self, line: LineKey, leg: LegId, now: datetime) -> None:
        """Count a strange leg's time from now on, if it is one still."""
        if leg in self._state.lines[line].strangers:
            self._state.lines[line].strangers[leg] = now

    def count_orphaned_legs(self, line: LineKey) -> int:
        """How many strange legs there were at the last look."""
        return len(self._state.lines[line].strangers)

    def recordings_looked(self, line: LineKey) -> Looked:
        """How far the carrier's list of recordings was read."""
        return self._state.lines[line].looked

    def put_recordings_looked(self, line: LineKey, looked: Looked) -> None:
        """Remember how far it was read."""
        self._state.lines[line].looked = looked


class MemoryRules:
    """``ports.LiveRules`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count, in order, the last in force; none when lost."""
        return self._state.lines[line].rules

    def put_rule_versions(self, line: LineKey, versions: Sequence[RuleVersion]) -> None:
        """Let these count, unless the last of them is no newer than the one known."""
        known = self._state.lines[line].rules
        if not known or known[-1].version < versions[-1].version:
            self._state.lines[line].rules = tuple(
                replace(each, note="") for each in versions
            )


class MemoryStatistics:
    """``ports.Statistics`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def figures(self, line: LineKey) -> WaitFigures | None:
        """What was counted of the line's last weeks, or None."""
        return self._state.lines[line].figures

    def put_figures(self, line: LineKey, figures: WaitFigures) -> None:
        """Keep what was counted."""
        self._state.lines[line].figures = figures


class MemoryJournal:
    """``ports.Journal`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def begin_writing(self, line: LineKey) -> None:
        """From here on a new fact sends a job of its own."""
        self._state.lines[line].asked.pop("write", None)

    def take(self, line: LineKey, most: int) -> list[tuple[str, Fact]]:
        """The oldest facts with their identifiers; they stay until dropped."""
        return list(self._state.lines[line].facts.items())[:most]

    def drop(self, line: LineKey, entries: Sequence[str]) -> None:
        """Forget entries that are safely written."""
        for entry in entries:
            self._state.lines[line].facts.pop(entry, None)
