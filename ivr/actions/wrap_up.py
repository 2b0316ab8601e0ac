"""The time after a talk: how long it lasts, and what must be written before its end."""

from datetime import datetime

from ivr.actions import rules as rule_sets
from ivr.actions.saving import save, settle
from ivr.core.history.record import missing
from ivr.core.model import operator as operators
from ivr.core.model.call import LineKey, OperatorId
from ivr.core.model.claim import Claim
from ivr.core.model.errors import Stale, Unavailable
from ivr.core.model.operator import Operator
from ivr.ports import Change, Ports


def wrapping_up(
    ports: Ports, claim: Claim, operator: Operator, now: datetime
) -> Operator:
    """The operator of a claim after the talk; held when the record lacks something."""
    length = rule_sets.in_force(ports, claim.line).wrap_up.length
    owes = _owes(ports, claim)
    return operators.wrapping_up(operator, now, length, claim.call, owes=owes)


def _owes(ports: Ports, claim: Claim) -> bool:
    desk = ports.content.lines()[claim.line].desk
    if not desk.required:
        return False
    try:
        record = ports.records.of(claim.call, claim.operator)
    except Unavailable as error:
        # Nothing can be written while the database is away: nobody is held for it.
        ports.notes.warning("record not asked for", claim=claim.id, error=str(error))
        return False
    return bool(missing(record, desk))


def more_time(ports: Ports, line: LineKey, key: OperatorId) -> Operator:
    """Make a wrap-up longer that an operator is in; Stale when it cannot be."""

    def attempt() -> Operator | None:
        operator = ports.store.operator(line, key)
        rule, now = rule_sets.in_force(ports, line).wrap_up, ports.clock.now()
        after = operator and operators.extended(
            operator, now, rule.more, rule.more_times
        )
        if after is None:
            raise Stale("not-now")
        # Whoever waits for this operator alone need not do so any more.
        return after if save(ports, line, Change(save=(after,), wake=True)) else None

    return settle(attempt)
