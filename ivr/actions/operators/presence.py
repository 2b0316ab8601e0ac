"""The desk of an operator is seen, or is not seen any more."""

from ivr.actions.saving import save, settle
from ivr.core.desk import presence
from ivr.core.desk.presence import CONNECTION, GRACE
from ivr.core.model.call import LineKey, OperatorId
from ivr.core.model.facts import OperatorChanged
from ivr.core.model.operator import Operator
from ivr.ports import Change, Ports


def seen(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """A desk of the operator is open: whoever was away without one is back."""
    ports.heartbeats.at_desk(line, key, ports.clock.now() + GRACE)

    def attempt() -> bool | None:
        operator, now = ports.operators.operator(line, key), ports.clock.now()
        after = operator and presence.back(operator, now)
        return _save(ports, after, "connection back") if after else False

    settle(attempt)


def unseen(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """No desk of the operator has been heard of for the time of grace.

    Safe to run twice: whoever was seen meanwhile stays.
    """

    def attempt() -> bool | None:
        operator, now = ports.operators.operator(line, key), ports.clock.now()
        until = ports.heartbeats.desk_until(line, key)
        if operator is None or until is None or until > now:
            return False
        if presence.is_in_doubt(operator):
            ports.heartbeats.at_desk(line, key, now + GRACE)
            return False
        after = presence.lost(operator, now)
        if after is not None and not _save(ports, after, CONNECTION):
            return None
        ports.heartbeats.left_desk(line, key)
        return True

    settle(attempt)


def _save(ports: Ports, after: Operator, why: str) -> bool | None:
    fact = OperatorChanged(
        at=after.since,
        line=after.line,
        operator=after.id,
        state=after.state.value,
        why=why,
    )
    return save(ports, after.line, Change(save=(after,), facts=(fact,), wake=True)) or (
        None
    )
