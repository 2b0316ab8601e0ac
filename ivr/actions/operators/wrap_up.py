"""The time after a talk: how long it lasts, and what must be written before its end."""

from ivr.actions import rules as rule_sets
from ivr.actions.saving import save, settle
from ivr.core.model import operator as operators
from ivr.core.model.call import LineKey, OperatorId
from ivr.core.model.errors import Stale
from ivr.core.model.operator import Operator
from ivr.ports import Change, Ports


def more_time(ports: Ports, line: LineKey, key: OperatorId) -> Operator:
    """Make a wrap-up longer that an operator is in; Stale when it cannot be."""

    def attempt() -> Operator | None:
        operator = ports.operators.operator(line, key)
        rule, now = rule_sets.in_force(ports, line).wrap_up, ports.clock.now()
        after = operator and operators.extended(
            operator, now, rule.more, rule.more_times
        )
        if after is None:
            raise Stale("not-now")
        # Whoever waits for this operator alone need not do so any more.
        return after if save(ports, line, Change(save=(after,), wake=True)) else None

    return settle(attempt)
