"""The exchange without input or output: events come in, requests to send go out.

A host tells it the time (`advance`), takes the requests from `take_outbox`, sends them,
and reports each with `answered`. Nothing in here waits, and nothing knows a clock or a
socket.
"""

from exchange.kernel.config import Config
from exchange.kernel.http_types import Outcome, RestAnswer, RestRequest, Webhook
from exchange.kernel.sids import Chance
from exchange.kernel.signals import Goto
from exchange.kernel.tasks import Timeline
from exchange.legs import client_calls, scripted_callers
from exchange.rest import router
from exchange.state.devices import Device, stop_ringing
from exchange.state.exchange_state import ExchangeState
from exchange.state.faults import Faults
from exchange.state.leg import Callbacks, Direction, Leg, Target
from exchange.state.people import Callee, Deeds
from exchange.verbs import conversation


class UnknownNumber(LookupError):
    """Nobody has that number, or that call is not known."""


class Switch:
    """One exchange with its calls; see the module for how a host drives it."""

    def __init__(self, config: Config, chance: Chance, now: float) -> None:
        self.state = ExchangeState(
            config, chance, Timeline(now), Faults(chance), conversation.follow_to_end
        )
        for number in config.numbers:
            self.state.add_number(number)

    def advance(self, now: float) -> None:
        """Let everything happen that is due up to `now`."""
        self.state.timeline.advance(now)

    def next_due(self) -> float | None:
        """Return when something is next to happen by itself."""
        return self.state.timeline.next_due()

    def take_outbox(self) -> list[Webhook]:
        """Return the requests to be sent now, and forget them."""
        taken, self.state.outbox = self.state.outbox, []
        return taken

    def answered(self, webhook: Webhook, outcome: Outcome) -> None:
        """Report the outcome of a request."""
        self.state.answered(webhook, outcome)
        self.state.timeline.run_ready_tasks()

    def rest(self, request: RestRequest) -> RestAnswer:
        """Take a REST request and answer it."""
        answer = router.answer_request(self.state, request)
        self.state.timeline.run_ready_tasks()
        return answer

    def dial(self, from_: str, to: str, deeds: Deeds) -> Leg:
        """Let somebody call one of the account's numbers; raises UnknownNumber."""
        number = self.state.numbers.get(to)
        if number is None:
            raise UnknownNumber(to)
        leg = self.state.add_leg(from_, to, Direction.INBOUND)
        leg.fallback = Target(
            url=number.voice_fallback_url, method=number.voice_fallback_method
        )
        told = Target(url=number.status_callback, method=number.status_callback_method)
        leg.callbacks = Callbacks(target=told)
        goto = Goto(url=number.voice_url, method=number.voice_method)
        script = conversation.receive_call(self.state, leg, goto)
        # The call before the person: somebody may hang up at the very first ring.
        leg.task = self.state.timeline.start(script)
        scripted_callers.begin_person(self.state, leg, deeds)
        self.state.timeline.run_ready_tasks()
        return leg

    def press(self, sid: str, digits: str, device: str = "") -> None:
        """Press keys on a telephone, or at the device that has the call."""
        if device:
            client_calls.check_held(self.leg(sid), self.device(device))
        scripted_callers.press_keys(self.state, self.leg(sid), digits)
        self.state.timeline.run_ready_tasks()

    def speak(self, sid: str, text: str) -> None:
        """Say something into a telephone."""
        scripted_callers.speak_text(self.state, self.leg(sid), text)
        self.state.timeline.run_ready_tasks()

    def hang_up(self, sid: str, device: str = "") -> None:
        """Put a receiver down, or hang up at the device that has the call."""
        if device:
            client_calls.check_held(self.leg(sid), self.device(device))
        scripted_callers.hang_up(self.state, self.leg(sid))
        self.state.timeline.run_ready_tasks()

    def register(self, identity: str, device: str) -> Device:
        """Let a device ring when `client:identity` is called."""
        return self.state.devices.register(identity, device)

    def unregister(self, device: str) -> None:
        """Stop ringing at a device; the calls it has stay."""
        self.device(device).listening = False

    def pick_up(self, sid: str, device: str) -> None:
        """Take a ringing call at a device; raises TooLate."""
        client_calls.pick_up(self.state, self.leg(sid), self.device(device))
        self.state.timeline.run_ready_tasks()

    def reject(self, sid: str, device: str) -> None:
        """Turn a ringing call down at a device; raises TooLate."""
        client_calls.reject_call(self.state, self.leg(sid), self.device(device))
        self.state.timeline.run_ready_tasks()

    def ignore(self, sid: str, device: str) -> None:
        """Stop ringing for a call at this device alone; raises TooLate."""
        stop_ringing(self.device(device), self.leg(sid).sid)

    def mute(self, sid: str, device: str, *, on: bool = True) -> None:
        """Close a device's microphone, or open it; raises TooLate."""
        client_calls.set_muted(self.state, self.leg(sid), self.device(device), on=on)

    def close(self, device: str) -> None:
        """Close the page of a device, with all that this ends."""
        client_calls.close_device(self.state, self.device(device))
        self.state.timeline.run_ready_tasks()

    def lose(self, device: str) -> None:
        """Cut a device off, as when its connection is lost."""
        client_calls.lose_device(self.state, self.device(device))
        self.state.timeline.run_ready_tasks()

    def attend(self, device: str) -> Device:
        """Note that a device waits for news, and is there as long as it does."""
        known = self.device(device)
        client_calls.note_presence(known)
        return known

    def leave(self, device: Device, seconds: float) -> None:
        """Note that a device was answered.

        It is lost after this many silent seconds.
        """
        client_calls.expect_return(self.state, device, seconds)

    def device(self, device: str) -> Device:
        """Return a device; raises UnknownDevice."""
        return self.state.devices.get(device)

    def leg(self, sid: str) -> Leg:
        """Return a call; raises UnknownNumber."""
        if sid not in self.state.legs:
            raise UnknownNumber(sid)
        return self.state.legs[sid]

    def calls_to(self, number: str) -> list[Leg]:
        """Return every call that was made to a number, the oldest first."""
        return [leg for leg in self.state.legs.values() if leg.to == number]

    def put_person(self, number: str, *attempts: Callee) -> None:
        """Say who answers a number: the first time, the second, … the last ever on."""
        self.state.people[number] = attempts
        self.state.attempts.pop(number, None)
