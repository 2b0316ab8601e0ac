"""What one waiting caller costs in Redis, after the real way through the menu.

Counted is the difference of the server's ``used_memory``, keys and all, once the
facts are in the call log; against it, the same number of bare ``SET`` of the same
document under a key of the same length.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from redis import Redis

from bench.house import House, house
from bench.people import ring_and_queue
from bench.report import Figure, Say
from bench.scale import Scale
from ivr.actions import records
from ivr.actions.on_line import waiting
from ivr.core.model.identifiers import LineKey

LINE = LineKey("bench")
TARGET = 1500


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figure."""
    say(f"memory: {scale.kept:,} callers go through the menu and wait")
    with TemporaryDirectory(prefix="bench-") as folder, house(Path(folder)) as built:
        _queue_up(built, 1)  # scripts and the line's own keys are there already
        before = _used(built.redis)
        for number in range(1, scale.kept + 1):
            _queue_up(built, number)
        each = (_used(built.redis) - before) / scale.kept
        document = len(_document(built))
        bare = _bare(built, scale.kept, document)
    yield Figure(
        what="Redis memory per waiting caller",
        value=f"{each:,.0f} bytes",
        against=f"the bare document of {document} bytes by SET: {bare:,.0f} bytes",
        target="<= 1.5 kB",
        met=each <= TARGET,
    )


def _queue_up(built: House, number: int) -> None:
    ports = built.context.ports
    hotline = built.context.ports.content.lines()[LINE]
    call = ring_and_queue(built, LINE, number)
    waiting.wait_on_hold(
        ports, LINE, call, waiting.WaitRequest(number=hotline.numbers[0])
    )
    if number % 100 == 1:
        records.write_facts(ports, LINE)


def _document(built: House) -> bytes:
    calls = built.context.ports.contacts.live_calls(LINE)
    found = built.redis.hget(f"hotline:{{{LINE}}}:call:{calls[-1]}", "doc")
    return cast("bytes", found)


def _bare(built: House, count: int, length: int) -> float:
    before = _used(built.redis)
    with built.redis.pipeline(transaction=False) as pipe:
        for number in range(count):
            pipe.set(f"bare:{{{LINE}}}:call:CA{number:032x}", b"x" * length)
        pipe.execute()
    return (_used(built.redis) - before) / count


def _used(redis: Redis) -> int:
    return int(redis.info("memory")["used_memory"])
