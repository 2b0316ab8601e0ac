"""Enqueue: a caller waits in a queue, hears the wait document, and comes out again.

Rules (carrier's pages on Enqueue and Leave, facts sheet 1.4 and 1.5): the wait
document is asked for again whenever it runs out; the action comes at once on Leave,
hang-up and redirect, but after the bridge when somebody dialled the queue.
"""

from exchange.documents import delivery
from exchange.documents.interpreter import Ending, Mode, Next, VerbStep, repeat_document
from exchange.kernel.config import RedirectOrder
from exchange.kernel.http_types import Form, Purpose
from exchange.kernel.signals import (
    DocumentFailed,
    Goto,
    LegEnded,
    MemberJoined,
    Rerouted,
)
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.state.leg import Status
from exchange.state.queues import CallQueue, Member, QueueResult
from exchange.verbs import bridging
from exchange.verbs.gathering import act_gather
from exchange.verbs.simple_verbs import hangup, leave, redirect
from exchange.verbs.speech import act_sound

WAIT_VERBS = {
    "Say": act_sound,
    "Play": act_sound,
    "Pause": act_sound,
    "Gather": act_gather,
    "Redirect": redirect,
    "Hangup": hangup,
    "Leave": leave,
}


def act_enqueue(step: VerbStep) -> Script[Next]:
    """Act out an Enqueue; leads to its action, or falls through."""
    queue = _find_queue(step)
    size = int(step.verb.number("maxQueueSize", queue.max_size))
    if len(queue.members) >= min(size, queue.max_size):
        return _next_after(step, (("QueueResult", QueueResult.QUEUE_FULL),))
    member = queue.join(step.leg, step.state.now)
    _let_in(step, queue)
    try:
        result = yield from _stay_in_queue(step, queue, member)
    except Rerouted as new:
        _report_redirect(step, queue, member, new)
        raise
    except LegEnded:
        yield from _report_hangup(step, queue, member)
        raise
    finally:
        _let_out(step, queue, member)
    return (yield from _come_out(step, queue, member, result))


def _find_queue(step: VerbStep) -> CallQueue:
    if step.verb.get("workflowSid"):
        step.state.complain(step.leg, "the exchange has no TaskRouter workflows")
    name = step.verb.text
    known = step.state.queue_named(name)
    return known or step.state.add_queue(name, step.state.config.queue_size)


def _let_in(step: VerbStep, queue: CallQueue) -> None:
    step.leg.queue = queue.sid
    step.state.let_hear(step.leg, Kind.QUEUE, text=queue.name)
    if queue.dialers:
        step.state.timeline.signal(queue.dialers.pop(0).task, MemberJoined())


def _let_out(step: VerbStep, queue: CallQueue, member: Member) -> None:
    queue.leave(member, step.state.now)
    if step.leg.queue:
        step.leg.queue = ""
        step.state.let_hear(step.leg, Kind.QUEUE_LEFT, text=queue.name)


def _stay_in_queue(
    step: VerbStep, queue: CallQueue, member: Member
) -> Script[QueueResult]:
    try:
        ending = yield from _follow_wait_document(step, queue, member)
    except bridging.Dequeued as taken:
        return (yield from _talk_with_taker(step, queue, member, taken))
    except DocumentFailed:
        return QueueResult.ERROR
    return QueueResult.HANGUP if ending is Ending.HANG_UP else QueueResult.LEAVE


def _follow_wait_document(
    step: VerbStep, queue: CallQueue, member: Member
) -> Script[Ending]:
    url = step.verb.get("waitUrl")
    if not url:
        kind = Kind.SILENCE if "waitUrl" in step.verb.attributes else Kind.MUSIC
        step.state.let_hear(step.leg, kind)
        yield from delivery.wait_for_signal(step.state, (), None)
    mode = Mode(
        name="a queue",
        verbs=WAIT_VERBS,
        params=lambda: _wait_form(step, queue, member),
    )
    goto = step.goto("waitUrl", "waitUrlMethod")
    return (yield from repeat_document(step.state, step.leg, goto, mode))


def _wait_form(step: VerbStep, queue: CallQueue, member: Member) -> Form:
    if member not in queue.members:
        return ()
    return (
        ("QueuePosition", str(queue.position(member))),
        ("QueueSid", queue.sid),
        ("QueueTime", str(int(step.state.now - member.joined))),
        ("AvgQueueTime", str(queue.average_wait())),
        ("CurrentQueueSize", str(len(queue.members))),
        ("MaxQueueSize", str(queue.max_size)),
    )


def _talk_with_taker(
    step: VerbStep, queue: CallQueue, member: Member, taken: bridging.Dequeued
) -> Script[QueueResult]:
    member.bridged = True
    form = _wait_form(step, queue, member)
    _let_out(step, queue, member)
    met = yield from bridging.meet_dialer(step.state, step.leg, taken, form)
    return QueueResult.BRIDGED if met else QueueResult.ERROR


def _result_form(step: VerbStep, queue: CallQueue, member: Member, result: str) -> Form:
    seconds = str(int(step.state.now - member.joined))
    return (("QueueResult", result), ("QueueSid", queue.sid), ("QueueTime", seconds))


def _report_redirect(
    step: VerbStep, queue: CallQueue, member: Member, new: Rerouted
) -> None:
    config = step.state.config
    if not step.verb.get("action"):
        return
    if not new.by_member and not config.call_update_notifies_queue:
        return
    result = QueueResult.REDIRECTED
    if member.bridged:
        result = QueueResult.REDIRECTED_FROM_BRIDGED
    form = _result_form(step, queue, member, result)
    notice = step.state.compose(
        step.leg, step.goto("action", params=form), Purpose.NOTICE
    )
    if config.redirect_order is RedirectOrder.URL_FIRST:
        step.state.send_last(notice)
    else:
        step.state.send(notice)


def _report_hangup(step: VerbStep, queue: CallQueue, member: Member) -> Script[None]:
    result = QueueResult.BRIDGED if member.bridged else QueueResult.HANGUP
    form = _result_form(step, queue, member, result)
    _let_out(step, queue, member)
    yield from delivery.post_event(
        step.state, step.leg, step.goto("action", params=form)
    )


def _come_out(
    step: VerbStep, queue: CallQueue, member: Member, result: QueueResult
) -> Script[Next]:
    form = _result_form(step, queue, member, result)
    if result is not QueueResult.HANGUP:
        return _next_after(step, form)
    step.state.mark_ended(step.leg, Status.COMPLETED)
    yield from delivery.post_event(
        step.state, step.leg, step.goto("action", params=form)
    )
    return Ending.HANG_UP


def _next_after(step: VerbStep, form: Form) -> Next:
    action: Goto = step.goto("action", params=form)
    return action if action.url else None
