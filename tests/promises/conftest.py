"""How long the promises are tried."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--evenings N``: as many seeds, from the one that ``--first-seed`` names."""
    parser.addoption("--evenings", type=int, default=1, help="evenings to be lived")
    parser.addoption("--first-seed", type=int, default=1, help="seed of the first one")
