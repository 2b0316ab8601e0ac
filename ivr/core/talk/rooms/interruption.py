"""Somebody has left the room of a talk: it goes on without them, or it is over.

A room of two ends for both when one leaves it. The carrier does that
(endConferenceOnExit): it needs no notice to us, and brings the other one to a document
of ours. While a colleague is inside, the operators' legs do not end the room: a guest
enters that way; the host's leg is changed over REST once the guest is in, and changed
back when the guest has left. The caller's leg always ends it.

If one of these requests fails, nothing breaks. When a room has ended by mistake, all
come out to us and ask, and we send everybody who still belongs to the talk in again.
When a room goes on by mistake, the claim says so (``goes_on``), and the caller is
fetched as soon as we hear that the operator has left the room, or that the leg is over;
with both notices lost, at the next reconciliation. So no notice that is lost or late
leaves a caller alone in silence for longer than RECONCILE_SECONDS.

A browser that drops out of a talk has not hung up: for some seconds the claim is kept,
and a new leg to it goes straight into the room.
"""

from ivr.core.model.claim import (
    WITHOUT_OPERATOR,
    Claim,
    Interruption,
    mark_operator_dropped,
    mark_rejoining,
    seat,
    set_goes_on,
)
from ivr.core.model.facts import CallerUnheld, of_claim
from ivr.core.model.identifiers import LegId
from ivr.core.model.values import replace
from ivr.core.talk.answers import Enter
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.closing import (
    detach_guest,
    end_talk,
    give_to_guest,
    may_keep_caller,
)
from ivr.core.talk.endings.leaving import end_call
from ivr.core.talk.events import (
    BrowserNotRung,
    CallerChecked,
    LegEvent,
    OperatorCameOut,
    OperatorOut,
    PickedUp,
    RejoinAsked,
    RoomLingers,
)
from ivr.core.talk.offers.offering import bind, explain_end, is_awaited
from ivr.core.talk.requests import (
    CheckCaller,
    EndRoomWithOperator,
    RejoinCaller,
    RingBrowser,
    TakeOffHold,
    TakeOutCaller,
)
from ivr.core.talk.talk import Context, Talk

# --- who leaves -------------------------------------------------------------------


def lose_operator(
    decision: Decision, claim: Claim, by: str, context: Context
) -> Decision:
    """Let an operator leave the room: the colleague inside keeps the caller.

    Without a colleague, a browser that was cut off may come back; otherwise the talk is
    over. A guest who leaves ends nothing.
    """
    if not claim.is_talk:
        return decision
    if claim.is_invitation:
        return let_guest_leave(decision, claim, context)
    if may_keep_caller(decision.talk, claim):
        return _leave_to_guest(decision, claim, context)
    if may_come_back(decision.talk, claim):
        return drop_operator(decision, claim, None, context)
    return end_talk(decision, claim, by, context)


def step_out(
    decision: Decision, claim: Claim, _: OperatorOut, context: Context
) -> Decision:
    """Let the operator leave, as decided: to a colleague, or as a guest."""
    return lose_operator(decision, claim, "operator", context)


def _leave_to_guest(decision: Decision, host: Claim, context: Context) -> Decision:
    decision = give_to_guest(decision, host, context)
    guest = decision.talk.guest_of(host)
    if guest is None:
        return decision
    decision = end_room_with_operator(decision, guest)
    # The colleague may have no desk open to take the caller off hold.
    is_held = guest.participants.held
    return decision.asking(TakeOffHold(guest.id)) if is_held else decision


def let_guest_leave(decision: Decision, guest: Claim, context: Context) -> Decision:
    """Let a guest leave: host and caller talk on, in a room that ends with either."""
    decision = detach_guest(decision, guest, context)
    host = decision.talk.host_of(guest)
    return decision if host is None else end_room_with_operator(decision, host)


def end_room_with_operator(decision: Decision, claim: Claim) -> Decision:
    """Have a room of two end with the operator again; until then we watch over it."""
    if not (claim.is_talk and claim.companions.goes_on) or claim.companions.guest:
        return decision
    return decision.asking(EndRoomWithOperator(claim.id))


def end_lingering_room(
    decision: Decision, claim: Claim, _: RoomLingers, _context: Context
) -> Decision:
    """Ask the carrier once more to let the room end with the operator."""
    return end_room_with_operator(decision, claim)


def may_come_back(talk: Talk, claim: Claim) -> bool:
    """Whether a browser was cut off, and its operator has not decided to leave."""
    operator = talk.operator_of(claim)
    if operator is None or not operator.is_in_browser or operator.disabled:
        return False
    return claim.going is None


def drop_operator(
    decision: Decision, claim: Claim, leg: LegId | None, context: Context
) -> Decision:
    """Keep the claim for a while: a browser is gone that may come back.

    ``leg`` is given while nobody has told us that it is over. A caller who may be in a
    room that has not ended with its operator is taken out of it, to a document that
    speaks.
    """
    dropped = mark_operator_dropped(claim, context.now, leg)
    if dropped == claim:
        return decision
    decision = _note_unheld(decision.saving(dropped), claim, context)
    if claim.interruption is Interruption.REJOINING or claim.companions.goes_on:
        decision = decision.asking(TakeOutCaller(claim.id))
    return decision


def call_together(decision: Decision, claim: Claim, context: Context) -> Decision:
    """Let caller and operator come into the room once more."""
    if not claim.is_talk or claim.is_invitation:
        return decision
    rejoining = mark_rejoining(claim, context.now)
    if rejoining == claim:
        return decision
    return _note_unheld(decision.saving(rejoining), claim, context)


