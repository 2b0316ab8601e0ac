"""A hotline whose books are looked at after every hard case."""

from collections.abc import Iterator

import pytest

from tests.dsl.settling import settle
from tests.world import World


@pytest.fixture
def world(world: World) -> Iterator[World]:
    """A hotline that must be in order again once all faults are over."""
    yield world
    settle(world)
