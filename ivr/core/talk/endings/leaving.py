"""The caller has left, or could not be reached: wherever the call stood, it ends once.

A promise to call back outlives the call; so does one that reached nobody.
"""

from ivr.core.callback import promised_call as callback
from ivr.core.dialogue.exit_menu import (
    BY_MESSAGE,
    HELD,
    left_message,
    promised_fact,
)
from ivr.core.dialogue.flow import outcome_of
from ivr.core.model import operator as operators
from ivr.core.model.claim import Claim, ClaimState, ended
from ivr.core.model.contact.callback import CallbackPreferences, CallbackRequest
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.ending import Outcome
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import (
    CallbackEnded,
    CallbackTried,
    CallEnded,
    Fact,
    OfferEnded,
    PersonLeft,
    of_call,
    of_claim,
)
from ivr.core.model.values import replace
from ivr.core.queue.arrival import after_talk, is_cut_off
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.closing import all_bound, close_talk, dismiss_operator
from ivr.core.talk.events import SpokenMessage
from ivr.core.talk.requests import EndLeg, SharePlace
from ivr.core.talk.talk import Context, Talk

REFUSED = "refused"
"""The person who was called has refused the promise, and hears so on the leg."""

Left = tuple[Contact, tuple[Fact, ...]]
"""The call after its caller has left, and the facts about it."""


def end_call(decision: Decision, call: Contact, how: str, context: Context) -> Decision:
    """End a call that lives, and the talk or the claim that it is in."""
    talk = decision.talk
    claim = talk.find_claim(call.talk.claim)
    bound = all_bound(talk, claim) if claim else []
    left = _leave_call(_in_renewed_place(talk, call, context), claim, context, how)
    if claim is None or not claim.is_open:
        decision = decision.saving(left[0]).noting(*left[1])
        decision = decision.waking() if left[0].stage is Stage.WAITING else decision
    elif claim.state is ClaimState.CONNECTED:
        decision = close_talk(decision, claim, "caller", left, context)
    else:
        decision = withdraw(decision, claim, left, context)
    for each in bound:
        decision = dismiss_operator(decision, each)
    return decision.asking(SharePlace(call.id))


def keep_message(
    decision: Decision, message: SpokenMessage, context: Context
) -> Decision:
    """Note what the caller has said, wherever the call stands: it may be over."""
    call = decision.talk.find_call(decision.talk.caller)
    if call is None:
        return decision
    step = left_message(call, message.recording, message.length, context.now)
    if step.call == call:
        return decision
    return decision.saving(step.call).noting(*step.facts)


def why_not_revoked(call: Contact | None) -> str:
    """Why a promise cannot be revoked: none, talking or reached; "" when it can."""
    if call is None or call.callback.request is None or not call.is_live:
        return "none"
    if call.stage in {Stage.CONNECTED, Stage.AFTER}:
        return "talking"
    return "reached" if call.callback.request.reached else ""


def revoke_callback(
    decision: Decision, call: Contact, reason: str, context: Context
) -> Decision:
    """End a promise to call back; tell an operator who is on the way.

    A person who has refused it is still on the leg, and hears so there; we keep that
    they want no call.
    """
    if reason == REFUSED:
        decision = _note_refusal(decision, context)
    request = call.callback.request
    claim = decision.talk.find_claim(call.talk.claim)
    left = _revoke_callback(call, reason, context)
    if claim is None or not claim.is_open:
        decision = decision.saving(left[0]).noting(*left[1])
    else:
        decision = withdraw(decision, claim, left, context)
    if claim is not None:
        decision = dismiss_operator(decision, claim)
    leg = request.leg if request else None
    if leg is None or reason == REFUSED:
        return decision
    return decision.asking(EndLeg(leg))


def _note_refusal(decision: Decision, context: Context) -> Decision:
    known = decision.talk.callees.get(decision.talk.number)
    if known is None:
        return decision
    return decision.saving(replace(known, refused=context.now))


def _revoke_callback(call: Contact, reason: str, context: Context) -> Left:
    now, request = context.now, call.callback.request
    over = call.end_at(now)
    ended = of_call(CallbackEnded, call, now, reason=reason)
    if request is None or request.activated:
        return over, (ended,)
    outcome = Outcome.CALLBACK.value
    return over, (ended, of_call(CallEnded, call, now, outcome=outcome))


