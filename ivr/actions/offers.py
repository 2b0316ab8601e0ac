"""An operator is offered a caller: rung, told, asked, and taken at their word."""

from dataclasses import replace
from datetime import timedelta

from ivr.actions import callbacks, telephones
from ivr.actions import rules as rule_sets
from ivr.actions.departures import came_out, come_back, operator_gone
from ivr.actions.ending import (
    caller_left,
    end_offer,
    release_taken,
    unreachable,
)
from ivr.actions.missed import is_sent_away
from ivr.actions.operators import address_of, own_language, put_down
from ivr.actions.putting_through import put_through, standing_by, stays, token_of
from ivr.actions.saving import save, settle
from ivr.core.dialogue.instructions import AskAgain, EnterRoom, HangUp, Instruction, Say
from ivr.core.dialogue.whisper import DECLINE as DECLINE_KEY
from ivr.core.dialogue.whisper import SENT_AWAY, TAKE, refusal, say, whisper
from ivr.core.model.call import Address, CallId, ClaimId, LineKey
from ivr.core.model.claim import (
    CARRIER_GRACE,
    DECLINED,
    ENGAGED,
    MADE_LEASE,
    REFUSED_NUMBER,
    WHISPER_LEASE,
    Claim,
    ClaimState,
    moved,
)
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.facts import OfferRung, OfferTaken, of_claim
from ivr.core.model.operator import Operator, Reach
from ivr.ports import Change, Entity, Ports

PLACINGS = 5
"""How often the carrier is asked for a leg that it definitely did not create."""

MOVES = 3
"""How often the carrier is asked to bring the caller once the operator agreed."""


def place_offer(ports: Ports, line: LineKey, key: ClaimId) -> None:
    """Ring the operator of a claim; safe to run twice, only one run dials.

    Whoever is on a standing line is not rung: the caller is put through.
    """
    claim = ports.store.claim(line, key)
    if claim is None or claim.state is not ClaimState.MADE:
        return
    operator = ports.store.operator(line, claim.operator)
    if operator is not None and operator.reach is Reach.STANDING:
        put_through(ports, line, key)
    else:
        _dial(ports, claim, operator)


def _dial(ports: Ports, made: Claim, operator: Operator | None) -> None:
    ring = rule_sets.in_force(ports, made.line).offer.ring
    claim = _begin_dialling(ports, made, ring)
    if claim is None:
        return
    if operator is not None and telephones.is_outrun(ports, operator):
        end_offer(ports, claim.line, claim.id, ENGAGED)
        return
    try:
        to = None if operator is None else address_of(ports, operator)
    except Unavailable as error:
        _try_later(ports, claim, error)
        return
    call = ports.store.call(claim.line, claim.call)
    if to is None or call is None:
        end_offer(ports, claim.line, claim.id, REFUSED_NUMBER)
        return
    ours = ports.content.lines()[claim.line].numbers
    caller_id = call.number if call.number in ours else ours[0]
    _ring(ports, claim, to, caller_id, ring)


def _ring(
    ports: Ports, claim: Claim, to: Address, caller_id: str, ring: timedelta
) -> None:
    try:
        leg = ports.carrier.ring(claim, to, caller_id, ring)
    except Unavailable as error:
        _not_rung(ports, claim, error)
    else:
        leg_exists(ports, claim.line, claim.id, leg)


def _begin_dialling(ports: Ports, claim: Claim, ring: timedelta) -> Claim | None:
    """The claim, now ours to dial; None when another run was first or it is over."""
    deadline = ports.clock.now() + ring + CARRIER_GRACE
    dialling = replace(
        moved(claim, ClaimState.DIALLING, deadline),
        attempts=claim.attempts + 1,
        ring=ring,
    )
    if not save(ports, claim.line, Change(save=(dialling,))):
        return None
    return replace(dialling, rev=dialling.rev + 1)


