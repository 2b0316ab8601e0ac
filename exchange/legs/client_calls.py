"""Calls to clients: somebody at a device decides, by hand, what happens with them.

Confirmed by reports of the carrier's users: a client without a device is `no-answer` at
once; a device that turns the call down makes it `busy`, for the other devices too; the
first to pick up has the call. A page that is closed turns down what rings at it and
hangs up, as the carrier's library does; one that falls silent only loses its line.
"""

from exchange.documents import delivery
from exchange.kernel.signals import PickedUp, TurnedDown
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.state import forms
from exchange.state.devices import Device, TooLate, is_client, stop_ringing
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import Leg, Status

_ABSENT_SIP, _TAKEN_BY = "480", "human"


def is_decided(state: ExchangeState, leg: Leg) -> bool:
    """Tell whether a device decides over this call, and no scripted person."""
    return is_client(leg.to) and leg.to not in state.people


def is_absent(state: ExchangeState, leg: Leg) -> bool:
    """End a call at once when the client it goes to has no device."""
    if state.devices.ringing_at(leg.to):
        return False
    leg.sip_code = _ABSENT_SIP
    state.mark_ended(leg, Status(state.config.absent_client))
    return True


def ring_devices(state: ExchangeState, leg: Leg, seconds: float) -> Script[bool]:
    """Ring the devices until one of them picks up; False when none did."""
    state.devices.invite(leg, _call_parameters(state, leg))
    signal = yield from delivery.wait_for_signal(state, (PickedUp, TurnedDown), seconds)
    if isinstance(signal, PickedUp):
        leg.answered_by = _TAKEN_BY
        return True
    refused = isinstance(signal, TurnedDown)
    state.mark_ended(leg, Status.BUSY if refused else Status.NO_ANSWER)
    return False


def pick_up(state: ExchangeState, leg: Leg, device: Device) -> None:
    """Take a ringing call at a device; raises TooLate."""
    state.devices.take(leg, device)
    state.timeline.signal(leg.task, PickedUp(device.id))


def reject_call(state: ExchangeState, leg: Leg, device: Device) -> None:
    """Turn a ringing call down, for every device of the client; raises TooLate."""
    stop_ringing(device, leg.sid)
    state.timeline.signal(leg.task, TurnedDown())


def check_held(leg: Leg, device: Device) -> None:
    """Raise TooLate unless the device has this call."""
    if leg.sid not in device.live:
        raise TooLate(leg.sid)


def set_muted(state: ExchangeState, leg: Leg, device: Device, *, on: bool) -> None:
    """Note that a device has closed its microphone; raises TooLate."""
    check_held(leg, device)
    state.let_hear(leg, Kind.MUTED, text="on" if on else "off")


def lose_device(state: ExchangeState, device: Device) -> None:
    """Lose the connection to a device: its calls end, what rings at it rings on."""
    state.devices.known.pop(device.id, None)
    for call in device.live:
        state.end(state.legs[call], Status.COMPLETED)


def close_device(state: ExchangeState, device: Device) -> None:
    """Close the page of a device: what rings is turned down, what is live hung up."""
    for call in list(device.ringing):
        reject_call(state, state.legs[call], device)
    lose_device(state, device)


def note_presence(device: Device) -> None:
    """Note that a device is there and waits for news."""
    device.readers += 1
    device.turn += 1


def expect_return(state: ExchangeState, device: Device, seconds: float) -> None:
    """Note that a device has been answered; it is lost after `seconds` of silence."""
    device.readers -= 1
    device.turn += 1
    turn = device.turn

    def expire() -> None:
        silent = device.readers == 0 and device.turn == turn
        if silent and state.devices.known.get(device.id) is device:
            lose_device(state, device)

    state.timeline.call_in(seconds, expire)


def _call_parameters(state: ExchangeState, leg: Leg) -> dict[str, str]:
    return {
        "CallSid": leg.sid,
        "AccountSid": state.config.account,
        "ApiVersion": forms.API_VERSION,
        "From": leg.from_,
        "To": leg.to,
    }
