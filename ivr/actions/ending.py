"""How things end: an offer, a talk, a call; both sides are free afterwards."""

from dataclasses import replace
from datetime import datetime

from ivr.actions import callees, telephones
from ivr.actions import rules as rule_sets
from ivr.actions.legs import dismiss, end_leg, tell_over
from ivr.actions.missed import after_offer, tell_if_sent_away
from ivr.actions.one_number import share_place
from ivr.actions.parting import (
    guest_of,
    is_sent_on,
    left_alone,
    parted,
    sent_on,
    without,
)
from ivr.actions.saving import save, settle
from ivr.core.callback import promised_call
from ivr.core.dialogue.exit_menu import BY_MESSAGE, HELD, promised_fact
from ivr.core.dialogue.flow import outcome_of
from ivr.core.model import operator as operators
from ivr.core.model.call import (
    Call,
    CallId,
    ClaimId,
    LineKey,
    Outcome,
    Page,
    Promise,
    Stage,
    Wish,
)
from ivr.core.model.claim import (
    BUSY,
    ENGAGED,
    MISSED,
    REFUSED_NUMBER,
    RELOADED,
    Claim,
    ClaimState,
    ended,
)
from ivr.core.model.errors import NotFound, Unavailable
from ivr.core.model.facts import (
    CallbackEnded,
    CallbackTried,
    CallEnded,
    Fact,
    OfferEnded,
    PersonLeft,
    of_call,
    of_claim,
)
from ivr.core.model.operator import may_reload
from ivr.core.queue.arrival import after_talk, is_cut_off
from ivr.core.rules.rule_set import RuleSet
from ivr.ports import Change, Entity, Ports


def end_offer(ports: Ports, line: LineKey, key: ClaimId, reason: str) -> bool:
    """End an offer that nobody took: the caller keeps the place, routing goes on."""

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or not claim.is_offered:
            return False
        why = _known_reason(ports, claim, reason)
        return claim if save(ports, line, _undone(ports, claim, why)) else None

    claim = settle(attempt)
    if not isinstance(claim, Claim):
        return False
    # Whoever declined, or did not answer, is still told so on the live leg.
    if claim.leg is not None and reason == "expired":
        end_leg(ports, claim.leg)
    if reason in MISSED:
        tell_if_sent_away(ports, line, claim.operator)
    return True


def _known_reason(ports: Ports, claim: Claim, reason: str) -> str:
    """Why an offer came to nothing, where we know better than the carrier.

    Who is on another call, or has just loaded the page anew, has missed nothing.
    """
    operator = ports.store.operator(claim.line, claim.operator)
    if operator is None or reason not in MISSED - {REFUSED_NUMBER}:
        return reason
    if reason == BUSY and may_reload(operator):
        return RELOADED
    return ENGAGED if telephones.is_engaged(ports, operator) else reason


def release_taken(ports: Ports, line: LineKey, key: ClaimId, reason: str) -> bool:
    """Undo a taken claim that did not become a talk: the caller waits on.

    The caller may already be alone in the room, so the caller is fetched back. A
    person who is just being called back is not called any more.
    """

    def attempt() -> Claim | bool | None:
        claim = ports.store.claim(line, key)
        if claim is None or claim.state is not ClaimState.TAKEN:
            return False
        return claim if save(ports, line, _undone(ports, claim, reason)) else None

    claim = settle(attempt)
    if not isinstance(claim, Claim):
        return False
    if claim.joins is None:
        _return_caller(ports, claim)
    if claim.leg is not None and reason == "expired":
        tell_over(ports, claim)
        tell_if_sent_away(ports, line, claim.operator)
    return True


def _return_caller(ports: Ports, claim: Claim) -> None:
    call = ports.store.call(claim.line, claim.call)
    if call is not None and call.leg == claim.party:
        fetch_back(ports, claim.line, claim.party)
    elif claim.caller_leg is not None:
        end_leg(ports, claim.caller_leg)


def _undone(ports: Ports, claim: Claim, reason: str) -> Change:
    """The change that gives both sides of a claim back."""
    now = ports.clock.now()
    rules = rule_sets.in_force(ports, claim.line)
    save_: list[Entity] = [ended(claim, reason)]
    facts: list[Fact] = [of_claim(OfferEnded, claim, now, reason=reason)]
    call = ports.store.call(claim.line, claim.call)
    if call is not None and call.claim == claim.id and call.is_live:
        save_.append(_given_back(call, rules, now))
    operator = ports.store.operator(claim.line, claim.operator)
    if operator is not None and operator.claim == claim.id:
        rung = claim.leg is not None or reason == REFUSED_NUMBER
        missed = reason in MISSED and rung
        after, fact = after_offer(operator, rules, now, reason, missed=missed)
        save_.append(after)
        facts.append(fact)
    save_ += without(ports, claim, reason)
    return Change(save=save_, facts=facts, wake=True)