def _not_rung(ports: Ports, claim: Claim, error: Unavailable) -> None:
    if error.ambiguous:
        # The leg may exist all the same: never dial twice. Its own requests
        # carry the claim and bind it; else the lease gives both sides back.
        ports.notes.warning("leg not heard of", claim=claim.id, error=str(error))
    elif error.permanent:
        ports.notes.warning("number refused", claim=claim.id, error=str(error))
        end_offer(ports, claim.line, claim.id, REFUSED_NUMBER)
    else:
        _try_later(ports, claim, error)


def _try_later(ports: Ports, claim: Claim, error: Unavailable) -> None:
    """Nobody was rung and nobody has missed a call: the outside is away."""
    ports.notes.warning("operator not rung", claim=claim.id, error=str(error))
    if claim.attempts >= PLACINGS:
        end_offer(ports, claim.line, claim.id, "carrier")
        return
    later = ports.clock.now() + MADE_LEASE * claim.attempts
    save(ports, claim.line, Change(save=(moved(claim, ClaimState.MADE, later),)))


def leg_exists(ports: Ports, line: LineKey, key: ClaimId, leg: CallId) -> None:
    """The carrier tells of the operator's leg; a leg nobody waits for is ended."""
    if not _bind(ports, line, key, leg):
        ports.carrier.end(leg)


def _bind(ports: Ports, line: LineKey, key: ClaimId, leg: CallId) -> bool:
    """Make a leg the claim's own; False when it is another's, or all is over."""

    def attempt() -> bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or not claim.is_open or claim.dropped == leg:
            return False
        if claim.leg is not None:
            return claim.leg == leg
        return save(ports, line, _bound(ports, claim, leg)) or None

    return settle(attempt)


def _bound(ports: Ports, claim: Claim, leg: CallId) -> Change:
    now = ports.clock.now()
    facts = [of_claim(OfferRung, claim, now)]
    offered = replace(claim, state=ClaimState.RINGING, rung=now)
    bound: list[Entity] = [replace(offered if claim.is_offered else claim, leg=leg)]
    operator = ports.store.operator(claim.line, claim.operator)
    if operator is not None and operator.claim == claim.id:
        bound.append(replace(operator, leg=leg))
    told = claim.joins is None and not claim.is_talk
    return Change(save=bound, facts=facts if told else ())


def answered(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId
) -> list[Instruction]:
    """The operator picked up: tell what is coming, and ask; or why it is over.

    A browser picks up when its operator accepts at the desk, where all is shown. One
    that has picked up without is asked as a telephone is: nobody may be there.
    """
    _bind(ports, line, key, leg)
    if come_back(ports, line, key, leg):
        return _to_room(ports, line, key)
    if _is_accepted_at_the_desk(ports, line, key):
        return take(ports, line, key, leg)

    def attempt() -> list[Instruction] | None:
        claim = ports.store.claim(line, key)
        if claim is None or not claim.is_offered or claim.leg != leg:
            return _refused(ports, line, claim)
        if claim.state is not ClaimState.ANSWERED:
            # Asked again, it gives no new lease: the caller must not be held.
            until = ports.clock.now() + WHISPER_LEASE
            told = moved(claim, ClaimState.ANSWERED, until)
            if not save(ports, line, Change(save=(told,))):
                return None
        return _whispered(ports, line, claim)

    return settle(attempt)


def _is_accepted_at_the_desk(ports: Ports, line: LineKey, key: ClaimId) -> bool:
    claim = ports.store.claim(line, key)
    if claim is None or not claim.agreed:
        return False
    operator = ports.store.operator(line, claim.operator)
    return operator is not None and operator.reach is Reach.BROWSER


def _whispered(ports: Ports, line: LineKey, claim: Claim) -> list[Instruction]:
    call = ports.store.call(line, claim.call)
    if call is None:
        return _refused(ports, line, claim)
    operator = ports.store.operator(line, claim.operator)
    language = own_language(ports, operator, line)
    missed = operator.missed if operator else 0
    return whisper(call, claim, language, ports.clock.now(), missed)


