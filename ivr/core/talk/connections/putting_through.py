"""A caller is put through to an operator on a standing line, without ringing or asking.

The caller is moved first: one who is gone by then costs the operator nothing. Each
claim has a room of its own, as on every line, so that no two callers can meet and
nothing late of one call can touch the next.
"""

from ivr.core.model.claim import WHISPER_LEASE, Claim, ClaimState, mark_taken, moved
from ivr.core.model.facts import OfferTaken, of_claim
from ivr.core.model.values import replace
from ivr.core.talk.answers import Announce
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.leaving import end_call
from ivr.core.talk.endings.undoing import (
    CARRIER,
    OPERATOR_LEFT,
    end_offer,
    release_taken,
)
from ivr.core.talk.events import (
    CallerNotPutThrough,
    CallerPutThrough,
    LeaseExpired,
    OfferDue,
    OperatorMoved,
    OperatorNotMoved,
    StandingLegEnded,
)
from ivr.core.talk.offers.offering import ring_operator, taken_lease
from ivr.core.talk.requests import FetchOperator, PutThroughCaller
from ivr.core.talk.rooms.interruption import lose_operator
from ivr.core.talk.rooms.lapsing import hang_up, is_due
from ivr.core.talk.talk import Context


def start_offer(
    decision: Decision, claim: Claim, event: OfferDue, context: Context
) -> Decision:
    """Ring the operator; put the caller through at once to one on a standing line.

    Only the process that saves this first does so.
    """
    operator = decision.talk.operator_of(claim)
    if operator is None or not operator.is_standing:
        return ring_operator(decision, claim, event, context)
    if operator.claim != claim.id or not operator.is_reachable:
        return end_offer(decision, claim, OPERATOR_LEFT, context)
    until = context.now + taken_lease(decision.talk, claim, context)
    taken = mark_taken(claim, context.now, until)
    decision = decision.saving(taken)
    if claim.is_invitation:
        return _fetch_operator(decision, taken)
    told = of_claim(OfferTaken, claim, context.now)
    return decision.noting(told).asking(PutThroughCaller(claim.id))


def start_late(
    decision: Decision, claim: Claim, event: LeaseExpired, context: Context
) -> Decision:
    """Ring the operator, or put the caller through: the job for it was lost."""
    if not is_due(claim, context):
        return decision
    return start_offer(decision, claim, OfferDue(claim=event.claim), context)


def fetch_operator(
    decision: Decision, claim: Claim, _: CallerPutThrough, _context: Context
) -> Decision:
    """Bind the operator's standing leg to the claim, and have it moved there."""
    return _fetch_operator(decision, claim)


def _fetch_operator(decision: Decision, claim: Claim) -> Decision:
    operator = decision.talk.bound_by(claim)
    if operator is None or operator.leg is None:
        return decision
    decision = decision.saving(replace(claim, leg=operator.leg))
    return decision.asking(FetchOperator(claim.id, operator.leg))


def miss_person(
    decision: Decision, claim: Claim, event: CallerNotPutThrough, context: Context
) -> Decision:
    """Give both sides back; a person who cannot be called counts as tried."""
    call = decision.talk.call_of(claim)
    is_away = call is not None and call.is_live and call.leg is None
    if event.permanent and call is not None and is_away:
        return end_call(decision, call, "failed", context)
    return release_taken(decision, claim, CARRIER, context)


def release_unmoved(
    decision: Decision, claim: Claim, _: OperatorNotMoved, context: Context
) -> Decision:
    """Give both sides back: the carrier has not moved the operator."""
    return release_taken(decision, claim, CARRIER, context)


def announce(
    decision: Decision, claim: Claim, event: OperatorMoved, _: Context
) -> Decision:
    """Tell the operator who is coming, and let them in, with time for the words.

    When the leg asks twice, it gets no new lease: the caller is in the room already.
    """
    if claim.leg != event.leg or decision.talk.call_of(claim) is None:
        return decision
    until = (claim.offer.taken or claim.made) + WHISPER_LEASE
    if not claim.is_talk and (claim.deadline or until) < until:
        decision = decision.saving(moved(claim, claim.state, until))
    return decision.answering(Announce(claim.id))


def cut_off(decision: Decision, event: StandingLegEnded, context: Context) -> Decision:
    """Take an operator whose standing leg is gone off the line.

    A caller who was on the way keeps the place; one who talked is asked what comes
    next.
    """
    operator = decision.talk.operators.get(event.operator)
    if operator is None or operator.leg != event.leg:
        return decision
    decision = hang_up(decision, operator.id, event.leg, context)
    claim = decision.talk.find_claim(operator.claim)
    if claim is None:
        return decision
    if claim.is_offered:
        return end_offer(decision, claim, OPERATOR_LEFT, context)
    if claim.state is ClaimState.TAKEN:
        return release_taken(decision, claim, OPERATOR_LEFT, context)
    return lose_operator(decision, claim, "operator", context)
