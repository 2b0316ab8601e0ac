"""The one door to the machine's clock, its chance, and to waiting."""

import random
import secrets
import threading
import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's time, or a faster one for demonstrations.

    At the real moment ``origin`` both agree; from there on ``speed`` seconds
    pass in a real one. Processes that are given the same origin agree.
    """

    def __init__(self, speed: float = 1.0, origin: datetime | None = None) -> None:
        self._speed = speed
        self._origin = origin or datetime.now(UTC)

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        real = datetime.now(UTC)
        if self._speed == 1.0:
            return real
        return (self._origin + (real - self._origin) * self._speed).astimezone(UTC)


class SystemIds:
    """Identifiers of 128 random bits, secrets of 256."""

    def token(self) -> str:
        """A fresh identifier, safe in an address and as a word of a command."""
        while (token := secrets.token_urlsafe(16)).startswith("-"):
            pass
        return token

    def secret(self) -> str:
        """A fresh secret that opens something by itself, safe in an address."""
        return secrets.token_urlsafe(32)


def secret_digits(count: int) -> str:
    """So many digits that nobody can guess, to be typed on a telephone."""
    return f"{secrets.randbelow(10**count):0{count}d}"


def seeded_random(seed: int) -> random.Random:
    """A source of chance that always tells the same story; never for secrets."""
    return random.Random(seed)  # noqa: S311 - for demonstrations and simulations


def elapsed() -> float:
    """Seconds since some fixed moment; never goes back."""
    return time.monotonic()


def pause(stop: threading.Event, seconds: float) -> bool:
    """Wait ``seconds``, or less when ``stop`` is set; whether it is."""
    return stop.wait(max(0.0, seconds))
