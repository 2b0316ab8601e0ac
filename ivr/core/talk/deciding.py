"""The one place that decides about talks: a talk and an event in, a decision out."""

from ivr.core.model.claim import Claim, ClaimState
from ivr.core.model.contact.contact import Contact
from ivr.core.talk.answers import ExplainEnd, HangUpPerson
from ivr.core.talk.connections import calling_back, putting_through
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings import leaving, undoing
from ivr.core.talk.events import (
    AcceptedAtDesk,
    CallbackRevoked,
    CallerCameOut,
    CallerEvent,
    CallerHungUp,
    ClaimEvent,
    ConnectAsked,
    DeclinedAtDesk,
    DeskEvent,
    Joined,
    KeyPressed,
    LeftRoom,
    LegCreated,
    OperatorCameOut,
    PersonAgreed,
    PersonPickedUp,
    PickedUp,
    RoomBegan,
    RoomEnded,
    StandingLegEnded,
    TalkEvent,
)
from ivr.core.talk.requests import EndLeg
from ivr.core.talk.rooms import at_desk, interruption, meeting
from ivr.core.talk.table import TABLE
from ivr.core.talk.talk import Context, Talk, phase_of


def decide(talk: Talk, event: TalkEvent, context: Context) -> Decision:
    """What an event leads to; the same for the same talk, moment and rules."""
    match event:
        case CallerHungUp() | CallerCameOut() | CallbackRevoked() | PersonAgreed():
            return _decide_for_caller(Decision(talk=talk), event, context)
        case DeskEvent():
            return _decide_for_desk(Decision(talk=talk), event, context)
        case StandingLegEnded():
            return putting_through.cut_off(Decision(talk=talk), event, context)
        case Joined() | RoomBegan() | LeftRoom() | RoomEnded():
            return _decide_for_room(Decision(talk=talk), event, context)
        case _:
            return _decide_for_claim(Decision(talk=talk), event, context)


def _decide_for_claim(
    decision: Decision, event: ClaimEvent, context: Context
) -> Decision:
    claim = decision.talk.claim
    if claim is None:
        return answer_unknown(decision, event)
    return _take_step(decision, claim, event, context)


def _decide_for_desk(
    decision: Decision, event: DeskEvent, context: Context
) -> Decision:
    """Tell an operator who is in no talk why nothing can be done."""
    claim = decision.talk.claim
    if claim is None or not claim.is_open:
        return decision.refusing(at_desk.CALL_OVER)
    step = TABLE[type(event)].steps.get(phase_of(claim))
    if step is None:
        return decision.refusing(at_desk.NOT_NOW)
    return step(decision, claim, event, context)


def _take_step(
    decision: Decision, claim: Claim, event: ClaimEvent, context: Context
) -> Decision:
    step = TABLE[type(event)].steps.get(phase_of(claim))
    return decision if step is None else step(decision, claim, event, context)


def answer_unknown(decision: Decision, event: ClaimEvent) -> Decision:
    """Answer an event of an unknown claim: end the leg, refuse the desk."""
    match event:
        case PickedUp() | KeyPressed() | ConnectAsked() | OperatorCameOut():
            return decision.answering(ExplainEnd(None))
        case PersonPickedUp():
            return decision.answering(HangUpPerson())
        case LegCreated():
            return decision.asking(EndLeg(event.leg))
        case AcceptedAtDesk() | DeclinedAtDesk():
            return decision.refusing("offer-over")
        case _:
            return decision


def _decide_for_room(
    decision: Decision, event: ClaimEvent, context: Context
) -> Decision:
    """Decide for each claim that a notice about the room may concern, one by one."""
    claims = decision.talk.in_room
    if isinstance(event, Joined) and not _is_for_any(claims, event):
        decision = meeting.dismiss_uninvited(decision, event)
    for claim in claims:
        now = decision.talk.claims[claim.id]
        decision = _take_step(decision, now, event, context)
    return decision


def _is_for_any(claims: tuple[Claim, ...], event: Joined) -> bool:
    return any(event.leg in {claim.party, claim.leg} for claim in claims)


# --- callers ----------------------------------------------------------------------


def _decide_for_caller(
    decision: Decision, event: CallerEvent, context: Context
) -> Decision:
    if isinstance(event, CallerHungUp) and event.message is not None:
        decision = leaving.keep_message(decision, event.message, context)
    talk = decision.talk
    call = talk.find_call(talk.caller)
    if call is None or not call.is_live:
        return decision
    match event:
        case CallerHungUp():
            return _hang_up(decision, call, event, context)
        case CallerCameOut():
            return _come_out(decision, event, context)
        case PersonAgreed():
            return calling_back.reach_person(decision, call, event, context)
        case CallbackRevoked():
            return _revoke_callback(decision, call, event, context)


def _hang_up(
    decision: Decision, call: Contact, event: CallerHungUp, context: Context
) -> Decision:
    """End the call; a leg that the caller is not on any more ends nothing."""
    if call.leg != event.leg:
        return decision
    return leaving.end_call(decision, call, event.how, context)


def _revoke_callback(
    decision: Decision, call: Contact, event: CallbackRevoked, context: Context
) -> Decision:
    """End the promise, unless they talk or the person was reached: then it is kept."""
    if leaving.why_not_revoked(call):
        return decision
    return leaving.revoke_callback(decision, call, event.reason, context)


def _come_out(decision: Decision, event: CallerCameOut, context: Context) -> Decision:
    """Go on with the talk, or end it, or give both sides back if it never began.

    A late request may belong to an earlier talk, and ends no other. A caller who has
    already waited for the operator came out before.
    """
    claim = decision.talk.claim
    if claim is None or event.waited or _is_earlier(decision.talk, event, claim):
        return decision
    if claim.is_talk:
        return interruption.release_caller(decision, claim, context)
    if claim.state is ClaimState.TAKEN:
        left = undoing.OPERATOR_LEFT
        return undoing.release_taken(decision, claim, left, context)
    return decision


def _is_earlier(talk: Talk, event: CallerCameOut, now: Claim) -> bool:
    """Whether the caller came out of an earlier room than the one they belong to."""
    named = talk.find_claim(event.of)
    return named is not None and named.room != now.room
