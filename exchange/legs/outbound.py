"""A leg the exchange itself sets up: queued, ringing, answered or not, and its end.

Order and parameters of the callbacks: facts sheet, section 1.5.
"""

from collections.abc import Callable
from dataclasses import dataclass

from exchange.documents import callbacks, delivery
from exchange.kernel.signals import Gone, LegEnded, Rerouted
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.legs import client_calls, scripted_callers
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import Leg, Status
from exchange.state.people import NOBODY, Callee, Pickup

# SIP's own numbers for the outcome of an invitation.
_SIP = {
    Status.BUSY: "486",
    Status.NO_ANSWER: "487",
    Status.CANCELED: "487",
    Status.FAILED: "404",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """How a leg is set up: when it may start, and what it does once answered."""

    slot: float
    grace: float
    then: Callable[[], Script[None]]
    detects_machines: bool = False


def place_call(state: ExchangeState, leg: Leg, placing: Placing) -> Script[None]:
    """Set up a leg, let it talk, and end it."""
    begun = False
    try:
        yield from delivery.wait_for_signal(state, (), placing.slot - state.now)
        begun = True
        if (yield from _ring_callee(state, leg, placing)):
            _answer_leg(state, leg, placing)
            yield from _go_on(state, leg, placing)
    except LegEnded:
        pass
    finish_leg(state, leg, told=begun)


def finish_leg(state: ExchangeState, leg: Leg, *, told: bool = True) -> None:
    """End a leg and tell everyone; not one that was cancelled while queued."""
    state.mark_ended(leg, Status.COMPLETED)
    leg.sip_code = leg.sip_code or _SIP.get(leg.status, "200")
    if told:
        callbacks.send_leg_event(state, leg, "completed")
    if leg.parent is not None:
        state.timeline.signal(leg.parent.task, Gone(leg.sid))


def limit_length(state: ExchangeState, leg: Leg) -> None:
    """Let a call end by itself when its time is up."""
    state.timeline.call_in(leg.time_limit, lambda: state.end(leg, Status.COMPLETED))


def _go_on(state: ExchangeState, leg: Leg, placing: Placing) -> Script[None]:
    try:
        yield from placing.then()
    except Rerouted as new:
        leg.own_way = True
        yield from state.converse(state, leg, new.goto)


def _ring_callee(state: ExchangeState, leg: Leg, placing: Placing) -> Script[bool]:
    callee = None if client_calls.is_decided(state, leg) else _find_callee(state, leg)
    state.set_status(leg, Status.INITIATED)
    callbacks.send_leg_event(state, leg, "initiated")
    yield from delivery.wait_for_signal(state, (), state.config.ring_delay)
    if not _is_reached(state, leg, callee):
        return False
    state.set_status(leg, Status.RINGING)
    state.let_hear(leg, Kind.RINGING)
    callbacks.send_leg_event(state, leg, "ringing")
    rings = leg.ring_seconds + placing.grace
    if callee is None:
        return (yield from client_calls.ring_devices(state, leg, rings))
    return (yield from _pick_up(state, leg, callee, rings))


def _is_reached(state: ExchangeState, leg: Leg, callee: Callee | None) -> bool:
    if callee is None:
        return not client_calls.is_absent(state, leg)
    if callee.pickup is Pickup.FAILED:
        state.mark_ended(leg, Status.FAILED)
    return not leg.ended


def _pick_up(
    state: ExchangeState, leg: Leg, callee: Callee, rings: float
) -> Script[bool]:
    never = callee.pickup is Pickup.NO_ANSWER or callee.after > rings
    yield from delivery.wait_for_signal(state, (), rings if never else callee.after)
    if never:
        state.mark_ended(leg, Status.NO_ANSWER)
    elif callee.pickup is Pickup.BUSY:
        state.mark_ended(leg, Status.BUSY)
    else:
        leg.answered_by = "machine_start" if callee.mailbox else "human"
        scripted_callers.begin_person(state, leg, callee.deeds, may_miss=True)
        return True
    return False


def _answer_leg(state: ExchangeState, leg: Leg, placing: Placing) -> None:
    state.set_status(leg, Status.IN_PROGRESS)
    state.let_hear(leg, Kind.ANSWERED)
    limit_length(state, leg)
    if placing.detects_machines:
        leg.extra["AnsweredBy"] = leg.answered_by
    webhook = callbacks.of_call(state, leg, "answered")
    if webhook is None:
        return
    # The request for the document and this callback race each other.
    if state.chance.random() < 0.5:  # noqa: PLR2004 - a fair coin
        state.send_last(webhook)
    else:
        state.send(webhook)


def _find_callee(state: ExchangeState, leg: Leg) -> Callee:
    attempts = state.people.get(leg.to, (NOBODY,))
    count = state.attempts.get(leg.to, 0)
    state.attempts[leg.to] = count + 1
    return attempts[min(count, len(attempts) - 1)]
