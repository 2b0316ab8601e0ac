"""Several processes share one bundled store: the first starts it, the last stops it.

Two locks lie in the store's folder, and the system releases both when a process dies:
each process that uses the store holds ``users`` shared, and one that starts or stops it
holds ``door``. A process that holds ``door`` and gets ``users`` for itself alone was
the last one.
"""

import contextlib
import fcntl
import itertools
import os
import signal
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from redis.exceptions import RedisError

from ivr.adapters.embedded import program
from ivr.adapters.embedded.health import (
    Health,
    ask_health,
    is_port_free,
    server_process,
    store_client,
    try_connection,
)
from ivr.core.model.errors import Faults, Unavailable

Wait = Callable[[float], object]

_STEP = 0.05
_DYING = {Health.OTHER: 4}
_JOINING = {Health.ABSENT: 1, Health.LOADING: 1200, Health.SILENT: 10, **_DYING}
_STARTING = {Health.ABSENT: 200, Health.LOADING: 1200, Health.SILENT: 10}
_MENDING = {Health.ABSENT: 40, Health.LOADING: 40, Health.SILENT: 2}
"""How many steps to wait through a state; a silent one takes a second each.

A store that is dying may look like something else. Under a running service the
supervisor waits meanwhile: hence less for mending."""
_STOPPING = 40

_LOWEST_PORT = 20_000
_PORTS = 10_000
"""Below the range that systems use for the ports of outgoing connections: one of those
could otherwise take our port just when the server is started again."""


class BundledValkey:
    """The use that one process makes of the store in ``data/valkey``."""

    def __init__(self, data: Path, *, wait: Wait | None = None) -> None:
        self._folder = data.absolute() / "valkey"
        self._wait = wait or threading.Event().wait
        self._users = -1
        self._port = 0

    @property
    def _log_file(self) -> Path:
        return self._folder / "valkey.log"

    @property
    def port(self) -> int:
        """The port on 127.0.0.1; the same for as long as anybody uses the store."""
        return self._port

    @property
    def url(self) -> str:
        """The store's address with its password."""
        return (
            f"redis://:{program.store_password(self._folder)}@127.0.0.1:{self._port}/0"
        )

    def __enter__(self) -> Self:
        self._make_folder()
        with self._starting_or_stopping():
            self._users = _lock_file(self._folder / "users", fcntl.LOCK_SH)
            try:
                self._port = self._find_running() or self._start_store(
                    alone=self._is_alone()
                )
            except BaseException:
                os.close(self._users)
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._starting_or_stopping():
            try:
                if self._is_alone():
                    self._stop_store()
            finally:
                os.close(self._users)

    def ensure_running(self) -> bool:
        """Start the store again if it died; whether that was done.

        Port and password stay, so that clients find it again. A store that
        listens and is silent is left alone: its file is in use.
        """
        if self._is_listening():
            return False
        with self._starting_or_stopping():
            if self._is_listening():
                return False
            self._make_sure_none_runs()
            program.launch_server(self._folder, self._port)
            self._wait_until_settled(_MENDING)
        return True

    def _is_listening(self) -> bool:
        return try_connection(self._port) is not Health.ABSENT

    def _ask_health(self) -> Health:
        return ask_health(
            self._folder, self._port, program.store_password(self._folder)
        )

    def _find_running(self) -> int | None:
        """The port of a store that runs already."""
        self._port = self._last_port() or 0
        if not self._port:
            return None
        found = self._wait_until_settled(_JOINING)
        if found in {Health.SILENT, Health.LOADING}:
            raise Unavailable(
                f"the bundled store on 127.0.0.1:{self._port} does not answer;"
                f" see {self._log_file}, end its process and try again"
            )
        return self._port if found is Health.OURS else None

    def _start_store(self, *, alone: bool) -> int:
        """Start a store; its port."""
        self._make_sure_none_runs()
        for port in filter(is_port_free, self._candidate_ports(alone=alone)):
            self._port = port
            said = program.launch_server(self._folder, port)
            found = self._wait_until_settled(_JOINING if said else _STARTING)
            if found is Health.OURS:
                program.write_file(self._folder / "endpoint", str(port))
                return port
            if found is not Health.OTHER:
                self._kill_store()
                raise Faults([self._describe_failure(said)])
        raise Faults(["REDIS_URL: no free port for the bundled store; give REDIS_URL"])

    def _candidate_ports(self, *, alone: bool) -> Iterator[int]:
        """The last port, then some that depend on the folder alone.

        While others use the store there is only the port that they know: on
        another one, there would soon be two stores in one folder.
        """
        last = self._last_port()
        if last is not None:
            yield last
        if alone or last is None:
            start = zlib.crc32(os.fsencode(self._folder))
            yield from (_LOWEST_PORT + (start + n) % _PORTS for n in range(100))

    def _is_alone(self) -> bool:
        """Whether nobody else uses the store; asked under the lock ``door`` only.

        For a moment it may give up our own hold on ``users``.
        """
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            fcntl.flock(self._users, fcntl.LOCK_SH)
        return True

    def _make_sure_none_runs(self) -> None:
        """Two servers in one folder would spoil each other's file."""
        for _ in range(_STOPPING):
            if server_process(self._folder) is None:
                return
            self._wait(_STEP)
        raise Unavailable(
            f"a store that does not answer to this service's password runs in"
            f" {self._folder}; end process {server_process(self._folder)}"
        )

    def _wait_until_settled(self, patience: Mapping[Health, int]) -> Health:
        """Wait for a clear health of the port, or until ``patience`` ends.

        Return it.
        """
        for step in itertools.count(1):
            found = self._ask_health()
            if step >= patience.get(found, 0):
                break
            self._wait(_STEP)
        return found

    def _stop_store(self) -> None:
        password = program.store_password(self._folder)
        with (
            contextlib.suppress(RedisError),
            store_client(self._port, password) as store,
        ):
            # With the append-only file on, it is written and synced first.
            store.shutdown(nosave=True)
        if not self._wait_for_end():
            self._kill_store()

    def _wait_for_end(self) -> bool:
        """Whether it is gone within the time that a store is given."""
        for _ in range(_STOPPING):
            if not self._is_running():
                return True
            self._wait(_STEP)
        return False

    def _is_running(self) -> bool:
        if server_process(self._folder) is not None:
            return True
        return self._ask_health() in {Health.OURS, Health.LOADING, Health.SILENT}

    def _kill_store(self) -> None:
        """End a store that does not answer; its file is whole to the last second."""
        pid = server_process(self._folder)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            self._wait_for_end()

    def _last_port(self) -> int | None:
        try:
            return int((self._folder / "endpoint").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def _make_folder(self) -> None:
        try:
            self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as fault:
            raise Faults(
                [f"HOTLINE_DATA: {self._folder} cannot be made ({fault.strerror})"]
            ) from None

    def _describe_failure(self, said: str | None) -> str:
        return (
            f"REDIS_URL: is not given, and the bundled store does not start"
            f" ({said or f'see {self._log_file}'}); mend it, or give REDIS_URL"
        )

    @contextlib.contextmanager
    def _starting_or_stopping(self) -> Iterator[None]:
        handle = _lock_file(self._folder / "door", fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(handle)


def bundled_valkey(data: Path) -> BundledValkey:
    """The store of a data folder, to be used in a ``with``; see its ``url``."""
    return BundledValkey(data)


def _lock_file(path: Path, how: int) -> int:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise Faults(
            [f"HOTLINE_DATA: {path} cannot be opened ({fault.strerror})"]
        ) from None
    fcntl.flock(handle, how)
    return handle
