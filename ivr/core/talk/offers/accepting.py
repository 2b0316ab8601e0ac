"""An operator answers an offer at the desk, with a click in place of a key.

The leg itself takes the call, as when a key is pressed: a click whose request to the
carrier is lost has changed nothing, and the key still counts.
"""

from ivr.core.model.claim import DECLINED, Claim, ClaimState, set_agreed
from ivr.core.model.identifiers import OperatorId
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.undoing import end_offer
from ivr.core.talk.events import AcceptedAtDesk, DeclinedAtDesk, NotMovedOn
from ivr.core.talk.requests import ConnectOperator, EndLeg
from ivr.core.talk.talk import Context

WITHOUT_CALLER = frozenset({"caller-left", "not-reached"})
"""Why a claim is over when its caller is gone."""


def accept(
    decision: Decision, claim: Claim, event: AcceptedAtDesk, _: Context
) -> Decision:
    """Note that the operator has accepted; a telephone that was picked up is moved on.

    A browser picks up by itself, and that takes the call: here the claim only notes it.
    """
    if claim.operator != event.operator:
        return decision.refusing("not-yours")
    if claim.offer.agreed:
        return decision
    picked_up = claim.state is ClaimState.ANSWERED
    operator = decision.talk.operator_of(claim)
    by_browser = operator is not None and operator.is_in_browser
    if not (picked_up or by_browser):
        return decision.refusing("not-now")
    decision = decision.saving(set_agreed(claim, agreed=True))
    if not picked_up or claim.leg is None:
        return decision
    return decision.asking(ConnectOperator(claim.id, claim.leg))


def accept_twice(
    decision: Decision, claim: Claim, event: AcceptedAtDesk, _: Context
) -> Decision:
    """Do nothing: the claim is taken already, and an acceptance counts once."""
    return _unless_theirs(decision, claim, event.operator)


def decline(
    decision: Decision, claim: Claim, event: DeclinedAtDesk, context: Context
) -> Decision:
    """End the offer and the operator's leg; a pause follows."""
    if claim.operator != event.operator:
        return decision.refusing("not-yours")
    decision = end_offer(decision, claim, DECLINED, context)
    return decision if claim.leg is None else decision.asking(EndLeg(claim.leg))


def decline_late(
    decision: Decision, claim: Claim, event: DeclinedAtDesk, _: Context
) -> Decision:
    """Tell the operator that the claim was taken."""
    decision = _unless_theirs(decision, claim, event.operator)
    return decision if decision.refused else decision.refusing("accepted")


def decline_twice(
    decision: Decision, claim: Claim, event: DeclinedAtDesk, context: Context
) -> Decision:
    """Do nothing if it was declined before; else tell the operator why it is over."""
    if claim.operator == event.operator and claim.reason == DECLINED:
        return decision
    return refuse_at_desk(decision, claim, event, context)


def refuse_at_desk(
    decision: Decision,
    claim: Claim,
    event: AcceptedAtDesk | DeclinedAtDesk,
    _: Context,
) -> Decision:
    """Tell the operator why the claim is over."""
    decision = _unless_theirs(decision, claim, event.operator)
    if decision.refused:
        return decision
    talked = claim.reason.startswith("talk-") or claim.reason in WITHOUT_CALLER
    return decision.refusing("call-over" if talked else "offer-over")


def take_back(
    decision: Decision, claim: Claim, event: NotMovedOn, _: Context
) -> Decision:
    """Undo an agreement that the carrier did not carry out; it can be repeated."""
    decision = decision.refusing("offer-over" if event.gone else "carrier")
    if not claim.offer.agreed:
        return decision
    return decision.saving(set_agreed(claim, agreed=False))


def _unless_theirs(decision: Decision, claim: Claim, operator: OperatorId) -> Decision:
    return decision if claim.operator == operator else decision.refusing("not-yours")
