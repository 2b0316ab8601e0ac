"""What is remembered beside the entities: the carrier's news, rules, past weeks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ivr.core.model.identifiers import CallId, LineKey
from ivr.core.queue.estimate import WaitFigures
from ivr.core.queue.versions import RuleVersion
from ivr.core.upkeep.recordings import Looked


class CarrierMemory(Protocol):
    """What one process has found out at the carrier and the next must know."""

    def acquire_dial_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the place for one created call; if it is not free yet, when it is."""
        ...

    def note_orphaned_legs(
        self, line: LineKey, legs: Sequence[CallId], now: datetime
    ) -> Mapping[CallId, datetime]:
        """Remember these as the live legs that nobody knows; since when each is."""
        ...

    def restart_suspicion(self, line: LineKey, leg: CallId, now: datetime) -> None:
        """Count a strange leg's time from now on, if it is one still."""
        ...

    def count_orphaned_legs(self, line: LineKey) -> int:
        """How many strange legs there were at the last look."""
        ...

    def recordings_looked(self, line: LineKey) -> Looked:
        """How far the carrier's list of recordings was read."""
        ...

    def put_recordings_looked(self, line: LineKey, looked: Looked) -> None:
        """Remember how far it was read."""
        ...


class LiveRules(Protocol):
    """The rule sets that count, at hand for every decision."""

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count, in order, the last in force; none when lost."""
        ...

    def put_rule_versions(self, line: LineKey, versions: Sequence[RuleVersion]) -> None:
        """Let these count, unless the last of them is no newer than the one known."""
        ...


class Statistics(Protocol):
    """What was counted of the last weeks, for the expected wait."""

    def figures(self, line: LineKey) -> WaitFigures | None:
        """What was counted of the line's last weeks, or None."""
        ...

    def put_figures(self, line: LineKey, figures: WaitFigures) -> None:
        """Keep what was counted, for a day at the most."""
        ...
