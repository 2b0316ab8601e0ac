"""How long the promises are tried."""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--evenings N``: as many seeds, from the one that ``--first-seed`` names.

    ``--beside=PATH``: every other process is of the version that is checked out there.
    """
    parser.addoption("--evenings", type=int, default=1, help="evenings to be lived")
    parser.addoption("--first-seed", type=int, default=1, help="seed of the first one")
    parser.addoption("--beside", type=Path, help="checkout of another version")
