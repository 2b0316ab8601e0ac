"""Redaction: a log must not show numbers, or what people typed or said.

A number is any run of seven or more digits, with the marks that people and addresses
put between them, wherever it stands, also inside a longer word. Texts that look like it
and must survive are spelled out: moments, the carrier's identifiers, keyed names and
other long hexadecimal words.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID

HIDDEN = "[hidden]"

_PEOPLE = ("called", "caller", "forwardedfrom", "from", "to")
_ABOUT = ("", "city", "country", "id", "name", "state", "zip")
_WORDS = (
    "address", "area", "body", "digits", "draft", "label", "latitude",
    "longitude", "phone", "profilename", "speechresult", "text", "transcriptiontext",
    "waid",
)  # fmt: skip
PRIVATE = frozenset(_WORDS) | {who + what for who in _PEOPLE for what in _ABOUT}
"""Keys whose values are hidden whatever they are; compared in small letters and
without underscores, so that ours and the carrier's are the same."""

_DEPTH = 6
"""Deeper structures are not logged on purpose; they may also hold themselves."""

_PLAIN = (BaseException, date, timedelta, PurePath, UUID)

_FEW = 1_000_000
"""From here on a plain number has seven digits and may be a telephone's."""

_DATE = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_MOMENT = _DATE + r"[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?(?!\d)"
_BETWEEN = (
    # marks that people write, and those that copying leaves behind
    r"(?:[\s.()+\-\u00ad\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
    # the same in an address and in a printed text, escaped once or again
    r"|%(?:25){0,3}2[089BbDd]|%C2%A0|\\{1,8}(?:[nrt]|xa[0d]|u(?:20[0-9a-f]{2}|feff)))"
)
_DIGIT = rf"(?!{_MOMENT})\d"
_NUMBER = rf"(?:\+|%(?:25)*2[Bb])?\(?{_DIGIT}(?:{_BETWEEN}{{0,4}}{_DIGIT}){{6,}}"
_KEPT = "|".join(
    (
        _MOMENT,
        # a date, unless it is the beginning of something longer
        rf"{_DATE}(?!{_BETWEEN}{{0,4}}\d)",
        r"(?<![:\d])\d\d:\d\d:\d\d[.,]\d{1,9}(?!\d)",
        # the carrier's identifiers, keyed names, digests, UUIDs
        r"(?<![0-9A-Za-z])(?:[A-Z]{2})?[0-9a-f]{32,64}(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z])",
    )
)
_SHAPES = re.compile(rf"(?P<kept>{_KEPT})|{_NUMBER}")

_KEYS = "|".join(sorted(PRIVATE))
_PAIRS = re.compile(
    rf"""(?P<form>(?<![A-Za-z])(?:{_KEYS})=)[^&\s'"]+"""
    rf"""|(?P<text>(?P<q>['"])(?:{_KEYS})(?P=q)\s*[:=,]\s*\[?b?)"""
    r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s,}\])]+)""",
    re.IGNORECASE,
)
"""``From=%2B1…&Body=…`` as in addresses, ``'Body': '…'`` as in a printed form."""


def scrub_text(text: str) -> str:
    """The text without anything shaped like a number or a private pair."""
    return _SHAPES.sub(_hide_number, _PAIRS.sub(_hide_pair, text))


def redact_value(value: Any, depth: int = 0) -> Any:
    """A value as it may be logged: plain types, nothing personal."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < _FEW else HIDDEN
    if isinstance(value, str):
        return scrub_text(value)
    if depth >= _DEPTH:
        return HIDDEN
    return _redact_collection(value, depth + 1)


def _redact_collection(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {
            scrub_text(str(key)): _redact_entry(str(key), entry, depth)
            for key, entry in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact_value(entry, depth) for entry in value]
    return scrub_text(_print_value(value))


def _redact_entry(key: str, entry: Any, depth: int) -> Any:
    return (
        HIDDEN
        if key.lower().replace("_", "") in PRIVATE
        else redact_value(entry, depth)
    )


def _print_value(value: object) -> str:
    try:
        return str(value) if isinstance(value, _PLAIN) else repr(value)
    except Exception:  # noqa: BLE001 - somebody's broken repr must not stop a log
        return f"<{type(value).__name__}>"


def _hide_number(found: re.Match[str]) -> str:
    return found[0] if found["kept"] else HIDDEN


def _hide_pair(found: re.Match[str]) -> str:
    return (found["form"] or found["text"]) + HIDDEN
