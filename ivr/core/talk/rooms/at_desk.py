"""Decisions of an operator at the desk: end the talk, leave it, or hand it on.

The decision is saved before the carrier is asked to move anybody. The carrier's notices
of the end come in any order. Whichever is first, or the caller's own next request, ends
the talk as decided. A request that fails leaves the talk as it was.
"""

from ivr.core.model.claim import Claim, ExitKind, PendingExit
from ivr.core.model.values import replace
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.closing import (
    end_talk,
    take_invitation_back,
)
from ivr.core.talk.events import (
    CallerNotTakenOut,
    CallerTakenOut,
    ClaimEvent,
    EndAsked,
    LeaveAsked,
    OperatorNotOut,
    PassOnAsked,
    WithdrawAsked,
)
from ivr.core.talk.requests import EndLeg, MoveOutCaller, MoveOutOperator
from ivr.core.talk.rooms.interruption import lose_operator
from ivr.core.talk.talk import Context, Phase, phase_of

CALL_OVER, NOT_NOW, NOT_YOURS = "call-over", "not-now", "not-yours"


def why_not_host(claim: Claim) -> str:
    """Why this operator may not decide about the caller; "" if they may."""
    return NOT_YOURS if claim.is_invitation else ""


def why_not_hosting(claim: Claim | None) -> str:
    """Why an operator cannot decide about a caller now; "" if they can."""
    if claim is None or not claim.is_open:
        return CALL_OVER
    return why_not_host(claim) if phase_of(claim) is Phase.TALKING else NOT_NOW


def end(decision: Decision, claim: Claim, _: EndAsked, context: Context) -> Decision:
    """End the talk for all; a guest who ends it only leaves."""
    if claim.is_invitation:
        return leave(decision, claim, ExitKind.END, context)
    return send_caller_on(decision, claim, PendingExit(way=ExitKind.END))


def pass_on(
    decision: Decision, claim: Claim, event: PassOnAsked, _: Context
) -> Decision:
    """Send the caller back to the queue, for the person or team that is named."""
    if why := why_not_host(claim):
        return decision.refusing(why)
    return send_caller_on(decision, claim, event.going)


def send_caller_on(decision: Decision, claim: Claim, going: PendingExit) -> Decision:
    """Have the caller taken out of the room, which ends it for the operator too."""
    decision = decision.saving(replace(claim, going=going))
    return decision.asking(MoveOutCaller(claim.id))


def finish(
    decision: Decision, claim: Claim, _: CallerTakenOut, context: Context
) -> Decision:
    """End the talk as decided: hang up the operator's telephone or browser.

    An operator on a standing line stays there.
    """
    return end_operator_leg(end_talk(decision, claim, "operator", context), claim)


def hang_up(
    decision: Decision, claim: Claim, _: CallerTakenOut, _context: Context
) -> Decision:
    """End the operator's leg: the caller's request has ended the talk already."""
    return end_operator_leg(decision, claim)


def end_operator_leg(decision: Decision, claim: Claim) -> Decision:
    """Hang up the telephone or browser of an operator who has ended the talk.

    An operator on a standing line stays there.
    """
    operator = decision.talk.operator_of(claim)
    stands = operator is not None and operator.is_standing
    is_end = claim.going is not None and claim.going.way is ExitKind.END
    if claim.leg is None or claim.is_invitation or stands or not is_end:
        return decision
    return decision.asking(EndLeg(claim.leg))


def talk_on(
    decision: Decision, claim: Claim, _: CallerNotTakenOut, _context: Context
) -> Decision:
    """Let them talk on: the carrier has not moved the caller."""
    return _forget_exit(decision, claim).refusing("carrier")


def leave_to_guest(
    decision: Decision, claim: Claim, _: LeaveAsked, context: Context
) -> Decision:
    """Let the host leave, and the colleague inside keep the caller.

    A caller on hold must be taken off it first: the colleague may have no desk open.
    """
    if why := why_not_host(claim):
        return decision.refusing(why)
    guest = decision.talk.guest_of(claim)
    if guest is None or not guest.is_talk:
        return decision.refusing(NOT_NOW)
    if claim.participants.held:
        return decision
    return leave(decision, claim, ExitKind.LEAVE, context)


def withdraw_guest(
    decision: Decision, claim: Claim, _: WithdrawAsked, context: Context
) -> Decision:
    """Take the invitation back, or ask the colleague inside to leave."""
    if why := why_not_host(claim):
        return decision.refusing(why)
    guest = decision.talk.guest_of(claim)
    if guest is None:
        return decision.refusing("offer-over")
    if guest.is_talk:
        return leave(decision, guest, ExitKind.WITHDRAW, context)
    return take_invitation_back(decision, guest, context)


def leave(
    decision: Decision, claim: Claim, way: ExitKind, context: Context
) -> Decision:
    """Have an operator moved out of a talk that goes on."""
    decided = replace(claim, going=PendingExit(way=way))
    decision = decision.saving(decided)
    if claim.leg is None:
        return lose_operator(decision, decided, "operator", context)
    operator = decision.talk.operator_of(claim)
    stands = operator is not None and operator.is_standing
    informs = stands or way is ExitKind.WITHDRAW
    return decision.asking(MoveOutOperator(claim.id, claim.leg, informs=informs))


def refuse_over(
    decision: Decision, _claim: Claim, _: ClaimEvent, _context: Context
) -> Decision:
    """Tell the operator at the desk that the talk is over by now."""
    return decision.refusing(CALL_OVER)


def stay(
    decision: Decision, claim: Claim, event: OperatorNotOut, _: Context
) -> Decision:
    """Let the operator stay inside: the carrier has not moved the leg.

    A guest who may be outside all the same keeps the decision: otherwise we would
    believe that it was the host who left.
    """
    decision = decision.refusing("carrier")
    if claim.is_invitation and event.ambiguous:
        return decision
    return _forget_exit(decision, claim)


def _forget_exit(decision: Decision, claim: Claim) -> Decision:
    if claim.going is None:
        return decision
    return decision.saving(replace(claim, going=None))
