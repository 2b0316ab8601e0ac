"""The room of a claim: who has come in, and when a talk begins and ends."""

from dataclasses import replace
from datetime import datetime

from ivr.actions import callbacks, callees
from ivr.actions.departures import keep_lost, keep_room, operator_gone
from ivr.actions.ending import talk_over
from ivr.actions.legs import tell_over
from ivr.actions.one_number import share_place
from ivr.actions.parting import guest_of
from ivr.actions.saving import save, settle
from ivr.core.dialogue.returning import left_behind
from ivr.core.model import callee
from ivr.core.model import operator as operators
from ivr.core.model.call import Call, CallId, ClaimId, LineKey, Page, Stage
from ivr.core.model.claim import (
    WITHOUT_OPERATOR,
    Apart,
    Claim,
    ClaimState,
    moved,
    whole,
)
from ivr.core.model.errors import Conflict, NotFound, Unavailable
from ivr.core.model.facts import (
    CallbackEnded,
    CallerConnected,
    Fact,
    OperatorJoined,
    of_call,
    of_claim,
)
from ivr.ports import Change, Entity, Ports

UNREACHED = frozenset({Stage.WAITING, Stage.PROMISED})
"""Where a promise stands that seems to have reached nobody."""


def joined(ports: Ports, line: LineKey, key: ClaimId, leg: CallId) -> None:
    """A leg has entered the room; with both inside the call is answered."""
    claims = _in_room(ports, line, key)
    if not any(leg in {claim.party, claim.leg} for claim in claims):
        _uninvited_entered(ports, line, key, leg)
    for claim in claims:
        if claim.joins is not None and claim.leg == leg:
            _guest_entered(ports, claim)
        elif claim.joins is None and leg in {claim.party, claim.leg}:
            _entered(ports, line, claim.id, {leg})


def began(ports: Ports, line: LineKey, key: ClaimId) -> None:
    """The carrier says that the conversation has begun: both are inside."""
    for claim in _in_room(ports, line, key):
        if claim.joins is None and claim.leg is not None:
            _entered(ports, line, claim.id, {claim.party, claim.leg})


def left(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId, *, came_out: bool = False
) -> None:
    """A leg has left the room; the talk, if it was one, may be over.

    Not for one that only ``came_out``: it asks what comes next, and whoever has
    moved it, or ended the room, is heard of too.
    """
    for claim in () if came_out else _in_room(ports, line, key):
        if claim.state is ClaimState.TAKEN:
            _not_inside(ports, claim, leg)
        elif claim.leg == leg:
            operator_gone(ports, line, claim.id)
        elif claim.party == leg and claim.apart is Apart.NO:
            talk_over(ports, line, claim.id, "caller")


def _not_inside(ports: Ports, taken: Claim, leg: CallId) -> None:
    """One of two who were to meet has left before the other came."""

    def attempt() -> bool | None:
        claim = ports.store.claim(taken.line, taken.id)
        if claim is None or claim.state is not ClaimState.TAKEN:
            return False
        now = replace(
            claim,
            caller_in=claim.caller_in and leg != claim.party,
            operator_in=claim.operator_in and leg != claim.leg,
        )
        return now == claim or save(ports, claim.line, Change(save=(now,))) or None

    settle(attempt)


def emptied(
    ports: Ports, line: LineKey, key: ClaimId, by: CallId | None = None
) -> None:
    """The carrier says that the conversation has ended, ``by`` the leaving of a leg.

    Whoever comes out of a room that should have gone on asks what comes next.
    """
    if by is not None:
        left(ports, line, key, by)
        return
    for claim in _in_room(ports, line, key):
        if not claim.goes_on and claim.apart is Apart.NO:
            talk_over(ports, line, claim.id, "carrier")


def _in_room(ports: Ports, line: LineKey, key: ClaimId) -> list[Claim]:
    """Those who may be meant by what is told of the room of a claim.

    The room is named by its first claim; the caller may be another one's by now, who
    may have a guest.
    """
    named = ports.store.claim(line, key)
    call = ports.store.call(line, named.call) if named else None
    now = ports.store.claim(line, call.claim) if call and call.claim else None
    here = now if named and now and now.room == named.room else named
    guest = guest_of(ports, here) if here else None
    found = {each.id: each for each in (named, here, guest) if each is not None}
    return list(found.values())


def _guest_entered(ports: Ports, guest: Claim) -> None:
    """A colleague who was invited is in the room; one who was not must not stay."""

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(guest.line, guest.id)
        if claim is None or claim.is_talk or claim.joins is None:
            return False
        host = ports.store.claim(claim.line, claim.joins)
        if claim.state is not ClaimState.TAKEN or host is None or not host.is_talk:
            return True
        now = replace(host, goes_on=True)
        return now if save(ports, claim.line, _with_guest(ports, claim, now)) else None

    host = settle(attempt)
    if isinstance(host, Claim) and host.apart in WITHOUT_OPERATOR:
        keep_lost(ports, host)
    elif isinstance(host, Claim):
        keep_room(ports, host)
    elif host:
        tell_over(ports, guest)


