"""An operator brings a colleague into a talk, who may be left with the caller.

An invitation is a claim of its own that joins the talk's: the colleague is rung, asked
and kept like one who is offered a caller, and until they are inside the talk is not
touched. Why one came to nothing is told by the host's claim.
"""

from dataclasses import replace

from ivr.actions.departures import step_out
from ivr.actions.operators import telephones
from ivr.actions.parting import guest_of
from ivr.actions.saving import save, settle
from ivr.actions.talk import hold, talk_of
from ivr.actions.talks.running import run
from ivr.core.model import operator as operators
from ivr.core.model.call import ClaimId, LineKey, OperatorId
from ivr.core.model.claim import MADE_LEASE, Apart, Claim, Way
from ivr.core.model.errors import Stale, Unavailable
from ivr.core.model.facts import OperatorInvited, of_claim
from ivr.core.model.operator import Operator, Reach
from ivr.core.talk.events import Uninvited
from ivr.ports import Change, Ports


def hosted(ports: Ports, line: LineKey, operator: OperatorId) -> Claim:
    """The talk of an operator who has the caller; Stale tells why there is none."""
    claim = talk_of(ports, line, operator)
    if claim.joins is not None:
        raise Stale("not-yours")
    return claim


def invite(ports: Ports, line: LineKey, operator: OperatorId, who: OperatorId) -> None:
    """Ask a colleague who is free into the talk; one at a time, and once."""

    def attempt() -> Claim | bool | None:
        host = hosted(ports, line, operator)
        guest = guest_of(ports, host)
        if guest is not None and guest.operator == who:
            return False
        whose, now = ports.store.operator(line, who), ports.clock.now()
        if guest is not None or whose is None or not whose.is_free(now):
            raise Stale("busy")
        if telephones.is_engaged(ports, whose):
            raise Stale("busy")
        claim = _invitation(ports, host, who)
        return claim if save(ports, line, _invited(ports, host, claim, whose)) else None

    claim = settle(attempt)
    if isinstance(claim, Claim):
        _send(ports, claim)


def _invitation(ports: Ports, host: Claim, who: OperatorId) -> Claim:
    now = ports.clock.now()
    return Claim(
        id=ClaimId(ports.ids.token()),
        line=host.line,
        call=host.call,
        operator=who,
        made=now,
        deadline=now + MADE_LEASE,
        caller_leg=host.caller_leg,
        joins=host.id,
        entered=host.room,
    )


def _invited(ports: Ports, host: Claim, claim: Claim, whose: Operator) -> Change:
    now = ports.clock.now()
    return Change(
        save=(
            claim,
            replace(host, guest=claim.id, refused="", left=None),
            operators.ringing(whose, claim.id, now),
        ),
        facts=(of_claim(OperatorInvited, claim, now, by=host.operator),),
    )


def _send(ports: Ports, claim: Claim) -> None:
    whose = ports.store.operator(claim.line, claim.operator)
    if whose is not None and whose.reach is not Reach.STANDING:
        # Its place in the carrier's pace is taken and not waited for: a leg that
        # comes too early is held there, and nobody waits on the line for it.
        ports.store.leg_slot(ports.clock.now(), ports.calls_per_second)
    try:
        ports.jobs.place_offer(claim.line, claim.id)
    except Unavailable as error:
        # The claim is due again after its lease: the ticker places it then.
        ports.notes.warning("invitation not sent", claim=claim.id, error=str(error))


def withdraw(ports: Ports, line: LineKey, operator: OperatorId) -> None:
    """The host takes the invitation back, or asks the colleague to leave again."""
    host = hosted(ports, line, operator)
    guest = guest_of(ports, host)
    if guest is None:
        raise Stale("offer-over")
    if not guest.is_talk:
        guest = _uninvite(ports, guest)
    if guest is not None:
        step_out(ports, guest, Way.WITHDRAW)


def _uninvite(ports: Ports, invited: Claim) -> Claim | None:
    """End an invitation; the guest, when they have come in just before."""
    outcome = run(ports, invited.line, Uninvited(claim=invited.id))
    guest = outcome.talk.claims.get(invited.id)
    if outcome.changed:
        return None
    if guest is None or not guest.is_talk:
        raise Stale("offer-over")
    return guest


def leave_to(ports: Ports, line: LineKey, operator: OperatorId) -> None:
    """The host leaves, and the colleague inside keeps the caller."""
    host = hosted(ports, line, operator)
    guest = guest_of(ports, host)
    if guest is None or not guest.is_talk or host.apart is not Apart.NO:
        raise Stale("not-now")
    # The colleague may have no desk at hand to take the caller off hold.
    hold(ports, line, operator, on=False)
    step_out(ports, host, Way.LEAVE)
