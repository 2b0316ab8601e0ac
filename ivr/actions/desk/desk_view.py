"""The view of an operator's desk, and its requests besides the calls."""

from ivr.actions.operators.roster import choose_state, restore_operator
from ivr.actions.talk_controls.guests import guest_of
from ivr.actions.talk_controls.reaching import (
    call_of_talk,
    name_of,
    outcome_of_handover,
    why_not_reachable,
)
from ivr.actions.talks.accepting import decline_by_desk
from ivr.core.desk import desk_view
from ivr.core.desk.desk_view import AWAY_REASONS, NOBODY, Colleague, Desk, Guest, Others
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.errors import Invalid, NotFound, Stale, Unavailable
from ivr.core.model.identifiers import ClaimId, LineKey, OperatorId
from ivr.core.model.operator import CHOOSABLE, Operator, State
from ivr.core.model.values import replace
from ivr.core.queue.handover import is_there
from ivr.ports import Ports


def get_desk_view(
    ports: Ports, line: LineKey, key: OperatorId, last: ClaimId | None = None
) -> Desk:
    """The desk as it is now; ``last`` is the claim that the page showed before."""
    operator = _load_operator(ports, line, key)
    claim = ports.contacts.claim(line, operator.claim) if operator.claim else None
    call = ports.contacts.call(line, claim.call) if claim else None
    others = _load_others(ports, claim, call) if claim else NOBODY
    known = call is not None and _has_rung_before(ports, call)
    shown = desk_view.view_desk(
        operator, claim, call, ports.clock.now(), others, known=known
    )
    if last is None or last == operator.claim:
        return shown
    return _with_end(ports, shown, last)


def _with_end(ports: Ports, shown: Desk, last: ClaimId) -> Desk:
    """The desk with the end of the claim that it showed before."""
    before = ports.contacts.claim(shown.operator.line, last)
    over = desk_view.why_over(before, shown.operator)
    if before is None or not over:
        return shown
    word, name = outcome_of_handover(ports, before) or (over, "")
    return replace(shown, over=word, over_name=name)


def _load_others(ports: Ports, claim: Claim, call: Contact | None) -> Others:
    line, host = claim.line, None
    if claim.companions.host is not None:
        host = ports.contacts.claim(line, claim.companions.host)
    handed_by = call.affinity.handed_by if call else None
    return Others(
        guest=_load_guest(ports, claim),
        by=name_of(ports, line, host.operator if host else handed_by),
        left=name_of(ports, line, claim.companions.left),
    )


def choose_at_desk(
    ports: Ports, line: LineKey, key: OperatorId, state: str, reason: str
) -> None:
    """Choose a state at the desk; to be away takes a known reason."""
    if state not in CHOOSABLE:
        raise Invalid(f"state: {state!r} is none that can be chosen at the desk")
    if reason not in AWAY_REASONS:
        raise Invalid(f"reason: {reason!r} is none of {', '.join(AWAY_REASONS)}")
    operator = _load_operator(ports, line, key)
    if state == State.AVAILABLE and operator.wrap_up.owes is not None:
        # Ops staff may waive it, from the command line; the operator may not.
        raise Stale("owes")
    why = reason if state == State.AWAY else "desk"
    choose_state(ports, line, key, State(state), why)


def sign_off(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """Sign an operator out; one whom only this desk could ring goes off duty.

    An offer is declined: it would ring at a page that is closed. Stale while the
    browser carries a talk, or is about to: the caller would sit alone.
    """
    operator = ports.operators.operator(line, key)
    if operator is None or not operator.is_in_browser:
        return
    if operator.state is State.TALKING:
        raise Stale("in-talk")
    if operator.state is State.RINGING and operator.claim is not None:
        decline_by_desk(ports, line, key, operator.claim)
    if operator.state is not State.OFFLINE:
        choose_state(ports, line, key, State.OFFLINE, "desk")


def _has_rung_before(ports: Ports, call: Contact) -> bool:
    """Whether the log knows the caller; without the log we know nobody."""
    caller = call.caller.pseudonym
    if caller is None:
        return False
    try:
        return bool(ports.call_log.calls_from(call.line, caller, call.started, 1))
    except Unavailable as error:
        ports.log.warning("earlier calls not seen", call=call.id, error=str(error))
        return False


def _find_supervisors(ports: Ports) -> frozenset[OperatorId]:
    try:
        return ports.accounts.supervisors()
    except Unavailable as error:
        ports.log.warning("supervisors not seen", error=str(error))
        return frozenset()


def _load_guest(ports: Ports, host: Claim) -> Guest | None:
    claim = guest_of(ports, host)
    operator = ports.operators.operator(host.line, claim.operator) if claim else None
    return desk_view.view_guest(claim, operator) if claim and operator else None


def list_colleagues(ports: Ports, line: LineKey, key: OperatorId) -> list[Colleague]:
    """The other operators of the line, by name; first those who can take the call.

    Disabled operators are left out.
    """
    now, above = ports.clock.now(), _find_supervisors(ports)
    call = call_of_talk(ports, line, key)
    language = call.need.language if call else None
    found = [
        desk_view.view_colleague(
            each,
            now,
            why_not_reachable(ports, each, language),
            is_supervisor=each.id in above,
        )
        for each in ports.operators.operators(line)
        if each.id != key and not each.disabled
    ]
    return sorted(found, key=lambda each: (bool(each.hindrance), each.name))


def list_teams(ports: Ports, line: LineKey, key: OperatorId) -> dict[str, bool]:
    """The teams of the other operators, and whether any of them can take this call."""
    call = call_of_talk(ports, line, key)
    others = [each for each in ports.operators.operators(line) if each.id != key]
    language = call.need.language if call else None
    return {
        team: any(is_there(each, team, language) for each in others)
        for team in sorted({each.profile.team for each in others if each.profile.team})
    }


def _load_operator(ports: Ports, line: LineKey, key: OperatorId) -> Operator:
    """The operator in the live state; brought back if it was lost."""
    found = ports.operators.operator(line, key)
    if found is None:
        restore_operator(ports, line, key)
        found = ports.operators.operator(line, key)
    if found is None:
        raise NotFound("this operator is on no roster any more; ask ops staff")
    return found
