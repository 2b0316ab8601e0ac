"""Makes the source of chance a host hands to its exchange: the same seed, the same day.

It is the only module of the exchange that may; the rest is given one.
"""

from random import Random  # noqa: TID251 - this is the place meant for it

from exchange.kernel.sids import Chance


def seeded_chance(seed: int | None) -> Chance:
    """Return a repeatable source of chance; without a seed, one of its own kind."""
    return Random(seed)  # noqa: S311 - identifiers of a toy carrier are no secrets
