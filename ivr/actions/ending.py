"""How things end: an offer, a talk, a call; both sides are free afterwards."""

from dataclasses import replace
from datetime import datetime

from ivr.actions import rules as rule_sets
from ivr.actions.missed import after_offer, tell_if_sent_away
from ivr.actions.saving import save, settle
from ivr.core import operator as operators
from ivr.core.call import Call, CallId, ClaimId, LineKey, Stage
from ivr.core.claim import Claim, ClaimState, ended
from ivr.core.errors import NotFound, Unavailable
from ivr.core.facts import CallEnded, Fact, OfferEnded, TalkEnded, of_call, of_claim
from ivr.core.flow import outcome_of
from ivr.ports import Change, Entity, Ports

REFUSED_NUMBER = "failed"
"""The carrier will not ring this number, now or later: the operator must know."""

MISSED = frozenset({"no-answer", "busy", REFUSED_NUMBER, "expired", "canceled"})
"""Endings that count as an unanswered offer; the rest is nobody's fault."""


def end_offer(ports: Ports, line: LineKey, key: ClaimId, reason: str) -> bool:
    """End an offer that nobody took: the caller keeps the place, routing goes on."""

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or not claim.is_offered:
            return False
        return claim if save(ports, line, _undone(ports, claim, reason)) else None

    claim = settle(attempt)
    if not isinstance(claim, Claim):
        return False
    # Whoever declined, or did not answer, is still told so on the live leg.
    if claim.leg is not None and reason == "expired":
        end_leg(ports, claim.leg)
    if reason in MISSED:
        tell_if_sent_away(ports, line, claim.operator)
    return True


def release_taken(ports: Ports, line: LineKey, key: ClaimId, reason: str) -> bool:
    """Undo a taken claim that did not become a talk: the caller waits on.

    The caller may already be alone in the room, so the caller is fetched back.
    """

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or claim.state is not ClaimState.TAKEN:
            return False
        return claim if save(ports, line, _undone(ports, claim, reason)) else None

    claim = settle(attempt)
    if not isinstance(claim, Claim):
        return False
    fetch_back(ports, line, claim.call)
    if claim.leg is not None and reason == "expired":
        _tell_over(ports, claim)
        tell_if_sent_away(ports, line, claim.operator)
    return True


def _undone(ports: Ports, claim: Claim, reason: str) -> Change:
    """The change that gives both sides of a claim back."""
    now = ports.clock.now()
    rules = rule_sets.in_force(ports, claim.line)
    save_: list[Entity] = [ended(claim, reason)]
    facts: list[Fact] = [of_claim(OfferEnded, claim, now, reason=reason)]
    call = ports.store.call(claim.line, claim.call)
    if call is not None and call.claim == claim.id and call.is_live:
        save_.append(replace(call, stage=Stage.WAITING, claim=None))
    operator = ports.store.operator(claim.line, claim.operator)
    if operator is not None and operator.claim == claim.id:
        rung = claim.leg is not None or reason == REFUSED_NUMBER
        missed = reason in MISSED and rung
        after, fact = after_offer(operator, rules, now, reason, missed=missed)
        save_.append(after)
        facts.append(fact)
    return Change(save=save_, facts=facts, wake=True)


# --- talks ----------------------------------------------------------------


def talk_over(ports: Ports, line: LineKey, key: ClaimId, by: str) -> bool:
    """End a talk: wrap-up for the operator; the caller, if still there, is asked."""

    def attempt() -> bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or claim.state is not ClaimState.CONNECTED:
            return False
        call = ports.store.call(line, claim.call)
        after = [] if call is None or not call.is_live else [_after_talk(call)]
        return save(ports, line, _parted(ports, claim, by, after)) or None

    return settle(attempt)


def _after_talk(call: Call) -> Call:
    return replace(call, stage=Stage.AFTER, claim=None, tries=0, notices=())


def _parted(
    ports: Ports, claim: Claim, by: str, calls: list[Call], *facts: Fact
) -> Change:
    now = ports.clock.now()
    length = rule_sets.in_force(ports, claim.line).wrap_up.length
    save_: list[Entity] = [ended(claim, f"talk-{by}"), *calls]
    operator = ports.store.operator(claim.line, claim.operator)
    if operator is not None and operator.claim == claim.id:
        save_.append(operators.wrapping_up(operator, now, length))
    fact = of_claim(TalkEnded, claim, now, by=by)
    return Change(save=save_, facts=(fact, *facts), wake=True)


# --- calls ----------------------------------------------------------------


def caller_left(ports: Ports, line: LineKey, key: CallId) -> bool:
    """The caller is gone, wherever the call stood; asked twice, it ends once."""

    def attempt() -> tuple[bool, Claim | None] | None:
        call = ports.store.call(line, key)
        if call is None or not call.is_live:
            return False, None
        claim = ports.store.claim(line, call.claim) if call.claim else None
        saved = save(ports, line, _gone(ports, call, claim))
        return (True, claim) if saved else None

    done, claim = settle(attempt)
    if claim is not None and claim.leg is not None:
        _dismiss(ports, claim, claim.leg)
    return done


def _gone(ports: Ports, call: Call, claim: Claim | None) -> Change:
    now = ports.clock.now()
    over = replace(call, stage=Stage.ENDED, claim=None)
    fact = of_call(CallEnded, call, now, outcome=outcome_of(call).value)
    if claim is None or not claim.is_open:
        return Change(save=(over,), facts=(fact,))
    if claim.state is ClaimState.CONNECTED:
        return _parted(ports, claim, "caller", [over], fact)
    return _withdrawn(ports, claim, over, fact, now)


def _withdrawn(
    ports: Ports, claim: Claim, over: Call, fact: Fact, now: datetime
) -> Change:
    save_: list[Entity] = [ended(claim, "caller-left"), over]
    operator = ports.store.operator(claim.line, claim.operator)
    if operator is not None and operator.claim == claim.id:
        save_.append(operators.freed(operator, now))
    facts = (of_claim(OfferEnded, claim, now, reason="caller-left"), fact)
    return Change(save=save_, facts=facts, wake=True)


def _dismiss(ports: Ports, claim: Claim, leg: CallId) -> None:
    # An operator who has picked up is told; a telephone that still rings stops.
    # A leg that is picked up just now asks for its words and is told there.
    if claim.state in {ClaimState.ANSWERED, ClaimState.TAKEN}:
        _tell_over(ports, claim)
    elif claim.is_offered:
        end_leg(ports, leg)


def end_leg(ports: Ports, leg: CallId) -> None:
    """End a leg at the carrier; if that fails its own time limit will."""
    try:
        ports.carrier.end(leg)
    except Unavailable as error:
        ports.notes.warning("leg not ended", error=str(error))


def _tell_over(ports: Ports, claim: Claim) -> None:
    if claim.leg is None:
        return
    try:
        ports.carrier.tell_over(claim.leg, claim.id)
    except NotFound:
        return  # the operator has hung up meanwhile: there is nobody to tell
    except Unavailable as error:
        ports.notes.warning("operator not told", claim=claim.id, error=str(error))


def fetch_back(ports: Ports, line: LineKey, key: CallId) -> None:
    """Bring a waiting caller who sits elsewhere back to the queue."""
    try:
        ports.carrier.send_back(key)
    except NotFound:
        caller_left(ports, line, key)
    except Unavailable as error:
        ports.notes.warning("caller not fetched back", call=key, error=str(error))
