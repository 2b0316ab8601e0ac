"""Figures of a line's last weeks, for the expected wait."""

from datetime import timedelta

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import FIGURES, key_of, read, written
from ivr.adapters.redis_store.reading import Reading
from ivr.core.model.identifiers import LineKey
from ivr.core.queue.estimate import WaitFigures

FIGURES_TTL = timedelta(days=1)


class StoredStatistics:
    """``ports.Statistics`` over the reading of a store."""

    __slots__ = ("_context", "_reading")

    def __init__(self, context: StoreContext, reading: Reading) -> None:
        self._context = context
        self._reading = reading

    def figures(self, line: LineKey) -> WaitFigures | None:
        """The figures of the line's last weeks, or None."""
        doc = self._reading.find(line, ["figures"], leads=False)["figures"]
        return read(FIGURES, doc) if doc else None

    def put_figures(self, line: LineKey, figures: WaitFigures) -> None:
        """Keep what was counted: what nobody renews for a day is not recent."""
        doc = written(figures)
        with self._context.reach():
            self._context.client.set(key_of(line, "figures"), doc, ex=FIGURES_TTL)
