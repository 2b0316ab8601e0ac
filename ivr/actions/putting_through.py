"""A caller is put through to an operator on a standing line: not rung, not asked.

The caller is moved first: one who is gone by then costs the operator nothing. Each
claim has a room of its own, as on every line, so that no two callers can meet and
nothing late of one call can touch the next.
"""

from collections.abc import Callable
from dataclasses import replace

from ivr.actions import callbacks
from ivr.actions.callbacks import taken_lease
from ivr.actions.departures import operator_gone
from ivr.actions.ending import (
    caller_left,
    end_offer,
    release_taken,
    unreachable,
)
from ivr.actions.operators import own_language, put_down
from ivr.actions.saving import save, settle
from ivr.core.dialogue.instructions import EnterRoom, Instruction
from ivr.core.dialogue.standing import stay
from ivr.core.dialogue.whisper import announcement
from ivr.core.model.call import CallId, ClaimId, LineKey, OperatorId
from ivr.core.model.claim import WHISPER_LEASE, Claim, ClaimState, moved
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.facts import OfferTaken, of_claim
from ivr.core.model.operator import Operator, Reach
from ivr.ports import Change, Ports

MOVES = 3
"""How often the carrier is asked to move a leg while it is too busy to."""

GOING = frozenset({ClaimState.TAKEN, ClaimState.CONNECTED})


def put_through(ports: Ports, line: LineKey, key: ClaimId) -> None:
    """Bring both sides of a claim together; safe to run twice, one run moves them."""
    claim = _taken(ports, line, key)
    if claim is not None and (claim.joins or _bring_caller(ports, claim)):
        _fetch_operator(ports, claim)


def _taken(ports: Ports, line: LineKey, key: ClaimId) -> Claim | None:
    """The claim, now ours; None when another run has it, or nobody is on the line."""

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or claim.state is not ClaimState.MADE:
            return False
        operator = ports.store.operator(line, claim.operator)
        if operator is None or operator.claim != key or not operator.is_reachable:
            return end_offer(ports, line, key, "operator-left") and False
        now = ports.clock.now()
        until = now + taken_lease(ports, claim)
        taken = replace(moved(claim, ClaimState.TAKEN, until), taken=now)
        # The operator is saved as well: whoever hangs up just now is seen.
        facts = [of_claim(OfferTaken, claim, now)] if claim.joins is None else []
        change = Change(save=(taken, operator), facts=facts)
        return taken if save(ports, line, change) else None

    ours = settle(attempt)
    return ours if isinstance(ours, Claim) else None


def _bring_caller(ports: Ports, claim: Claim) -> bool:
    call = ports.store.call(claim.line, claim.call)
    try:
        if call is not None and callbacks.is_to_be_dialled(call):
            callbacks.dial(ports, claim, call, attempt=1)
        else:
            _patiently(lambda: ports.carrier.put_through(claim.party, claim.id))
    except NotFound:
        caller_left(ports, claim.line, claim.party)
    except Unavailable as error:
        _not_brought(ports, claim, error)
    else:
        return True
    return False


def _not_brought(ports: Ports, claim: Claim, error: Unavailable) -> None:
    ports.notes.warning("caller not brought", claim=claim.id, error=str(error))
    if error.permanent and unreachable(ports, claim.line, claim.call, "failed"):
        return
    release_taken(ports, claim.line, claim.id, "carrier")


def _fetch_operator(ports: Ports, claim: Claim) -> None:
    leg = _bound(ports, claim)
    if leg is None:
        return
    token = token_of(ports, claim.line, claim.operator, leg)
    try:
        _patiently(lambda: ports.carrier.fetch_operator(leg, token, claim.id))
    except NotFound:
        cut_off(ports, claim.line, claim.operator, leg)
    except Unavailable as error:
        ports.notes.warning("operator not moved", claim=claim.id, error=str(error))
        release_taken(ports, claim.line, claim.id, "carrier")


