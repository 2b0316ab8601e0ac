"""On which line of a TOML file each key stands; the library itself does not tell.

The text must be TOML, as ``tomllib`` reads it (https://toml.io/en/v1.0.0).
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress

Key = tuple[int | str, ...]
"""The way to a value: names, and places in lists counted from 0."""

_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_NAME = re.compile(r""""(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+""")
_VALUE = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*\''''
    r"|[^,\]}\s#]+(?: \d\d:[^,\]}\s#]+)?",
    re.DOTALL,
)


def lines_of(text: str) -> Mapping[Key, int]:
    """The line, counted from 1, on which each key, table and list entry begins."""
    reader = _Reader(text)
    # Nested beyond all reason: what was found until there is told.
    with suppress(RecursionError):
        reader.read()
    return reader.lines


def line_of(lines: Mapping[Key, int], key: Key) -> int:
    """The line of a key; if it is missing that of its table, else the first."""
    found = (lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in lines)
    return next(found, 1)


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines: dict[Key, int] = {}
        self._text, self._at = text, 0
        self._counted = self._line = 0
        self._rows: dict[Key, int] = {}

    def read(self) -> None:
        """Go through the whole text."""
        table: Key = ()
        self._skip()
        while self._at < len(self._text):
            if self._next() == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()

    def _header(self) -> Key:
        line, many = self._here(), self._text.startswith("[[", self._at)
        self._at += 1 + many
        names = self._names()
        self._at += 1 + many
        path: Key = ()
        for place, name in enumerate(names, start=1):
            path = (*path, name)
            if many and place == len(names):
                self._rows[path] = self._rows.get(path, 0) + 1
            self._found(path, line)
            if path in self._rows:
                path = (*path, self._rows[path] - 1)
                self._found(path, line)
        return path

    def _pair(self, table: Key) -> None:
        line, path = self._here(), table
        for name in self._names():
            path = (*path, name)
            self._found(path, line)
        self._at += 1
        self._value(path)

    def _names(self) -> Sequence[str]:
        names = [self._name()]
        while self._next() == ".":
            self._at += 1
            names.append(self._name())
        return names

    def _name(self) -> str:
        self._skip()
        name = self._take(_NAME)
        self._skip()
        if name[0] in "\"'":
            return str(tomllib.loads(f"name = {name}")["name"])
        return name

    def _value(self, path: Key) -> None:
        self._skip()
        match self._next():
            case "[":
                self._list(path)
            case "{":
                self._inline(path)
            case _:
                self._take(_VALUE)

    def _list(self, path: Key) -> None:
        self._at += 1
        self._skip()
        place = 0
        while self._next() != "]":
            self._found((*path, place), self._here())
            self._value((*path, place))
            place += 1
            self._over_comma()
        self._at += 1

    def _inline(self, path: Key) -> None:
        self._at += 1
        self._skip()
        while self._next() != "}":
            self._pair(path)
            self._over_comma()
        self._at += 1

    def _over_comma(self) -> None:
        self._skip()
        if self._next() == ",":
            self._at += 1
            self._skip()

    def _skip(self) -> None:
        self._take(_GAP)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"not TOML at line {self._here()}")
        self._at = found.end()
        return found[0]

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line + 1

    def _found(self, path: Key, line: int) -> None:
        self.lines.setdefault(path, line)
