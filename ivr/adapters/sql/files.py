"""The files of an SQLite database: only their owner may read them, like the keys.

They hold names, times and hashes of passwords in clear, and the folder may be older
than the service, and open to others.
"""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from ivr.core.model.errors import Faults

BESIDE = ("", "-wal", "-shm", "-journal", ".lock")
"""The files that SQLite, and we, put beside a database; all have its content."""

OWNER_ALONE = stat.S_IRUSR | stat.S_IWUSR
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def open_for_owner(path: str) -> BinaryIO:
    """Open a file as it is, or create one that only its owner may read."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ALONE), "r+b")


def keep_to_owner(database: str) -> None:
    """Make the database's file if there is none, and close what is open to others.

    SQLite gives the files beside it the mode of the database. Faults with the remedy
    where a file is somebody else's.
    """
    open_for_owner(database).close()
    faults = [
        fault for each in BESIDE if (fault := _close_to_others(Path(database + each)))
    ]
    if faults:
        raise Faults(faults)


def _close_to_others(path: Path) -> str:
    try:
        if path.stat().st_mode & OTHERS:
            path.chmod(OWNER_ALONE)
    except FileNotFoundError:
        return ""
    except PermissionError:
        return f"{path}: is open to others; as its owner run: chmod 600 {path}"
    return ""
