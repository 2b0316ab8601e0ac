"""The desks that are open now, and how each is woken when something changes for it."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.ports import News

Desk = tuple[LineKey, OperatorId]

MOST = 8
"""The most streams of one operator, one for each open page; a further one ends the
oldest."""


class DeskSignal(threading.Event):
    """Set whenever something has changed for a desk; ``ended`` once it must go."""

    ended = False


class Hub:
    """Wakes the streams of an operator's desks, and no others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: defaultdict[Desk, list[DeskSignal]] = defaultdict(list)
        self.closing = threading.Event()

    @contextmanager
    def open_desk(self, desk: Desk) -> Iterator[DeskSignal]:
        """An event that is set whenever something has changed for this desk."""
        woken = DeskSignal()
        with self._lock:
            self._open[desk].append(woken)
            for each in self._open[desk][:-MOST]:
                each.ended = True
                each.set()
        try:
            yield woken
        finally:
            with self._lock:
                self._open[desk].remove(woken)
                if not self._open[desk]:
                    del self._open[desk]

    def wake_desks(self, news: News) -> None:
        """Wake the desks of an operator, or all of a line."""
        line, operator = news
        with self._lock:
            for desk, woken in self._open.items():
                if desk[0] == line and operator in (None, desk[1]):
                    for each in woken:
                        each.set()

    def follow_changes(self, told: Iterable[News | None]) -> None:
        """Pass on changes until the hub closes."""
        for news in told:
            if self.closing.is_set():
                return
            if news is not None:
                self.wake_desks(news)

    def end_streams(self) -> None:
        """End every stream."""
        self.closing.set()
        with self._lock:
            for woken in self._open.values():
                for each in woken:
                    each.set()
