"""The stream of facts on its way to the call log."""

from collections.abc import Sequence
from typing import Any, cast

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import fact_of, key_of
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import LineKey


class StoredJournal:
    """``ports.Journal`` over one client."""

    __slots__ = ("_context",)

    def __init__(self, context: StoreContext) -> None:
        self._context = context

    def begin_writing(self, line: LineKey) -> None:
        """From here on a new fact sends a job of its own."""
        with self._context.reach():
            self._context.client.delete(key_of(line, "asked:write"))

    def take(self, line: LineKey, most: int) -> list[tuple[str, Fact]]:
        """The oldest facts with the stream's identifiers; they stay until dropped.

        What this version cannot read comes as an UnreadFact, in its place.
        """
        with self._context.reach():
            rows = cast(
                "Any", self._context.client.xrange(key_of(line, "facts"), count=most)
            )
        return [
            (entry.decode(), fact_of(line, entry, values)) for entry, values in rows
        ]

    def drop(self, line: LineKey, entries: Sequence[str]) -> None:
        """Forget entries that are safely written."""
        if entries:
            with self._context.reach():
                self._context.client.xdel(key_of(line, "facts"), *entries)
