"""A recording as the carrier keeps it: its properties, and its sound."""

import io
import wave
from dataclasses import dataclass

# Half the carrier's rate at half its bits; whatever plays sound still takes it.
SAMPLES_A_SECOND = 4000
_SILENCE = b"\x80"  # the middle of eight bits


@dataclass(slots=True, kw_only=True)
class Recording:
    """A recording of somebody's words; `ended` is None while they still speak.

    `ready` tells whether it can be fetched: the carrier works on it for a while.
    """

    sid: str
    call: str
    began: float
    ended: float | None = None
    spoken: bool = False
    ready: bool = False

    @property
    def seconds(self) -> int:
        """Return its length as it is billed; a recording has at least a second."""
        return max(1, round((self.ended or self.began) - self.began))

    def to_wave(self) -> bytes:
        """Return a WAV file of that length; there is no voice in it."""
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(1)
            sound.setframerate(SAMPLES_A_SECOND)
            sound.writeframes(_SILENCE * (SAMPLES_A_SECOND * self.seconds))
        return file.getvalue()
