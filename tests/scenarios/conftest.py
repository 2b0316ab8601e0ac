"""A hotline whose books are looked at after every hard case."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from exchange.kernel.config import Number
from tests.dsl.faults.settling import settle
from tests.dsl.two_lines import OTHER, OTHER_NUMBER
from tests.made_once import LINES
from tests.world import BASE, World, build_world


@pytest.fixture
def world(world: World) -> Iterator[World]:
    """A hotline that must be in order again once all faults are over."""
    yield world
    settle(world)


@pytest.fixture
def both(redis: Redis, tmp_path: Path) -> Iterator[World]:
    """The example line, and a copy of it that answers another number."""
    lines = tmp_path / "lines"
    shutil.copytree(LINES / "example", lines / "example")
    shutil.copytree(LINES / "example", lines / OTHER)
    file = lines / OTHER / "line.toml"
    numbers = 'numbers = ["+12025550101", "+12025550102"]'
    text = file.read_text()
    assert numbers in text
    file.write_text(text.replace(numbers, f'numbers = ["{OTHER_NUMBER}"]'))
    with build_world(redis, tmp_path, lines) as built:
        built.exchange.state.add_number(
            Number(
                number=OTHER_NUMBER,
                voice_url=f"{BASE}/voice/incoming",
                voice_fallback_url=f"{BASE}/voice/fallback",
                status_callback=f"{BASE}/voice/status",
            )
        )
        yield built
