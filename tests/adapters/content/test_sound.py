"""Recordings are what the carrier plays, whatever their names say."""

from pathlib import Path

import pytest

from ivr.adapters.content import check_lines
from ivr.adapters.content.sound import LARGEST, sound_fault
from tests.adapters.content.conftest import Record
from tests.adapters.content.sounds import FRAME, MP3, WAV, chunk, wav

GUID = b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"
TEXT = "Добрий день. Ви подзвонили на гарячу лінію.\n".encode()

PLAYED = {
    "how.1.wav": {
        "the house's own tone": WAV,
        "16 bits": wav(),
        "8 bits": wav(bits=8),
        "mu-law": wav(code=7, bits=8, more=b"\x00\x00"),
        "two channels": wav(channels=2),
        "48 kHz": wav(rate=48_000),
        "a list before the sound": wav(before=chunk(b"LIST", b"INFOx")),
        "a list after the sound": wav() + chunk(b"LIST", b"INFO"),
    },
    "how.1.mp3": {
        "with a tag": MP3,
        "without a tag": FRAME * 4,
        "one frame": FRAME,
        "zeros before the sound": bytes(40) + FRAME * 3,
        "a tag at the end": FRAME * 3 + b"TAG" + bytes(125),
        "MPEG 2": (b"\xff\xf3\x40\xc4" + bytes(100)) * 3,
    },
}
REFUSED = {
    "how.1.wav": {
        "empty": (b"", "is empty"),
        "text": (TEXT, "is a text, and no .wav"),
        "a page": (b"<!DOCTYPE html><html>404", "is a text"),
        "32-bit float": (wav(code=3, bits=32), "32 bits, floating point"),
        "64-bit float": (wav(code=3, bits=64), "64 bits, floating point"),
        "24 bits": (wav(bits=24), "24 bits, PCM"),
        "32 bits": (wav(bits=32), "32 bits, PCM"),
        "ADPCM": (wav(code=0x11, bits=4), "ADPCM"),
        "A-law": (wav(code=6, bits=8), "A-law"),
        "MP3 inside": (wav(code=0x55, bits=0), "MP3"),
        "extended float": (
            wav(0xFFFE, bits=32, more=b"\x16\0 \0\x03\0\0\0\x03\0" + GUID),
            "extended floating point",
        ),
        "96 kHz": (wav(rate=96_000), "96000 samples"),
        "4 kHz": (wav(rate=4_000), "4000 samples"),
        "five channels": (wav(channels=5), "5 channels"),
        "no sound": (wav(data=b""), "without any sound"),
        "no sound at all": (wav()[:36], "without any sound"),
        "cut off": (wav()[:-20], "cut off"),
        "never finished": (wav(said=0xFFFF_FFFF), "never finished"),
        "no form": (b"RIFF____WAVE" + chunk(b"data", b"abcd"), "how it is coded"),
        "half a form": (
            b"RIFF____WAVE" + chunk(b"fmt ", b"\1\0") + chunk(b"data", b"ab"),
            "how it is coded",
        ),
        "another RIFF": (b"RIFF____AVI LIST", "begins as a WAV and is none"),
        "half a header": (b"RIFF", "begins as a WAV and is none"),
        "an MP3": (MP3, "is an MP3, and no .wav"),
        "frames alone": (FRAME * 4, "is an MP3, and no .wav"),
        "an AIFF": (b"FORM\0\0\0\0AIFF", "is an AIFF"),
        "an Ogg": (b"OggS" + bytes(40), "is an Ogg"),
        "a FLAC": (b"fLaC" + bytes(40), "is a FLAC"),
        "an M4A": (b"\0\0\0\x20ftypM4A " + bytes(40), "is an M4A"),
        "the other way round": (b"RIFX____WAVE", "the other way round"),
    },
    "how.1.mp3": {
        "empty": (b"", "is empty"),
        "text": (TEXT, "is no MP3"),
        "text that begins like one": (b"ID3" + TEXT * 9, "MP3"),
        "a WAV": (WAV, "is a WAV, and no .mp3"),
        "an M4A": (b"\0\0\0\x20ftypM4A " + bytes(40), "is an M4A"),
        "a tag alone": (MP3[:20], "without any sound"),
        "zeros": (bytes(5000), "without any sound"),
        "AAC": ((b"\xff\xf1\x50\x80\x02\x00\xfc" + bytes(9)) * 9, "is no MP3"),
        "one cut frame": (FRAME[:300], "is no MP3"),
        "a frame in nonsense": (TEXT + FRAME + TEXT, "is no MP3"),
    },
}


def each(table: dict[str, dict[str, object]]) -> list[object]:
    return [
        pytest.param(name, content, id=f"{what}{name[-4:]}")
        for name, contents in table.items()
        for what, content in contents.items()
    ]


@pytest.mark.parametrize(("name", "content"), each(PLAYED))  # type: ignore[arg-type]
def test_what_carrier_plays_is_taken(
    lines: Path, record: Record, name: str, content: bytes
) -> None:
    record(f"uk/{name}", content=content)

    assert [fault for fault in check_lines(lines) if f"uk/{name}: " in fault] == []


@pytest.mark.parametrize(("name", "told"), each(REFUSED))  # type: ignore[arg-type]
def test_what_carrier_does_not_play_is_refused(
    lines: Path, record: Record, name: str, told: tuple[bytes, str]
) -> None:
    content, why = told
    record(f"uk/{name}", content=content)

    (fault,) = [each for each in check_lines(lines) if f"audio/uk/{name}: " in each]

    assert why in fault
    assert any(word in fault for word in ("ffmpeg", "record it again", "copy it"))


@pytest.mark.parametrize("name", ["how.1.wav", "how.1.mp3"])
def test_huge_recording_refused_unread(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.write(MP3)
        file.truncate(LARGEST * 1000)

    assert "10,000,000,000 bytes, more than 10,000,000" in sound_fault(tmp_path / name)


def test_ending_in_capitals_told_apart(lines: Path, record: Record) -> None:
    record("uk/how.1.WAV", content=WAV)

    (fault,) = [each for each in check_lines(lines) if "how.1.WAV" in each]

    assert fault.endswith("write .wav instead")
