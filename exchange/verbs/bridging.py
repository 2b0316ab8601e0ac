"""Bridges: two legs that hear each other, and dialling a queue to get one."""

from collections.abc import Callable

from exchange.documents import delivery
from exchange.documents.interpreter import Mode, VerbStep, follow_documents
from exchange.kernel.http_types import Form
from exchange.kernel.signals import (
    BridgeMade,
    BridgeOver,
    Conditional,
    DocumentFailed,
    Gone,
    Goto,
    Key,
    MemberJoined,
    Ready,
)
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import Leg
from exchange.state.queues import CallQueue, Member, QueueResult
from exchange.twiml.parser import Verb
from exchange.verbs.simple_verbs import redirect
from exchange.verbs.speech import act_sound

BEFORE_BRIDGE = {
    "Say": act_sound,
    "Play": act_sound,
    "Pause": act_sound,
    "Redirect": redirect,
}


class Dequeued(Conditional):
    """Somebody dialled the queue and this caller is first in it."""

    def __init__(
        self, holds: Callable[[], bool], dialer: Leg, announcement: Goto
    ) -> None:
        super().__init__(holds)
        self.dialer = dialer
        self.announcement = announcement


def connect_legs(state: ExchangeState, one: Leg, other: Leg) -> None:
    """Let two legs hear each other."""
    one.bridged_to, other.bridged_to = other.sid, one.sid
    for leg in (one, other):
        state.let_hear(leg, Kind.CONNECTED, text=leg.bridged_to)
        state.timeline.signal(leg.task, BridgeMade())


def end_bridge(state: ExchangeState, leg: Leg) -> None:
    """End the bridge a leg is in, if it is in one."""
    if not leg.bridged_to:
        return
    other = state.legs[leg.bridged_to]
    for each in (leg, other):
        each.bridged_to = ""
        state.let_hear(each, Kind.DISCONNECTED)
    state.timeline.signal(other.task, BridgeOver())


def stay_bridged(
    state: ExchangeState, leg: Leg, seconds: float, *, star_ends: bool
) -> Script[None]:
    """Stay in a bridge until the other one goes, or the time is up."""
    deadline = state.now + seconds
    try:
        while leg.bridged_to:
            signal = yield from delivery.wait_for_signal(
                state, (BridgeOver, Key), deadline - state.now
            )
            if signal is None or (star_ends and signal == Key("*")):
                return
    finally:
        end_bridge(state, leg)


def meet_dialer(
    state: ExchangeState, leg: Leg, taken: Dequeued, form: Form
) -> Script[bool]:
    """Bring a dequeued caller together with the dialling leg; False if it has left."""
    form = (*form, ("DequeingCallSid", taken.dialer.sid))
    try:
        yield from _announce_to_leg(state, leg, taken.announcement, form)
    except BaseException:
        state.timeline.signal(taken.dialer.task, Gone(leg.sid))
        raise
    if not taken.dialer.live:
        return False
    connect_legs(state, leg, taken.dialer)
    state.timeline.signal(taken.dialer.task, Ready(leg.sid))
    yield from stay_bridged(state, leg, leg.time_limit, star_ends=False)
    return True


def dial_queue(step: VerbStep, noun: Verb, seconds: float) -> Script[Form]:
    """Take the first caller of a queue and talk; return what the action is told."""
    queue = step.state.queue_named(noun.text)
    if queue is None:
        step.state.complain(step.leg, f"there is no queue {noun.text!r}")
        return (("DialCallStatus", "failed"), ("QueueResult", QueueResult.ERROR))
    deadline = step.state.now + seconds
    while True:
        member = yield from _first_in_queue(step.state, step.leg, queue, deadline)
        if member is None:
            return (("DialCallStatus", step.state.config.empty_queue_status),)
        joined = int(step.state.now - member.joined)
        if (yield from _take_member(step, noun, queue, member)):
            break
    began = step.state.now
    limit = step.verb.number("timeLimit", step.leg.time_limit)
    star = step.verb.flag("hangupOnStar", default=False)
    yield from stay_bridged(step.state, step.leg, limit, star_ends=star)
    return (
        ("DialCallStatus", "completed"),
        ("DialCallSid", member.leg.sid),
        ("DialCallDuration", str(int(step.state.now - began))),
        ("DialBridged", "true"),
        ("QueueResult", QueueResult.BRIDGED),
        ("QueueSid", queue.sid),
        ("QueueTime", str(joined)),
    )


def _announce_to_leg(
    state: ExchangeState, leg: Leg, goto: Goto, form: Form
) -> Script[None]:
    if not goto.url:
        return
    mode = Mode(name="a caller leaving the queue", verbs=BEFORE_BRIDGE)
    full = Goto(url=goto.url, method=goto.method, params=form)
    try:
        yield from follow_documents(state, leg, full, mode)
    except DocumentFailed:
        # The complaint is on record; both parties are there, so they are joined.
        return


def _first_in_queue(
    state: ExchangeState, leg: Leg, queue: CallQueue, deadline: float
) -> Script[Member | None]:
    try:
        while not queue.members:
            if leg not in queue.dialers:
                queue.dialers.append(leg)
            left = deadline - state.now
            signal = yield from delivery.wait_for_signal(state, (MemberJoined,), left)
            if signal is None:
                return None
    finally:
        if leg in queue.dialers:
            queue.dialers.remove(leg)
    return queue.members[0]


def _take_member(
    step: VerbStep, noun: Verb, queue: CallQueue, member: Member
) -> Script[bool]:
    inner = VerbStep(state=step.state, leg=step.leg, verb=noun, document=step.document)
    taken = Dequeued(
        lambda: member in queue.members, step.leg, inner.goto("url", "method")
    )
    step.state.timeline.interrupt(member.leg.task, taken)
    while True:
        signal = yield from delivery.wait_for_signal(step.state, (Ready, Gone), None)
        if isinstance(signal, Ready | Gone) and signal.sid == member.leg.sid:
            return isinstance(signal, Ready)
