"""Plays the persons: turns their deeds into keys, silence and hanging up."""

import re
from collections.abc import Callable

from exchange.kernel.signals import Key, Spoken
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import SPEECH, Kind, TranscriptEvent
from exchange.state import people
from exchange.state.exchange_state import ExchangeState
from exchange.state.leg import BEFORE_ANSWER, Leg, Status

_ASKING = frozenset({Kind.GATHER, Kind.GATHER_END, Kind.RECORD, Kind.RECORD_END})


def press_keys(state: ExchangeState, leg: Leg, digits: str) -> None:
    """Press keys on a telephone, now."""
    state.let_hear(leg, Kind.PRESSED, text=digits)
    for digit in digits:
        state.timeline.signal(leg.task, Key(digit))


def speak_text(state: ExchangeState, leg: Leg, text: str) -> None:
    """Say something into a telephone, now."""
    state.let_hear(leg, Kind.SPOKE, text=text)
    state.timeline.signal(leg.task, Spoken(text))


def hang_up(state: ExchangeState, leg: Leg) -> None:
    """Put the receiver down; before the answer that cancels the call."""
    early = leg.status in BEFORE_ANSWER
    state.end(leg, Status.CANCELED if early else Status.COMPLETED)


def begin_person(
    state: ExchangeState, leg: Leg, deeds: people.Deeds, *, may_miss: bool = False
) -> None:
    """Put a person at a telephone.

    With `may_miss` it is no failure that a call ends before everything was done: a
    person who is called may find that the other side is gone.
    """
    actor = Actor(state, leg, may_miss=may_miss)
    leg.person = state.timeline.start(actor.play(deeds))


class Actor:
    """A person playing a script; `_heard` is how far he has listened."""

    def __init__(self, state: ExchangeState, leg: Leg, *, may_miss: bool) -> None:
        self._may_miss = may_miss
        self._state = state
        self._leg = leg
        self._heard = 0

    def play(self, deeds: people.Deeds) -> Script[None]:
        """Do one thing after another; what cannot be done any more is a failure."""
        for number, deed in enumerate(deeds, start=1):
            if self._leg.ended and self._is_missed(deed):
                self._note_miss(f"step {number} ({deed}) never came about")
                return
            yield from self._do_step(deed)

    def _do_step(self, deed: people.Deed) -> Script[None]:
        match deed:
            case people.Press() | people.Speak():
                yield from self._give_input(deed)
            case people.Silent():
                yield from self._keep_silent()
            case people.Hears():
                yield from self._expect_words(deed)
            case people.Until():
                yield from self._await_moment(deed)
            case people.Talk():
                yield from self._keep_talking(deed.seconds)
            case _:
                yield from self._do_simple_step(deed)

    def _do_simple_step(self, deed: people.Deed) -> Script[None]:
        match deed:
            case people.Wait():
                yield from self._wait_until(lambda: False, deed.seconds)
            case people.HangUp():
                hang_up(self._state, self._leg)
            case _:
                yield from self._wait_until(lambda: False, None)

    def _wait_until(
        self, holds: Callable[[], bool], seconds: float | None
    ) -> Script[bool]:
        deadline = None if seconds is None else self._state.now + seconds
        while not holds():
            left = None if deadline is None else deadline - self._state.now
            if self._leg.ended or (left is not None and left <= 0):
                return holds()
            yield left
        return True

    def _give_input(self, deed: people.Press | people.Speak) -> Script[None]:
        while not self._leg.ended:
            yield from self._wait_until(self._is_listening, None)
            yield from self._wait_until(lambda: False, deed.after)
            if self._is_listening() and not self._leg.ended:
                break
        else:
            self._note_miss(f"there was nothing left to answer with {deed}")
            return
        self._heard = len(self._leg.transcript)
        if isinstance(deed, people.Press):
            press_keys(self._state, self._leg, deed.digits)
        else:
            speak_text(self._state, self._leg, deed.text)
        # The call takes the keys before the person goes on.
        while (yield 0.0) is not None:
            continue
        if isinstance(deed, people.Speak) and self._last_kind() is Kind.RECORD:
            seconds = len(deed.text) / self._state.config.characters_per_second
            yield from self._wait_until(lambda: not self._is_listening(), seconds)

    def _is_listening(self) -> bool:
        return self._last_kind() in {Kind.GATHER, Kind.RECORD}

    def _keep_silent(self) -> Script[None]:
        yield from self._wait_until(self._is_listening, None)
        yield from self._wait_until(lambda: not self._is_listening(), None)

    def _last_kind(self) -> Kind | None:
        found = (e.kind for e in reversed(self._leg.transcript) if e.kind in _ASKING)
        return next(found, None)

    def _expect_words(self, deed: people.Hears) -> Script[None]:
        before = self._heard
        if (yield from self._wait_until(lambda: self._was_said(deed), deed.within)):
            return
        heard = [e for e in self._leg.transcript[before:] if e.kind in SPEECH]
        lines = [f"{e.language}: {e.text or e.url}" for e in heard]
        self._note_failure(f"expected {deed}, heard {lines}")

    def _was_said(self, deed: people.Hears) -> bool:
        for index in range(self._heard, len(self._leg.transcript)):
            if _matches_event(deed, self._leg.transcript[index]):
                self._heard = index + 1
                return True
        return False

    def _await_moment(self, deed: people.Until) -> Script[None]:
        if (
            yield from self._wait_until(self._moment_check(deed.moment), deed.patience)
        ):
            return
        if self._leg.ended:
            self._note_miss(f"the call ended before {deed.moment}")
        else:
            hang_up(self._state, self._leg)

    def _moment_check(self, moment: people.Moment) -> Callable[[], bool]:
        return {
            people.Moment.QUEUED: lambda: bool(self._leg.queue),
            people.Moment.CONNECTED: lambda: self._leg.is_connected,
            people.Moment.GOODBYE: lambda: self._leg.ended,
        }[moment]

    def _keep_talking(self, seconds: float) -> Script[None]:
        if not (yield from self._wait_until(lambda: self._leg.is_connected, None)):
            self._note_miss("the call ended before anybody was connected")
            return
        yield from self._wait_until(lambda: not self._leg.is_connected, seconds)
        hang_up(self._state, self._leg)

    def _is_missed(self, deed: people.Deed) -> bool:
        harmless = people.Stay | people.HangUp | people.Wait
        if isinstance(deed, people.Until):
            return deed.moment is not people.Moment.GOODBYE
        return not isinstance(deed, harmless | people.Hears)

    def _note_miss(self, text: str) -> None:
        if not self._may_miss:
            self._note_failure(text)

    def _note_failure(self, text: str) -> None:
        self._leg.failures.append(text)


def _matches_event(deed: people.Hears, event: TranscriptEvent) -> bool:
    if event.kind not in SPEECH:
        return False
    if deed.language and deed.language != event.language:
        return False
    return bool(re.search(deed.text, event.text or event.url))
