"""Why a Redis does nothing for us just now, and what helps; our own faults left out.

The server tells its reason by the first word of an error
(https://valkey.io/topics/protocol/#simple-errors), which the library turns into a
type of its own for some of them alone.
"""

import re

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

REMEDIES = {
    "OOM": "it is full; raise its maxmemory or free some memory",
    "READONLY": "it is a read-only replica; name the primary",
    "MISCONF": "it cannot write to its disk; free some space there",
    "NOREPLICAS": "too few replicas follow it; bring them back",
    "LOADING": "it is still reading its file; wait",
    "MASTERDOWN": "its primary is away; bring it back or name another",
    "CLUSTERDOWN": "its cluster is not whole; bring its nodes back",
    "TRYAGAIN": "its cluster is moving keys; wait",
    "BUSY": "it is busy with a script; wait, or end that with SCRIPT KILL",
    "NOAUTH": "it wants a password; give the right one",
    "WRONGPASS": "it does not know this user and password; give the right ones",
    "NOPERM": "its user may not do that; give it the right",
}
"""The remedy for each reason why a server that is there does nothing."""

AWAY = "it does not answer"

_TYPES: dict[type[RedisError], str] = {
    OutOfMemoryError: "OOM",
    ReadOnlyError: "READONLY",
    BusyLoadingError: "LOADING",
    MasterDownError: "MASTERDOWN",
    ClusterDownError: "CLUSTERDOWN",
    TryAgainError: "TRYAGAIN",
    AuthenticationError: "NOAUTH",
    NoPermissionError: "NOPERM",
}
_WORD = re.compile(r"(?:^|caused error: -?)([A-Z]+)\b")
"""The reason at the beginning, or behind what the library says of a pipeline."""


def why_unavailable(error: RedisError) -> str | None:
    """Why the server does not serve us, with the remedy; None if the fault is ours."""
    for kind, word in _TYPES.items():
        if isinstance(error, kind):
            return REMEDIES[word]
    found = _WORD.search(str(error))
    if found is not None and found[1] in REMEDIES:
        return REMEDIES[found[1]]
    if isinstance(error, RedisConnectionError | RedisTimeoutError):
        return f"{AWAY} ({type(error).__name__})"
    return None
