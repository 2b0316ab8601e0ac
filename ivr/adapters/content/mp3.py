"""Whether bytes are an MP3: frames of layer III, one right after the other."""

from collections.abc import Iterator

NEEDED = 3
"""Frames in a row that no other file has by chance."""

SEARCHED = 65_536
"""Bytes after the tags within which the sound begins."""

AGAIN = "make it again: ffmpeg -i FILE -ar 8000 -ac 1 -c:a pcm_s16le NAME.wav"

_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
"""Kilobits a second, by the number that a header holds; 0 is not to be had."""

_HERTZ = (44_100, 48_000, 32_000, 0)
_KINDS = {3: (1, _KBITS_1, 144), 2: (2, _KBITS_2, 72), 0: (4, _KBITS_2, 72)}
"""By the version (MPEG 1, 2, 2.5): the divisor of the rates, kilobits, and bytes of a
frame for each bit a second and sample a second."""

_LAYER_3 = 1
_HEADER = 4


def mp3_fault(content: bytes) -> str:
    """The fault of an MP3, with the remedy; "" for none."""
    at = _after_tags(content)
    if not content[at:].strip(b"\0"):
        return f"is an MP3 without any sound in it; {AGAIN}"
    if any(_is_sound(content, start) for start in _frame_beginnings(content, at)):
        return ""
    return f"is no MP3, whatever its name says; {AGAIN}"


def _after_tags(content: bytes) -> int:
    """Where the sound may begin: an ID3 tag tells its length in bytes of 7 bits."""
    at = 0
    while content.startswith(b"ID3", at) and len(content) >= at + 10:
        length = 0
        for byte in content[at + 6 : at + 10]:
            length = length << 7 | byte & 0x7F
        at += 10 + length
    return at


def _frame_beginnings(content: bytes, at: int) -> Iterator[int]:
    end = min(len(content), at + SEARCHED)
    at = content.find(b"\xff", at, end)
    while at >= 0:
        yield at
        at = content.find(b"\xff", at + 1, end)


def _is_sound(content: bytes, at: int) -> bool:
    """Whether frames follow one another from here; a short file ends before."""
    for count in range(NEEDED):
        if count and at == len(content):
            return True
        length = _length_of_frame(content[at : at + _HEADER])
        at += length
        if not length or at > len(content):
            return False
    return True


def _length_of_frame(head: bytes) -> int:
    """Bytes of the frame that this header begins; 0 when it is none of layer III."""
    if len(head) < _HEADER or int.from_bytes(head[:2], "big") < 0xFFE0:  # noqa: PLR2004
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if version not in _KINDS or layer != _LAYER_3:
        return 0
    divisor, kbits, factor = _KINDS[version]
    hertz, bits = _HERTZ[head[2] >> 2 & 3] // divisor, kbits[head[2] >> 4] * 1000
    return factor * bits // hertz + (head[2] >> 1 & 1) if hertz and bits else 0
