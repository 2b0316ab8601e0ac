"""Which record a desk shows, and how: of the call in hand, or of the last one.

What was written of the last caller is nothing for passers-by, and its form is no
place for the words of the next one.
"""

from enum import StrEnum

from ivr.core.model.identifiers import CallId
from ivr.core.model.operator import Operator, State


class Shown(StrEnum):
    """How a record stands on the page."""

    NOW = "now"
    """Open: the call is talked in, or wrapped up."""
    LAST = "last"
    """Folded away under a heading of its own, to be opened."""
    NOT = "not"


AT_REST = frozenset({State.AVAILABLE, State.OFFLINE})


def record_shown(
    operator: Operator, in_hand: CallId | None
) -> tuple[CallId | None, Shown]:
    """The call whose record is shown to an operator, with how.

    Nothing of it stands there while somebody rings, or the operator is away, but
    what is still owed: that can be opened.
    """
    if in_hand is not None:
        return in_hand, Shown.NOW
    after = operator.wrap_up
    over = after.owes or (after.last if operator.state in AT_REST else None)
    if over is None or operator.state in {State.RINGING, State.TALKING}:
        return None, Shown.NOT
    return over, Shown.LAST
