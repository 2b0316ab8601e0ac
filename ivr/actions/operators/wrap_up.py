"""Wrap-up: how long it lasts, and what must be written before it ends."""

from datetime import datetime
from functools import partial

from ivr.actions import rules as rule_sets
from ivr.actions.updating import update_operator
from ivr.core.model import operator as operators
from ivr.core.model.errors import Stale
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.rules.rule_set import WrapUpRules
from ivr.ports import Change, Ports


def more_time(ports: Ports, line: LineKey, key: OperatorId) -> Operator:
    """Make an operator's wrap-up longer; Stale when it cannot be."""
    rule = rule_sets.in_force(ports, line).wrap_up
    after = update_operator(ports, line, key, partial(extend_wrap_up, rule=rule))
    if after is None:
        raise Stale("not-now")
    return after


def extend_wrap_up(operator: Operator, now: datetime, *, rule: WrapUpRules) -> Change:
    """Make a wrap-up longer; Stale outside of one, or when asked too often."""
    after = operators.extended(operator, now, rule.more, rule.more_times)
    if after is None:
        raise Stale("not-now")
    # A caller who waits for this operator alone may now be offered to others.
    return Change(save=(after,), wake=True)
