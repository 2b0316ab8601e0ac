"""The record that a desk shows: of the current call, or of the last one.

A record of the last caller must not be open for passers-by, nor get the words meant for
the next one.
"""

from enum import StrEnum

from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import Operator, State


class Shown(StrEnum):
    """How the page shows a record."""

    NOW = "now"
    """Open: the operator talks in the call, or wraps it up."""
    LAST = "last"
    """Folded away under a heading of its own, to be opened."""
    NOT = "not"


AT_REST = frozenset({State.AVAILABLE, State.OFFLINE})


def record_shown(
    operator: Operator, in_hand: ContactId | None
) -> tuple[ContactId | None, Shown]:
    """The call whose record an operator sees, and how.

    While somebody rings, or the operator is away, only an owed record is there, folded.
    """
    if in_hand is not None:
        return in_hand, Shown.NOW
    after = operator.wrap_up
    over = after.owes or (after.last if operator.state in AT_REST else None)
    if over is None or operator.state in {State.RINGING, State.TALKING}:
        return None, Shown.NOT
    return over, Shown.LAST
