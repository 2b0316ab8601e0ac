"""Hold and mute: what an operator turns on and off in a talk.

The carrier holds and mutes, so both work the same by telephone, by browser and on a
standing line. A claim says ``held`` or ``muted`` from before we ask the carrier for it
until after it is off again. So a switch that a dying process left on is known, and is
looked up at the carrier, whose word counts.
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
    """Ask the carrier to turn it; a second request for the same does nothing.

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
    """Note that it is on, or off, from now on, and write that down."""
    # A check just before may have found it off, and believed that.
    if _is_on(claim, event.switch) is not event.on:
        marked = _with_switch(claim, event.switch, context.now, on=event.on)
        decision = decision.saving(marked)
    elif not event.on:
        return decision
    return _written_down(decision, claim, event.switch, context, on=event.on)


def take_back(
    decision: Decision, claim: Claim, event: SwitchNotTurned, context: Context
) -> Decision:
    """Undo what the carrier has refused; where it may be done all the same, ask."""
    if event.ambiguous:
        check = CheckSwitch(claim.id, event.switch, wanted=event.on)
        return decision.asking(check)
    decision = decision.refusing(CALL_OVER if event.gone else "carrier")
    return _mark_off(decision, claim, event, context) if event.on else decision


def believe_carrier(
    decision: Decision, claim: Claim, event: SwitchChecked, context: Context
) -> Decision:
    """Believe the carrier; while it says nothing, change nothing."""
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
    """Ask the carrier whether what is on is still so."""
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
