"""The self-test: an operator tries their own desk before a caller needs it."""

from datetime import datetime
from functools import partial

from ivr.actions import rules as rule_sets
from ivr.actions import telephones
from ivr.actions.operators.roster import address_of, own_language, put_down
from ivr.actions.updating import update_operator
from ivr.core.dialogue.instructions import HangUp, Instruction, Say
from ivr.core.model.errors import NotFound, Stale, Unavailable
from ivr.core.model.identifiers import LegId, LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.values import replace
from ivr.ports import Change, Operators, Ports, Vault

UNKNOWN = "no such operator in the live state; enrol them first"

TRIED = "tried"
"""The key in the token of such a leg: the operator whose telephone is tried."""


def echo_change(ports: Ports, line: LineKey, key: OperatorId) -> None:
    """Tell the operator's desks that something has changed, though nothing has."""
    if update_operator(ports, line, key, save_unchanged) is None:
        raise NotFound(UNKNOWN)


def save_unchanged(operator: Operator, _now: datetime) -> Change:
    """Save an operator unchanged, to wake everything that watches them."""
    return Change(save=(operator,))


def ring_once(ports: Ports, line: LineKey, key: OperatorId) -> LegId:
    """Ring the operator, who hears a sentence; they get no offer meanwhile.

    Returns the leg that rings: a page may pick up this one by itself, and no other.
    Stale when a call is there already, or the carrier does not ring.
    """
    operator = _require_operator(ports.operators, line, key)
    in_use = _is_engaged(operator) or telephones.is_engaged(ports, operator)
    to = None if in_use else address_of(ports, operator)
    if to is None:
        raise Stale("not-now")
    ring = rule_sets.in_force(ports, line).offer.ring
    token = ports.vault.sign({"line": line, TRIED: key})
    ours = ports.content.lines()[line].numbers[0]
    # We take a slot of the carrier's calls per second, and do not wait for it.
    ports.carrier_memory.acquire_dial_slot(ports.clock.now(), ports.calls_per_second)
    try:
        leg = ports.dialling.try_ring(to, ours, token, ring)
    except Unavailable as error:
        ports.log.warning("telephone not tried", error=str(error))
        raise Stale("carrier") from None
    _bind_leg(ports, line, key, leg)
    return leg


def _bind_leg(ports: Ports, line: LineKey, key: OperatorId, leg: LegId) -> None:
    """Let nobody else ring there; if another call came first, end this leg."""
    bound = update_operator(ports, line, key, partial(bind_leg, leg=leg))
    if bound is None:
        raise NotFound(UNKNOWN)
    if bound.leg != leg:
        ports.dialling.end(leg)


def bind_leg(operator: Operator, _now: datetime, *, leg: LegId) -> Change | None:
    """Note the leg that rings the operator, unless they are engaged already."""
    if _is_engaged(operator):
        return None
    return Change(save=(replace(operator, leg=leg),))


def picked_up(ports: Ports, line: LineKey, token: str) -> list[Instruction]:
    """Greet the operator who has picked up the test call."""
    operator = ports.operators.operator(line, _operator_of_token(ports.vault, token))
    language = own_language(ports, operator, line)
    return [Say(prompt="operator.try", language=language), HangUp()]


def end_test(ports: Ports, line: LineKey, token: str, leg: LegId) -> None:
    """Note that the telephone that was tried is free again."""
    put_down(ports, line, _operator_of_token(ports.vault, token), leg)


def _operator_of_token(vault: Vault, token: str) -> OperatorId:
    return OperatorId((vault.verify(token) or {}).get(TRIED, ""))


def _require_operator(operators: Operators, line: LineKey, key: OperatorId) -> Operator:
    operator = operators.operator(line, key)
    if operator is None:
        raise NotFound(UNKNOWN)
    return operator


def _is_engaged(operator: Operator) -> bool:
    stands = operator.is_standing
    return stands or operator.claim is not None or operator.leg is not None
