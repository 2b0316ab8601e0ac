"""A clock that all processes of an evening read, whatever version they are of."""

import mmap
import struct
from datetime import UTC, datetime
from pathlib import Path

SIZE = struct.calcsize("d")


class ClockFile:
    """The network's time in a file; only the network sets it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("r+b") as file:
            self._held = mmap.mmap(file.fileno(), SIZE)

    @classmethod
    def made(cls, path: Path, seconds: float) -> "ClockFile":
        """A clock in a new file, set to a moment (seconds of the epoch)."""
        path.write_bytes(struct.pack("d", seconds))
        return cls(path)

    def __reduce__(self) -> tuple[type["ClockFile"], tuple[Path]]:
        return ClockFile, (self._path,)

    def set(self, seconds: float) -> None:
        """Let it be another moment, for everybody."""
        self._held[:SIZE] = struct.pack("d", seconds)

    def now(self) -> datetime:
        return datetime.fromtimestamp(struct.unpack("d", self._held[:SIZE])[0], UTC)