def decided(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId, keys: str
) -> list[Instruction]:
    """The operator pressed a key: 1 takes, 2 declines, all else is no answer."""
    if keys == TAKE:
        return take(ports, line, key, leg)
    claim = ports.store.claim(line, key)
    if claim is None or claim.leg != leg:
        return _refused(ports, line, claim)
    language = operator_language(ports, line, key)
    if keys == DECLINE_KEY:
        end_offer(ports, line, key, DECLINED)
        return [say("operator.declined", language), HangUp()]
    end_offer(ports, line, key, "no-answer")
    return [say("operator.expired", language), HangUp()]


def take(ports: Ports, line: LineKey, key: ClaimId, leg: CallId) -> list[Instruction]:
    """The operator takes the call; whoever comes second hears so.

    Asked again (a doubled request), it gives the first answer again.
    """

    def attempt() -> tuple[Claim | None, bool] | None:
        claim = ports.store.claim(line, key)
        if claim is None or not claim.is_open or claim.leg not in (None, leg):
            return claim, False
        if not claim.is_offered:
            return claim, False
        return (claim, True) if save(ports, line, _taken(ports, claim, leg)) else None

    claim, first = settle(attempt)
    if claim is None or not claim.is_open or claim.leg not in (None, leg):
        return _refused(ports, line, claim)
    return bring(ports, line, key, 1) if first else _to_room(ports, line, key)


def go_on(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId, attempt: int
) -> list[Instruction]:
    """The operator's leg was moved on: what was accepted at the desk is taken."""
    claim = ports.store.claim(line, key)
    if claim is not None and claim.is_offered:
        return take(ports, line, key, leg)
    return bring(ports, line, key, attempt)


def _taken(ports: Ports, claim: Claim, leg: CallId) -> Change:
    now = ports.clock.now()
    facts = [of_claim(OfferTaken, claim, now)] if claim.joins is None else []
    until = now + callbacks.taken_lease(ports, claim)
    taken = moved(claim, ClaimState.TAKEN, until)
    return Change(save=(replace(taken, leg=leg, taken=now),), facts=facts)


def bring(ports: Ports, line: LineKey, key: ClaimId, attempt: int) -> list[Instruction]:
    """Move the caller to the room; told at once if the caller is gone.

    Whoever is to be called back is called now. In a talk that a colleague was asked
    into the caller is there already, as when a request comes twice: to be moved again
    would end it.
    """
    claim = ports.store.claim(line, key)
    if claim is None or not claim.is_open:
        return _refused(ports, line, claim)
    if claim.joins is not None or claim.is_talk or claim.caller_in:
        return _to_room(ports, line, key)
    call = ports.store.call(line, claim.call)
    language = operator_language(ports, line, key)
    away = call is not None and callbacks.is_to_be_dialled(call)
    try:
        if call is not None and away:
            callbacks.dial(ports, claim, call, attempt)
        else:
            ports.carrier.send_to_room(claim.party, key)
    except NotFound:
        caller_left(ports, line, claim.party)
        return [say("operator.caller-left", language), HangUp()]
    except Unavailable as error:
        return _not_brought(ports, claim, error, attempt, away=away)
    calling = [say("operator.calling", language)] if away else []
    return [*calling, *_to_room(ports, line, key)]


def _not_brought(
    ports: Ports, claim: Claim, error: Unavailable, attempt: int, *, away: bool
) -> list[Instruction]:
    language = operator_language(ports, claim.line, claim.id)
    ports.notes.warning("caller not brought", claim=claim.id, error=str(error))
    if error.permanent and away:
        unreachable(ports, claim.line, claim.call, "failed")
        return [say("operator.not-reached", language), HangUp()]
    if attempt < MOVES:
        return [say("operator.one-moment", language), _again(claim.id, attempt + 1)]
    release_taken(ports, claim.line, claim.id, "carrier")
    return [say("operator.failed", language), HangUp()]


def _again(key: ClaimId, attempt: int) -> AskAgain:
    values: dict[str, str | int] = {"claim": key, "attempt": attempt}
    return AskAgain(path="/voice/offer/connect", values=values)


