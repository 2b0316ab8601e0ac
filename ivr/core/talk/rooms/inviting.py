"""A host asks a colleague into a talk, and may leave them the caller.

An invitation is a claim of its own that joins the talk's: the colleague is rung, asked
and kept like an operator who is offered a caller, and until they are inside nothing
touches the talk. The host's claim says why an invitation came to nothing.
"""

from ivr.core.model import operator as operators
from ivr.core.model.claim import (
    MADE_LEASE,
    CalledPerson,
    Claim,
    Companions,
    note_invited,
)
from ivr.core.model.facts import OperatorInvited, of_claim
from ivr.core.model.identifiers import ClaimId, OperatorId
from ivr.core.talk.decision import Decision
from ivr.core.talk.events import InviteAsked
from ivr.core.talk.requests import PlaceOffer
from ivr.core.talk.rooms.at_desk import why_not_host
from ivr.core.talk.talk import Context

BUSY = "busy"


def invite(
    decision: Decision, host: Claim, event: InviteAsked, context: Context
) -> Decision:
    """Ask a colleague who is free into the talk; one at a time, and once."""
    if why := why_not_host(host):
        return decision.refusing(why)
    guest = decision.talk.guest_of(host)
    if guest is not None and guest.operator == event.colleague:
        return decision
    whose = decision.talk.operators.get(event.colleague)
    engaged = event.colleague in decision.talk.engaged
    if guest is not None or whose is None or engaged or not whose.is_free(context.now):
        return decision.refusing(BUSY)
    invitation = _make_invitation(host, event.invitation, event.colleague, context)
    told = of_claim(OperatorInvited, invitation, context.now, by=host.operator)
    decision = decision.saving(
        invitation,
        note_invited(host, invitation.id),
        operators.ringing(whose, invitation.id, context.now),
    )
    return decision.noting(told).asking(PlaceOffer(invitation.id))


def _make_invitation(
    host: Claim, key: ClaimId, colleague: OperatorId, context: Context
) -> Claim:
    return Claim(
        id=key,
        line=host.line,
        call=host.call,
        operator=colleague,
        made=context.now,
        deadline=context.now + MADE_LEASE,
        person=CalledPerson(leg=host.person.leg),
        companions=Companions(host=host.id, entered=host.room),
    )
