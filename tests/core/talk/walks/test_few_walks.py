"""The first walks: soon done, and the first fault ends them."""

import pytest

from tests.core.talk.walks.walk import Seen, wander

WALKS = 400
"""So many that one more finds little: ``make mutants`` goes them for each survivor."""


@pytest.mark.parametrize("hundred", range(WALKS // 100))
def test_first_walks_go_right(hundred: int) -> None:
    for seed in range(100 * hundred + 1, 100 * hundred + 101):
        assert wander(seed, Seen()).faults == []