def _to_room(ports: Ports, line: LineKey, key: ClaimId) -> list[Instruction]:
    claim = ports.store.claim(line, key)
    if claim is None or not claim.is_open:
        return _refused(ports, line, claim)
    limit = ports.content.lines()[line].talk_limit
    room = EnterRoom(
        claim=key,
        room=claim.room,
        role="operator",
        limit=limit,
        goes_on=claim.joins is not None,
        muted=claim.muted,
    )
    return [room]


def _refused(ports: Ports, line: LineKey, claim: Claim | None) -> list[Instruction]:
    return [_why_over(ports, line, claim), HangUp()]


def _why_over(ports: Ports, line: LineKey, claim: Claim | None) -> Say:
    language = operator_language(ports, line, claim.id if claim else None)
    reason = claim.reason if claim else "expired"
    talked = reason.startswith("talk-")
    return say("operator.ended" if talked else refusal(reason), language)


def operator_language(ports: Ports, line: LineKey, key: ClaimId | None) -> str:
    """The own language of the operator of a claim, else the line's first one."""
    claim = ports.store.claim(line, key) if key else None
    operator = ports.store.operator(line, claim.operator) if claim else None
    return own_language(ports, operator, line)


def leg_over(ports: Ports, line: LineKey, key: ClaimId, leg: CallId, how: str) -> None:
    """The operator's leg has ended; ``how``: completed, busy, no-answer, failed."""
    claim = ports.store.claim(line, key)
    if claim is not None and claim.state is ClaimState.DIALLING:
        # An end may be told before the creation is answered: it did ring.
        _bind(ports, line, key, leg)
        claim = ports.store.claim(line, key)
    if claim is not None:
        put_down(ports, line, claim.operator, leg)
    if claim is None or not claim.is_open or claim.leg not in (None, leg):
        return
    if claim.is_talk and claim.leg is None and claim.dropped == leg:
        return  # it is known, and a new leg is perhaps on its way
    if claim.is_talk:
        operator_gone(ports, line, key)
    elif claim.state is ClaimState.TAKEN:
        release_taken(ports, line, key, "operator-left")
    else:
        end_offer(ports, line, key, "no-answer" if how == "completed" else how)


def over(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId, *, is_up: bool = True
) -> list[Instruction]:
    """What an operator hears whose leg comes back from the room, or was fetched.

    One on a standing line stays there, or goes on to the next caller, for whom they
    were fetched meanwhile; the others' telephones are free again.
    ``is_up``: somebody holds the leg. The carrier asks for one that is over, too.
    """
    words = why_over(ports, line, key, leg, is_up=is_up)
    if any(isinstance(each, EnterRoom) for each in words):
        return words
    # Not by the claim: a guest's room has the name of the host's.
    operator = standing_by(ports, line, leg)
    if operator is None:
        return [*words, HangUp()]
    token = token_of(ports, line, operator.id, leg)
    return [*words, *stays(ports, operator, leg, token)]


def why_over(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId, *, is_up: bool = True
) -> list[Instruction]:
    """End what is left of a claim; the words that tell the operator why.

    Or the room again, where the talk goes on and it has ended by mistake.
    """
    claim = ports.store.claim(line, key)
    if came_out(ports, line, key, leg, is_up=is_up):
        return _to_room_again(ports, line, key, leg)
    if claim is not None and claim.state is ClaimState.TAKEN:
        release_taken(ports, line, key, "operator-left")
    claim = ports.store.claim(line, key)
    operator = ports.store.operator(line, claim.operator) if claim else None
    words = [_why_over(ports, line, claim)]
    if operator is None or not is_sent_away(operator):
        return [*words]
    language = own_language(ports, operator, line)
    return [*words, say(SENT_AWAY, language, {"calls": operator.missed})]


def _to_room_again(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId
) -> list[Instruction]:
    claim = ports.store.claim(line, key)
    operator = ports.store.operator(line, claim.operator) if claim else None
    if operator is None or operator.reach is not Reach.STANDING:
        return _to_room(ports, line, key)
    token = token_of(ports, line, operator.id, leg)
    return [
        replace(each, role="standing", token=token)
        if isinstance(each, EnterRoom)
        else each
        for each in _to_room(ports, line, key)
    ]