def _bound(ports: Ports, claim: Claim) -> CallId | None:
    """The operator's leg, from now on the claim's; None when the claim is over."""

    def attempt() -> Claim | bool | None:
        here = ports.store.claim(claim.line, claim.id)
        operator = ports.store.operator(claim.line, claim.operator)
        if here is None or here.state is not ClaimState.TAKEN:
            return False
        if operator is None or operator.claim != here.id or operator.leg is None:
            return False
        bound = replace(here, leg=operator.leg)
        return bound if save(ports, claim.line, Change(save=(bound,))) else None

    bound = settle(attempt)
    return bound.leg if isinstance(bound, Claim) else None


def _patiently(move: Callable[[], None]) -> None:
    """Ask again what was refused for certain; what may have been done is not."""
    for _ in range(MOVES - 1):
        try:
            move()
        except Unavailable as error:
            if error.ambiguous or error.permanent:
                raise
        else:
            return
    move()


def to_room(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId
) -> list[Instruction]:
    """What an operator hears who is fetched for a claim; nothing when it is over."""
    claim = settle(lambda: _told(ports, line, key, leg))
    call = ports.store.call(line, claim.call) if isinstance(claim, Claim) else None
    if not isinstance(claim, Claim) or call is None:
        return []
    operator = ports.store.operator(line, claim.operator)
    language = own_language(ports, operator, line)
    missed = operator.missed if operator else 0
    room = EnterRoom(
        claim=key,
        room=claim.room,
        goes_on=claim.joins is not None,
        muted=claim.muted,
        role="standing",
        limit=ports.content.lines()[line].talk_limit,
        token=token_of(ports, line, claim.operator, leg),
        tone=True,
    )
    invited = claim.joins is not None
    return [*announcement(call, language, missed, invited=invited), room]


def stays(
    ports: Ports, operator: Operator, leg: CallId, token: str
) -> list[Instruction]:
    """What is next on the line: silence, or the caller for whom one is fetched.

    "It is over" may have overtaken the move to the next caller.
    """
    going = operator.claim and to_room(ports, operator.line, operator.claim, leg)
    return going or stay(token)


def standing_by(ports: Ports, line: LineKey, leg: CallId) -> Operator | None:
    """Who is on the line by this leg."""
    own = (each for each in ports.store.operators(line) if each.leg == leg)
    return next((each for each in own if each.reach is Reach.STANDING), None)


def _told(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId
) -> Claim | bool | None:
    """The claim, with time to tell the operator of it; False when it is over.

    Asked again, it gives no new lease: the caller is in the room already.
    """
    claim = ports.store.claim(line, key)
    if claim is None or claim.state not in GOING or claim.leg != leg:
        return False
    until = (claim.taken or claim.made) + WHISPER_LEASE
    if claim.state is ClaimState.CONNECTED or (claim.deadline or until) >= until:
        return claim
    longer = moved(claim, claim.state, until)
    return longer if save(ports, line, Change(save=(longer,))) else None


def token_of(ports: Ports, line: LineKey, key: OperatorId, leg: CallId) -> str:
    """Who stands on the line by this leg, signed: it outlives a wiped store."""
    return ports.vault.sign({"line": line, "operator": key, "leg": leg})


def cut_off(ports: Ports, line: LineKey, key: OperatorId, leg: CallId) -> None:
    """A standing leg is gone: nobody is put through to it any more.

    A caller who was on the way keeps the place; one who talked is asked.
    """
    before = ports.store.operator(line, key)
    if before is None or before.leg != leg:
        return
    put_down(ports, line, key, leg)
    after = ports.store.operator(line, key)
    # Whoever has called in anew meanwhile talks by the new leg.
    if after is not None and after.claim is not None and after.leg is None:
        _give_back(ports, line, after.claim)


def _give_back(ports: Ports, line: LineKey, key: ClaimId) -> None:
    # Each looks whether it is the one to end the claim as it stands by now.
    if end_offer(ports, line, key, "operator-left"):
        return
    if release_taken(ports, line, key, "operator-left"):
        return
    operator_gone(ports, line, key)
