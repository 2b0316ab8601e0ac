"""The operators whose state has changed, as the commit script publishes them.

A change while nobody listens is lost. So a listener first hears, and after every gap
again, that everybody may have changed.
"""

from collections.abc import Callable, Iterator
from typing import Any

from redis import Redis
from redis.client import PubSub
from redis.exceptions import RedisError

from ivr.adapters.redis_store.documents import key_of
from ivr.adapters.redis_store.refusals import why_unavailable
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.ports import News

QUIET = 1.0
"""Seconds of silence after which a listener hears that there was nothing."""

PAUSE = 0.5
"""Seconds until a server that has gone is tried again."""


class RedisChangeFeed:
    """``ports.Told`` over a Redis client of its own."""

    def __init__(self, client: Redis, wait: Callable[[float], object]) -> None:
        self._redis = client
        self._wait = wait

    def listen(self, lines: tuple[LineKey, ...]) -> Iterator[News | None]:
        """Changes as they happen, without end; None after a while of silence."""
        channels = {key_of(line, "told"): line for line in lines}
        while True:
            try:
                with self._redis.pubsub(  # type: ignore[no-untyped-call]
                    ignore_subscribe_messages=True
                ) as heard:
                    heard.subscribe(*channels)
                    yield from ((line, None) for line in lines)
                    yield from _read_changes(heard, channels)
            except RedisError as error:
                if why_unavailable(error) is None:
                    raise
                yield None
                self._wait(PAUSE)


def _read_changes(heard: PubSub, channels: dict[str, LineKey]) -> Iterator[News | None]:
    while True:
        message: Any = heard.get_message(timeout=QUIET)
        if message is None:
            yield None
        else:
            line = channels[message["channel"].decode()]
            yield line, OperatorId(message["data"].decode())
