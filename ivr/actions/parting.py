"""What becomes of both sides of a talk that is over."""

from dataclasses import replace

from ivr.actions import rules as rule_sets
from ivr.core import operator as operators
from ivr.core.call import Call, Stage
from ivr.core.claim import Claim, ended
from ivr.core.facts import Fact, TalkEnded, of_claim
from ivr.ports import Change, Entity, Ports


def parted(
    ports: Ports, claim: Claim, by: str, calls: list[Call], *facts: Fact
) -> Change:
    """The change that ends a talk, with what becomes of the call."""
    now = ports.clock.now()
    length = rule_sets.in_force(ports, claim.line).wrap_up.length
    save_: list[Entity] = [ended(claim, f"talk-{by}"), *calls]
    operator = ports.store.operator(claim.line, claim.operator)
    if operator is not None and operator.claim == claim.id:
        save_.append(operators.wrapping_up(operator, now, length))
    fact = of_claim(TalkEnded, claim, now, by=by)
    return Change(save=save_, facts=(fact, *facts), wake=True)


def after_talk(call: Call, claim: Claim, by: str) -> Call:
    """The call of somebody whose operator is gone, and who is still on the line."""
    # The room tells that the caller has left before the leg is told to be over: who
    # rings again then belongs to this operator, if it was not the operator who left.
    own = None if by == "operator" else claim.operator
    return replace(
        call, stage=Stage.AFTER, claim=None, tries=0, notices=(), belongs_to=own
    )