def _given_back(call: Call, rules: RuleSet, now: datetime) -> Call:
    """The caller waits on, for anybody: the operator of before was asked and is not."""
    call = replace(call, stage=Stage.WAITING, claim=None, belongs_to=None)
    promise = call.promise
    if promise is None or promise.reached:
        return call
    return promised_call.waits_again(call, rules, now)


# --- talks ----------------------------------------------------------------


def talk_over(ports: Ports, line: LineKey, key: ClaimId, by: str) -> bool:
    """End a talk for all: wrap-up for operators; the caller, if still there, is asked.

    Where the room may go on without its operator, the caller is fetched out of it.
    """

    def attempt() -> list[Claim] | None:
        claim = ports.store.claim(line, key)
        if claim is None or not claim.is_talk or claim.joins is not None:
            return []
        bound = _bound(ports, claim)
        return bound if save(ports, line, _talked(ports, claim, by)) else None

    bound = settle(attempt)
    for claim in bound:
        _see_off(ports, claim)
        if (by == "operator" and claim.goes_on) or claim.apart:
            _out_of_silence(ports, claim)
    for claim in bound[:1]:
        _share_place(ports, claim)
    return bool(bound)


def _share_place(ports: Ports, claim: Claim) -> None:
    """Whoever is handed on waits again: another call of the number may do so, too."""
    call = ports.store.call(claim.line, claim.call)
    if call is not None and call.stage is Stage.WAITING:
        share_place(ports, call)


def _bound(ports: Ports, claim: Claim) -> list[Claim]:
    """A claim and the invitation into its talk, if there is one."""
    guest = guest_of(ports, claim)
    return [claim] if guest is None else [claim, guest]


def _see_off(ports: Ports, claim: Claim) -> None:
    if claim.leg is not None:
        dismiss(ports, claim, claim.leg)


def _out_of_silence(ports: Ports, claim: Claim) -> None:
    """Fetch a caller out of a room with nobody; soon again, when that fails."""
    call = ports.store.call(claim.line, claim.call)
    if call is None or call.stage is not Stage.AFTER or call.leg is None:
        return
    if not fetch_back(ports, claim.line, call.leg):
        ports.store.seen(claim.line, call.id, ports.clock.now())


def _talked(ports: Ports, claim: Claim, by: str) -> Change:
    by = "operator" if claim.going else by
    call = ports.store.call(claim.line, claim.call)
    if call is None or not call.is_live:
        return parted(ports, claim, by, [])
    if claim.going is not None and is_sent_on(claim):
        after, facts = sent_on(ports, call, claim.going, claim.operator)
        return parted(ports, claim, by, [after], *facts)
    return parted(ports, claim, by, [left_alone(ports, call, claim, by)])


# --- calls ----------------------------------------------------------------


def caller_left(ports: Ports, line: LineKey, leg: CallId, how: str = "") -> bool:
    """The caller is gone, wherever the call stood; asked twice, it ends once.

    A promise to call back outlives the call; so does one that reached nobody.
    """
    return _ends(ports, line, leg, leg, how)


def unreachable(ports: Ports, line: LineKey, key: CallId, how: str) -> bool:
    """The person of a promise cannot be called: it counts as a try."""
    return _ends(ports, line, key, None, how)


def _ends(
    ports: Ports, line: LineKey, key: CallId, leg: CallId | None, how: str
) -> bool:
    def attempt() -> tuple[Call | None, list[Claim]] | None:
        call = ports.store.call(line, key)
        if call is None or not call.is_live or call.leg != leg:
            return None, []
        claim = ports.store.claim(line, call.claim) if call.claim else None
        bound = _bound(ports, claim) if claim else []
        change = _gone(ports, call, claim, how)
        saved = save(ports, line, change)
        return (call, bound) if saved else None

    left, bound = settle(attempt)
    for claim in bound:
        _see_off(ports, claim)
    if left is not None:
        share_place(ports, left)
    return left is not None


