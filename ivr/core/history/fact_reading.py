"""Reading facts back, including those that another version of us has written.

A newer version may have run here, and been taken back. We keep its facts as they came
until a version can read them; they never stop the facts that come after them.
"""

import json
import re
from datetime import datetime
from typing import Any

from msgspec import ValidationError, convert

from ivr.core.model.facts import KINDS, Fact, to_dict
from ivr.core.model.identifiers import LineKey

_NAME = re.compile("[a-z][a-z-]{0,39}")
_FIELD = re.compile(r"missing required field `(\w+)`|at `\$\.(\w+)")
"""Where msgspec's message names a field of the fact."""
NAMELESS = "nameless"
"""The kind of an entry that does not name its kind as we do."""


class UnreadableFact(ValueError):
    """These values are no fact for this version; ``why`` holds nothing personal."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(f"a fact of kind {kind} cannot be read: {why}")
        self.kind = kind
        self.why = why


class UnreadFact(Fact, frozen=True, kw_only=True):
    """An entry that this version cannot read, as it came.

    ``at`` is when it came. It is no fact: it is kept apart from them, unfolded.
    """

    name = "unread"
    kind: str
    why: str
    raw: str


def from_dict(values: dict[str, Any]) -> Fact:
    """The fact that ``to_dict`` wrote.

    UnreadableFact if this version cannot read it.
    """
    name = _kind_of(values)
    kind = KINDS.get(name)
    if kind is None:
        raise UnreadableFact(name, "the kind is not known")
    known = set(kind.__struct_fields__) - {"newer"}
    mine = {key: value for key, value in values.items() if key in known}
    newer = {key: value for key, value in values.items() if key not in known}
    newer.pop("fact")
    if newer:
        mine["newer"] = json.dumps(newer)
    try:
        return convert({**mine, "at": _read_moment(values.get("at"))}, kind)
    except ValidationError as error:
        raise UnreadableFact(name, _name_field(error)) from None
    except (TypeError, ValueError):
        raise UnreadableFact(name, "its moment is missing or has no zone") from None


def read_entry(raw: str, line: LineKey, at: datetime) -> Fact:
    """The fact of an entry that came at ``at``, or an UnreadFact that keeps it."""
    try:
        return from_dict(_read_object(raw))
    except UnreadableFact as error:
        return UnreadFact(
            at=at, line=line, kind=error.kind, why=error.why, raw=_to_ascii(raw)
        )


def keep_unread(fact: Fact, why: str) -> UnreadFact:
    """A fact that could be read but not written down, kept as it came."""
    raw = json.dumps(to_dict(fact))
    return UnreadFact(at=fact.at, line=fact.line, kind=fact.name, why=why, raw=raw)


def _read_object(raw: str) -> dict[str, Any]:
    try:
        values = json.loads(raw)
    except (ValueError, RecursionError):
        raise UnreadableFact(NAMELESS, "it is no JSON") from None
    if not isinstance(values, dict):
        raise UnreadableFact(NAMELESS, "it is no JSON object")
    return values


def _to_ascii(raw: str) -> str:
    """The entry in ASCII, with nothing in it that a database refuses."""
    try:
        return json.dumps(json.loads(raw))
    except (ValueError, RecursionError):
        plain = raw.encode("ascii", "backslashreplace").decode()
        return plain.replace("\0", "\\x00")


def _kind_of(values: dict[str, Any]) -> str:
    name = values.get("fact")
    return name if isinstance(name, str) and _NAME.fullmatch(name) else NAMELESS


def _read_moment(told: Any) -> datetime:
    at = datetime.fromisoformat(told)
    if at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return at


def _name_field(error: ValidationError) -> str:
    """Name the field that is wrong, without its value: msgspec may repeat that."""
    field = _FIELD.search(str(error))
    return f"missing or of another type: {field[1] or field[2] if field else 'unknown'}"
