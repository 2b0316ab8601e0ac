"""The room of a claim: who has come in, and when a talk begins and ends."""

from collections.abc import Collection
from datetime import datetime

from ivr.core.dialogue.returning import left_behind
from ivr.core.model import callee
from ivr.core.model import operator as operators
from ivr.core.model.claim import (
    TAKEN_LEASE,
    WITHOUT_OPERATOR,
    Claim,
    ClaimState,
    mark_restored,
    moved,
    seat,
    set_goes_on,
    take_off_hold,
)
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import (
    CallbackEnded,
    CallerConnected,
    CallerUnheld,
    Fact,
    OperatorJoined,
    of_call,
    of_claim,
)
from ivr.core.model.identifiers import LegId
from ivr.core.model.values import replace
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.closing import end_talk
from ivr.core.talk.endings.undoing import EXPIRED, release_taken
from ivr.core.talk.events import (
    Joined,
    LeftRoom,
    RoomBegan,
    RoomEnded,
    RoomEndsWithOperator,
    RoomInspected,
    RoomNotInspected,
    TakenOffHold,
)
from ivr.core.talk.requests import (
    DismissUninvited,
    InformOperator,
    KeepRoom,
    SharePlace,
    SpareCallbacks,
)
from ivr.core.talk.rooms.interruption import keep_guest, lose_operator
from ivr.core.talk.rooms.lapsing import is_due
from ivr.core.talk.talk import Context, Talk

UNREACHED = frozenset({Stage.WAITING, Stage.PROMISED})
"""The stages of a promise that seems to have reached nobody."""


# --- who comes in -----------------------------------------------------------------


def join(decision: Decision, claim: Claim, event: Joined, context: Context) -> Decision:
    """Note a leg as inside; with both inside they talk.

    An operator may come in after the end: the carrier took its time to move the caller,
    and the claim was given back meanwhile. An operator who sits there alone is told so;
    but not if anybody was seen inside before, for a late notice must part nobody.
    """
    if claim.leg == event.leg and _is_left_alone(decision.talk, claim):
        decision = decision.asking(InformOperator(claim.id, event.leg))
    return join_leg(decision, claim, event.leg, context)


def _is_left_alone(talk: Talk, claim: Claim) -> bool:
    """Whether a claim is over, and no other one binds its operator."""
    operator = talk.operator_of(claim)
    if operator is None or claim.is_open or claim.is_invitation:
        return False
    if claim.participants.caller_in or claim.participants.operator_in:
        return False
    return operator.claim is None and operator.leg == claim.leg


def join_leg(
    decision: Decision, claim: Claim, leg: LegId, context: Context
) -> Decision:
    """Note that a leg has entered: the guest's, the caller's or the operator's."""
    if claim.is_invitation and claim.leg == leg:
        return admit_guest(decision, claim, context)
    if not claim.is_invitation and leg in {claim.party, claim.leg}:
        return enter_room(decision, claim, {leg}, context)
    return decision


def begin(decision: Decision, claim: Claim, _: RoomBegan, context: Context) -> Decision:
    """Note both as inside, whatever else the carrier told."""
    if claim.is_invitation or claim.leg is None:
        return decision
    return enter_room(decision, claim, {claim.party, claim.leg}, context)


def dismiss_uninvited(decision: Decision, event: Joined) -> Decision:
    """Have an operator whose invitation is over told so: the leg belongs to nobody."""
    return decision.asking(DismissUninvited(event.claim, event.leg))


def admit_guest(decision: Decision, guest: Claim, context: Context) -> Decision:
    """Let an invited colleague in; send one away whose invitation is over."""
    if guest.is_talk or guest.leg is None:
        return decision
    host = decision.talk.host_of(guest)
    if guest.state is not ClaimState.TAKEN or host is None or not host.is_talk:
        return decision.asking(InformOperator(guest.id, guest.leg))
    caller_in = guest.participants.caller_in
    inside = seat(guest, caller_in=caller_in, operator_in=True)
    inside = moved(inside, ClaimState.CONNECTED, None)
    host = set_goes_on(host, goes_on=True)
    operator = decision.talk.bound_by(guest)
    decision = decision.saving(inside, host)
    if operator is not None:
        decision = decision.saving(operators.talking(operator, context.now))
    decision = decision.noting(of_claim(OperatorJoined, guest, context.now))
    if host.interruption in WITHOUT_OPERATOR:
        return keep_guest(decision, host, context)
    return decision.asking(KeepRoom(host.id))


