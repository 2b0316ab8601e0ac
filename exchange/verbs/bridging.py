"""Bridges: two legs that hear each other, and dialling a queue to get one."""

from collections.abc import Callable

from exchange.documents import delivery
from exchange.documents.interpreter import Mode, Step, follow_documents
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
from exchange.state.exchange_state import Board
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


def connect_legs(board: Board, one: Leg, other: Leg) -> None:
    """Let two legs hear each other."""
    one.bridged_to, other.bridged_to = other.sid, one.sid
    for leg in (one, other):
        board.let_hear(leg, Kind.CONNECTED, text=leg.bridged_to)
        board.timeline.signal(leg.task, BridgeMade())


def end_bridge(board: Board, leg: Leg) -> None:
    """End the bridge a leg is in, if it is in one."""
    if not leg.bridged_to:
        return
    other = board.legs[leg.bridged_to]
    for each in (leg, other):
        each.bridged_to = ""
        board.let_hear(each, Kind.DISCONNECTED)
    board.timeline.signal(other.task, BridgeOver())


def stay_bridged(
    board: Board, leg: Leg, seconds: float, *, star_ends: bool
) -> Script[None]:
    """Stay in a bridge until the other one goes, or the time is up."""
    deadline = board.now + seconds
    try:
        while leg.bridged_to:
            signal = yield from delivery.wait_for_signal(
                board, (BridgeOver, Key), deadline - board.now
            )
            if signal is None or (star_ends and signal == Key("*")):
                return
    finally:
        end_bridge(board, leg)


def meet_dialer(board: Board, leg: Leg, taken: Dequeued, form: Form) -> Script[bool]:
    """Bring a dequeued caller together with the one who dialled; False if he left."""
    form = (*form, ("DequeingCallSid", taken.dialer.sid))
    try:
        yield from _announce_to_leg(board, leg, taken.announcement, form)
    except BaseException:
        board.timeline.signal(taken.dialer.task, Gone(leg.sid))
        raise
    if not taken.dialer.live:
        return False
    connect_legs(board, leg, taken.dialer)
    board.timeline.signal(taken.dialer.task, Ready(leg.sid))
    yield from stay_bridged(board, leg, leg.time_limit, star_ends=False)
    return True


def dial_queue(step: Step, noun: Verb, seconds: float) -> Script[Form]:
    """Take the first caller of a queue and talk; return what the action is told."""
    queue = step.board.queue_named(noun.text)
    if queue is None:
        step.board.complain(step.leg, f"there is no queue {noun.text!r}")
        return (("DialCallStatus", "failed"), ("QueueResult", QueueResult.ERROR))
    deadline = step.board.now + seconds
    while True:
        member = yield from _first_in_queue(step.board, step.leg, queue, deadline)
        if member is None:
            return (("DialCallStatus", step.board.config.empty_queue_status),)
        joined = int(step.board.now - member.joined)
        if (yield from _take_member(step, noun, queue, member)):
            break
    began = step.board.now
    limit = step.verb.number("timeLimit", step.leg.time_limit)
    star = step.verb.flag("hangupOnStar", default=False)
    yield from stay_bridged(step.board, step.leg, limit, star_ends=star)
    return (
        ("DialCallStatus", "completed"),
        ("DialCallSid", member.leg.sid),
        ("DialCallDuration", str(int(step.board.now - began))),
        ("DialBridged", "true"),
        ("QueueResult", QueueResult.BRIDGED),
        ("QueueSid", queue.sid),
        ("QueueTime", str(joined)),
    )


def _announce_to_leg(board: Board, leg: Leg, goto: Goto, form: Form) -> Script[None]:
    if not goto.url:
        return
    mode = Mode(name="a caller leaving the queue", verbs=BEFORE_BRIDGE)
    full = Goto(url=goto.url, method=goto.method, params=form)
    try:
        yield from follow_documents(board, leg, full, mode)
    except DocumentFailed:
        # The complaint is on record; both parties are there, so they are joined.
        return


def _first_in_queue(
    board: Board, leg: Leg, queue: CallQueue, deadline: float
) -> Script[Member | None]:
    try:
        while not queue.members:
            if leg not in queue.dialers:
                queue.dialers.append(leg)
            left = deadline - board.now
            signal = yield from delivery.wait_for_signal(board, (MemberJoined,), left)
            if signal is None:
                return None
    finally:
        if leg in queue.dialers:
            queue.dialers.remove(leg)
    return queue.members[0]


def _take_member(
    step: Step, noun: Verb, queue: CallQueue, member: Member
) -> Script[bool]:
    inner = Step(board=step.board, leg=step.leg, verb=noun, document=step.document)
    taken = Dequeued(
        lambda: member in queue.members, step.leg, inner.goto("url", "method")
    )
    step.board.timeline.interrupt(member.leg.task, taken)
    while True:
        signal = yield from delivery.wait_for_signal(step.board, (Ready, Gone), None)
        if isinstance(signal, Ready | Gone) and signal.sid == member.leg.sid:
            return isinstance(signal, Ready)
