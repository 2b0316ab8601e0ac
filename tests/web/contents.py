"""All that a Redis server holds, key by key, as bytes."""

from collections.abc import Iterable
from typing import Any


def of_redis(redis: Any) -> dict[str, bytes]:
    """Every key with its values, in no order that would mean something."""
    found = {}
    for key in sorted(redis.keys("*")):
        found[f"redis {key.decode()}"] = key + b"\n" + _values(redis, key)
    return found


def _values(redis: Any, key: bytes) -> bytes:
    match redis.type(key):
        case b"string":
            return bytes(redis.get(key))
        case b"hash":
            return _pairs(redis.hgetall(key).items())
        case b"set":
            return b"\n".join(sorted(redis.smembers(key)))
        case b"zset":
            ranked = redis.zrange(key, 0, -1, withscores=True)
            return _pairs((member, repr(score).encode()) for member, score in ranked)
        case b"list":
            return b"\n".join(redis.lrange(key, 0, -1))
        case _:
            entries = redis.xrange(key)
            return b"\n".join(_pairs(values.items()) for _, values in entries)


def _pairs(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    return b"\n".join(name + b"=" + value for name, value in sorted(pairs))
