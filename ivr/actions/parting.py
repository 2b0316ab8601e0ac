"""What becomes of everybody in a talk that is over, or that somebody leaves."""

from dataclasses import replace
from datetime import datetime

from ivr.actions import rules as rule_sets
from ivr.actions.estimates import told_of_roster
from ivr.actions.wrap_up import wrapping_up
from ivr.core.dialogue.flow import queue_up
from ivr.core.line.menu import Line
from ivr.core.model import operator as operators
from ivr.core.model.call import Call, OperatorId, Stage
from ivr.core.model.claim import Claim, Going, Way, ended
from ivr.core.model.facts import (
    CallTransferred,
    Fact,
    OfferEnded,
    OperatorParted,
    TalkEnded,
    of_call,
    of_claim,
)
from ivr.core.queue import arrival
from ivr.core.queue.arrival import reclassed
from ivr.ports import Change, Entity, Ports

SENT_ON = "transferred"
"""Why a claim is over whose operator has handed the caller over."""
WITHDRAWN = "withdrawn"
"""Why an invitation is over that is not needed any more."""

Parts = tuple[list[Entity], list[Fact]]


def parted(
    ports: Ports, claim: Claim, by: str, calls: list[Call], *facts: Fact
) -> Change:
    """The change that ends a talk for all, with what becomes of the call."""
    now = ports.clock.now()
    reason = SENT_ON if is_sent_on(claim) else f"talk-{by}"
    save_: list[Entity] = [ended(claim, reason), *calls]
    save_ += _wrapped_up(ports, claim, now)
    told: list[Fact] = [of_claim(TalkEnded, claim, now, by=by), *facts]
    guest = guest_of(ports, claim)
    if guest is not None:
        others, also = _let_go(ports, guest, by, now)
        save_, told = [*save_, *others], [*told, *also]
    return Change(save=save_, facts=told, wake=True)


def guest_of(ports: Ports, claim: Claim) -> Claim | None:
    """The invitation into a talk, while it binds somebody."""
    guest = ports.store.claim(claim.line, claim.guest) if claim.guest else None
    return guest if guest is not None and guest.is_open else None


def _let_go(ports: Ports, guest: Claim, by: str, now: datetime) -> Parts:
    """What becomes of a guest when the talk is over for all."""
    if guest.is_talk:
        told: Fact = of_claim(OperatorParted, guest, now, why=by)
        return [ended(guest, "talk-over"), *_wrapped_up(ports, guest, now)], [told]
    reason = "caller-left" if by == "caller" else WITHDRAWN
    return uninvited(ports, guest, reason, now)


def uninvited(ports: Ports, guest: Claim, reason: str, now: datetime) -> Parts:
    """What becomes of somebody who was invited in vain, through no fault of theirs."""
    save_: list[Entity] = [ended(guest, reason)]
    operator = ports.store.operator(guest.line, guest.operator)
    if operator is not None and operator.claim == guest.id:
        save_.append(operators.freed(operator, now))
    return save_, [of_claim(OfferEnded, guest, now, reason=reason)]


def _wrapped_up(ports: Ports, claim: Claim, now: datetime) -> list[Entity]:
    operator = ports.store.operator(claim.line, claim.operator)
    if operator is None or operator.claim != claim.id:
        return []
    return [wrapping_up(ports, claim, operator, now)]


def without(ports: Ports, guest: Claim, refused: str = "") -> list[Entity]:
    """The claim of the host, who is alone with the caller again.

    Who has been inside is told to have left.
    """
    host = ports.store.claim(guest.line, guest.joins) if guest.joins else None
    if host is None or not host.is_open or host.guest != guest.id:
        return []
    left = guest.operator if guest.is_talk else None
    return [replace(host, guest=None, refused=refused, left=left)]


def guest_parted(ports: Ports, guest: Claim, why: str) -> Change:
    """The change with which a guest leaves a talk that goes on."""
    now = ports.clock.now()
    reason = why if why == WITHDRAWN else f"talk-{why}"
    return Change(
        save=(
            ended(guest, reason),
            *_wrapped_up(ports, guest, now),
            *without(ports, guest),
        ),
        facts=(of_claim(OperatorParted, guest, now, why=why),),
        wake=True,
    )


def handed_over(ports: Ports, host: Claim, guest: Claim, call: Call) -> Change:
    """The change with which a guest keeps the caller, and the host leaves."""
    now = ports.clock.now()
    keeps = replace(
        guest,
        joins=None,
        left=None,
        going=None,
        caller_in=True,
        operator_in=True,
        held=host.held,
        held_since=host.held_since,
        goes_on=True,
    )
    return Change(
        save=(
            ended(host, SENT_ON),
            keeps,
            replace(call, claim=guest.id),
            *_wrapped_up(ports, host, now),
        ),
        facts=(
            of_claim(OperatorParted, host, now, why=SENT_ON),
            of_call(CallTransferred, call, now, kind="warm", to=guest.operator),
        ),
        wake=True,
    )


# --- the caller -------------------------------------------------------------


def left_alone(ports: Ports, call: Call, claim: Claim, by: str) -> Call:
    """The call of somebody whose operator is gone, and who is still on the line."""
    # The room tells that the caller has left before the leg is told to be over: who
    # rings again then belongs to this operator, if it was not the operator who left.
    own = None if by == "operator" else claim.operator
    return replace(
        arrival.after_talk(call, cut_off=_is_cut_off(ports, call, claim, by)),
        stage=Stage.AFTER,
        claim=None,
        tries=0,
        notices=(),
        belongs_to=own,
        handed_by=None,
    )


def _is_cut_off(ports: Ports, call: Call, claim: Claim, by: str) -> bool:
    whose = ports.store.operator(claim.line, claim.operator)
    short = rule_sets.in_force(ports, claim.line).wait.short_talk
    reach = whose.reach if whose else None
    return arrival.is_cut_off(call, claim, by, reach, short, ports.clock.now())


def is_sent_on(claim: Claim) -> bool:
    """Whether the operator has decided that the caller goes back to the queue."""
    sent = {Way.QUEUE, Way.OPERATOR, Way.TEAM}
    return claim.going is not None and claim.going.way in sent


def sent_on(
    ports: Ports, call: Call, going: Going, by: OperatorId
) -> tuple[Call, tuple[Fact, ...]]:
    """The call back in the queue, in its old place, for whom the operator has said."""
    now, line = ports.clock.now(), ports.content.lines()[call.line]
    told = of_call(CallTransferred, call, now, kind=going.way.value, to=going.to)
    rules = rule_sets.in_force(ports, call.line)
    handed = reclassed(_handed(line, call, going, now), call.urgency, rules, now)
    step = queue_up(line, replace(handed, handed_by=by), now, told)
    return told_of_roster(ports, step.call), step.facts


def _handed(line: Line, call: Call, going: Going, now: datetime) -> Call:
    topic = going.topic or call.topic
    to_team = going.way is Way.TEAM
    return replace(
        arrival.handed_on(call),
        notices=("transfer.wait",),
        language=going.language or call.language,
        topic=topic,
        urgency=line.topics[topic].urgency if going.topic and topic else call.urgency,
        belongs_to=OperatorId(going.to) if going.way is Way.OPERATOR else None,
        team=going.to if to_team else "",
        handed=now if to_team else None,
    )
