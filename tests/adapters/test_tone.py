"""The waiting tone is soft, seamless and always the same."""

import wave
from array import array
from io import BytesIO
from itertools import pairwise

import pytest

from ivr.adapters.tone import LOUDEST, RATE, tone_wav


def samples_of(content: bytes) -> list[int]:
    with wave.open(BytesIO(content)) as sound:
        return array("h", sound.readframes(sound.getnframes())).tolist()


@pytest.mark.parametrize("seconds", [1, 5, 12])
def test_tone_lasts_as_asked(seconds: int) -> None:
    with wave.open(BytesIO(tone_wav(seconds))) as sound:
        form = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())

        assert form == (1, 2, RATE)
        assert sound.getnframes() == seconds * RATE


@pytest.mark.parametrize("seconds", [1, 5, 12])
def test_tone_begins_and_ends_in_silence(seconds: int) -> None:
    samples = samples_of(tone_wav(seconds))

    edges = [*samples[:20], *samples[-20:]]

    assert max(map(abs, edges)) <= 2


def test_tone_heard_and_never_loud() -> None:
    loudest = max(map(abs, samples_of(tone_wav(5))))

    assert LOUDEST / 2 < loudest <= LOUDEST


def test_tone_has_no_clicks() -> None:
    samples = samples_of(tone_wav(5))

    steps = (abs(after - before) for before, after in pairwise(samples))

    assert max(steps) < LOUDEST / 2


def test_tone_is_same_every_time() -> None:
    assert tone_wav(2) == tone_wav(2)
