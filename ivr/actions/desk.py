"""What an operator's desk is shown, and what it asks for besides the calls."""

from dataclasses import replace

from ivr.actions.operators import bring_one, choose_state
from ivr.core import desk
from ivr.core.call import ClaimId, LineKey, OperatorId
from ivr.core.desk import AWAY_REASONS, Colleague, Desk
from ivr.core.errors import Invalid, NotFound
from ivr.core.operator import CHOOSABLE, Operator, State
from ivr.ports import Ports


def look(
    ports: Ports, line: LineKey, key: OperatorId, last: ClaimId | None = None
) -> Desk:
    """The desk as it is now; ``last`` is the claim that the page showed before."""
    operator = _present(ports, line, key)
    claim = ports.store.claim(line, operator.claim) if operator.claim else None
    call = ports.store.call(line, claim.call) if claim else None
    shown = desk.seen(operator, claim, call, ports.clock.now())
    if last is None or last == operator.claim:
        return shown
    before = ports.store.claim(line, last)
    return replace(shown, over=desk.why_over(before, operator))


def choose(
    ports: Ports, line: LineKey, key: OperatorId, state: str, reason: str
) -> None:
    """The operator chooses a state at the desk; away with a reason that is known."""
    if state not in CHOOSABLE:
        raise Invalid(f"state: {state!r} is none that can be chosen at the desk")
    if reason not in AWAY_REASONS:
        raise Invalid(f"reason: {reason!r} is none of {', '.join(AWAY_REASONS)}")
    _present(ports, line, key)
    why = reason if state == State.AWAY else "desk"
    choose_state(ports, line, key, State(state), why)


def colleagues(ports: Ports, line: LineKey, key: OperatorId) -> list[Colleague]:
    """The other operators of the line, those who are free first, then by name."""
    now = ports.clock.now()
    others = [each for each in ports.store.operators(line) if each.id != key]
    found = [desk.colleague(each, now) for each in others]
    return sorted(found, key=lambda each: (not each.is_free, each.name))


def _present(ports: Ports, line: LineKey, key: OperatorId) -> Operator:
    """The operator in the live state, who is brought in if it was lost."""
    found = ports.store.operator(line, key)
    if found is None:
        bring_one(ports, line, key)
        found = ports.store.operator(line, key)
    if found is None:
        raise NotFound("this operator is on no roster any more; ask ops staff")
    return found
