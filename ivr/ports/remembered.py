"""Memory beside the entities: findings at the carrier, rules, the last weeks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ivr.core.model.identifiers import LegId, LineKey
from ivr.core.queue.estimate import WaitFigures
from ivr.core.queue.versions import RuleVersion
from ivr.core.upkeep.recordings import Looked


class CarrierMemory(Protocol):
    """Findings at the carrier that the next process must know."""

    def acquire_dial_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the slot for one created call.

        If none is free yet, return when one is.
        """
        ...

    def note_orphaned_legs(
        self, line: LineKey, legs: Sequence[LegId], now: datetime
    ) -> Mapping[LegId, datetime]:
        """Remember these live legs that nobody knows.

        Return since when each is known.
        """
        ...

    def restart_suspicion(self, line: LineKey, leg: LegId, now: datetime) -> None:
        """Count an orphaned leg's time from now on, if it still is one."""
        ...

    def count_orphaned_legs(self, line: LineKey) -> int:
        """How many orphaned legs the last look has found."""
        ...

    def recordings_looked(self, line: LineKey) -> Looked:
        """How far we have read the carrier's list of recordings."""
        ...

    def put_recordings_looked(self, line: LineKey, looked: Looked) -> None:
        """Remember how far we have read."""
        ...


class LiveRules(Protocol):
    """The rule sets that count, in memory for every decision."""

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count, in order, the last in force; none when lost."""
        ...

    def put_rule_versions(self, line: LineKey, versions: Sequence[RuleVersion]) -> None:
        """Let these count, unless the last of them is no newer than the known one."""
        ...


class Statistics(Protocol):
    """Figures of the last weeks, for the expected wait."""

    def figures(self, line: LineKey) -> WaitFigures | None:
        """The figures of the line's last weeks, or None."""
        ...

    def put_figures(self, line: LineKey, figures: WaitFigures) -> None:
        """Keep the figures, for a day at the most."""
        ...
