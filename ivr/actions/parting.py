"""What becomes of both sides of a talk that is over."""

from dataclasses import replace
from datetime import datetime

from ivr.actions.estimates import told_of_roster
from ivr.actions.wrap_up import wrapping_up
from ivr.core.call import Call, OperatorId, Stage
from ivr.core.claim import Claim, Going, Way, ended
from ivr.core.facts import CallTransferred, Fact, TalkEnded, of_call, of_claim
from ivr.core.flow import queue_up
from ivr.core.menu import Line
from ivr.ports import Change, Entity, Ports

SENT_ON = "transferred"
"""Why a claim is over whose operator has handed the caller over."""


def parted(
    ports: Ports, claim: Claim, by: str, calls: list[Call], *facts: Fact
) -> Change:
    """The change that ends a talk, with what becomes of the call."""
    now = ports.clock.now()
    reason = SENT_ON if is_sent_on(claim) else f"talk-{by}"
    save_: list[Entity] = [ended(claim, reason), *calls]
    operator = ports.store.operator(claim.line, claim.operator)
    if operator is not None and operator.claim == claim.id:
        save_.append(wrapping_up(ports, claim, operator, now))
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


def is_sent_on(claim: Claim) -> bool:
    """Whether the operator has decided that the caller goes to others."""
    return claim.going is not None and claim.going.way is not Way.END


def sent_on(ports: Ports, call: Call, going: Going) -> tuple[Call, tuple[Fact, ...]]:
    """The call back in the queue, in its old place, for whom the operator has said."""
    now, line = ports.clock.now(), ports.content.lines()[call.line]
    told = of_call(CallTransferred, call, now, kind=going.way.value, to=going.to)
    step = queue_up(line, _handed(line, call, going, now), now, told)
    return told_of_roster(ports, step.call), step.facts


def _handed(line: Line, call: Call, going: Going, now: datetime) -> Call:
    topic = going.topic or call.topic
    to_team = going.way is Way.TEAM
    return replace(
        call,
        notices=("transfer.wait",),
        language=going.language or call.language,
        topic=topic,
        urgency=line.topics[topic].urgency if going.topic and topic else call.urgency,
        belongs_to=OperatorId(going.to) if going.way is Way.OPERATOR else None,
        team=going.to if to_team else "",
        handed=now if to_team else None,
    )