def enter_room(
    decision: Decision, claim: Claim, legs: Collection[LegId], context: Context
) -> Decision:
    """Note legs as inside; with both there the call is answered, or goes on."""
    if not _counts_in_room(claim):
        return decision
    has_come = claim.party in legs and not _is_unreached(decision.talk, claim)
    known = claim.participants
    inside = seat(
        claim,
        caller_in=known.caller_in or has_come,
        operator_in=known.operator_in or claim.leg in legs,
    )
    if inside == claim:
        return decision
    if not inside.participants.are_together:
        return decision.saving(inside)
    if inside.is_talk:
        return _spare_caller(decision.saving(mark_restored(inside)), inside)
    if not inside.is_open:
        return _note_late(decision, inside, context)
    return _connect_both(decision, inside, context)


def _counts_in_room(claim: Claim) -> bool:
    """Whether it matters who is in the room: a claim that is over may hear of it late.

    An interrupted claim that is over is excluded: it was known as a talk before.
    """
    if claim.state is ClaimState.OVER:
        return not claim.is_interrupted
    return claim.state is ClaimState.TAKEN or claim.is_interrupted


def _is_unreached(talk: Talk, claim: Claim) -> bool:
    """Whether the person of a claim is on no leg as yet, and so in no room."""
    call = talk.call_of(claim)
    return claim.is_open and call is not None and call.leg is None


def _connect_both(decision: Decision, claim: Claim, context: Context) -> Decision:
    """Begin the talk: it settles every promise to the caller's telephone."""
    talk, now = decision.talk, context.now
    call, operator = talk.call_of(claim), talk.bound_by(claim)
    if call is None or not call.is_live:
        return decision.saving(claim)
    decision = decision.saving(
        moved(claim, ClaimState.CONNECTED, None), _in_talk(call, now)
    )
    decision = _with_talk_known(decision, now)
    if operator is not None:
        decision = decision.saving(operators.talking(operator, now))
    decision = decision.noting(of_claim(CallerConnected, claim, now))
    decision = decision.noting(*_facts_of_fulfilment(call, now))
    for promised in _waiting_callbacks(talk):
        ended = of_call(CallbackEnded, promised, now, reason="caller-rang")
        decision = decision.saving(left_behind(promised, now)).noting(ended)
    return _spare_caller(decision, claim)


def _spare_caller(decision: Decision, claim: Claim) -> Decision:
    """Call back nobody who talks, and let another call of the number have the place."""
    return decision.asking(SpareCallbacks(claim.call), SharePlace(claim.call))


def _note_late(decision: Decision, claim: Claim, context: Context) -> Decision:
    """Note a talk that is over by now: the log learns of it, and nobody calls back."""
    now, at = context.now, claim.offer.taken or claim.made
    call = decision.talk.call_of(claim)
    decision = decision.saving(claim).noting(of_claim(CallerConnected, claim, at))
    if call is not None and _is_fulfilled_by(call, at):
        ending = replace(call.ending, at=now)
        over = replace(_in_talk(call, at), stage=Stage.ENDED, ending=ending)
        decision = decision.saving(over).noting(*_facts_of_fulfilment(call, now))
    return decision if call is None else _with_talk_known(decision, at)


def _is_fulfilled_by(call: Contact, at: datetime) -> bool:
    """Whether a waiting promise was made for the talk that began ``at`` a moment.

    A caller who was cut off, waits and then asks to be called is still to be called. A
    promise that only came into force again because nobody knew of the talk is
    fulfilled.
    """
    request = call.callback.request
    if request is None or call.leg is not None or call.stage not in UNREACHED:
        return False
    return request.made <= at or call.callback.preferences == call.callback.came_from


def _with_talk_known(decision: Decision, at: datetime) -> Decision:
    """Note the talk with the caller's telephone, if anybody asked about that number."""
    known = decision.talk.callees.get(decision.talk.number)
    return decision if known is None else decision.saving(callee.with_talk(known, at))


def _waiting_callbacks(talk: Talk) -> list[Contact]:
    promised = (talk.calls[key] for key in talk.promised)
    return [each for each in promised if callee.is_unreached(each)]


