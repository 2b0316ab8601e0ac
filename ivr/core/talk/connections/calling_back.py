"""The person of a promised call back: rung and asked once an operator has agreed.

The person is asked before anything is said of this line: a mailbox, or somebody else in
the house, must neither hear of it nor be put through.
"""

from ivr.core.callback.ring_limits import may_be_rung_at
from ivr.core.model import callee
from ivr.core.model.claim import (
    CARRIER_GRACE,
    TAKEN_LEASE,
    Claim,
    ClaimState,
    bind_person_leg,
    moved,
    set_dialled,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import LegId
from ivr.core.model.values import replace
from ivr.core.talk.answers import AskPerson, HangUpPerson, LetPersonIn
from ivr.core.talk.connections.putting_through import miss_person
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.leaving import end_call
from ivr.core.talk.events import (
    CallerNotMoved,
    CallerNotPutThrough,
    PersonAgreed,
    PersonLegCreated,
    PersonLegEnded,
    PersonPickedUp,
    PersonWanted,
)
from ivr.core.talk.offers.offering import retry_caller
from ivr.core.talk.requests import DialPerson, EndLeg
from ivr.core.talk.talk import Context, Talk


def dial_person(
    decision: Decision, claim: Claim, event: PersonWanted, context: Context
) -> Decision:
    """Call the person, unless a leg is known or another request has called.

    Each request dials once: when it comes twice, only the first one dials. A number
    that has been called too often is not called now.
    """
    if claim.person.leg is not None or claim.person.dialled >= event.attempt:
        return decision
    talk, now = decision.talk, context.now
    to = talk.callees.get(talk.number)
    if to is None or may_be_rung_at(to, context.rules.callback, now) > now:
        return _put_off(decision, claim, event, context)
    dialling = set_dialled(claim, event.attempt)
    decision = decision.saving(dialling, callee.note_ring(to, now))
    return decision.asking(DialPerson(claim.id, event.attempt, event.is_standing))


def _put_off(
    decision: Decision, claim: Claim, event: PersonWanted, context: Context
) -> Decision:
    if event.is_standing:
        failed = CallerNotPutThrough(claim=claim.id)
        return miss_person(decision, claim, failed, context)
    refused = CallerNotMoved(claim=claim.id, attempt=event.attempt)
    return retry_caller(decision, claim, refused, context)


def bind_person(
    decision: Decision, claim: Claim, event: PersonLegCreated, context: Context
) -> Decision:
    """Note the leg as the person's; end a leg that nobody waits for.

    The operator may have hung up before the carrier told us of the leg.
    """
    if is_persons(decision.talk, claim, event.leg):
        return _bind_person(decision, claim, event.leg, context)
    if _is_known(decision.talk, claim, event.leg):
        return decision
    return decision.asking(EndLeg(event.leg))


def _is_known(talk: Talk, claim: Claim, leg: LegId) -> bool:
    """Whether the leg is or was the person's: a late notice must not end it."""
    call = talk.call_of(claim)
    return claim.person.leg == leg or (call is not None and call.leg == leg)


def is_persons(talk: Talk, claim: Claim, leg: LegId) -> bool:
    """Whether a leg is the person's, or may be because none is known yet."""
    if claim.person.leg is not None:
        return claim.person.leg == leg and claim.is_open
    call = talk.call_of(claim)
    if call is None or call.callback.request is None:
        return False
    return claim.state is ClaimState.TAKEN and call.talk.claim == claim.id


def _bind_person(
    decision: Decision, claim: Claim, leg: LegId, context: Context
) -> Decision:
    call = decision.talk.call_of(claim)
    if claim.person.leg == leg or call is None or call.callback.request is None:
        return decision
    ring = context.rules.callback.ring
    until = context.now + ring + CARRIER_GRACE + TAKEN_LEASE
    promise = replace(call.callback.request, leg=leg, phone=decision.talk.number)
    return decision.saving(
        bind_person_leg(moved(claim, claim.state, until), leg),
        call.with_request(promise),
    )


def ask_person(
    decision: Decision, claim: Claim, event: PersonPickedUp, context: Context
) -> Decision:
    """Ask the person who picks up whether they wanted the call."""
    if not is_persons(decision.talk, claim, event.leg):
        return decision.answering(HangUpPerson())
    decision = _bind_person(decision, claim, event.leg, context)
    return decision.answering(AskPerson(claim.id))


def reach_person(
    decision: Decision, call: Contact, event: PersonAgreed, context: Context
) -> Decision:
    """Treat the person as a caller on the line, whatever the operator does."""
    if call.callback.request is None or call.leg != event.leg:
        return decision.answering(HangUpPerson())
    decision = _mark_reached(decision, call, event, context)
    return decision.answering(LetPersonIn(event.claim, call.talk.claim == event.claim))


def _mark_reached(
    decision: Decision, call: Contact, event: PersonAgreed, context: Context
) -> Decision:
    request = call.callback.request
    if request is None or request.reached:
        return decision
    # If the operator is lost now, the person's wait counts from now, not from before.
    waits = replace(call, wait=replace(call.wait, since=context.now))
    reached = waits.with_request(replace(request, reached=True))
    decision = decision.saving(reached)
    claim = decision.talk.claims.get(event.claim)
    if claim is None or claim.state is not ClaimState.TAKEN:
        return decision
    return decision.saving(moved(claim, claim.state, context.now + TAKEN_LEASE))


def miss_leg(
    decision: Decision, claim: Claim, event: PersonLegEnded, context: Context
) -> Decision:
    """End the person's call, whose leg is over or never was.

    Before a talk it is a try.
    """
    if is_persons(decision.talk, claim, event.leg):
        decision = _bind_person(decision, claim, event.leg, context)
    call = decision.talk.call_of(claim)
    if call is None or not call.is_live or call.leg != event.leg:
        return decision
    return end_call(decision, call, event.how, context)
