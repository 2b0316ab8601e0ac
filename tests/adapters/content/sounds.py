"""Recordings in little: what carriers play, and what they do not."""

from ivr.adapters.tone import tone_wav

WAV = tone_wav(1)
FRAME = b"\xff\xfb\x90\x00" + bytes(413)
"""MPEG 1, layer III, 128 kbit/s, 44,100 Hz: 417 bytes."""

MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + FRAME * 4
"""With a tag before the sound, as most programs write it."""


def wav(  # noqa: PLR0913 - the fields of a header
    code: int = 1,
    *,
    channels: int = 1,
    rate: int = 8000,
    bits: int = 16,
    data: bytes = b"\x01\x00" * 80,
    said: int | None = None,
    before: bytes = b"",
    more: bytes = b"",
) -> bytes:
    """A WAV with a header of these fields; ``said`` is how long it says it is."""
    block = channels * bits // 8
    form = b"".join(
        value.to_bytes(length, "little")
        for value, length in (
            (code, 2),
            (channels, 2),
            (rate, 4),
            (rate * block, 4),
            (block, 2),
            (bits, 2),
        )
    )
    chunks = [before, chunk(b"fmt ", form + more), chunk(b"data", data, said)]
    return b"RIFF" + bytes(4) + b"WAVE" + b"".join(chunks)


def chunk(name: bytes, content: bytes, said: int | None = None) -> bytes:
    length = len(content) if said is None else said
    return name + length.to_bytes(4, "little") + content + bytes(len(content) % 2)