def _note_unheld(decision: Decision, before: Claim, context: Context) -> Decision:
    if not before.participants.held:
        return decision
    return decision.noting(of_claim(CallerUnheld, before, context.now))


# --- who comes out ----------------------------------------------------------------


def come_out(
    decision: Decision, claim: Claim, event: OperatorCameOut, context: Context
) -> Decision:
    """Send the operator in again if the room ended by mistake, else tell them why.

    With nobody on the leg, or after the operator's own decision, the operator has left.
    """
    if claim.leg not in {None, event.leg}:
        return explain_end(decision, claim, event, context)
    if claim.going is not None or not event.is_up:
        decision = lose_operator(decision, claim, "operator", context)
        return explain_end(decision, claim, event, context)
    if claim.is_invitation or claim.companions.goes_on or claim.is_interrupted:
        return decision.asking(CheckCaller(claim.id, event.leg))
    decision = end_talk(decision, claim, "carrier", context)
    return explain_end(decision, claim, event, context)


def reopen_room(
    decision: Decision, claim: Claim, event: CallerChecked, context: Context
) -> Decision:
    """Let the talk go on if its room ended by mistake and the caller is still there.

    If the caller is there, it was the host's leaving that ended the room for a guest.
    """
    if event.is_over:
        decision = end_leg_of_caller(decision, claim, context)
        return explain_end(decision, claim, event, context)
    host = decision.talk.host_of(claim)
    if host is not None and may_keep_caller(decision.talk, host):
        decision = give_to_guest(decision, host, context)
    elif host is not None:
        decision = let_guest_leave(decision, claim, context)
    claim = decision.talk.claims[claim.id]
    decision = call_together(decision, claim, context)
    if not claim.is_talk or claim.is_invitation:
        return explain_end(decision, claim, event, context)
    return decision.answering(Enter(claim.id)).checking()


def end_leg_of_caller(decision: Decision, claim: Claim, context: Context) -> Decision:
    """End the caller's call: the carrier was asked, and says that the leg is over."""
    call = decision.talk.call_of(claim)
    if call is None or not call.is_live or call.leg != claim.party:
        return decision
    return end_call(decision, call, "", context)


def release_caller(decision: Decision, claim: Claim, context: Context) -> Decision:
    """Let the caller out of the room of a talk, which may go on."""
    if claim.interruption in WITHOUT_OPERATOR:
        return decision
    guest = decision.talk.guest_of(claim)
    if claim.going is not None:
        return end_talk(decision, claim, "operator", context)
    if guest is not None and guest.is_talk:
        if may_keep_caller(decision.talk, claim):
            decision = give_to_guest(decision, claim, context)
        return call_together(decision, decision.talk.claims[guest.id], context)
    if claim.companions.goes_on or claim.is_interrupted:
        return call_together(decision, claim, context)
    if may_come_back(decision.talk, claim):
        return drop_operator(decision, claim, claim.leg, context)
    return lose_operator(decision, claim, "operator", context)


# --- who comes back ---------------------------------------------------------------


def ring_browser(
    decision: Decision, claim: Claim, _: RejoinAsked, _context: Context
) -> Decision:
    """Ring the browser once more; it picks up by itself."""
    coming = replace(claim, interruption=Interruption.RECONNECTING, leg=None)
    return decision.saving(coming).asking(RingBrowser(claim.id))


def ring_once(
    decision: Decision, _claim: Claim, _: RejoinAsked, _context: Context
) -> Decision:
    """Do nothing: the browser is rung already, or back."""
    return decision


def ring_later(
    decision: Decision, claim: Claim, event: BrowserNotRung, _: Context
) -> Decision:
    """Let it be tried once more while the caller waits, unless it may be ringing."""
    if event.ambiguous:
        return decision  # its own requests carry the claim, and bind it
    waiting = replace(claim, interruption=Interruption.OPERATOR_DROPPED)
    return decision.saving(waiting).refusing("carrier")


def reconnect(
    decision: Decision, claim: Claim, event: PickedUp, context: Context
) -> Decision:
    """Let the browser that dropped out in again, and the caller with it."""
    if is_awaited(claim, event.leg):
        decision = bind(decision, claim, event.leg, context)
        claim = decision.talk.claims[claim.id]
    if claim.leg != event.leg:
        return explain_end(decision, claim, event, context)
    decision = call_together(decision, claim, context)
    return decision.asking(RejoinCaller(claim.id)).answering(Enter(claim.id))


def reenter(
    decision: Decision, claim: Claim, event: LegEvent, context: Context
) -> Decision:
    """Let the operator into the room; a request that comes twice moves nobody."""
    if claim.leg != event.leg:
        return explain_end(decision, claim, event, context)
    return decision.answering(Enter(claim.id))


def keep_guest(decision: Decision, host: Claim, context: Context) -> Decision:
    """Give the caller to a guest who has come in after the host dropped out."""
    if not may_keep_caller(decision.talk, host):
        return decision
    guest = decision.talk.guest_of(host)
    decision = give_to_guest(decision, host, context)
    claim = decision.talk.claims[guest.id] if guest else host
    # The guest is inside already, on a leg that does not end the room.
    decision = decision.saving(_mark_inside(mark_rejoining(claim, context.now)))
    return decision.asking(RejoinCaller(claim.id))


def _mark_inside(claim: Claim) -> Claim:
    caller_in = claim.participants.caller_in
    inside = seat(claim, caller_in=caller_in, operator_in=True)
    return set_goes_on(inside, goes_on=True)
