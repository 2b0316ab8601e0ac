"""The exchange's clock in real time: it may run faster than the wall.

It is the only module of the exchange that reads a clock.
"""

import time
from collections.abc import Callable
from datetime import datetime


def wall_time() -> float:
    """Return what the clock on the wall shows, in seconds since 1970."""
    return time.time()  # noqa: TID251 - this is the place meant for it


def running_clock(speed: float, start: datetime | None) -> Callable[[], float]:
    """Return a clock that shows seconds since 1970 and runs `speed` times as fast.

    It starts at `start`, or now.
    """
    began = time.monotonic()  # noqa: TID251 - this is the place meant for it
    shown = start.timestamp() if start else time.time()  # noqa: TID251 - likewise

    def now() -> float:
        return shown + (time.monotonic() - began) * speed  # noqa: TID251 - likewise

    return now
