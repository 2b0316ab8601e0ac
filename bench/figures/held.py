"""How long a webhook takes while hostile clients hold what they can hold.

Signed requests of calls from the ring into the queue, each over a connection of its
own, one after the other; in turns with the same while nobody is hostile.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.figures.webhooks import taken
from bench.hostile import HUGE, SIGN_INS, SLOW
from bench.house import House, house
from bench.report import Figure, Say, milliseconds, percentile
from bench.scale import Scale

SLOWER = 2.0
"""How many times as long 99 of 100 webhooks may take beside them."""

WARM = 5


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figure."""
    say("held: a house without workers")
    alone: list[float] = []
    beside: list[float] = []
    with TemporaryDirectory(prefix="bench-") as folder, house(Path(folder)) as built:
        built.web(built.port)
        list(taken(built, WARM, 0))
        for turn in range(1, scale.held + 1):
            alone += taken(built, scale.steps, 2 * turn)
            with _hostile(built):
                beside += taken(built, scale.steps, 2 * turn + 1)
            say(f"held: turn {turn} of {scale.held} done")
    yield _figure(alone, beside)


def _figure(alone: list[float], beside: list[float]) -> Figure:
    usual, held = percentile(alone, 0.99), percentile(beside, 0.99)
    return Figure(
        what=f"a webhook while {SLOW} slow connections, {HUGE} huge bodies and"
        f" {SIGN_INS} hostile sign-ins are held",
        value=f"{_spread(beside)}, {held / usual:.2f} x",
        against=f"none of them: {_spread(alone)}",
        target=f"p99 <= {SLOWER} x",
        met=held <= SLOWER * usual,
    )


@contextmanager
def _hostile(built: House) -> Iterator[None]:
    process = built.start("bench.hostile", str(built.port), output=subprocess.PIPE)
    if process.stdout is None or process.stdout.readline() != "held\n":
        raise RuntimeError("not all hostile clients could come")
    yield
    built.end(process)
    process.stdout.close()


def _spread(took: list[float]) -> str:
    middle, most = milliseconds(median(took)), milliseconds(percentile(took, 0.99))
    return f"p50 {middle}, p99 {most}"
