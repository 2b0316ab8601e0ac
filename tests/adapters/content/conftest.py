"""A copy of the shipped lines that a test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.content.sounds import MP3, WAV

SHIPPED = Path(__file__).parents[3] / "ivr" / "lines"

Edit = Callable[[str, str, str], None]
Record = Callable[..., None]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A copy of the shipped lines, free to be spoilt."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "lines"))


@pytest.fixture
def edit(lines: Path) -> Edit:
    """Replace a piece of text that a file of the example line has."""

    def replace(file: str, old: str, new: str) -> None:
        path = lines / "example" / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return replace


@pytest.fixture
def record(lines: Path) -> Record:
    """Put recordings, such as ``uk/how.1.wav``, into the example line."""

    def put(*names: str, content: bytes | None = None) -> None:
        for name in names:
            path = lines / "example" / "audio" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            sound = MP3 if path.suffix == ".mp3" else WAV
            path.write_bytes(sound if content is None else content)

    return put
