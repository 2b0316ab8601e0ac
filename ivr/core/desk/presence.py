"""The presence of an operator who works in the browser: whether the desk is open."""

from datetime import datetime, timedelta

from ivr.core.model import operator as operators
from ivr.core.model.operator import Operator, State
from ivr.core.model.values import replace

GRACE = timedelta(seconds=15)
"""How long a desk may be silent before its operator counts as away: long enough for
a reload or a change of network, short enough that few offers ring at nobody."""

BACK_WITHIN = timedelta(minutes=15)
"""How long after its connection was lost a desk that is back makes its operator
available by itself: an operator who comes back later must say so."""

CONNECTION = "connection"
"""Why an operator is away: the desk has lost its connection."""

BUSY = frozenset({State.RINGING, State.TALKING, State.WRAP_UP})
"""States that a lost connection does not break off: we look again later."""


def is_in_doubt(operator: Operator) -> bool:
    """Whether it matters later that the desk is silent now."""
    return operator.is_in_browser and operator.state in BUSY


def note_lost_desk(operator: Operator, now: datetime) -> Operator | None:
    """The operator whose desk is gone; None when that changes nothing.

    An operator who is rung by telephone can be reached without a desk.
    """
    if not operator.is_in_browser or operator.state is not State.AVAILABLE:
        return None
    away = operators.chosen(operator, State.AWAY, now)
    return replace(away, leg=operator.leg, why=CONNECTION)


def note_desk_back(operator: Operator, now: datetime) -> Operator | None:
    """The operator whose desk is back; None for one who is away by choice."""
    if operator.state is not State.AWAY or operator.why != CONNECTION:
        return None
    if now - operator.since > BACK_WITHIN:
        return None
    here = operators.chosen(operator, State.AVAILABLE, now)
    return replace(here, leg=operator.leg)
