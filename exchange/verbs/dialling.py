"""Dial: rings telephones, asks who answers, and joins the first who is ready.

Rules (carrier's pages on Dial and Number, facts sheet 1.4): legs start at once; the
`url` of a Number is followed by the called party alone, and unless it hangs up, the
two are joined when it ends; without an action the call goes on with the next verb.
"""

from dataclasses import dataclass, field

from exchange.documents import delivery
from exchange.documents.interpreter import (
    Ending,
    Mode,
    Next,
    VerbStep,
    follow_documents,
)
from exchange.kernel.http_types import Form
from exchange.kernel.signals import (
    BridgeMade,
    DocumentFailed,
    Gone,
    Goto,
    Key,
    LegEnded,
    Ready,
)
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.legs import outbound
from exchange.state.devices import SCHEME
from exchange.state.leg import Callbacks, Direction, Leg, Status, Target
from exchange.twiml.parser import Verb
from exchange.verbs import bridging, conference_verb
from exchange.verbs.gathering import act_gather
from exchange.verbs.simple_verbs import hangup
from exchange.verbs.speech import act_sound

RING_SECONDS = 30.0
SCREEN_VERBS = {
    "Say": act_sound,
    "Play": act_sound,
    "Pause": act_sound,
    "Gather": act_gather,
    "Hangup": hangup,
}


@dataclass(slots=True, kw_only=True)
class Attempt:
    """The outcome of ringing: the legs, and the one that was joined."""

    legs: list[Leg] = field(default_factory=list)
    joined: Leg | None = None
    joined_at: float = 0.0

    def to_form(self, now: float) -> Form:
        """Return what the action is told."""
        if self.joined is not None:
            return (
                ("DialCallStatus", "completed"),
                ("DialCallSid", self.joined.sid),
                ("DialCallDuration", str(round(now - self.joined_at))),
                ("DialBridged", "true"),
            )
        status = self.legs[-1].status if self.legs else Status.FAILED
        if status in {Status.COMPLETED, Status.CANCELED, Status.IN_PROGRESS}:
            status = Status.NO_ANSWER
        sid = (("DialCallSid", self.legs[-1].sid),) if self.legs else ()
        return (("DialCallStatus", str(status)), *sid, ("DialBridged", "false"))


def act_dial(step: VerbStep) -> Script[Next]:
    """Act out a Dial; leads to its action, or to the next verb."""
    step.state.let_hear(step.leg, Kind.DIAL)
    attempt = Attempt()
    try:
        form = yield from _connect_legs(step, attempt)
    except LegEnded:
        yield from _report_hangup(step, attempt)
        raise
    action = step.goto("action", params=form)
    return action if action.url else None


def _connect_legs(step: VerbStep, attempt: Attempt) -> Script[Form]:
    seconds = step.verb.number("timeout", RING_SECONDS)
    nouns = _nouns_in(step.verb)
    first = nouns[0].name if nouns else ""
    if first == "Conference":
        status = yield from conference_verb.stay_in_conference(step, nouns[0])
        return (("DialCallStatus", status),)
    if first == "Queue":
        return (yield from bridging.dial_queue(step, nouns[0], seconds))
    yield from _ring_nouns(step, nouns, attempt, seconds + step.state.config.dial_grace)
    return attempt.to_form(step.state.now)


def _nouns_in(verb: Verb) -> tuple[Verb, ...]:
    plain = (Verb(name="Number", text=verb.text),) if verb.text else ()
    return verb.children or plain


def _ring_nouns(
    step: VerbStep, nouns: tuple[Verb, ...], attempt: Attempt, seconds: float
) -> Script[None]:
    in_turn = step.verb.flag("sequential", default=False)
    rounds = [(noun,) for noun in nouns] if in_turn else [nouns]
    for together in rounds:
        yield from _ring_round(step, together, attempt, seconds)
        if attempt.joined is not None:
            return


def _ring_round(
    step: VerbStep, nouns: tuple[Verb, ...], attempt: Attempt, seconds: float
) -> Script[None]:
    legs = [_start_leg(step, noun, seconds) for noun in nouns]
    attempt.legs += legs
    try:
        ready = yield from _first_ready(step, legs, seconds)
        if ready is not None:
            _drop_legs(step, [leg for leg in legs if leg is not ready])
            yield from _talk_with(step, attempt, ready)
    finally:
        _drop_legs(step, legs)


