"""The current contact of an operator: the one that they may see into."""

from ivr.core.model.contact.contact import Contact
from ivr.core.model.errors import Stale
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, State
from ivr.ports import Ports


def current_contact(ports: Ports, line: LineKey, key: OperatorId) -> Contact:
    """The call that an operator has taken, or wraps up; Stale when there is none."""
    operator = ports.operators.operator(line, key)
    known = operator and current_contact_id(ports, operator)
    if not known:
        raise Stale("not-yours")
    call = ports.contacts.call(line, known)
    if call is None:
        raise Stale("call-over")
    return call


def current_contact_id(ports: Ports, operator: Operator) -> ContactId | None:
    """The identifier of the call that an operator has taken, or wraps up.

    An operator who is only rung has none yet: others may be asked in their place.
    """
    if operator.state is State.WRAP_UP:
        return operator.wrap_up.last
    if operator.claim is None:
        return None
    claim = ports.contacts.claim(operator.line, operator.claim)
    taken = claim is not None and claim.is_open and not claim.is_offered
    return claim.call if claim and taken else None
