"""The room of a claim: who has come in, and when a talk begins and ends."""

from dataclasses import replace
from datetime import datetime

from ivr.actions.calls import is_callers
from ivr.actions.ending import talk_over
from ivr.actions.saving import save, settle
from ivr.core import operator as operators
from ivr.core.call import Call, CallId, ClaimId, LineKey, Page, Stage
from ivr.core.claim import Claim, ClaimState, moved
from ivr.core.facts import CallbackEnded, CallerConnected, Fact, of_call, of_claim
from ivr.core.report import is_written_to
from ivr.core.returning import left_behind
from ivr.ports import Change, Entity, Ports

TOLD = frozenset({ClaimState.TAKEN, ClaimState.OVER})
"""The states in which it is news who is in the room; notices may come late."""


UNREACHED = frozenset({Stage.WAITING, Stage.PROMISED})
"""Where a promise stands that seems to have reached nobody."""


def joined(ports: Ports, line: LineKey, key: ClaimId, leg: CallId) -> None:
    """A leg has entered the room; with both inside the call is answered."""
    _entered(ports, line, key, {leg})


def began(ports: Ports, line: LineKey, key: ClaimId) -> None:
    """The carrier says that the conversation has begun: both are inside."""
    claim = ports.store.claim(line, key)
    if claim is not None and claim.leg is not None:
        _entered(ports, line, key, {claim.party, claim.leg})


def left(
    ports: Ports, line: LineKey, key: ClaimId, leg: CallId, *, came_out: bool = False
) -> None:
    """A leg has left the room; the talk, if it was one, is over.

    Not for one that only ``came_out``: it asks what comes next, and whoever has
    moved it, or ended the room, is heard of too.
    """
    claim = ports.store.claim(line, key)
    if claim is not None and not came_out:
        talk_over(ports, line, key, _by(claim, leg))


def emptied(
    ports: Ports, line: LineKey, key: ClaimId, by: CallId | None = None
) -> None:
    """The carrier says that the conversation has ended, ``by`` the leaving of a leg."""
    claim = ports.store.claim(line, key)
    if claim is not None:
        talk_over(ports, line, key, _by(claim, by) if by else "carrier")


def _by(claim: Claim, leg: CallId) -> str:
    return "caller" if leg == claim.party else "operator"


def _entered(ports: Ports, line: LineKey, key: ClaimId, legs: set[CallId]) -> None:
    def attempt() -> bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or claim.state not in TOLD:
            return False
        inside = replace(
            claim,
            caller_in=claim.caller_in or claim.party in legs,
            operator_in=claim.operator_in or claim.leg in legs,
        )
        if inside == claim:
            return False
        return save(ports, line, _with_room(ports, inside)) or None

    settle(attempt)


def _with_room(ports: Ports, claim: Claim) -> Change:
    if not (claim.caller_in and claim.operator_in):
        return Change(save=(claim,))
    call = ports.store.call(claim.line, claim.call)
    if not claim.is_open:
        return _told_late(claim, call, ports.clock.now())
    operator = ports.store.operator(claim.line, claim.operator)
    if call is None or not call.is_live:
        return Change(save=(claim,))
    connected: list[Entity] = [moved(claim, ClaimState.CONNECTED, None), _talks(call)]
    if operator is not None and operator.claim == claim.id:
        connected.append(operators.talking(operator, ports.clock.now()))
    now = ports.clock.now()
    facts = [of_claim(CallerConnected, claim, now), *_kept(call, now)]
    beside = _promised_beside(ports, call)
    if beside is not None:
        connected.append(left_behind(beside, now))
        facts.append(of_call(CallbackEnded, beside, now, reason="caller-rang"))
    return Change(save=connected, facts=facts)


def _promised_beside(ports: Ports, call: Call) -> Call | None:
    """A call back that the same caller was promised, who rang while it was tried."""
    before = ports.store.last_call(call.line, call.caller) if call.caller else None
    if before is None or before.id == call.id or is_written_to(before):
        return None
    waits = before.stage in UNREACHED and before.promise and before.leg is None
    return before if waits and is_callers(ports, before) else None


def _told_late(claim: Claim, call: Call | None, now: datetime) -> Change:
    """They talked and are gone: the log is to learn of it, and nobody calls again."""
    at = claim.taken or claim.made
    fact = of_claim(CallerConnected, claim, at)
    if call is None or call.stage not in UNREACHED or call.leg is not None:
        return Change(save=(claim,), facts=(fact,))
    over = replace(_talks(call), stage=Stage.ENDED, ended=now)
    return Change(save=(claim, over), facts=(fact, *_kept(call, now)))


def _kept(call: Call, now: datetime) -> tuple[Fact, ...]:
    """A promise is kept as soon as they talk, whatever is lost from here on."""
    if call.promise is None or call.promise.kept:
        return ()
    return (of_call(CallbackEnded, call, now, reason="kept"),)


def _talks(call: Call) -> Call:
    """The call in a talk: whatever else was asked of the caller is past."""
    promise = call.promise and replace(call.promise, kept=True)
    return replace(
        call,
        stage=Stage.CONNECTED,
        answered=True,
        page=Page.NONE,
        team="",
        handed=None,
        draft="",
        promise=promise,
    )
