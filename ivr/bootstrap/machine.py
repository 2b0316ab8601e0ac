"""The machine itself: its clock, its chance, and waiting."""

from ivr.adapters.system import (
    SystemClock,
    elapsed,
    pause,
    secret_digits,
    seeded_random,
)

__all__ = [
    "SystemClock",
    "elapsed",
    "pause",
    "secret_digits",
    "seeded_random",
]