def _facts_of_fulfilment(call: Contact, now: datetime) -> tuple[Fact, ...]:
    """The fact that a promise is kept: as soon as they talk, whatever is lost later."""
    request = call.callback.request
    if request is None or request.fulfilled:
        return ()
    return (of_call(CallbackEnded, call, now, reason="kept"),)


def _in_talk(call: Contact, at: datetime) -> Contact:
    """The call in a talk: nothing else is asked of the caller any more."""
    request = call.callback.request
    fulfilled = request and replace(request, fulfilled=True)
    return replace(
        call,
        stage=Stage.CONNECTED,
        talk=call.talk.begin_at(at),
        affinity=call.affinity.clear_team(),
        menu=call.menu.forget_draft(),
        exit_menu=call.exit_menu.close(),
        callback=replace(call.callback, request=fulfilled),
    )


# --- who leaves -------------------------------------------------------------------


def step_away(
    decision: Decision, claim: Claim, event: LeftRoom, _: Context
) -> Decision:
    """Note that one of two has left before the other came."""
    known = claim.participants
    now = seat(
        claim,
        caller_in=known.caller_in and event.leg != claim.party,
        operator_in=known.operator_in and event.leg != claim.leg,
    )
    return decision if now == claim else decision.saving(now)


def leave_room(
    decision: Decision, claim: Claim, event: LeftRoom, context: Context
) -> Decision:
    """Let an operator come back, or leave a colleague; end the talk for a caller.

    The caller of an interrupted talk ends nothing: both have left the room, to come
    back.
    """
    if claim.leg == event.leg:
        return lose_operator(decision, claim, "operator", context)
    if claim.party == event.leg and not claim.is_interrupted:
        return end_talk(decision, claim, "caller", context)
    return decision


def end_room(
    decision: Decision, claim: Claim, _: RoomEnded, context: Context
) -> Decision:
    """End the talk; where it goes on, each leg that comes out asks what is next."""
    if claim.companions.goes_on or claim.is_interrupted:
        return decision
    return end_talk(decision, claim, "carrier", context)


def mark_ending(
    decision: Decision, claim: Claim, _: RoomEndsWithOperator, _context: Context
) -> Decision:
    """Note that the room ends with the operator's leg from now on."""
    alone = claim.companions.guest is None and not claim.is_interrupted
    if not (alone and claim.companions.goes_on):
        return decision
    return decision.saving(set_goes_on(claim, goes_on=False))


def mark_unheld(
    decision: Decision, claim: Claim, _: TakenOffHold, context: Context
) -> Decision:
    """Note that the caller is off hold."""
    if not claim.participants.held:
        return decision
    told = of_claim(CallerUnheld, claim, context.now)
    return decision.saving(take_off_hold(claim)).noting(told)


# --- whose time is over -----------------------------------------------------------


def resolve_taken(
    decision: Decision, claim: Claim, event: RoomInspected, context: Context
) -> Decision:
    """Note who is inside; if that makes no talk, give both sides back.

    A claim that got more time since the carrier was asked keeps it.
    """
    decision = _note_present(decision, event, context)
    claim = decision.talk.claims[claim.id]
    if claim.state is not ClaimState.TAKEN or not is_due(claim, context):
        return decision
    return release_taken(decision, claim, EXPIRED, context)


def resolve_interrupted(
    decision: Decision, claim: Claim, event: RoomInspected, context: Context
) -> Decision:
    """Note who is inside; if they are not together by now, end the talk.

    Two processes may have asked: the second answer may date from before a guest took
    over, or before the talk was interrupted once more.
    """
    decision = _note_present(decision, event, context)
    claim = decision.talk.claims[claim.id]
    if not claim.is_talk or not claim.is_interrupted or not is_due(claim, context):
        return decision
    return end_talk(decision, claim, "operator", context)


def _note_present(
    decision: Decision, event: RoomInspected, context: Context
) -> Decision:
    for leg in sorted(event.legs):
        for each in decision.talk.in_room:
            decision = join_leg(decision, each, leg, context)
    return decision


def inspect_later(
    decision: Decision, claim: Claim, _: RoomNotInspected, context: Context
) -> Decision:
    """Look later: nobody knows who is inside."""
    if not is_due(claim, context):
        return decision
    later = context.now + TAKEN_LEASE
    return decision.saving(moved(claim, claim.state, later))
