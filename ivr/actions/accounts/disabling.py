"""Disabled operators: ops staff shut them out at once, and let them in again.

The database holds who is disabled, and the live state follows it: code that decides
about an operator reads that operator alone. If a fault keeps the live state from
following, the next reconciliation makes it follow.

A talk by telephone or on a standing line goes on to its end: the caller should not have
to tell everything again, and the desk is closed to the operator already. A talk in the
browser ends with its session. So the caller is handed on at once, with the old place,
and does not wait in vain for that browser.
"""

from datetime import datetime
from functools import partial

from ivr.actions.legs import end_leg
from ivr.actions.saving import save_and_enqueue
from ivr.actions.talk_controls.guests import guest_of
from ivr.actions.talk_controls.inviting import leave_to
from ivr.actions.talks.ending import call_off, cut_off
from ivr.actions.talks.running import run, run_for_desk
from ivr.actions.updating import change_state, update_operator
from ivr.core.model import operator as operators
from ivr.core.model.claim import Claim, ExitKind, PendingExit
from ivr.core.model.errors import Conflict, HotlineError
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import DISABLED, Operator, set_number
from ivr.core.talk.events import EndAsked, PassOnAsked, TalkClosed
from ivr.ports import Change, Ports

HANDED_ON = PendingExit(way=ExitKind.QUEUE)


def shut_out(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """End everything of a disabled operator's except a talk by telephone.

    A second call does what is left. An operator who is not in the live state cannot be
    rung, or call in.
    """
    operator = _set_disabled(ports, line, key, disabled=True)
    if operator is None:
        return
    if operator.claim is not None:
        _release_claim(ports, operator)
    _end_standing(ports, line, key)


def let_in(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """Let an operator be available again; until they say so they are offline."""
    _set_disabled(ports, line, key, disabled=False)


def _set_disabled(
    ports: Ports, line: LineKey, key: OperatorId, *, disabled: bool
) -> Operator | None:
    return update_operator(ports, line, key, partial(set_disabled, disabled=disabled))


def set_disabled(operator: Operator, now: datetime, *, disabled: bool) -> Change | None:
    """Disable or enable an operator; None if they are already."""
    if operator.disabled is disabled:
        return None
    if disabled:
        return change_state(operators.shut_out(operator, now), now, DISABLED)
    return change_state(operators.let_in(operator), now, "enabled")


# --- what binds them ------------------------------------------------------------


def _release_claim(ports: Ports, operator: Operator) -> None:
    line, key = operator.line, operator.claim
    claim = ports.contacts.claim(line, key) if key else None
    if claim is None:
        return
    if call_off(ports, line, claim.id, DISABLED):
        _end_its_leg(ports, claim)
    elif operator.is_in_browser:
        _pass_on(ports, claim)


def _end_its_leg(ports: Ports, before: Claim) -> None:
    # If a leg is being created just now, it will find its claim over and end.
    claim = ports.contacts.claim(before.line, before.id)
    if claim is not None and claim.leg is not None:
        end_leg(ports, claim.leg)


def _pass_on(ports: Ports, before: Claim) -> None:
    """Give the caller to a colleague who is inside, or to the next operator."""
    claim = ports.contacts.claim(before.line, before.id)
    if claim is None or not claim.is_talk:
        return
    try:
        _leave_talk(ports, claim)
    except Conflict as error:
        # The page closes all the same; then the caller is asked what comes next.
        ports.log.warning("caller not handed on", claim=claim.id, error=str(error))


def _leave_talk(ports: Ports, claim: Claim) -> None:
    line, operator, guest = claim.line, claim.operator, guest_of(ports, claim)
    if claim.is_invitation:
        run_for_desk(ports, line, EndAsked(operator=operator))
    elif guest is not None and guest.is_talk and not claim.is_interrupted:
        leave_to(ports, line, operator)
    elif not claim.is_interrupted:
        run_for_desk(ports, line, PassOnAsked(operator=operator, going=HANDED_ON))
        _end_its_leg(ports, claim)
    else:
        # The caller is in no room: the answer to their next request hands them on.
        run(ports, line, TalkClosed(claim=claim.id, by="operator", going=HANDED_ON))


def _end_standing(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """End a shift on the standing line; an operator who talks leaves after the talk."""
    operator = ports.operators.operator(line, key)
    if operator is None or not operator.is_standing:
        return
    if operator.leg is not None and operator.claim is None:
        cut_off(ports, line, key, operator.leg)
        end_leg(ports, operator.leg)


# --- what did not follow --------------------------------------------------------


def follow_roster(ports: Ports, line: LineKey) -> None:
    """Make the live state agree with the database about every operator."""
    # Read first, so that a newer change of an operator is not undone.
    here = {each.id: each for each in ports.operators.operators(line)}
    for kept in ports.roster.all(line):
        before = here.get(kept.id)
        if before is not None and before.disabled is not kept.disabled:
            _follow_account(ports, before, disabled=kept.disabled)
        elif before is not None and before.telephone.name != kept.telephone.name:
            # Kept by a version in which only operators who call in had a number.
            renamed = set_number(before, kept.telephone.name)
            save_and_enqueue(ports, line, Change(save=(renamed,)))


def _follow_account(ports: Ports, before: Operator, *, disabled: bool) -> None:
    ports.log.warning("roster was not followed", operator=before.id)
    try:
        change = set_disabled(before, ports.clock.now(), disabled=disabled)
        followed = change is not None and save_and_enqueue(ports, before.line, change)
        if followed and disabled:
            shut_out(ports, before.line, before.id)
    except HotlineError as error:
        ports.log.warning("roster not followed", operator=before.id, error=str(error))
