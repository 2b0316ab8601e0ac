"""A claim that does not become a talk: both of its sides are given back."""

from datetime import datetime, timedelta

from ivr.core.callback import promised_call as callback
from ivr.core.model import operator as operators
from ivr.core.model.claim import (
    BUSY,
    ENGAGED,
    MISSED,
    REFUSED_NUMBER,
    RELOADED,
    Claim,
    ended,
    note_guest_gone,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import Fact, OfferEnded, of_claim, of_operator
from ivr.core.model.operator import Operator, State, may_reload
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import RuleSet
from ivr.core.talk.decision import Decision
from ivr.core.talk.requests import (
    EndLeg,
    InformOperator,
    ReturnCaller,
    WriteToOperator,
)
from ivr.core.talk.talk import Context, Talk

EXPIRED = "expired"
OPERATOR_LEFT = "operator-left"
CARRIER = "carrier"
NO_ANSWER = "no-answer"

RELOAD_PAUSE = timedelta(seconds=3)
"""The pause after a page was left, or loaded again, while it rang: it is back soon."""


def end_offer(
    decision: Decision, claim: Claim, reason: str, context: Context
) -> Decision:
    """End an offer that nobody took: the caller keeps the place, routing goes on."""
    why = _known_reason(decision.talk, claim, reason)
    decision = give_back(decision, claim, why, context)
    # An operator who declined, or pressed no key, hears so on the leg that is still up.
    if claim.leg is not None and reason == EXPIRED:
        decision = decision.asking(EndLeg(claim.leg))
    if reason in MISSED:
        decision = decision.asking(WriteToOperator(claim.operator))
    return decision


def release_taken(
    decision: Decision, claim: Claim, reason: str, context: Context
) -> Decision:
    """Undo a taken claim that did not become a talk: the caller waits on.

    The caller may already be alone in the room, and is fetched back. A person whose
    telephone is just ringing for a call back is not called any more.
    """
    decision = give_back(decision, claim, reason, context)
    if not claim.is_invitation:
        decision = _return_caller(decision, claim)
    if claim.leg is not None and reason == EXPIRED:
        decision = decision.asking(
            InformOperator(claim.id, claim.leg), WriteToOperator(claim.operator)
        )
    return decision


def give_back(
    decision: Decision, claim: Claim, reason: str, context: Context
) -> Decision:
    """Give both sides of a claim back, the caller to the queue."""
    talk, now = decision.talk, context.now
    decision = decision.saving(ended(claim, reason)).waking()
    decision = decision.noting(of_claim(OfferEnded, claim, now, reason=reason))
    call = talk.call_of(claim)
    if call is not None and call.talk.claim == claim.id and call.is_live:
        decision = decision.saving(_waits_on(call, context.rules, now))
    operator = talk.bound_by(claim)
    if operator is not None:
        rung = claim.leg is not None or reason == REFUSED_NUMBER
        missed = reason in MISSED and rung
        after, fact = after_offer(operator, context.rules, now, reason, missed=missed)
        decision = decision.saving(after).noting(fact)
    return leave_host_alone(decision, claim, reason)


def leave_host_alone(decision: Decision, guest: Claim, refused: str = "") -> Decision:
    """Let the host of a guest who is gone talk on, and note who was inside.

    ``refused``: why the invitation came to nothing.
    """
    host = decision.talk.host_of(guest)
    if host is None or not host.is_open or host.companions.guest != guest.id:
        return decision
    left = guest.operator if guest.is_talk else None
    return decision.saving(note_guest_gone(host, refused, left))


def _known_reason(talk: Talk, claim: Claim, reason: str) -> str:
    """Why an offer came to nothing, where we know better than the carrier.

    An operator who is on another call, or has just loaded the page again, has missed
    nothing.
    """
    operator = talk.operator_of(claim)
    if operator is None or reason not in MISSED - {REFUSED_NUMBER}:
        return reason
    if reason == BUSY and may_reload(operator):
        return RELOADED
    return ENGAGED if operator.id in talk.engaged else reason


def _waits_on(call: Contact, rules: RuleSet, now: datetime) -> Contact:
    """The call, waiting on for anybody: the operator of before was asked in vain."""
    call = replace(
        call,
        stage=Stage.WAITING,
        talk=call.talk.release_claim(),
        affinity=replace(call.affinity, operator=None),
    )
    promise = call.callback.request
    if promise is None or promise.reached:
        return call
    return callback.wait_for_another(call, rules, now)


def _return_caller(decision: Decision, claim: Claim) -> Decision:
    call = decision.talk.call_of(claim)
    if call is not None and call.leg == claim.party:
        return decision.asking(ReturnCaller(claim.party))
    if claim.person.leg is not None:
        return decision.asking(EndLeg(claim.person.leg))
    return decision


# --- the operator ---------------------------------------------------------------


def after_offer(
    operator: Operator, rules: RuleSet, now: datetime, reason: str, *, missed: bool
) -> tuple[Operator, Fact]:
    """The operator after an offer, and the fact that tells why.

    An operator whose telephone was never rung has missed nothing: an outage of the
    carrier or of the database must not send everybody away. The same holds for one who
    is on another call that we know of; that operator is free as soon as it ends.
    """
    after = _pause_operator(operator, rules, now, reason, missed=missed)
    if operator.wish is None:
        after = replace(after, why=operators.MISSED if missed else reason)
    return after, of_operator(after, now, after.why)


def _pause_operator(
    operator: Operator, rules: RuleSet, now: datetime, reason: str, *, missed: bool
) -> Operator:
    offer = rules.offer
    pause = offer.cool_down
    if reason in {BUSY, RELOADED} and operator.is_in_browser:
        pause = min(pause, RELOAD_PAUSE)
    if reason == ENGAGED:
        return operators.freed(operator, now)
    if reason == RELOADED:
        return operators.reloaded(operator, now, pause)
    if missed:
        return operators.missed(operator, now, pause, offer.missed_to_away)
    return operators.cooled(operator, now, pause)


def is_sent_away(operator: Operator) -> bool:
    """Whether the operator is away because of missed offers, not by choice."""
    return operator.state is State.AWAY and operator.why == operators.MISSED
