"""What kind of evening it is to be, and by which rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.promises.houses import LINES
from tests.promises.network.luck import UNKIND, Faults

LANGUAGES = (("uk",), ("uk", "ru"), ("ru", "uk"), ("uk", "en"), ("en", "uk", "ru"))

BASE = (LINES / "example" / "rules.toml").read_text()
QUICK = (
    ("announce_every = 45", "announce_every = 20"),
    ("ring_seconds = 20", "ring_seconds = 12"),
    ("cool_down = 15", "cool_down = 5"),
    ("seconds = 30", "seconds = 4"),
    ("second_language_after = 60", "second_language_after = 20"),
    ("delay_seconds = [300, 900]", "delay_seconds = [15, 30]"),
    ("ring_seconds = 35", "ring_seconds = 12"),
)
OTHERS = (
    (("urgent = 4.0", "urgent = 3.0"),),
    (("second_language_after = 20", "second_language_after = 0"),),
    (("reserve = { urgent = 1 }", ""), ("overdue_after = 900", "overdue_after = 60")),
    (("longest_wait = 2700", "longest_wait = 60"),),
    (("cool_down = 5", "cool_down = 8"), ("head_start = 0", "head_start = 40")),
)
"""What rule sets that are published during the evening change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What kind of evening it is to be; ``standing`` of the operators call in."""

    seed: int = 1
    processes: int = 8
    callers: int = 200
    operators: int = 18
    standing: int = 4
    arriving: float = 240.0
    faults: Faults = UNKIND
    publishes: bool = True
    language: str = ""
    way: Sequence[str] = ()


def replaced(text: str, old: str, new: str) -> str:
    if old not in text:
        raise ValueError(f"the shipped rules have no {old!r}; change it here too")
    return text.replace(old, new)


def _quick() -> str:
    text = BASE
    for old, new in QUICK:
        text = replaced(text, old, new)
    return text


BASE_RULES = _quick()