def _uninvited_entered(ports: Ports, line: LineKey, key: ClaimId, leg: CallId) -> None:
    """An operator whose invitation was over by then is told so, and does not stay."""
    for operator in ports.store.operators(line):
        if operator.leg == leg and operator.claim is None:
            try:
                # What is told late is not of somebody who sits there now.
                if leg in ports.carrier.in_room(key):
                    ports.carrier.tell_over(leg, key)
            except (NotFound, Unavailable) as error:
                ports.notes.warning("operator not told", claim=key, error=str(error))


def _with_guest(ports: Ports, guest: Claim, host: Claim) -> Change:
    now = ports.clock.now()
    inside = replace(moved(guest, ClaimState.CONNECTED, None), operator_in=True)
    save_: list[Entity] = [inside, host]
    operator = ports.store.operator(guest.line, guest.operator)
    if operator is not None and operator.claim == guest.id:
        save_.append(operators.talking(operator, now))
    return Change(save=save_, facts=(of_claim(OperatorJoined, guest, now),))


def _entered(ports: Ports, line: LineKey, key: ClaimId, legs: set[CallId]) -> None:
    def attempt() -> bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or not _is_awaited(claim):
            return False
        inside = replace(
            claim,
            caller_in=claim.caller_in or claim.party in legs,
            operator_in=claim.operator_in or claim.leg in legs,
        )
        if inside == claim:
            return False
        return save(ports, line, _with_room(ports, inside)) or None

    if settle(attempt):
        _spare(ports, line, key)
        _leave_place(ports, line, key)


def _is_awaited(claim: Claim) -> bool:
    """Whether it is news who is in the room; of one that is over it may come late.

    A claim that was apart was a talk before, and known as one.
    """
    if claim.state is ClaimState.OVER:
        return claim.apart is Apart.NO
    return claim.state is ClaimState.TAKEN or claim.apart is not Apart.NO


def _with_room(ports: Ports, claim: Claim) -> Change:
    if not (claim.caller_in and claim.operator_in):
        return Change(save=(claim,))
    if claim.is_talk:
        return Change(save=(whole(claim),))
    call = ports.store.call(claim.line, claim.call)
    if not claim.is_open:
        return _told_late(ports, claim, call)
    operator = ports.store.operator(claim.line, claim.operator)
    if call is None or not call.is_live:
        return Change(save=(claim,))
    now, talk = ports.clock.now(), moved(claim, ClaimState.CONNECTED, None)
    telephone = callees.telephone_of(ports, call)
    connected: list[Entity] = [talk, _talks(call, now), *telephone.talks(now)]
    if operator is not None and operator.claim == claim.id:
        connected.append(operators.talking(operator, now))
    facts = [of_claim(CallerConnected, claim, now), *_kept(call, now)]
    for beside in filter(callee.waits, telephone.promised):
        connected.append(left_behind(beside, now))
        facts.append(of_call(CallbackEnded, beside, now, reason="caller-rang"))
    return Change(save=connected, facts=facts)


def _leave_place(ports: Ports, line: LineKey, key: ClaimId) -> None:
    """Whoever talks waits no more: another call of the number may hold the place."""
    claim = ports.store.claim(line, key)
    call = ports.store.call(line, claim.call) if claim and claim.is_talk else None
    if call is not None:
        share_place(ports, call)


def _spare(ports: Ports, line: LineKey, key: ClaimId) -> None:
    """Nobody who talks is called back: an operator may just be asked to do so."""
    claim = ports.store.claim(line, key)
    call = ports.store.call(line, claim.call) if claim and claim.is_talk else None
    for before in callees.telephone_of(ports, call).promised if call else ():
        if before.stage is not Stage.CLAIMED:
            continue
        try:
            callbacks.end(ports, line, before.id, "caller-rang")
        except (NotFound, Conflict):
            continue  # it has ended otherwise, or reached somebody


def _told_late(ports: Ports, claim: Claim, call: Call | None) -> Change:
    """They talked and are gone: the log is to learn of it, and nobody calls again."""
    now, at = ports.clock.now(), claim.taken or claim.made
    fact = of_claim(CallerConnected, claim, at)
    known = callees.telephone_of(ports, call).talks(at) if call else ()
    if call is None or not _is_fulfilled_by(call, at):
        return Change(save=(claim, *known), facts=(fact,))
    over = replace(_talks(call, at), stage=Stage.ENDED, ended=now)
    return Change(save=(claim, over, *known), facts=(fact, *_kept(call, now)))


def _is_fulfilled_by(call: Call, at: datetime) -> bool:
    """Whether a talk that began ``at`` a moment is what a waiting promise was made for.

    Who asks to be called after it, cut off and waiting again, is still to be called.
    One that has only bound again, as nobody knew of the talk, is not.
    """
    if call.promise is None or call.leg is not None or call.stage not in UNREACHED:
        return False
    return call.promise.made <= at or call.wish == call.came_from


def _kept(call: Call, now: datetime) -> tuple[Fact, ...]:
    """A promise is kept as soon as they talk, whatever is lost from here on."""
    if call.promise is None or call.promise.kept:
        return ()
    return (of_call(CallbackEnded, call, now, reason="kept"),)


def _talks(call: Call, at: datetime) -> Call:
    """The call in a talk: whatever else was asked of the caller is past."""
    promise = call.promise and replace(call.promise, kept=True)
    return replace(
        call,
        stage=Stage.CONNECTED,
        answered=True,
        talks_since=at,
        page=Page.NONE,
        team="",
        handed=None,
        draft="",
        promise=promise,
    )
