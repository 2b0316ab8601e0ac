"""How far the walks go."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--walks N``: as many walks, from the seed that ``--first-seed`` names."""
    parser.addoption("--walks", type=int, default=5_000, help="walks to be taken")
