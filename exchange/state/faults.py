"""Faults to be switched on: what networks and carriers do on a bad day.

A fault concerns the requests whose address matches its pattern, with a probability
or for the next few of them.
"""

import re
from dataclasses import dataclass, field, replace  # noqa: TID251 - as in control
from enum import StrEnum

from exchange.kernel.http_types import Purpose, Webhook
from exchange.kernel.sids import Chance


class FaultKind(StrEnum):
    """A kind of fault."""

    DOUBLED = "doubled"  # a webhook arrives twice, the copy `seconds` later
    DELAYED = "delayed"  # a webhook arrives `seconds` late
    LOST = "lost"  # a status callback never arrives
    TOO_MANY = "429"  # REST refuses, having done nothing
    BROKEN = "5xx"  # REST fails, having done nothing
    BROKEN_AFTER = "5xx-after"  # REST fails, having done it
    HANG = "hang"  # REST does not answer and does nothing
    HANG_AFTER = "hang-after"  # REST does it and does not answer


WEBHOOK_KINDS = (FaultKind.DOUBLED, FaultKind.DELAYED, FaultKind.LOST)


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault in force; `times` counts down, None is without end."""

    kind: FaultKind
    path: str = ""
    method: str = ""
    probability: float = 1.0
    times: int | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Faults:
    """The faults in force, and the chance that decides when they strike."""

    chance: Chance
    active: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        self.active.append(fault)

    def clear(self) -> None:
        """Switch all faults off."""
        self.active.clear()

    def use_fault(
        self, kinds: tuple[FaultKind, ...], method: str, url: str
    ) -> Fault | None:
        """Return the fault that hits this request, using it up by one."""
        for fault in self.active:
            if fault.kind in kinds and self._is_hit(fault, method, url):
                fault.times = None if fault.times is None else fault.times - 1
                return fault
        return None

    def deliveries_of(self, webhook: Webhook) -> list[tuple[Webhook, float]]:
        """Return the copies of a webhook that are sent, with their delays."""
        fault = self.use_fault(_kinds_for(webhook), webhook.method, webhook.url)
        if fault is None:
            return [(webhook, 0.0)]
        if fault.kind is FaultKind.DOUBLED:
            return [(webhook, 0.0), (replace(webhook, copy=True), fault.seconds)]
        if fault.kind is FaultKind.DELAYED:
            return [(webhook, fault.seconds)]
        return []

    def _is_hit(self, fault: Fault, method: str, url: str) -> bool:
        if fault.times == 0 or fault.method not in {"", method}:
            return False
        if not re.search(fault.path, url):
            return False
        return fault.probability >= 1.0 or self.chance.random() < fault.probability


def _kinds_for(webhook: Webhook) -> tuple[FaultKind, ...]:
    if webhook.purpose is Purpose.CALLBACK:
        return WEBHOOK_KINDS
    return (FaultKind.DOUBLED, FaultKind.DELAYED)
