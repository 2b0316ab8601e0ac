"""A table of a TOML file that tells everything that is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ivr.core.text.nearest import did_you_mean


@dataclass(slots=True, kw_only=True)
class Table:
    """One table: where it stands, its values, and which keys were read.

    A reader of a missing or wrong key gets something empty, and the fault is kept:
    reading goes on to the end, so that all faults are reported.
    """

    origin: str
    values: Mapping[str, object]
    faults: list[str]
    path: str = ""
    asked: set[str] = field(default_factory=set)

    def add_fault(self, key: str, what: str) -> None:
        """Keep a fault of one key; ``what`` says what is wrong, and the remedy."""
        self.faults.append(f"{self.origin}: {self.place_of(key)}: {what}")

    def place_of(self, key: str) -> str:
        """The key with the path to it, as one would look for it in the file."""
        return f"{self.path}.{key}" if self.path else key

    def read_text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there and say something."""
        value = self._take_value(key, default)
        if isinstance(value, str) and (value.strip() or value == default):
            return value
        if value is not None:
            self.add_fault(key, f'is not a text; write {key} = "…"')
        return ""

    def read_texts(self, key: str, default: tuple[str, ...] | None = None) -> list[str]:
        """A list of texts."""
        value = self._take_value(key, list(default) if default is not None else None)
        if isinstance(value, list) and all(_is_text(each) for each in value):
            return value
        if value is not None:
            self.add_fault(key, f'is not a list of texts; write {key} = ["…", "…"]')
        return []

    def read_whole(self, key: str, default: int, limits: range) -> int:
        """A whole number within limits."""
        value = self._take_value(key, default)
        # True is an int in Python, and no number to the file's author.
        if isinstance(value, int) and value in limits and value is not True:
            return value
        least, most = limits[0], limits[-1]
        self.add_fault(key, f"is not a whole number from {least} to {most}; write one")
        return default

    def read_flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._take_value(key, default)
        if isinstance(value, bool):
            return value
        self.add_fault(key, "is neither true nor false; write one, without quotes")
        return default

    def one_of(self, key: str, words: Iterable[str], default: str | None = None) -> str:
        """A text out of a known few."""
        word = self.read_text(key, default)
        return word if self._is_known(key, word, words) else ""

    def some_of(self, key: str, words: Iterable[str]) -> list[str]:
        """Texts out of a known few; none where there is no such key."""
        given = self.read_texts(key, default=())
        return [word for word in given if self._is_known(key, word, words)]

    def read_table(self, key: str) -> "Table":
        """A table inside this one; an empty one where there is none."""
        return self._as_table(self._take_value(key, {}), self.place_of(key))

    def read_tables(self, key: str) -> Iterator[tuple[str, "Table"]]:
        """The tables inside ``[key]`` by name; none where there is no such key."""
        outer = self.read_table(key)
        for name, value in outer.values.items():
            yield name, self._as_table(value, outer.place_of(name))

    def read_rows(self, key: str) -> Iterator["Table"]:
        """The tables of ``[[key]]``; the first is ``key[1]``."""
        value = self._take_value(key, [])
        if not isinstance(value, list):
            self.add_fault(
                key, f"is not a list of tables; write [[{self.place_of(key)}]]"
            )
            return
        for number, each in enumerate(value, start=1):
            yield self._as_table(each, f"{self.place_of(key)}[{number}]")

    def _as_table(self, value: object, path: str) -> "Table":
        """The value at ``path`` as a table; an empty one if it is something else."""
        if not isinstance(value, dict):
            self.faults.append(f"{self.origin}: {path}: is not a table; write [{path}]")
            value = {}
        return Table(origin=self.origin, values=value, faults=self.faults, path=path)

    def refuse_unknown(self) -> None:
        """Nothing more will be asked for: whatever is left is an unknown key."""
        for key in self.values:
            if key not in self.asked:
                self.add_fault(key, f"unknown key; {did_you_mean(key, self.asked)}")

    def _is_known(self, key: str, word: str, words: Iterable[str]) -> bool:
        known = list(words)
        if word and word not in known:
            self.add_fault(key, f'"{word}" is unknown; {did_you_mean(word, known)}')
        return word in known

    def _take_value(self, key: str, default: object) -> object:
        self.asked.add(key)
        if key in self.values:
            return self.values[key]
        if default is None:
            self.add_fault(key, "missing; add it")
        return default


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
