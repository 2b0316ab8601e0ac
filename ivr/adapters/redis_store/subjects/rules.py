"""The rule sets that count, in memory for every decision."""

from collections.abc import Sequence

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import key_of, written
from ivr.adapters.redis_store.reading import Reading
from ivr.core.model.identifiers import LineKey
from ivr.core.model.values import replace
from ivr.core.queue.versions import RuleVersion


class StoredRules:
    """``ports.LiveRules`` over the reading of a store."""

    __slots__ = ("_context", "_reading")

    def __init__(self, context: StoreContext, reading: Reading) -> None:
        self._context = context
        self._reading = reading

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count, in order, the last in force; none when lost."""
        return self._reading.rule_versions(line)

    def put_rule_versions(self, line: LineKey, versions: Sequence[RuleVersion]) -> None:
        """Let these count, unless the last of them is no newer than the one known."""
        sets = written([replace(each, note="") for each in versions])
        with self._context.reach():
            self._context.put_rules(
                keys=[key_of(line, "rule-sets")], args=[versions[-1].version, sets]
            )
        self._reading.forget()