def _first_ready(step: VerbStep, legs: list[Leg], seconds: float) -> Script[Leg | None]:
    pending = {leg.sid: leg for leg in legs}
    # Screening has no limit of its own: only the ringing has.
    deadline = step.state.now + step.state.config.ring_delay + seconds
    while pending:
        ringing = any(not leg.live for leg in pending.values())
        left = deadline - step.state.now + 0.01 if ringing else None
        signal = yield from delivery.wait_for_signal(
            step.state, (Ready, Gone, Key), left
        )
        if isinstance(signal, Ready) and signal.sid in pending:
            return pending[signal.sid]
        if isinstance(signal, Gone):
            pending.pop(signal.sid, None)
        if signal is None or _is_star(step, signal):
            return None
    return None


def _is_star(step: VerbStep, signal: object) -> bool:
    return signal == Key("*") and step.verb.flag("hangupOnStar", default=False)


def _talk_with(step: VerbStep, attempt: Attempt, other: Leg) -> Script[None]:
    attempt.joined, attempt.joined_at = other, step.state.now
    bridging.connect_legs(step.state, step.leg, other)
    seconds = step.verb.number("timeLimit", step.leg.time_limit)
    star = step.verb.flag("hangupOnStar", default=False)
    yield from bridging.stay_bridged(step.state, step.leg, seconds, star_ends=star)


def _drop_legs(step: VerbStep, legs: list[Leg]) -> None:
    for leg in legs:
        if not leg.own_way and not leg.ended:
            status = Status.COMPLETED if leg.live else Status.CANCELED
            step.state.end(leg, status)


def _start_leg(step: VerbStep, noun: Verb, seconds: float) -> Leg:
    state = step.state
    number, parameters = _callee_of(noun)
    from_ = step.verb.get("callerId") or step.leg.from_
    leg = state.add_leg(from_, number, Direction.OUTBOUND_DIAL)
    leg.parameters = parameters
    inner = VerbStep(state=state, leg=leg, verb=noun, document=step.document)
    told = inner.goto("statusCallback", "statusCallbackMethod")
    leg.parent = step.leg
    leg.ring_seconds = seconds
    leg.callbacks = Callbacks(
        target=Target(url=told.url, method=told.method),
        events=frozenset(noun.get("statusCallbackEvent", "completed").split()),
    )
    placing = outbound.Placing(
        slot=state.now, grace=0.0, then=lambda: _screen_callee(inner, inner.goto("url"))
    )
    leg.task = state.timeline.start(outbound.place_call(state, leg, placing))
    return leg


def _callee_of(noun: Verb) -> tuple[str, dict[str, str]]:
    if noun.name != "Client":
        return noun.text, {}
    named = [child.text for child in noun.children if child.name == "Identity"]
    parameters = {
        child.get("name"): child.get("value")
        for child in noun.children
        if child.name == "Parameter"
    }
    return SCHEME + "".join(named or [noun.text]), parameters


def _screen_callee(step: VerbStep, goto: Goto) -> Script[None]:
    """Let the called party follow its own document, then be joined."""
    if goto.url and not (yield from _callee_agrees(step, goto)):
        return
    yield from _await_bridge(step)


def _callee_agrees(step: VerbStep, goto: Goto) -> Script[bool]:
    mode = Mode(name="a called party", verbs=SCREEN_VERBS)
    try:
        ending = yield from follow_documents(step.state, step.leg, goto, mode)
    except DocumentFailed:
        return False
    return ending is Ending.RAN_OUT


def _await_bridge(step: VerbStep) -> Script[None]:
    parent = step.leg.parent
    if parent is None or parent.ended:
        return
    step.state.timeline.signal(parent.task, Ready(step.leg.sid))
    while not step.leg.bridged_to:
        yield from delivery.wait_for_signal(step.state, (BridgeMade,), None)
    yield from bridging.stay_bridged(
        step.state, step.leg, step.leg.time_limit, star_ends=False
    )


def _report_hangup(step: VerbStep, attempt: Attempt) -> Script[None]:
    nouns = _nouns_in(step.verb)
    form = attempt.to_form(step.state.now)
    if nouns and nouns[0].name == "Conference":
        form = (("DialCallStatus", "answered"),)
    yield from delivery.post_event(
        step.state, step.leg, step.goto("action", params=form)
    )
