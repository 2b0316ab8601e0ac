from math import exp

import pytest

from ivr.core.model.errors import Invalid
from ivr.core.queue.staffing import Load, answered_within, expected_waiting


def load(arrivals: float, service: float, leaving: float, operators: int) -> Load:
    return Load(
        arrivals=arrivals, service=service, leaving=leaving, operators=operators
    )


def test_endless_patience_is_erlang_c() -> None:
    # M/M/1 at 0.8: P(W > 0) = 0.8, E[W] = 0.8 / (1 - 0.8).
    long_run = expected_waiting(load(0.8, 1, 0, 1))

    assert long_run.delayed == pytest.approx(0.8)
    assert long_run.wait == pytest.approx(4)
    assert long_run.abandoned == 0
    assert answered_within(load(0.8, 1, 0, 1), 3) == pytest.approx(1 - 0.8 * exp(-0.6))


def test_patience_like_talks_makes_poisson_crowd() -> None:
    # Everybody goes at the rate 1, talking or waiting: Poisson with mean 2.
    long_run = expected_waiting(load(2, 1, 1, 2))

    assert long_run.delayed == pytest.approx(1 - exp(-2) - 2 * exp(-2))
    assert long_run.queue == pytest.approx(4 * exp(-2))


def test_eventually_all_are_answered_or_leave() -> None:
    crowd = load(2, 0.1, 1 / 3, 20)

    within = answered_within(crowd, 200)

    assert within == pytest.approx(1 - expected_waiting(crowd).abandoned, abs=1e-6)


def test_answered_at_once_did_not_wait() -> None:
    crowd = load(2, 0.1, 1 / 3, 20)

    assert answered_within(crowd, 0) == pytest.approx(
        1 - expected_waiting(crowd).delayed
    )


def test_twenty_erlangs_take_twenty_five_operators() -> None:
    # 90 % within 15 seconds; at 24 it is not reached.
    shares = [answered_within(load(2, 0.1, 1 / 3, n), 0.25) for n in (24, 25)]

    assert shares[0] < 0.9 <= shares[1]


def test_very_many_operators_are_no_trouble() -> None:
    assert expected_waiting(load(10, 1, 1, 2000)).delayed == 0
    assert expected_waiting(load(900, 1, 1, 900)).delayed == pytest.approx(
        0.5, abs=0.02
    )


@pytest.mark.parametrize(("arrivals", "operators"), [(2, 2), (3, 2), (1, 0)])
def test_queue_without_long_run_refused(arrivals: float, operators: int) -> None:
    with pytest.raises(Invalid, match="operators never come to the end"):
        expected_waiting(load(arrivals, 1, 0, operators))
