"""Gather collects keys (or words) while something is said.

Rules (carrier's page on Gather): a key cuts short what is said; the timeout counts from
its end and starts again after each key; the finish key alone is no input; no input
falls through to the next verb, unless actionOnEmptyResult.
"""

from dataclasses import dataclass, field

from exchange.documents import delivery
from exchange.documents.interpreter import Next, VerbStep
from exchange.kernel.http_types import Form
from exchange.kernel.signals import Goto, Key, Spoken
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.verbs.speech import SOUNDS

DEFAULT_SECONDS = 5.0


@dataclass(slots=True, kw_only=True)
class Input:
    """The keys or words so far."""

    most: int
    finish: str
    digits: str = ""
    words: str = ""
    finished_by: str = ""
    complete: bool = field(default=False)

    def add_input(self, signal: object) -> None:
        """Add one key, or the words said."""
        if isinstance(signal, Spoken):
            self.words, self.complete = signal.text, True
        elif isinstance(signal, Key):
            self._take_key(signal.digit)

    def _take_key(self, digit: str) -> None:
        if digit == self.finish:
            self.finished_by, self.complete = digit, True
            return
        self.digits += digit
        self.complete = bool(self.most) and len(self.digits) >= self.most

    def to_form(self) -> Form:
        """Return the parameters of the action request."""
        if self.words:
            return (("SpeechResult", self.words), ("Confidence", "0.91"))
        keyed = (("Digits", self.digits), ("msg", "Gather End"))
        return (*keyed, ("FinishedOnKey", self.finished_by))


def act_gather(step: VerbStep) -> Script[Next]:
    """Act out a Gather; leads to its action, or falls through."""
    collected = Input(
        most=int(step.verb.number("numDigits", 0)),
        finish=step.verb.get("finishOnKey", "#"),
    )
    step.state.let_hear(step.leg, Kind.GATHER, language=step.verb.get("language"))
    wake = _waking_signals(step.verb.get("input", "dtmf"))
    try:
        collected.add_input((yield from _play_prompt(step, wake)))
        yield from _collect_input(step, collected, wake)
    finally:
        # A call that is sent elsewhere is listened to no longer, either.
        if not step.leg.ended:
            text = collected.words or collected.digits
            step.state.let_hear(step.leg, Kind.GATHER_END, text=text)
    return _next_document(step, collected)


def _waking_signals(kinds: str) -> tuple[type, ...]:
    known: dict[str, type] = {"dtmf": Key, "speech": Spoken}
    return tuple(known[kind] for kind in kinds.split() if kind in known) or (Key,)


def _play_prompt(step: VerbStep, wake: tuple[type, ...]) -> Script[object]:
    for verb in step.verb.children:
        if verb.name not in SOUNDS:
            continue
        inner = VerbStep(
            state=step.state, leg=step.leg, verb=verb, document=step.document
        )
        signal = yield from SOUNDS[verb.name](inner, wake)
        if signal is not None:
            return signal
    return None


def _collect_input(
    step: VerbStep, collected: Input, wake: tuple[type, ...]
) -> Script[None]:
    seconds = step.verb.number("timeout", DEFAULT_SECONDS)
    while not collected.complete:
        signal = yield from delivery.wait_for_signal(step.state, wake, seconds)
        if signal is None:
            return
        collected.add_input(signal)


def _next_document(step: VerbStep, collected: Input) -> Next:
    empty = not (collected.digits or collected.words)
    if empty and not step.verb.flag("actionOnEmptyResult", default=False):
        return None
    action = step.goto("action", params=collected.to_form())
    if action.url:
        return action
    if not step.document.url:
        step.state.complain(step.leg, "a Gather in inline TwiML wants an action")
        return None
    # Without an action the document asks itself: the classic endless loop.
    return Goto(
        url=step.document.url,
        method=step.verb.get("method", "POST"),
        params=collected.to_form(),
    )
