"""Whether a recording is what the carrier plays, whatever its name says.

The carrier plays MP3 and WAV among others (<Play>, "Supported audio types"), and a
caller hears nothing of a file that it cannot decode (errors 12300 and 13420). WAV is
read as Microsoft's "Multiple Channel Audio Data and WAVE Files" describes it, MP3 as
ISO/IEC 11172-3 and 13818-3 do.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ivr.adapters.content.mp3 import mp3_fault

LARGEST = 10_000_000
"""Bytes of ten minutes of speech at 8 kHz. The carrier fetches a file while somebody
listens to silence."""

PCM, MU_LAW = 1, 7
PLAYED = {PCM: (8, 16), MU_LAW: (8,)}
"""Format codes that every telephone carrier plays, and how many bits a sample has."""

CODES = {2: "ADPCM", 3: "floating point", 6: "A-law", 0x11: "ADPCM", 0x55: "MP3"}
EXTENSIBLE = 0xFFFE

RATES = range(8_000, 48_001)
"""Samples a second; a telephone carries 8,000."""

CONVERT = "convert it: ffmpeg -i FILE -ar 8000 -ac 1 -c:a pcm_s16le NAME.wav"

BEGINNINGS = (
    (b"RIFF", "a WAV"),
    (b"FORM", "an AIFF"),
    (b"OggS", "an Ogg"),
    (b"fLaC", "a FLAC"),
    (b"caff", "a CAF"),
    (b".snd", "an AU"),
    (b"RF64", "a WAV of 64 bits"),
    (b"RIFX", "a WAV with its bytes the other way round"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM"),
    (b"ID3", "an MP3"),
    (b"#!AMR", "an AMR"),
)
"""The first bytes of other files; each is a common mistake."""

Fault = str


def sound_fault(path: Path) -> Fault:
    """The fault of a recording, with the remedy; "" for none."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _fault_of(file, size, path.suffix)
    except OSError as error:
        return f"cannot be read: {error.strerror}; put it there again"


def _fault_of(file: BinaryIO, size: int, suffix: str) -> Fault:
    if size == 0:
        return "is empty; record it again, or remove it"
    if size > LARGEST:
        return (
            f"has {size:,} bytes, more than {LARGEST:,}: somebody would wait for it;"
            f" shorten it, or {CONVERT}"
        )
    start = file.read(64)
    file.seek(0)
    if suffix == ".wav" and start[:4] == b"RIFF":
        return _wav_fault(file, size)
    what = _what_is(start)
    if suffix == ".mp3" and what in {"", "an MP3"}:
        return mp3_fault(file.read())
    return f"is {what or _other_format(start)}, and no {suffix}; {CONVERT}"


def _what_is(start: bytes) -> str:
    if start[4:8] == b"ftyp":
        return "an M4A or MP4"
    if start[:1] == b"\xff" and start[1:2] >= b"\xe0":
        return "an MP3"
    return next((name for mark, name in BEGINNINGS if start.startswith(mark)), "")


def _other_format(start: bytes) -> str:
    return "something else" if any(start.count(each) for each in range(9)) else "a text"


# --- WAV ---------------------------------------------------------------------------


def _wav_fault(file: BinaryIO, size: int) -> Fault:
    if file.read(12)[8:] != b"WAVE":
        return f"begins as a WAV and is none; {CONVERT}"
    form = b""
    for name, length, at in _read_chunks(file):
        if name == b"fmt ":
            form = file.read(min(length, 40))
        if name == b"data":
            return _form_fault(form) or _data_fault(length, size - at)
    return f"is a WAV without any sound in it; record it again, or {CONVERT}"


def _read_chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk: its name, its length, and where in the file it begins."""
    at = file.tell()
    while len(head := file.read(8)) == 8:  # noqa: PLR2004 - a name and a length
        length = int.from_bytes(head[4:], "little")
        yield head[:4], length, at + 8
        # Chunks begin at even places.
        at += 8 + length + length % 2
        file.seek(at)


def _form_fault(form: bytes) -> Fault:
    if len(form) < 16:  # noqa: PLR2004 - the fields that every WAV has
        return f"is a WAV that does not say how it is coded; {CONVERT}"
    code, channels = _number_at(form, 0, 2), _number_at(form, 2, 2)
    rate, bits = _number_at(form, 4, 4), _number_at(form, 14, 2)
    if code not in PLAYED or bits not in PLAYED[code]:
        coded = _coding_of(form, code)
        return f"is a WAV of {bits} bits, {coded}, which telephones lack; {CONVERT}"
    if rate not in RATES:
        return f"has {rate} samples a second, and not 8000 to 48000; {CONVERT}"
    if channels not in {1, 2}:
        return f"has {channels} channels, and not one or two; {CONVERT}"
    return ""


def _coding_of(form: bytes, code: int) -> str:
    if code == EXTENSIBLE:
        inner = _number_at(form, 24, 2)
        return f"extended {CODES.get(inner, 'PCM')}"
    return CODES.get(code, "PCM" if code == PCM else f"code {code}")


def _data_fault(length: int, left: int) -> Fault:
    if length == 0:
        return f"is a WAV without any sound in it; record it again, or {CONVERT}"
    if length > left:
        what = f"{left} bytes of sound are there and it says {length}"
        return f"is cut off or was never finished: {what}; copy it again, or {CONVERT}"
    return ""


def _number_at(form: bytes, at: int, length: int) -> int:
    return int.from_bytes(form[at : at + length], "little")
