"""REST on a bad day: too many requests, errors, and answers that never come."""

from exchange.hosts.switch import Switch
from exchange.kernel.http_types import RestAnswer, RestRequest
from exchange.rest.answers import RestError
from exchange.state.faults import FaultKind

_KINDS = (
    FaultKind.TOO_MANY,
    FaultKind.BROKEN,
    FaultKind.BROKEN_AFTER,
    FaultKind.HANG,
    FaultKind.HANG_AFTER,
)
_AFTER = {FaultKind.BROKEN_AFTER, FaultKind.HANG_AFTER}


class Hang(Exception):
    """The answer to this request never comes; it may have taken effect."""


def answer_or_fail(switch: Switch, request: RestRequest) -> RestAnswer:
    """Answer a request unless a fault strikes; raises Hang."""
    faults = switch.state.faults
    fault = faults.use_fault(_KINDS, request.method, request.path)
    if fault is None:
        return switch.rest(request)
    if fault.kind in _AFTER:
        switch.rest(request)
    if fault.kind in {FaultKind.HANG, FaultKind.HANG_AFTER}:
        raise Hang(f"{request.method} {request.path}")
    if fault.kind is FaultKind.TOO_MANY:
        return RestError(429, 20429, "Too Many Requests").answer()
    return RestError(503, 20503, "Service is unavailable").answer()