def withdraw(
    decision: Decision, claim: Claim, left: Left, context: Context
) -> Decision:
    """End a claim that has lost its caller.

    ``left`` holds the call afterwards, and its facts.
    """
    call, facts = left
    reason = "caller-left" if claim.person.leg is None else "not-reached"
    over = of_claim(OfferEnded, claim, context.now, reason=reason)
    decision = decision.saving(ended(claim, reason), call).noting(over, *facts)
    operator = decision.talk.bound_by(claim)
    if operator is not None:
        decision = decision.saving(operators.freed(operator, context.now))
    return decision.waking()


def _in_renewed_place(talk: Talk, call: Contact, context: Context) -> Contact:
    """The call in the place of the promise that it renews, unless it waits already."""
    request = call.callback.request
    if request is None or not request.renews or call.stage is not Stage.PROMISED:
        return call
    before = talk.calls.get(request.renews)
    if before is None:
        return call
    call = call.with_request(replace(request, renews=None))
    return callback.in_place_of(call, before, context.rules, context.now)


def _leave_call(call: Contact, claim: Claim | None, context: Context, how: str) -> Left:
    now, promise = context.now, call.callback.request
    is_served = call.talk.answered or call.exit_menu.recording
    if promise is None and call.callback.came_from and not is_served:
        return _promised_anew(call, call.callback.came_from, context)
    if promise is None:
        outcome = outcome_of(call).value
        over = of_call(CallEnded, call, now, outcome=outcome)
        return _end_over(call, claim, context), (over,)
    if call.stage is Stage.PROMISED:
        return _begins_to_bind(call, context, is_activated=promise.activated)
    if promise.fulfilled:
        return _end_over(call, claim, context), (_person_left(call, context),)
    if call.ending.outcome is Outcome.MESSAGE:
        told = of_call(CallbackEnded, call, now, reason=BY_MESSAGE)
        return _end_over(call, claim, context), (told,)
    return _not_reached(call, claim, context, how)


def _begins_to_bind(call: Contact, context: Context, *, is_activated: bool) -> Left:
    outcome = Outcome.CALLBACK.value
    over = of_call(CallEnded, call, context.now, outcome=outcome)
    facts = () if is_activated else (over,)
    return callback.begin_callback(call, context.rules, context.now), facts


def _person_left(call: Contact, context: Context) -> Fact:
    outcome = Outcome.ABANDONED if call.stage in HELD else outcome_of(call)
    return of_call(PersonLeft, call, context.now, outcome=outcome.value)


def _promised_anew(call: Contact, wish: CallbackPreferences, context: Context) -> Left:
    """Promise the call back again: the caller rang meanwhile, and talked to nobody."""
    now = context.now
    over = of_call(CallEnded, call, now, outcome=Outcome.CALLBACK.value)
    promised = promised_fact(call, wish, now)
    request = CallbackRequest(made=now)
    promise = replace(call.callback, preferences=wish, request=request)
    call = replace(call, callback=promise)
    return callback.postpone_callback(call, context.rules, now), (over, promised)


def _end_over(call: Contact, claim: Claim | None, context: Context) -> Contact:
    over = replace(call.end_at(context.now), menu=call.menu.forget_draft())
    if claim is None or not claim.is_talk:
        return over
    short = context.rules.wait.short_talk
    cut_off = is_cut_off(call, claim, "caller", None, short, context.now)
    over = after_talk(over, cut_off=cut_off)
    return replace(over, affinity=replace(over.affinity, operator=claim.operator))


def _not_reached(
    call: Contact, claim: Claim | None, context: Context, how: str
) -> Left:
    now, rules = context.now, context.rules
    tried = of_call(
        CallbackTried, call, now, claim=claim.id if claim else None, how=how
    )
    later = callback.put_off(call, rules, now)
    if later is not None:
        return later, (tried,)
    given_up = of_call(CallbackEnded, call, now, reason="given-up")
    return _end_over(call, claim, context), (tried, given_up)
