"""The end of a talk, for all or for a guest: what becomes of everybody in it."""

from ivr.core.dialogue.flow import queue_up
from ivr.core.model import operator as operators
from ivr.core.model.claim import (
    Claim,
    ClaimState,
    ExitKind,
    Interruption,
    PendingExit,
    ended,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import (
    CallTransferred,
    Fact,
    OfferEnded,
    OperatorParted,
    TalkEnded,
    of_call,
    of_claim,
)
from ivr.core.model.identifiers import OperatorId
from ivr.core.model.values import replace
from ivr.core.queue import arrival
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.undoing import leave_host_alone
from ivr.core.talk.events import TalkClosed
from ivr.core.talk.requests import EndLeg, InformOperator, ReturnCaller, SharePlace
from ivr.core.talk.talk import Context, Talk

SENT_ON = "transferred"
"""Why a claim is over: its operator has handed the caller over."""
WITHDRAWN = "withdrawn"
"""Why an invitation is over: nobody needs it any more."""
CALLER_LEFT = "caller-left"

Left = tuple[Contact | None, tuple[Fact, ...]]
"""The call after its talk is over, and the facts about it."""

LISTENING = frozenset({ClaimState.ANSWERED, ClaimState.TAKEN})
"""The operator has picked up and is not in the room yet."""


# --- for all ----------------------------------------------------------------------


def end_talk(decision: Decision, claim: Claim, by: str, context: Context) -> Decision:
    """End a talk for all: operators wrap up; a caller who is still there is asked.

    Where the room may go on without its operator, the caller is fetched out of it.
    """
    if not claim.is_talk or claim.is_invitation:
        return decision
    bound = all_bound(decision.talk, claim)
    released = _release_caller(decision.talk, claim, by, context)
    ends_by = "operator" if claim.going else by
    decision = close_talk(decision, claim, ends_by, released, context)
    for each in bound:
        decision = dismiss_operator(decision, each)
    if (by == "operator" and claim.companions.goes_on) or claim.is_interrupted:
        decision = _fetch_from_silence(decision, claim)
    after = decision.talk.call_of(claim)
    if after is not None and after.stage is Stage.WAITING:
        # A caller who is handed on waits again; so may another call of the number.
        decision = decision.asking(SharePlace(after.id))
    return decision


def close_talk(
    decision: Decision, claim: Claim, by: str, left: Left, context: Context
) -> Decision:
    """End the claims of operator and guest.

    ``left`` holds the call afterwards, and its facts.
    """
    call, facts = left
    reason = SENT_ON if is_sent_on(claim) else f"talk-{by}"
    guest = decision.talk.guest_of(claim)
    decision = decision.saving(ended(claim, reason)).waking()
    if call is not None:
        decision = decision.saving(call)
    decision = decision.noting(of_claim(TalkEnded, claim, context.now, by=by), *facts)
    decision = wrap_up(decision, claim, context)
    return decision if guest is None else _let_go(decision, guest, by, context)


def all_bound(talk: Talk, claim: Claim) -> list[Claim]:
    """A claim and the invitation into its talk, if there is one."""
    guest = talk.guest_of(claim)
    return [claim] if guest is None else [claim, guest]


def dismiss_operator(decision: Decision, claim: Claim) -> Decision:
    """Let the operator of a claim that is over go.

    An operator who has picked up is told; a telephone that still rings stops. A leg
    that is picked up just now asks for its words and is told then.
    """
    if claim.leg is None:
        return decision
    if claim.state in LISTENING or claim.interruption is Interruption.REJOINING:
        return decision.asking(InformOperator(claim.id, claim.leg))
    if claim.is_offered or claim.interruption is Interruption.RECONNECTING:
        return decision.asking(EndLeg(claim.leg))
    return decision


def wrap_up(decision: Decision, claim: Claim, context: Context) -> Decision:
    """Give the operator of a talk time to breathe, and to complete the record."""
    operator = decision.talk.bound_by(claim)
    if operator is None:
        return decision
    after = operators.wrapping_up(
        operator,
        context.now,
        context.rules.wrap_up.length,
        claim.call,
        owes=claim.id in decision.talk.lacking,
    )
    return decision.saving(after)


def _let_go(decision: Decision, guest: Claim, by: str, context: Context) -> Decision:
    """Let a guest go when the talk is over for all."""
    if not guest.is_talk:
        reason = CALLER_LEFT if by == "caller" else WITHDRAWN
        return uninvite(decision, guest, reason, context)
    told = of_claim(OperatorParted, guest, context.now, why=by)
    decision = decision.saving(ended(guest, "talk-over")).noting(told)
    return wrap_up(decision, guest, context)


def _fetch_from_silence(decision: Decision, claim: Claim) -> Decision:
    """Fetch a caller out of an empty room; soon again if that fails."""
    call = decision.talk.call_of(claim)
    if call is None or call.stage is not Stage.AFTER or call.leg is None:
        return decision
    return decision.asking(ReturnCaller(call.leg, soon_again=call.id))


# --- guests -----------------------------------------------------------------------


def uninvite(
    decision: Decision, guest: Claim, reason: str, context: Context
) -> Decision:
    """Free somebody who was invited in vain, through no fault of theirs."""
    decision = decision.saving(ended(guest, reason))
    operator = decision.talk.bound_by(guest)
    if operator is not None:
        decision = decision.saving(operators.freed(operator, context.now))
    return decision.noting(of_claim(OfferEnded, guest, context.now, reason=reason))


def take_invitation_back(
    decision: Decision, guest: Claim, context: Context
) -> Decision:
    """Stop asking the colleague, and tell them so if they have picked up."""
    decision = uninvite(decision, guest, WITHDRAWN, context).waking()
    decision = leave_host_alone(decision, guest)
    return dismiss_operator(decision, guest)


def close(
    decision: Decision, claim: Claim, event: TalkClosed, context: Context
) -> Decision:
    """End the talk for all."""
    if event.going is not None:
        claim = replace(claim, going=event.going)
    return end_talk(decision, claim, event.by, context)


def detach_guest(decision: Decision, guest: Claim, context: Context) -> Decision:
    """Let a guest go: host and caller talk on, in a room that ends with either."""
    withdrawn = guest.going is not None and guest.going.way is ExitKind.WITHDRAW
    why = WITHDRAWN if withdrawn else "operator"
    decision = decision.saving(ended(guest, why if withdrawn else f"talk-{why}"))
    decision = wrap_up(decision, guest, context)
    decision = leave_host_alone(decision, guest)
    told = of_claim(OperatorParted, guest, context.now, why=why)
    return decision.noting(told).waking()


def may_keep_caller(talk: Talk, host: Claim) -> bool:
    """Whether a guest who is inside keeps the caller once the host is gone."""
    guest = talk.guest_of(host)
    leaves = host.going is None or host.going.way is ExitKind.LEAVE
    is_inside = guest is not None and guest.is_talk
    return host.is_talk and leaves and is_inside and talk.call_of(host) is not None


def give_to_guest(decision: Decision, host: Claim, context: Context) -> Decision:
    """Let the guest inside keep the caller, and the host leave."""
    guest, call = decision.talk.guest_of(host), decision.talk.call_of(host)
    if guest is None or call is None:
        return decision
    keeps = replace(
        guest,
        companions=replace(guest.companions, host=None, left=None, goes_on=True),
        going=None,
        participants=replace(
            guest.participants,
            caller_in=True,
            operator_in=True,
            held=host.participants.held,
            held_since=host.participants.held_since,
        ),
    )
    to = {"kind": "warm", "to": guest.operator}
    decision = decision.saving(
        ended(host, SENT_ON),
        keeps,
        replace(call, talk=call.talk.bind_claim(guest.id)),
    )
    decision = wrap_up(decision, host, context).waking()
    return decision.noting(
        of_claim(OperatorParted, host, context.now, why=SENT_ON),
        of_call(CallTransferred, call, context.now, **to),
    )


# --- the caller -------------------------------------------------------------------


def is_sent_on(claim: Claim) -> bool:
    """Whether the operator has decided that the caller goes back to the queue."""
    sent = {ExitKind.QUEUE, ExitKind.OPERATOR, ExitKind.TEAM}
    return claim.going is not None and claim.going.way in sent


def _release_caller(talk: Talk, claim: Claim, by: str, context: Context) -> Left:
    call = talk.call_of(claim)
    if call is None or not call.is_live:
        return None, ()
    if claim.going is not None and is_sent_on(claim):
        return _sent_on(talk, call, claim, claim.going, context)
    by = "operator" if claim.going else by
    return _left_alone(talk, call, claim, by, context), ()


def _left_alone(
    talk: Talk, call: Contact, claim: Claim, by: str, context: Context
) -> Contact:
    """The call of a caller whose operator is gone, and who is still on the line."""
    operator = talk.operator_of(claim)
    cut_off = arrival.is_cut_off(
        call,
        claim,
        by,
        operator.profile.reach if operator else None,
        context.rules.wait.short_talk,
        context.now,
    )
    # The room tells that the caller has left before the leg is told to be over: who
    # rings again then belongs to this operator, if it was not the operator who left.
    own = None if by == "operator" else claim.operator
    return replace(
        arrival.after_talk(call, cut_off=cut_off),
        stage=Stage.AFTER,
        talk=call.talk.release_claim(),
        menu=call.menu.reset_tries(),
        affinity=replace(call.affinity, operator=own, handed_by=None),
    )


def _sent_on(
    talk: Talk, call: Contact, claim: Claim, going: PendingExit, context: Context
) -> Left:
    """The call back in the queue, in its old place, for the person or team named."""
    now = context.now
    told = of_call(CallTransferred, call, now, kind=going.way.value, to=going.to)
    handed = arrival.reclassify(
        _handed_on(call, going, context), call.need.urgency, context.rules, now
    )
    handed = replace(
        handed, affinity=replace(handed.affinity, handed_by=claim.operator)
    )
    step = queue_up(context.line, handed, now, told)
    return warn_of_nobody(step.call, talk.spoken), step.facts


def warn_of_nobody(call: Contact, spoken: frozenset[str]) -> Contact:
    """The call in the queue; its caller hears if nobody on duty speaks the language."""
    if call.need.language in spoken:
        return call
    told = (
        "wait.nobody" if each == "wait.start" else each for each in call.menu.notices
    )
    return call.with_notices(*told)


def _handed_on(call: Contact, going: PendingExit, context: Context) -> Contact:
    topic = going.topic or call.need.topic
    urgency = call.need.urgency
    if going.topic and topic:
        urgency = context.line.topics[topic].urgency
    to_team = going.way is ExitKind.TEAM
    return replace(
        arrival.handed_on(call),
        menu=call.menu.with_notices("transfer.wait"),
        need=Need(going.language or call.need.language, topic, urgency),
        affinity=replace(
            call.affinity,
            operator=OperatorId(going.to) if going.way is ExitKind.OPERATOR else None,
            team=going.to if to_team else "",
            handed_at=context.now if to_team else None,
        ),
    )
