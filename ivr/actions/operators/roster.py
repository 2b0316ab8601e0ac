"""The roster: operators choose their state, and those who enrol them fill it."""

from datetime import datetime
from functools import partial

from ivr.actions.saving import save_and_enqueue
from ivr.actions.updating import change_state, update_operator
from ivr.core.dialogue import standing
from ivr.core.model import operator as operators
from ivr.core.model.address import Address, Softphone
from ivr.core.model.errors import Conflict, NotFound, Unreadable
from ivr.core.model.identifiers import LegId, LineKey, OperatorId
from ivr.core.model.operator import Operator, State, identity_of, set_calling
from ivr.core.model.values import replace
from ivr.core.talk.speaking import language_of_operator
from ivr.ports import Change, Ports


def choose_state(
    ports: Ports, line: LineKey, key: OperatorId, state: State, why: str
) -> Operator:
    """Choose a state for an operator; during a call it counts from the call's end."""
    decide = partial(turn_by_choice, state=state, why=why)
    chosen = update_operator(ports, line, key, decide)
    if chosen is None:
        raise NotFound("no such operator in the live state; enrol them first")
    ports.roster.remember_choice(key, state)
    return chosen


def turn_by_choice(
    operator: Operator, now: datetime, *, state: State, why: str
) -> Change:
    """Turn an operator to a chosen state; Conflict when that state is not open."""
    if state is not State.OFFLINE:
        refuse_if_disabled(operator)
    if state is State.AVAILABLE:
        _refuse_if_not_on_line(operator)
    after = replace(operators.chosen(operator, state, now), why=why)
    return change_state(after, now, why)


def refuse_if_disabled(operator: Operator) -> None:
    """Raise Conflict, with the remedy, if ops staff have disabled the operator."""
    name = operator.profile.name
    if operator.disabled:
        raise Conflict(
            f"{name} is disabled and answers nobody; enable them first:"
            f' hotline operators enable "{name}"'
        )


def _refuse_if_not_on_line(operator: Operator) -> None:
    name = operator.profile.name
    if operator.is_standing and operator.leg is None:
        raise Conflict(
            f"{name} is not on the standing line: let them call in with"
            f' their PIN, or run `hotline operators call-in "{name}"`'
        )


def operator_due(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """End an operator's timed state: wrap-up or cool-down is over."""
    update_operator(ports, line, key, end_timed_state)


def end_timed_state(operator: Operator, now: datetime) -> Change | None:
    """End a wrap-up or a cool-down whose time has come."""
    if operator.due is None or operator.due > now:
        return None
    return Change(save=(operators.timed_out(operator, now),), wake=True)


def put_down(ports: Ports, line: LineKey, key: OperatorId, leg: LegId) -> None:
    """Note that the leg to an operator's telephone is over: it can be rung again."""
    update_operator(ports, line, key, partial(release_telephone, leg=leg))


def release_telephone(
    operator: Operator, now: datetime, *, leg: LegId
) -> Change | None:
    """Let go of a leg that is over, unless another one is up by now."""
    if operator.leg != leg:
        return None
    after = operators.hung_up(operator, now)
    if after.is_standing:
        return change_state(after, after.since, "hung up")
    return Change(save=(after,), wake=True)


def put_calling(ports: Ports, operator: Operator, leg: LegId | None) -> None:
    """Note that the telephone is in use for calling in, or is not any more.

    If somebody changes the operator at the same moment, they win: the next look sees
    it.
    """
    if operator.telephone.calling != leg:
        change = Change(save=(set_calling(operator, leg),), wake=leg is None)
        save_and_enqueue(ports, operator.line, change)


def calling_over(ports: Ports, operator: Operator, leg: LegId) -> None:
    """Note that the leg is over on which an operator was asked for the PIN."""
    if operator.telephone.calling == leg:
        put_calling(ports, operator, None)


def address_of(ports: Ports, operator: Operator) -> Address | None:
    """Where to ring the operator: the browser, or the number of the roster."""
    if operator.is_in_browser:
        return Softphone(identity_of(operator.id))
    return ports.roster.number(operator.id)


def own_language(ports: Ports, operator: Operator | None, line: LineKey) -> str:
    """The operator's own language if the line speaks it, else the line's first."""
    return language_of_operator(operator, ports.content.lines()[line])


def load_roster(ports: Ports, line: LineKey) -> None:
    """Put every enrolled operator who is missing into the live state."""
    for operator in _find_missing(ports, line):
        _enter_operator(ports, operator)


def restore_roster(ports: Ports, line: LineKey) -> None:
    """After a lost store: bring everybody back in the state that they had chosen.

    An operator who still talks comes back after the talk: no second call must ring
    there.
    """
    missing = _find_missing(ports, line)
    engaged = ports.legs.engaged() if missing else frozenset()
    for operator in missing:
        if address_of(ports, operator) not in engaged:
            _enter_operator(ports, operator)


def restore_operator(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """Put one enrolled operator who is missing into the live state."""
    for operator in _find_missing(ports, line):
        if operator.id == key:
            _enter_operator(ports, operator)


def _find_missing(ports: Ports, line: LineKey) -> list[Operator]:
    present = {operator.id for operator in ports.operators.operators(line)}
    return [each for each in ports.roster.all(line) if each.id not in present]


def _enter_operator(ports: Ports, operator: Operator) -> None:
    now, rev = ports.clock.now(), _unreadable_rev(ports, operator)
    entering = standing.enter_fresh(operator)
    fresh = replace(entering, since=now, idle_since=now, rev=rev)
    save_and_enqueue(ports, operator.line, Change(save=(fresh,), wake=True))


def _unreadable_rev(ports: Ports, operator: Operator) -> int:
    """The version of an operator's document from a newer version; 0 for none."""
    try:
        ports.operators.operator(operator.line, operator.id)
    except Unreadable as error:
        return error.rev
    return 0
