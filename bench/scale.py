"""How much is measured: the figures that are told, or a trial that all runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Sizes; ``waiting`` are the numbers who wait while an operator becomes free.

    At the desk each of the ``turns`` has so many ``offers`` and calls of four
    ``steps``, with ``desks`` others open. ``held`` turns are taken under attack.
    """

    waiting: tuple[int, ...]
    freed: int
    killed: int
    gone: int
    held: int
    hung: int
    kept: int
    rounds: int
    calls_a_round: int
    logged: int
    decisions: int
    weeks: int
    desks: int
    turns: int
    offers: int
    steps: int


FULL = Scale(
    waiting=(10, 1_000, 100_000),
    freed=300,
    killed=8,
    gone=10,
    held=12,
    hung=25,
    kept=10_000,
    rounds=9,
    calls_a_round=400,
    logged=2_000,
    decisions=2_000,
    weeks=5,
    desks=50,
    turns=4,
    offers=25,
    steps=100,
)

TRIAL = Scale(
    waiting=(3, 5),
    freed=2,
    killed=1,
    gone=1,
    held=1,
    hung=1,
    kept=20,
    rounds=1,
    calls_a_round=4,
    logged=5,
    decisions=5,
    weeks=1,
    desks=2,
    turns=1,
    offers=1,
    steps=2,
)
"""As little as possible: that it runs is all that can be seen from it."""
