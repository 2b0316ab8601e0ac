"""A process of another version of the house: an upgrade, or a rollback, in mid-call.

The checkout of that version is set up (``make setup``) and speaks over the same wire.
"""

import contextlib
import subprocess
from multiprocessing.connection import Connection
from pathlib import Path

SERVE = (
    "from multiprocessing.connection import Connection as Wire\n"
    "from tests.promises.houses import serve\n"
    "end = Wire({fd})\n"
    "serve(end, end.recv())\n"
)


class OtherProcess:
    """Serves the wire as ``multiprocessing`` would have it; the site comes first."""

    def __init__(self, checkout: Path, end: Connection) -> None:
        fd = end.fileno()
        self._process = subprocess.Popen(  # noqa: S603 - the checkout is the tester's own
            [checkout / ".venv/bin/python", "-c", SERVE.format(fd=fd)],
            cwd=checkout,
            pass_fds=[fd],
        )
        self.pid = self._process.pid

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end, but no longer than so many seconds."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)

    def kill(self) -> None:
        """SIGKILL, if it still lives."""
        self._process.kill()

    def close(self) -> None:
        """Nothing is left to be let go of."""
