"""A browser that drops out of a talk has not hung up: its operator may come back.

The room of two ends at the carrier with the leg that is lost, so that the caller
asks us at once what comes next, and waits with a tone: no notice has to arrive for
that. For some seconds the claim is kept, and a new leg to the browser goes straight
into the room. After them the talk is over, as if the operator had hung up.
"""

from dataclasses import replace
from datetime import timedelta

from ivr.actions import rules as rule_sets
from ivr.actions.operators.roster import address_of
from ivr.actions.saving import save, settle
from ivr.actions.talks.running import run
from ivr.core.model.call import LineKey, OperatorId
from ivr.core.model.claim import Apart, Claim
from ivr.core.model.errors import Stale, Unavailable
from ivr.core.talk.events import LegCreated
from ivr.ports import Change, Ports


def rejoin(ports: Ports, line: LineKey, operator: OperatorId) -> None:
    """Ring the browser again, which picks up by itself; asked twice, it rings once."""
    claim = settle(lambda: _coming(ports, line, operator))
    if not isinstance(claim, Claim):
        return
    # Its place in the carrier's pace is taken and not waited for: the caller waits.
    ports.store.leg_slot(ports.clock.now(), ports.calls_per_second)
    try:
        _ring(ports, claim)
    except Unavailable as error:
        ports.notes.warning("browser not rung", claim=claim.id, error=str(error))
        if error.ambiguous:
            return  # the leg may exist: its own requests carry the claim, and bind it
        _not_coming(ports, claim)
        raise Stale("carrier") from None


def _coming(ports: Ports, line: LineKey, operator: OperatorId) -> Claim | bool | None:
    """The claim, now ours to ring for; False when that is done already."""
    whose = ports.store.operator(line, operator)
    claim = ports.store.claim(line, whose.claim) if whose and whose.claim else None
    if claim is None or not claim.is_open:
        raise Stale("call-over")
    if claim.apart in {Apart.COMING, Apart.GATHERING}:
        return False
    if claim.apart is not Apart.LOST:
        raise Stale("not-now")
    coming = replace(claim, apart=Apart.COMING, leg=None)
    return coming if save(ports, line, Change(save=(coming,))) else None


def _ring(ports: Ports, claim: Claim) -> None:
    whose = ports.store.operator(claim.line, claim.operator)
    call = ports.store.call(claim.line, claim.call)
    to = None if whose is None else address_of(ports, whose)
    if to is None or call is None:
        raise Stale("call-over")
    ours = ports.content.lines()[claim.line].numbers
    caller_id = call.number if call.number in ours else ours[0]
    ring: timedelta = rule_sets.in_force(ports, claim.line).offer.ring
    leg = ports.carrier.ring(claim, to, caller_id, ring)
    run(ports, claim.line, LegCreated(claim=claim.id, leg=leg))


def _not_coming(ports: Ports, claim: Claim) -> None:
    """Nobody was rung: it can be tried again while the caller waits."""

    def attempt() -> bool | None:
        now = ports.store.claim(claim.line, claim.id)
        if now is None or now.apart is not Apart.COMING:
            return False
        lost = replace(now, apart=Apart.LOST)
        return save(ports, claim.line, Change(save=(lost,))) or None

    settle(attempt)
