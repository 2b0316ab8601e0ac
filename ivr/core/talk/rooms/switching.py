"""Hold and mute: what an operator turns on and off in a talk.

Both are the carrier's, so that they are the same by telephone, by browser and on a
standing line. A claim says ``held`` or ``muted`` from before the carrier is asked for
it until after it was taken back: whoever is left so by a process that died is known to
be, and is looked up at the carrier, whose word counts.
"""

from datetime import datetime

from ivr.core.model.claim import Claim, put_on_hold, set_muted, take_off_hold
from ivr.core.model.facts import CallerHeld, CallerUnheld, of_claim
from ivr.core.talk.decision import Decision
from ivr.core.talk.events import (
    Switch,
    SwitchAsked,
    SwitchChecked,
    SwitchDoubted,
    SwitchNotTurned,
    SwitchTurned,
)
from ivr.core.talk.requests import CheckSwitch, TurnSwitch
from ivr.core.talk.rooms.at_desk import CALL_OVER, why_not_host
from ivr.core.talk.talk import Context


def turn(
    decision: Decision, claim: Claim, event: SwitchAsked, context: Context
) -> Decision:
    """The carrier is asked to turn it; asked twice, it is done once.

    A colleague who was brought in has no caller of their own to hold.
    """
    if event.switch is Switch.HOLD and (why := why_not_host(claim)):
        return decision.refusing(why)
    if _is_on(claim, event.switch) is event.on:
        return decision
    if event.on:
        decision = decision.saving(
            _with_switch(claim, event.switch, context.now, on=True)
        )
    return decision.asking(TurnSwitch(claim.id, event.switch, on=event.on))


def mark(
    decision: Decision, claim: Claim, event: SwitchTurned, context: Context
) -> Decision:
    """It is on, or off, from now on, and is written down."""
    # Whoever looked it up just before has found it off, and believed it.
    if _is_on(claim, event.switch) is not event.on:
        marked = _with_switch(claim, event.switch, context.now, on=event.on)
        decision = decision.saving(marked)
    elif not event.on:
        return decision
    return _written_down(decision, claim, event.switch, context, on=event.on)


def take_back(
    decision: Decision, claim: Claim, event: SwitchNotTurned, context: Context
) -> Decision:
    """What the carrier has refused is undone; where it may be done, it is asked."""
    if event.ambiguous:
        check = CheckSwitch(claim.id, event.switch, wanted=event.on)
        return decision.asking(check)
    decision = decision.refusing(CALL_OVER if event.gone else "carrier")
    return _mark_off(decision, claim, event, context) if event.on else decision


def believe_carrier(
    decision: Decision, claim: Claim, event: SwitchChecked, context: Context
) -> Decision:
    """The carrier's word counts; while it says nothing, nothing is changed."""
    if event.wanted is None:
        return _believe_off(decision, claim, event, context)
    if event.is_on is event.wanted:
        turned = SwitchTurned(claim=claim.id, switch=event.switch, on=event.wanted)
        return mark(decision, claim, turned, context)
    decision = decision.refusing("carrier")
    if event.wanted and event.is_on is False:
        return _mark_off(decision, claim, event, context)
    return decision


def doubt(
    decision: Decision, claim: Claim, _: SwitchDoubted, _context: Context
) -> Decision:
    """The carrier is asked whether what is on is so still."""
    on = (each for each in Switch if _is_on(claim, each))
    return decision.asking(*(CheckSwitch(claim.id, each) for each in on))


def _believe_off(
    decision: Decision, claim: Claim, event: SwitchChecked, context: Context
) -> Decision:
    if event.is_on is not False or not _is_on(claim, event.switch):
        return decision
    decision = _mark_off(decision, claim, event, context)
    return _written_down(decision, claim, event.switch, context, on=False)


def _mark_off(
    decision: Decision,
    claim: Claim,
    event: SwitchNotTurned | SwitchChecked,
    context: Context,
) -> Decision:
    if not _is_on(claim, event.switch):
        return decision
    return decision.saving(_with_switch(claim, event.switch, context.now, on=False))


def _written_down(
    decision: Decision, claim: Claim, switch: Switch, context: Context, *, on: bool
) -> Decision:
    if switch is Switch.MUTE:
        return decision
    kind = CallerHeld if on else CallerUnheld
    return decision.noting(of_claim(kind, claim, context.now))


def _is_on(claim: Claim, switch: Switch) -> bool:
    now = claim.participants
    return now.held if switch is Switch.HOLD else now.muted


def _with_switch(claim: Claim, switch: Switch, now: datetime, *, on: bool) -> Claim:
    if switch is Switch.MUTE:
        return set_muted(claim, muted=on)
    return put_on_hold(claim, now) if on else take_off_hold(claim)
