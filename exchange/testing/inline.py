"""A host for tests: virtual time, one thread, everything in a fixed order.

Webhooks are handed to a transport function, one after the other, and REST requests may
come in while it runs. Time stands still until a test lets it run; then it moves from
event to event, at most a tick at a time, and each move calls `on_time`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from exchange.hosts.switch import Switch
from exchange.kernel.config import Config
from exchange.kernel.http_types import (
    Failure,
    Form,
    Outcome,
    RestAnswer,
    RestRequest,
    Trouble,
    Webhook,
    WebhookAnswer,
)
from exchange.kernel.rng import seeded_chance
from exchange.state.exchange_state import Complaint, ExchangeState
from exchange.state.leg import Leg
from exchange.state.people import Callee, Deed, Stay
from exchange.state.script import CallScript

Headers: TypeAlias = Mapping[str, str] | tuple[tuple[str, str], ...]
Transport: TypeAlias = Callable[
    [str, str, Mapping[str, str], bytes], tuple[int, Headers, bytes]
]
DAWN = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)


class TimeRanOut(AssertionError):
    """An event that a test waited for did not happen in virtual time."""


class InlineExchange:
    """An exchange in virtual time; see the module."""

    def __init__(
        self,
        config: Config,
        transport: Transport,
        *,
        start: datetime = DAWN,
        on_time: Callable[[datetime], None] | None = None,
        seed: int = 1,
    ) -> None:
        self.switch = Switch(config, seeded_chance(seed), start.timestamp())
        self.tick = 1.0
        self.on_time = on_time
        self._transport = transport
        self._flushing = False

    @property
    def state(self) -> ExchangeState:
        """Return the state of the exchange."""
        return self.switch.state

    @property
    def now(self) -> datetime:
        """Return the virtual time."""
        return datetime.fromtimestamp(self.state.now, UTC)

    @property
    def complaints(self) -> list[Complaint]:
        """Return what the service did wrong so far."""
        return self.state.complaints

    @property
    def failures(self) -> list[str]:
        """Return what persons expected in vain so far."""
        return [text for leg in self.state.legs.values() for text in leg.failures]

    def dial(self, from_: str, to: str, *deeds: Deed) -> Leg:
        """Let somebody call a number and do these things; without any, just stay."""
        return self.switch.dial(from_, to, deeds or (Stay(),))

    def play(self, script: CallScript) -> Leg:
        """Begin a whole call from a file: who is called, then the caller."""
        for number, attempts in (script.operators | script.called_back).items():
            self.put_person(number, *attempts)
        return self.dial(script.from_, script.to, *script.caller)

    def put_person(self, number: str, *attempts: Callee) -> None:
        """Say who answers a number: the first time, the second, and so on."""
        self.switch.put_person(number, *attempts)

    def press(self, call: Leg, digits: str) -> None:
        """Press keys on a telephone."""
        self.switch.press(call.sid, digits)

    def speak(self, call: Leg, text: str) -> None:
        """Say something into a telephone."""
        self.switch.speak(call.sid, text)

    def hang_up(self, call: Leg) -> None:
        """Put a receiver down."""
        self.switch.hang_up(call.sid)

    def rest(
        self,
        method: str,
        path: str,
        params: Form = (),
        auth: tuple[str, str] | None = None,
    ) -> RestAnswer:
        """Take a REST request, also from inside the transport."""
        request = RestRequest(method=method, path=path, params=params, auth=auth)
        return self.switch.rest(request)

    def run_for(self, seconds: float) -> None:
        """Let this much virtual time pass."""
        self._run_until(lambda: False, seconds)

    def run_until(self, holds: Callable[[], object], limit: float = 3600.0) -> None:
        """Let time pass until something holds; raises TimeRanOut."""
        if not self._run_until(holds, limit):
            calls = [
                f"{leg.sid} {leg.status}: {[str(e.kind) for e in leg.transcript[-6:]]}"
                for leg in self.state.legs.values()
            ]
            raise TimeRanOut("\n".join([f"not within {limit} s", *calls]))

    def _run_until(self, holds: Callable[[], object], seconds: float) -> bool:
        end = self.state.now + seconds
        self._flush_webhooks()
        while not holds():
            if self.state.now >= end:
                return False
            self._move_to(end)
            self._flush_webhooks()
        return True

    def _move_to(self, end: float) -> None:
        due = self.switch.next_due()
        steps = [end, self.state.now + self.tick]
        if due is not None:
            steps.append(max(due, self.state.now))
        self.switch.advance(min(steps))
        if self.on_time is not None:
            self.on_time(self.now)

    def _flush_webhooks(self) -> None:
        while self.state.outbox:
            webhook = self.state.outbox.pop(0)
            self._deliver_outcome(webhook, self._send_webhook(webhook))

    def _deliver_outcome(self, webhook: Webhook, outcome: Outcome) -> None:
        if isinstance(outcome, Failure):
            self.state.trouble.append((webhook, str(outcome.trouble)))
            late = (
                webhook.total_seconds
                if outcome.trouble is Trouble.READ
                else webhook.connect_seconds
            )
            self.state.timeline.call_in(
                late, lambda: self.state.answered(webhook, outcome)
            )
        else:
            self.switch.answered(webhook, outcome)

    def _send_webhook(self, webhook: Webhook) -> Outcome:
        try:
            status, headers, body = self._transport(
                webhook.method, webhook.url, webhook.headers, webhook.body
            )
        except TimeoutError:
            return Failure(trouble=Trouble.READ)
        except ConnectionError:
            return Failure(trouble=Trouble.CONNECT)
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        return WebhookAnswer(status=status, headers=tuple(pairs), body=body)
