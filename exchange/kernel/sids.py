"""Identifiers as the carrier makes them: two letters and 32 hexadecimal digits."""

from itertools import pairwise
from typing import Protocol


class Chance(Protocol):
    """A source of chance; `random.Random(seed)` is one."""

    def random(self) -> float:
        """Return a number from 0 up to, not including, 1."""

    def getrandbits(self, count: int, /) -> int:
        """Return a whole number of `count` random bits."""


def new_sid(prefix: str, chance: Chance) -> str:
    """Return a fresh identifier such as CA0123…; `prefix` is its two letters."""
    return f"{prefix}{chance.getrandbits(128):032x}"


def new_token(chance: Chance) -> str:
    """Return a token in the form of the carrier's idempotency header (a UUID)."""
    digits = f"{chance.getrandbits(128):032x}"
    cuts = (0, 8, 12, 16, 20, 32)
    return "-".join(digits[a:b] for a, b in pairwise(cuts))
