import pytest

from ivr.core.queue.service_levels import (
    WaitOfCaller,
    find_quantile,
    service_figures,
    service_levels,
)


def waits(*seconds: float, answered: bool = True) -> list[WaitOfCaller]:
    return [WaitOfCaller(seconds=each, answered=answered) for each in seconds]


def test_figures_separate_answered_from_left() -> None:
    told = service_figures(waits(0, 10, 20, 90) + waits(60, answered=False))

    assert (told.calls, told.answered, told.left) == (5, 4, 1)
    assert (told.answered_share, told.left_share) == (0.8, 0.2)
    assert told.delayed == 0.8
    assert (told.wait, told.answer, told.given_up) == (36, 30, 60)
    assert (told.p50, told.p90, told.longest) == (10, 90, 90)


def test_what_nobody_gave_value_to_is_none() -> None:
    nobody, lost = service_figures([]), service_figures(waits(5, answered=False))

    assert (nobody.answered_share, nobody.wait, nobody.longest) == (None, None, None)
    assert (lost.answered_share, lost.answer, lost.given_up) == (0, None, 5)


def test_service_level_told_in_three_ways() -> None:
    # A = 10, S(20) = 4, L(20) = 2; the rest came later or left later.
    seen = waits(0, 5, 20, 20) + waits(21, 300)
    seen += waits(3, 20, answered=False) + waits(21, 400, answered=False)

    level = service_levels(seen, 20)

    assert level.excused == pytest.approx(4 / 8)
    assert level.counted == pytest.approx(6 / 10)
    assert level.raw == pytest.approx(4 / 10)


def test_service_level_of_nobody_is_none() -> None:
    early = service_levels(waits(1, answered=False), 20)

    assert service_levels([], 20).raw is None
    assert (early.excused, early.counted, early.raw) == (None, 1, 0)


def test_quantile_is_wait_that_somebody_had() -> None:
    ordered = [1.0, 2.0, 3.0, 4.0]

    assert [
        find_quantile(ordered, share) for share in (0, 0.25, 0.5, 0.51, 0.9, 1)
    ] == [
        1,
        1,
        2,
        3,
        4,
        4,
    ]