def _gone(ports: Ports, call: Call, claim: Claim | None, how: str) -> Change:
    now, rules = ports.clock.now(), rule_sets.in_force(ports, call.line)
    call = callees.in_place(ports, call)
    after, facts = _left(call, claim, rules, now, how)
    if claim is None or not claim.is_open:
        return Change(save=(after,), facts=facts, wake=after.stage is Stage.WAITING)
    if claim.state is ClaimState.CONNECTED:
        return parted(ports, claim, "caller", [after], *facts)
    return withdrawn(ports, claim, after, facts, now)


def _left(
    call: Call, claim: Claim | None, rules: RuleSet, now: datetime, how: str
) -> tuple[Call, tuple[Fact, ...]]:
    """What becomes of a call whose caller has left, and what is told of it."""
    promise = call.promise
    if promise is None and call.came_from and not (call.answered or call.message):
        return _promised_again(call, call.came_from, rules, now)
    if promise is None:
        outcome = outcome_of(call).value
        return _over(call, claim, rules, now), (
            of_call(CallEnded, call, now, outcome=outcome),
        )
    if call.stage is Stage.PROMISED:
        outcome = Outcome.CALLBACK.value
        over = of_call(CallEnded, call, now, outcome=outcome)
        facts = () if promise.begun else (over,)
        return promised_call.begun(call, rules, now), facts
    if promise.kept:
        return _over(call, claim, rules, now), (_person_left(call, now),)
    if call.outcome is Outcome.MESSAGE:
        told = of_call(CallbackEnded, call, now, reason=BY_MESSAGE)
        return _over(call, claim, rules, now), (told,)
    return _not_reached(call, claim, rules, now, how)


def _person_left(call: Call, now: datetime) -> Fact:
    waited = call.stage in HELD
    outcome = Outcome.ABANDONED if waited else outcome_of(call)
    return of_call(PersonLeft, call, now, outcome=outcome.value)


def _promised_again(
    call: Call, wish: Wish, rules: RuleSet, now: datetime
) -> tuple[Call, tuple[Fact, ...]]:
    """Whoever rang instead of waiting for the call, and talked to nobody."""
    over = of_call(CallEnded, call, now, outcome=Outcome.CALLBACK.value)
    promised = promised_fact(call, wish, now)
    call = replace(
        call,
        wish=wish,
        promise=Promise(made=now),
        page=Page.NONE,
        overlong=False,
        draft="",
    )
    return promised_call.begun_anew(call, rules, now), (over, promised)


def _over(call: Call, claim: Claim | None, rules: RuleSet, now: datetime) -> Call:
    over = replace(
        call,
        stage=Stage.ENDED,
        claim=None,
        draft="",
        ended=now,
        ended_from=call.stage,
    )
    if claim is None or not claim.is_talk:
        return over
    cut_off = is_cut_off(call, claim, "caller", None, rules.wait.short_talk, now)
    return replace(after_talk(over, cut_off=cut_off), belongs_to=claim.operator)


def _not_reached(
    call: Call, claim: Claim | None, rules: RuleSet, now: datetime, how: str
) -> tuple[Call, tuple[Fact, ...]]:
    tried = of_call(
        CallbackTried, call, now, claim=claim.id if claim else None, how=how
    )
    later = promised_call.put_off(call, rules, now)
    if later is not None:
        return later, (tried,)
    given_up = of_call(CallbackEnded, call, now, reason="given-up")
    return _over(call, claim, rules, now), (tried, given_up)


def withdrawn(
    ports: Ports, claim: Claim, after: Call, facts: tuple[Fact, ...], now: datetime
) -> Change:
    """The change that ends a claim whose caller is not to be had."""
    reason = "caller-left" if claim.caller_leg is None else "not-reached"
    save_: list[Entity] = [ended(claim, reason), after]
    operator = ports.store.operator(claim.line, claim.operator)
    if operator is not None and operator.claim == claim.id:
        save_.append(operators.freed(operator, now))
    over = of_claim(OfferEnded, claim, now, reason=reason)
    return Change(save=save_, facts=(over, *facts), wake=True)


def fetch_back(ports: Ports, line: LineKey, leg: CallId) -> bool:
    """Bring a waiting caller who sits elsewhere back to the queue; False: not yet."""
    try:
        ports.carrier.send_back(leg)
    except NotFound:
        caller_left(ports, line, leg)
    except Unavailable as error:
        ports.notes.warning("caller not fetched back", call=leg, error=str(error))
        return False
    return True
