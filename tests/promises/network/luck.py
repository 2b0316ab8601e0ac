"""Chance that tells the same story for the same seed, and how unkind it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from ivr.adapters.system import seeded_random

T = TypeVar("T")


class Luck:
    """A source of chance in the words of an evening."""

    def __init__(self, seed: int) -> None:
        self._random = seeded_random(seed)

    def strikes(self, chance: float) -> bool:
        """Whether something of this probability happens now."""
        return self._random.random() < chance

    def between(self, low: float, high: float) -> float:
        """A number between two."""
        return self._random.uniform(low, high)

    def about(self, mean: float) -> float:
        """A time with this mean, that does not remember (at most four times it)."""
        return min(self._random.expovariate(1 / mean), 4 * mean)

    def one_of(self, choices: Sequence[T]) -> T:
        """One of these."""
        return self._random.choice(choices)

    def up_to(self, most: int) -> int:
        """A whole number from 1."""
        return self._random.randint(1, most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How likely each thing is to go wrong; nothing does by default.

    ``doubled``, ``lost``, ``late``: requests of the carrier (answers to a
    document are never lost, for the carrier asks its fallback then). ``refused``
    and ``ambiguous``: requests to the carrier. ``killed`` and ``hung``: the
    process that does a deed. ``whims``: what people do besides waiting. ``handling``:
    how likely an operator does more in a talk than talk. ``returning``: how likely
    somebody rings again who has hung up; ``ways_out``: how likely a caller on hold
    presses a key in a round. ``full``: the carrier's queue has no room for somebody.
    ``standing``: whether operators call in.
    """

    doubled: float = 0
    lost: float = 0
    late: float = 0
    refused: float = 0
    ambiguous: float = 0
    killed: float = 0
    hung: float = 0
    whims: bool = True
    handling: float = 0
    returning: float = 0
    ways_out: float = 0
    full: float = 0
    standing: bool = False


KIND = Faults()
UNKIND = Faults(
    doubled=0.2,
    lost=0.08,
    late=0.15,
    refused=0.02,
    ambiguous=0.02,
    killed=0.006,
    hung=0.002,
    handling=0.4,
    returning=0.35,
    ways_out=0.15,
    full=0.1,
    standing=True,
)
