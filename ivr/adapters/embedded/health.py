"""The health of a port: our store, a silent one, something else, nothing."""

import os
import socket
from enum import StrEnum
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError
from redis.exceptions import TimeoutError as SilentError
from redis.retry import Retry

_PATIENCE = 1.0
"""Seconds that an answer may take before the other side counts as silent."""


class Health(StrEnum):
    """The findings about a port."""

    OURS = "ours"
    LOADING = "loading"
    """It reads its file and will answer then."""
    SILENT = "silent"
    """It listens and does not answer."""
    OTHER = "other"
    ABSENT = "absent"


def ask_health(folder: Path, port: int, password: str) -> Health:
    """Ask what is behind ``port``; ours is the server that works in ``folder``.

    A copied data folder holds the port and password of the store it was copied
    from, hence the question for the folder.
    """
    found = try_connection(port)
    if found is not None:
        return found
    with store_client(port, password) as store:
        try:
            # CONFIG is answered while the file is still read; PING is not.
            store.ping()
            place = store.config_get("dir").get("dir", "")
        except BusyLoadingError:
            return Health.LOADING
        except SilentError:
            return Health.SILENT
        except RedisError:
            # It went away between the knock and the question, or is no store.
            return try_connection(port) or Health.OTHER
    return Health.OURS if _is_same_folder(str(place), folder) else Health.OTHER


def try_connection(port: int) -> Health | None:
    """Absent or silent, if a connection alone tells; else None."""
    try:
        socket.create_connection(("127.0.0.1", port), _PATIENCE).close()
    except TimeoutError:
        return Health.SILENT
    except OSError:
        return Health.ABSENT
    return None


def store_client(port: int, password: str) -> Redis:
    """A client that asks once and waits briefly."""
    return Redis(
        host="127.0.0.1",
        port=port,
        password=password,
        decode_responses=True,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )


def is_port_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def server_process(folder: Path) -> int | None:
    """The number of the process that serves ``folder``, where the system tells.

    The number alone proves nothing: it may have been given to another process.
    """
    try:
        pid = int((folder / "valkey.pid").read_text(encoding="ascii"))
        title = Path(f"/proc/{pid}/cmdline").read_bytes()
        place = Path(f"/proc/{pid}/cwd").readlink()
    except (OSError, ValueError):
        return None
    return pid if b"-server" in title and _is_same_folder(str(place), folder) else None


def _is_same_folder(place: str, folder: Path) -> bool:
    return os.path.realpath(place) == os.path.realpath(folder)
