"""The text of a file that somebody wrote with any editor."""

import codecs

from ivr.core.model.errors import Faults

_OTHERS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
"""The first bytes of files in other encodings; the longer marks come first."""

_AS_UTF8 = 'save it as "UTF-8" in the editor'


def read_text(content: bytes, origin: str) -> str:
    """The text, which is UTF-8 with or without a byte order mark.

    Editors on Windows write the mark. Faults name the encoding when it is another one,
    and the line and the byte where it is none.
    """
    other = _other_encoding(content)
    if other:
        raise Faults([f"{origin}: not UTF-8: it is {other}; {_AS_UTF8}"])
    plain = content.removeprefix(codecs.BOM_UTF8)
    try:
        return plain.decode()
    except UnicodeDecodeError as error:
        line, byte = plain.count(b"\n", 0, error.start) + 1, plain[error.start]
        where = f"line {line} has the byte 0x{byte:02x}"
        raise Faults([f"{origin}: not UTF-8: {where}; {_AS_UTF8}"]) from error


def _other_encoding(content: bytes) -> str:
    for mark, name in _OTHERS:
        if content.startswith(mark):
            return name
    # Without a mark: in UTF-16 a Latin letter has a zero byte; UTF-8 text has none.
    return "UTF-16, or no text at all" if b"\0" in content else ""
