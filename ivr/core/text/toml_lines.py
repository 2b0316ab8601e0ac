"""The line of each key in a TOML file; the library itself does not say.

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
    # Nested beyond all reason: return what was found until there.
    with suppress(RecursionError):
        reader.read_lines()
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

    def read_lines(self) -> None:
        """Go through the whole text."""
        table: Key = ()
        self._skip_gap()
        while self._at < len(self._text):
            if self._next_character() == "[":
                table = self._read_header()
            else:
                self._read_pair(table)
            self._skip_gap()

    def _read_header(self) -> Key:
        line, many = self._current_line(), self._text.startswith("[[", self._at)
        self._at += 1 + many
        names = self._read_names()
        self._at += 1 + many
        path: Key = ()
        for place, name in enumerate(names, start=1):
            path = (*path, name)
            if many and place == len(names):
                self._rows[path] = self._rows.get(path, 0) + 1
            self._note_line(path, line)
            if path in self._rows:
                path = (*path, self._rows[path] - 1)
                self._note_line(path, line)
        return path

    def _read_pair(self, table: Key) -> None:
        line, path = self._current_line(), table
        for name in self._read_names():
            path = (*path, name)
            self._note_line(path, line)
        self._at += 1
        self._read_value(path)

    def _read_names(self) -> Sequence[str]:
        names = [self._read_name()]
        while self._next_character() == ".":
            self._at += 1
            names.append(self._read_name())
        return names

    def _read_name(self) -> str:
        self._skip_gap()
        name = self._take_match(_NAME)
        self._skip_gap()
        if name[0] in "\"'":
            return str(tomllib.loads(f"name = {name}")["name"])
        return name

    def _read_value(self, path: Key) -> None:
        self._skip_gap()
        match self._next_character():
            case "[":
                self._read_list(path)
            case "{":
                self._read_inline_table(path)
            case _:
                self._take_match(_VALUE)

    def _read_list(self, path: Key) -> None:
        self._at += 1
        self._skip_gap()
        place = 0
        while self._next_character() != "]":
            self._note_line((*path, place), self._current_line())
            self._read_value((*path, place))
            place += 1
            self._over_comma()
        self._at += 1

    def _read_inline_table(self, path: Key) -> None:
        self._at += 1
        self._skip_gap()
        while self._next_character() != "}":
            self._read_pair(path)
            self._over_comma()
        self._at += 1

    def _over_comma(self) -> None:
        self._skip_gap()
        if self._next_character() == ",":
            self._at += 1
            self._skip_gap()

    def _skip_gap(self) -> None:
        self._take_match(_GAP)

    def _take_match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"not TOML at line {self._current_line()}")
        self._at = found.end()
        return found[0]

    def _next_character(self) -> str:
        return self._text[self._at : self._at + 1]

    def _current_line(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line + 1

    def _note_line(self, path: Key, line: int) -> None:
        self.lines.setdefault(path, line)
