"""Say, Play and Pause: what is heard, and how long it takes."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from exchange.documents import delivery, media
from exchange.documents.interpreter import Next, VerbStep
from exchange.kernel.tasks import Script
from exchange.kernel.transcript import Kind
from exchange.twiml import voices
from exchange.twiml.parser import Verb

FOR_EVER = 1000  # what `loop="0"` amounts to
TONE_SECONDS = 0.5

Sound: TypeAlias = Callable[[VerbStep, tuple[type, ...]], Script[object]]


def say_text(step: VerbStep, wake: tuple[type, ...] = ()) -> Script[object]:
    """Speak; return the signal that interrupted it, if one of `wake` did."""
    voice, language = step.verb.get("voice"), step.verb.get("language")
    if not step.verb.text or voices.fault_of(voice, language):
        return None
    seconds = len(step.verb.text) / step.state.config.characters_per_second
    for _ in range(_loop_count(step.verb)):
        step.state.let_hear(
            step.leg, Kind.SAY, text=step.verb.text, language=language, voice=voice
        )
        signal = yield from delivery.wait_for_signal(step.state, wake, seconds)
        if signal is not None:
            return signal
    return None


def play_media(step: VerbStep, wake: tuple[type, ...] = ()) -> Script[object]:
    """Play a recording or keypad tones, unless something wakes the call first."""
    if step.verb.get("digits"):
        return (yield from _play_tones(step, wake))
    if not step.verb.text:
        return None
    url = step.document.resolve(step.verb.text)
    seconds = yield from media.seconds_of(step.state, step.leg, url)
    for _ in range(_loop_count(step.verb) if seconds > 0 else 0):
        step.state.let_hear(step.leg, Kind.PLAY, url=url)
        signal = yield from delivery.wait_for_signal(step.state, wake, seconds)
        if signal is not None:
            return signal
    return None


def pause_silently(step: VerbStep, wake: tuple[type, ...] = ()) -> Script[object]:
    """Be silent, unless something wakes the call first."""
    step.state.let_hear(step.leg, Kind.SILENCE)
    seconds = step.verb.number("length", 1.0)
    return (yield from delivery.wait_for_signal(step.state, wake, seconds))


SOUNDS: Mapping[str, Sound] = {
    "Say": say_text,
    "Play": play_media,
    "Pause": pause_silently,
}


def act_sound(step: VerbStep) -> Script[Next]:
    """Act out a sound that nothing interrupts."""
    yield from SOUNDS[step.verb.name](step, ())
    return None


def _play_tones(step: VerbStep, wake: tuple[type, ...]) -> Script[object]:
    digits = step.verb.get("digits")
    step.state.let_hear(step.leg, Kind.DTMF, text=digits)
    seconds = TONE_SECONDS * len(digits)
    return (yield from delivery.wait_for_signal(step.state, wake, seconds))


def _loop_count(verb: Verb) -> int:
    return int(verb.number("loop", 1)) or FOR_EVER
