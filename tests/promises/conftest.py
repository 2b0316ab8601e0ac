"""How long the promises are tried."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--evenings N``: as many seeds of the history checker's evening."""
    parser.addoption("--evenings", type=int, default=1, help="evenings to be lived")
