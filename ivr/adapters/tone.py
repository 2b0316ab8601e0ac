"""The tone for callers who wait: made here, so that no recording is needed."""

import math
import sys
import wave
from array import array
from io import BytesIO

RATE = 8000
"""Samples a second: what a telephone line carries."""

NOTES = (330, 495)
"""A fifth, in whole hertz: every whole second holds whole waves of both notes."""

LOUDEST = 4000
"""Out of 32767: well below speech, so that a held telephone does not startle."""

BREATH = 5
"""Seconds for the tone to swell and fade once, about as one breathes."""


def tone_wav(seconds: int) -> bytes:
    """A soft chord that swells and fades: WAV, 8 kHz, 16 bits, one channel.

    It begins and ends in silence, so that it can be played again and again
    without a seam. ``seconds`` is at least 1.
    """
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(_tone_samples(seconds))
    return file.getvalue()


def _tone_samples(seconds: int) -> bytes:
    length = seconds * RATE
    swells = max(1, round(seconds / BREATH))
    samples = array("h", (_sample_at(at, length, swells) for at in range(length)))
    if sys.byteorder == "big":
        # A WAV file is little-endian on every machine.
        samples.byteswap()
    return samples.tobytes()


def _sample_at(at: int, length: int, swells: int) -> int:
    loudness = math.sin(math.pi * swells * at / length) ** 2
    chord = sum(math.sin(math.tau * note * at / RATE) for note in NOTES) / len(NOTES)
    return round(LOUDEST * loudness * chord)
