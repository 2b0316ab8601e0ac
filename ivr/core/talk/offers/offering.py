"""An operator is offered a caller: rung, told, asked, and connected when they agree."""

from datetime import timedelta

from ivr.core.dialogue.whisper import DECLINE, TAKE
from ivr.core.model.claim import (
    CARRIER_GRACE,
    DECLINED,
    ENGAGED,
    MADE_LEASE,
    REFUSED_NUMBER,
    TAKEN_LEASE,
    WHISPER_LEASE,
    Claim,
    ClaimState,
    mark_rung,
    mark_taken,
    moved,
    start_dialling,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.facts import OfferRung, OfferTaken, of_claim
from ivr.core.model.identifiers import LegId
from ivr.core.model.values import replace
from ivr.core.talk.answers import AskForKey, AskLater, Dismiss, Enter, ExplainEnd
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.leaving import end_call
from ivr.core.talk.endings.undoing import (
    CARRIER,
    NO_ANSWER,
    end_offer,
    release_taken,
)
from ivr.core.talk.events import (
    CalledOff,
    CallerNotMoved,
    ClaimEvent,
    ConnectAsked,
    KeyPressed,
    LegCreated,
    LegEvent,
    LegNotCreated,
    OfferDue,
    OperatorEngaged,
    PickedUp,
)
from ivr.core.talk.requests import ConnectCaller, EndLeg, RingOperator
from ivr.core.talk.talk import Context, Talk

PLACINGS = 5
"""How often we ask the carrier for a leg that it definitely did not create."""

MOVES = 3
"""How often we ask the carrier to move the caller once the operator agreed."""


# --- ringing ----------------------------------------------------------------------


def ring_operator(
    decision: Decision, claim: Claim, _: OfferDue, context: Context
) -> Decision:
    """Have the operator's leg created, by the process that saves this first."""
    ring = context.rules.offer.ring
    deadline = context.now + ring + CARRIER_GRACE
    dialling = start_dialling(claim, ring, deadline)
    return decision.saving(dialling).asking(RingOperator(claim.id))


def give_way(
    decision: Decision, claim: Claim, _: OperatorEngaged, context: Context
) -> Decision:
    """End the offer: the telephone is in use, and nothing was missed."""
    return end_offer(decision, claim, ENGAGED, context)


def try_later(
    decision: Decision, claim: Claim, event: LegNotCreated, context: Context
) -> Decision:
    """Try later if nobody was rung, five times; a refused number ends the offer.

    If the leg may exist all the same, we wait: its own requests carry the claim and
    bind it, or the lease gives both sides back.
    """
    if event.ambiguous:
        return decision
    if event.permanent:
        return end_offer(decision, claim, REFUSED_NUMBER, context)
    if claim.offer.attempts >= PLACINGS:
        return end_offer(decision, claim, CARRIER, context)
    later = context.now + MADE_LEASE * claim.offer.attempts
    return decision.saving(moved(claim, ClaimState.MADE, later))


def bind_leg(
    decision: Decision, claim: Claim, event: LegCreated, context: Context
) -> Decision:
    """Note the leg as the operator's; end a leg that nobody waits for."""
    if is_awaited(claim, event.leg):
        return bind(decision, claim, event.leg, context)
    return (
        decision
        if claim.leg == event.leg
        else end_stray(decision, claim, event, context)
    )


def end_stray(
    decision: Decision, _claim: Claim, event: LegCreated, _: Context
) -> Decision:
    """End the leg: nobody waits for it any more."""
    return decision.asking(EndLeg(event.leg))


def is_awaited(claim: Claim, leg: LegId) -> bool:
    """Whether an open claim waits for this leg."""
    return claim.is_open and claim.leg is None and claim.participants.dropped != leg


def bind(decision: Decision, claim: Claim, leg: LegId, context: Context) -> Decision:
    """Make a leg the operator's own."""
    now = context.now
    bound = mark_rung(claim, now) if claim.is_offered else claim
    decision = decision.saving(replace(bound, leg=leg))
    operator = decision.talk.bound_by(claim)
    if operator is not None:
        decision = decision.saving(replace(operator, leg=leg))
    if claim.is_invitation or claim.is_talk:
        return decision
    return decision.noting(of_claim(OfferRung, claim, now))


# --- asking -----------------------------------------------------------------------


def ask_operator(
    decision: Decision, claim: Claim, event: PickedUp, context: Context
) -> Decision:
    """Tell the operator who is coming, and ask for a key.

    A browser picks up when its operator accepts at the desk, where everything is shown:
    that takes the call. A browser that picks up without it is asked like a telephone.
    """
    if is_awaited(claim, event.leg):
        decision = bind(decision, claim, event.leg, context)
        claim = decision.talk.claims[claim.id]
    if _is_accepted_at_desk(decision.talk, claim):
        return take(decision, claim, event, context)
    if claim.leg != event.leg:
        return explain_end(decision, claim, event, context)
    if claim.state is not ClaimState.ANSWERED:
        # A second request gets no new lease: nobody may hold the caller.
        until = context.now + WHISPER_LEASE
        decision = decision.saving(moved(claim, ClaimState.ANSWERED, until))
    return decision.answering(AskForKey(claim.id))


def _is_accepted_at_desk(talk: Talk, claim: Claim) -> bool:
    operator = talk.operator_of(claim)
    by_browser = operator is not None and operator.is_in_browser
    return claim.offer.agreed and by_browser


def enter_if_accepted(
    decision: Decision, claim: Claim, event: PickedUp, context: Context
) -> Decision:
    """Let in a browser that accepted at the desk; tell any other leg why not."""
    if _is_accepted_at_desk(decision.talk, claim):
        return enter(decision, claim, event, context)
    return explain_end(decision, claim, event, context)


def explain_end(
    decision: Decision, claim: Claim, _: ClaimEvent, _context: Context
) -> Decision:
    """Tell the operator that the claim is over, and why."""
    return decision.answering(ExplainEnd(claim.id))


def hear_key(
    decision: Decision, claim: Claim, event: KeyPressed, context: Context
) -> Decision:
    """Take the call for 1, decline it for 2; treat anything else as no answer."""
    if event.keys == TAKE:
        return take(decision, claim, event, context)
    if claim.leg != event.leg:
        return explain_end(decision, claim, event, context)
    declines = event.keys == DECLINE
    if claim.is_offered:
        reason = DECLINED if declines else NO_ANSWER
        decision = end_offer(decision, claim, reason, context)
    prompt = "operator.declined" if declines else "operator.expired"
    return decision.answering(Dismiss(prompt, claim.id))


# --- taking -----------------------------------------------------------------------


def take(
    decision: Decision, claim: Claim, event: LegEvent, context: Context
) -> Decision:
    """Let the operator take the call, and move the caller; a second leg hears so."""
    if claim.leg not in {None, event.leg}:
        return explain_end(decision, claim, event, context)
    if not claim.is_offered:
        return enter(decision, claim, event, context)
    now = context.now
    if not claim.is_invitation:
        decision = decision.noting(of_claim(OfferTaken, claim, now))
    until = now + taken_lease(decision.talk, claim, context)
    taken = replace(mark_taken(claim, now, until), leg=event.leg)
    return connect(decision.saving(taken), taken, 1)


def enter(
    decision: Decision, claim: Claim, event: LegEvent, context: Context
) -> Decision:
    """Let the operator into the room, as before; tell any other leg why not."""
    if not claim.is_open or claim.leg not in {None, event.leg}:
        return explain_end(decision, claim, event, context)
    return decision.answering(Enter(claim.id))


def take_moved_on(
    decision: Decision, claim: Claim, event: ConnectAsked, context: Context
) -> Decision:
    """Take what was accepted at the desk."""
    return take(decision, claim, event, context)


def connect_anew(
    decision: Decision, claim: Claim, event: ConnectAsked, _: Context
) -> Decision:
    """Try once more to move the caller to the room."""
    return connect(decision, claim, event.attempt)


def connect(decision: Decision, claim: Claim, attempt: int) -> Decision:
    """Move the caller to the room, or call the person who is to be called back.

    For a guest, and when a request comes twice, the caller is in the room already: a
    second move would end the talk.
    """
    if claim.is_invitation or claim.is_talk or claim.participants.caller_in:
        return decision.answering(Enter(claim.id))
    call = decision.talk.call_of(claim)
    calling = call is not None and is_to_be_dialled(call)
    decision = decision.asking(ConnectCaller(claim.id, attempt))
    return decision.answering(Enter(claim.id, calling=calling))


def retry_caller(
    decision: Decision, claim: Claim, event: CallerNotMoved, context: Context
) -> Decision:
    """Ask the operator for a moment; after three tries the caller waits on.

    A person who cannot be called at all counts as tried.
    """
    call = decision.talk.call_of(claim)
    if event.permanent and call is not None and is_to_be_dialled(call):
        if call.is_live and call.leg is None:
            decision = end_call(decision, call, "failed", context)
        return decision.answering(Dismiss("operator.not-reached", claim.id))
    if event.attempt < MOVES:
        return decision.answering(AskLater(claim.id, event.attempt + 1))
    decision = release_taken(decision, claim, CARRIER, context)
    return decision.answering(Dismiss("operator.failed", claim.id))


def call_off(
    decision: Decision, claim: Claim, event: CalledOff, context: Context
) -> Decision:
    """Give both sides back."""
    if claim.is_offered:
        return end_offer(decision, claim, event.reason, context)
    return release_taken(decision, claim, event.reason, context)


def taken_lease(talk: Talk, claim: Claim, context: Context) -> timedelta:
    """How long a taken claim may last before its talk: longer to ring a person."""
    call = talk.call_of(claim)
    if call is None or not is_to_be_dialled(call):
        return TAKEN_LEASE
    return TAKEN_LEASE + context.rules.callback.ring


def is_to_be_dialled(call: Contact) -> bool:
    """Whether the person still has to be reached by telephone, or rings just now."""
    promise = call.callback.request
    return promise is not None and promise.activated and not promise.reached
