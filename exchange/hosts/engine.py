"""Drives a switch in real time, with threads: one for the time, a few for webhooks.

One lock guards the switch. The time may run faster than the wall clock by a factor,
so that a demo shows an evening in minutes; waiting for HTTP is always real time.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from exchange.hosts.switch import Switch
from exchange.kernel.http_types import Failure, Outcome, Webhook

_LOG = logging.getLogger(__name__)
SENDERS = 32


class Engine:
    """A running switch; every use of it goes through `using`."""

    def __init__(
        self,
        switch: Switch,
        clock: Callable[[], float],
        deliver: Callable[[Webhook], Outcome],
        *,
        speed: float = 1.0,
    ) -> None:
        self.speed = speed
        self.stopping = threading.Event()
        self._switch = switch
        self._clock = clock
        self._deliver = deliver
        self._changed = threading.Condition()
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._run_clock, name="exchange-time")

    def start(self) -> None:
        """Let time run."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the time and wait for the requests that are under way."""
        self.stopping.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    @contextmanager
    def using(self) -> Iterator[Switch]:
        """Hold the switch, brought up to the present; what it sends goes out after."""
        with self._changed:
            self._switch.advance(self._clock())
            try:
                yield self._switch
            finally:
                self._dispatch_webhooks()
                self._changed.notify_all()

    def wait_for(self, holds: Callable[[Switch], bool], seconds: float) -> bool:
        """Wait until something holds or the engine stops; False if the time was up."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self.stopping.is_set() or holds(self._switch), seconds
            )

    def _run_clock(self) -> None:
        with self._changed:
            while not self.stopping.is_set():
                self._advance_once()
                self._changed.notify_all()
                self._changed.wait(self._next_pause())

    def _advance_once(self) -> None:
        try:
            self._switch.advance(self._clock())
        except Exception:  # noqa: BLE001 - whatever it was
            # One broken call must not stop the exchange for all the others.
            _LOG.exception("a call broke")
        self._dispatch_webhooks()

    def _next_pause(self) -> float | None:
        due = self._switch.next_due()
        if due is None:
            return None
        return max(0.0, (due - self._clock()) / self.speed)

    def _dispatch_webhooks(self) -> None:
        for webhook in self._switch.take_outbox():
            if not self.stopping.is_set():
                self._pool.submit(self._send_webhook, webhook)

    def _send_webhook(self, webhook: Webhook) -> None:
        try:
            self._report_outcome(webhook, self._deliver(webhook))
        except Exception:  # noqa: BLE001 - whatever it was
            # In a pool nobody would ever see it.
            _LOG.exception("a call broke")

    def _report_outcome(self, webhook: Webhook, outcome: Outcome) -> None:
        with self.using() as switch:
            if isinstance(outcome, Failure):
                switch.state.trouble.append((webhook, str(outcome.trouble)))
            switch.answered(webhook, outcome)
