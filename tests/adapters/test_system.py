"""Clock, identifiers and waiting."""

import threading
from datetime import UTC, datetime, timedelta

from ivr.adapters.system import (
    SystemClock,
    SystemIds,
    elapsed,
    pause,
    secret_digits,
)


def test_time_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC
    assert SystemClock(60.0).now().tzinfo is UTC


def test_time_does_not_stand_still() -> None:
    clock = SystemClock()

    first = clock.now()

    assert any(clock.now() > first for _ in range(1_000_000))


def test_fast_clock_counts_from_origin() -> None:
    real, year = SystemClock(), timedelta(days=365)
    clock = SystemClock(2.0, real.now() - year)

    early, now, late = real.now(), clock.now(), real.now()

    assert early + year <= now <= late + year + timedelta(seconds=1)


def test_clocks_of_one_origin_agree() -> None:
    origin = SystemClock().now() - timedelta(hours=1)
    one, other = SystemClock(30.0, origin), SystemClock(30.0, origin)

    before, between, after = one.now(), other.now(), one.now()

    assert before <= between <= after


def test_origin_in_another_zone_tells_utc() -> None:
    origin = datetime.fromisoformat("2026-01-01T02:00:00+02:00")

    assert SystemClock(2.0, origin).now().tzinfo is UTC


def test_identifiers_differ_and_are_safe() -> None:
    tokens = {SystemIds().token() for _ in range(2_000)}

    assert len(tokens) == 2_000
    assert not any(token.startswith("-") for token in tokens)
    assert all(token.replace("-", "").replace("_", "").isalnum() for token in tokens)
    assert all(token.isascii() and len(token) == 22 for token in tokens)


def test_elapsed_never_goes_back() -> None:
    assert elapsed() <= elapsed()


def test_pause_ends_when_asked_to() -> None:
    stop = threading.Event()
    stop.set()

    assert pause(stop, 3600.0)


def test_empty_pause_tells_to_go_on() -> None:
    assert not pause(threading.Event(), -1.0)


def test_secret_digits_as_many_and_unique() -> None:
    made = {secret_digits(12) for _ in range(50)}

    assert len(made) == 50
    assert all(len(each) == 12 and each.isdecimal() for each in made)
