"""The presence of an operator: their desk reports, or has fallen silent."""

from datetime import datetime

from ivr.actions.updating import change_state, update_operator
from ivr.core.desk import presence
from ivr.core.desk.presence import CONNECTION, GRACE
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.ports import Change, Ports


def heartbeat(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """Note that a desk is open: an operator who was away without one is back."""
    ports.heartbeats.expect_desk(line, key, ports.clock.now() + GRACE)
    update_operator(ports, line, key, restore_presence)


def restore_presence(operator: Operator, now: datetime) -> Change | None:
    """Make an operator available who was away only because of the lost connection."""
    after = presence.note_desk_back(operator, now)
    return change_state(after, now, "connection back") if after else None


def heartbeat_expired(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """Note that no desk of the operator has reported for the time of grace.

    Safe to run twice: an operator who was seen meanwhile stays.
    """
    until, now = ports.heartbeats.desk_until(line, key), ports.clock.now()
    if until is None or until > now:
        return
    operator = update_operator(ports, line, key, lose_connection)
    if operator is None:
        return
    if presence.is_in_doubt(operator):
        ports.heartbeats.expect_desk(line, key, now + GRACE)
    else:
        ports.heartbeats.forget_desk(line, key)


def lose_connection(operator: Operator, now: datetime) -> Change | None:
    """Send an operator away whom only the silent desk could ring."""
    after = presence.note_lost_desk(operator, now)
    return change_state(after, now, CONNECTION) if after else None
