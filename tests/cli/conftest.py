"""Commands as somebody types them."""

import os
import sys
from collections.abc import Iterator

import pytest

from tests.processes.desk import Desk
from tests.processes.hotline import ROOT


@pytest.fixture(scope="session")
def clerk() -> Iterator[Desk]:
    """A process that runs one command after the other; a house is named to each."""
    settings = {
        "PATH": os.defpath,
        "PYTHONPATH": ":".join(sys.path),
        "LANG": "C.UTF-8",
    }
    one = Desk(settings, ROOT)
    yield one
    one.close()
