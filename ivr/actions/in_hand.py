"""Which call an operator has in hand, and may therefore see into."""

from ivr.core.call import Call, CallId, LineKey, OperatorId
from ivr.core.errors import Stale
from ivr.core.operator import Operator, State
from ivr.ports import Ports


def in_hand(ports: Ports, line: LineKey, key: OperatorId) -> Call:
    """The call that an operator talks in, or wraps up; Stale when there is none."""
    operator = ports.store.operator(line, key)
    known = operator and call_in_hand(ports, operator)
    if not known:
        raise Stale("not-yours")
    call = ports.store.call(line, known)
    if call is None:
        raise Stale("call-over")
    return call


def call_in_hand(ports: Ports, operator: Operator) -> CallId | None:
    """The name of the call that an operator talks in, or wraps up."""
    match operator.state:
        case State.TALKING if operator.claim is not None:
            claim = ports.store.claim(operator.line, operator.claim)
            return claim.call if claim else None
        case State.WRAP_UP:
            return operator.last
        case _:
            return None
