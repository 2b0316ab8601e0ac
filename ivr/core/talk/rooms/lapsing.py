"""An operator's leg is over, or a claim's lease: what becomes of the claim."""

from ivr.core.model import operator as operators
from ivr.core.model.claim import Claim, ClaimState, ExitKind
from ivr.core.model.facts import of_operator
from ivr.core.model.identifiers import LegId, OperatorId
from ivr.core.talk.answers import Dismiss
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.undoing import (
    CARRIER,
    EXPIRED,
    NO_ANSWER,
    OPERATOR_LEFT,
    end_offer,
    release_taken,
)
from ivr.core.talk.events import (
    CallerGone,
    LeaseExpired,
    LegEnded,
    OperatorCameOut,
)
from ivr.core.talk.offers.offering import (
    bind,
    explain_end,
    is_awaited,
)
from ivr.core.talk.requests import InspectRoom
from ivr.core.talk.rooms.at_desk import end_operator_leg
from ivr.core.talk.rooms.interruption import end_leg_of_caller, lose_operator
from ivr.core.talk.talk import Context

# --- legs -------------------------------------------------------------------------


def miss_offer(
    decision: Decision, claim: Claim, event: LegEnded, context: Context
) -> Decision:
    """End the offer: missed, declined at the telephone, or the telephone was busy."""
    if claim.state is ClaimState.DIALLING and is_awaited(claim, event.leg):
        # The carrier may tell the end before it answers the creation: it did ring.
        decision = bind(decision, claim, event.leg, context)
        claim = decision.talk.claims[claim.id]
    decision = hang_up(decision, claim.operator, event.leg, context)
    if claim.leg not in {None, event.leg}:
        return decision
    reason = NO_ANSWER if event.how == "completed" else event.how
    return end_offer(decision, claim, reason, context)


def lose_taken(
    decision: Decision, claim: Claim, event: LegEnded, context: Context
) -> Decision:
    """Give both sides back: the operator has hung up before the talk."""
    decision = hang_up(decision, claim.operator, event.leg, context)
    if claim.leg not in {None, event.leg}:
        return decision
    return release_taken(decision, claim, OPERATOR_LEFT, context)


def leave_taken(
    decision: Decision, claim: Claim, event: OperatorCameOut, context: Context
) -> Decision:
    """Give both sides back: the operator has left before the talk."""
    decision = release_taken(decision, claim, OPERATOR_LEFT, context)
    return explain_end(decision, claim, event, context)


def end_leg_in_talk(
    decision: Decision, claim: Claim, event: LegEnded, context: Context
) -> Decision:
    """Let the operator leave, unless that is known or another leg has ended."""
    decision = hang_up(decision, claim.operator, event.leg, context)
    is_known = claim.leg is None and claim.participants.dropped == event.leg
    if is_known or claim.leg not in {None, event.leg}:
        return decision
    return lose_operator(decision, claim, "operator", context)


def end_leg_late(
    decision: Decision, claim: Claim, event: LegEnded, context: Context
) -> Decision:
    """Note that the operator's telephone can be rung again."""
    return hang_up(decision, claim.operator, event.leg, context)


def hang_up(
    decision: Decision, key: OperatorId, leg: LegId, context: Context
) -> Decision:
    """Note that an operator's leg is over, and the telephone can be rung again."""
    operator = decision.talk.operators.get(key)
    if operator is None or operator.leg != leg:
        return decision
    after = operators.hung_up(operator, context.now)
    decision = decision.saving(after).waking()
    if not after.is_standing:
        return decision
    return decision.noting(of_operator(after, after.since, "hung up"))


def miss_caller(
    decision: Decision, claim: Claim, _: CallerGone, context: Context
) -> Decision:
    """End the caller's call, and tell the operator."""
    decision = end_leg_of_caller(decision, claim, context)
    if claim.going is not None and claim.going.way is not ExitKind.END:
        decision = decision.refusing("call-over")
    decision = end_operator_leg(decision, claim)
    return decision.answering(Dismiss("operator.caller-left", claim.id))


# --- leases -----------------------------------------------------------------------


def forget_leg(
    decision: Decision, claim: Claim, _: LeaseExpired, context: Context
) -> Decision:
    """End the offer: its leg was never heard of, which is not the operator's doing."""
    if not is_due(claim, context):
        return decision
    return end_offer(decision, claim, CARRIER, context)


def expire(
    decision: Decision, claim: Claim, _: LeaseExpired, context: Context
) -> Decision:
    """End the offer as missed, and give both sides back."""
    if not is_due(claim, context):
        return decision
    return end_offer(decision, claim, EXPIRED, context)


def inspect_room(
    decision: Decision, claim: Claim, _: LeaseExpired, context: Context
) -> Decision:
    """Ask the carrier who is in the room before anything is undone."""
    if not is_due(claim, context):
        return decision
    return decision.asking(InspectRoom(claim.id))


def is_due(claim: Claim, context: Context) -> bool:
    """Whether the lease of a claim is over."""
    return claim.deadline is not None and claim.deadline <= context.now
