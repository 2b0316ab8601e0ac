"""From an operator who becomes free to the request that reaches the carrier.

The moment begins before the change that frees the operator is saved, in a process
of its own, as a webhook or a command would save it; it ends when the first byte is
at the carrier. In between: two RQ jobs, each picked up by a worker of its own.
Against it, in turns: a bare RQ job on the same Redis that sends a bare request.

With every worker killed, the ticker does the same work when it sees it undone.

The request is whatever comes to the carrier next: the creation of a leg for an
operator who is reached by telephone. For an operator on a standing line it would be
the move of the caller; ``enrol`` is the place where such a one would be made.
"""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import bare
from bench.house import Carrier, House, eventually, house
from bench.people import enrol, fill
from bench.report import Figure, Say, milliseconds, percentile
from bench.scale import Scale
from ivr.actions.ending import end_offer
from ivr.actions.operators import choose_state
from ivr.adapters.job_queue import FACTS, OFFERS, ROUTING
from ivr.adapters.system import elapsed
from ivr.core.call import LineKey
from ivr.core.operator import State

MEDIAN, WORST = 0.015, 0.080
"""Seconds: the median and the 99th percentile that must be reached."""

GROWTH = 1.3
WITHOUT_WORKERS = 2
WORKERS = 4
"""Routing, two for offers, and the bare one."""

WARM = 5
"""Samples that are thrown away: the first ones open connections."""


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figures, for each number who wait."""
    lines = {LineKey(f"waiting-{count}"): count for count in scale.waiting}
    with (
        TemporaryDirectory(prefix="bench-") as folder,
        house(Path(folder), list(lines)) as built,
    ):
        carrier = built.carrier()
        for line, count in lines.items():
            say(f"free: {count:,} callers begin to wait")
            fill(built, line, count)
        freed = [_Freed(built, carrier, line) for line in lines]
        built.start("ivr.cli", "tick")
        floor = _Floor(built, carrier)
        workers = built.workers(ROUTING, OFFERS, OFFERS, FACTS)
        for number in range(scale.freed + WARM):
            floor.sample()
            for each in freed:
                each.sample()
            if number % 100 == 0:
                say(f"free: {number} of {scale.freed}")
        yield from _told(list(lines.values()), freed, floor)
        for worker in workers:
            built.end(worker)
        yield _killed(scale, say, freed[0])


class _Floor:
    """A bare job through RQ, which sends a bare request."""

    def __init__(self, built: House, carrier: Carrier) -> None:
        self.took: list[float] = []
        self._built = built
        self._carrier = carrier
        self._queue = bare.make_queue(built.redis)
        self._url = f"{built.here.settings.twilio_api_url}/bare.json"
        built.start("bench.bare", built.here.redis_url)

    def sample(self) -> None:
        """Send a job, see the request come, and let the worker finish."""
        began = elapsed()
        self._queue.enqueue_call(bare.post, args=(self._url,), result_ttl=0)
        self.took.append(self._carrier.next().at - began)
        eventually(lambda: self._built.idle_workers() >= WORKERS)


class _Freed:
    """The only operator of a line becomes free, again and again."""

    def __init__(self, built: House, carrier: Carrier, line: LineKey) -> None:
        self.took: list[float] = []
        self.workers = WORKERS
        self._built = built
        self._ports = built.here.ports
        self._carrier = carrier
        self._line = line
        self._operator = enrol(built, line, "anna")

    def sample(self) -> None:
        """Free the operator, see the request come, and take it all back."""
        began = elapsed()
        choose_state(self._ports, self._line, self._operator, State.AVAILABLE, "bench")
        self.took.append(self._carrier.next().at - began)
        eventually(self._is_rung)
        self._take_back()

    def _is_rung(self) -> bool:
        now = self._ports.store.operator(self._line, self._operator)
        return now is not None and now.leg is not None

    def _take_back(self) -> None:
        """Have the caller wait again, and the operator away, with no work left."""
        choose_state(self._ports, self._line, self._operator, State.AWAY, "bench")
        for claim in self._ports.store.open_claims(self._line):
            end_offer(self._ports, self._line, claim, "declined")
        eventually(self._is_quiet)

    def _is_quiet(self) -> bool:
        """No work left, and every worker done with what RQ does after a job.

        But for the one that writes facts, which does so at its own time.
        """
        if self._ports.store.unserved_since(self._line) is not None:
            return False
        return self._built.idle_workers() >= self.workers


def _told(counts: list[int], freed: list[_Freed], floor: _Floor) -> Iterator[Figure]:
    against = f"a bare RQ job: {_both(floor.took[WARM:])}"
    for count, each in zip(counts, freed, strict=True):
        took = each.took[WARM:]
        yield Figure(
            what=f"operator free -> request at the carrier, {count:,} waiting",
            value=_both(took),
            against=against,
            target=f"p50 <= {MEDIAN * 1000:.0f} ms, p99 <= {WORST * 1000:.0f} ms",
            met=median(took) <= MEDIAN and percentile(took, 0.99) <= WORST,
        )
    few, many = (median(each.took[WARM:]) for each in (freed[0], freed[-1]))
    yield Figure(
        what=f"the same, {counts[-1]:,} waiting",
        value=f"{many / few:.2f} x",
        against=f"{counts[0]:,} waiting",
        target=f"<= {GROWTH} x",
        met=many / few <= GROWTH,
    )


def _both(took: list[float]) -> str:
    p50, p99 = median(took), percentile(took, 0.99)
    return f"p50 {milliseconds(p50)}, p99 {milliseconds(p99)}"


def _killed(scale: Scale, say: Say, freed: _Freed) -> Figure:
    say("free: with every RQ worker killed")
    freed.took.clear()
    freed.workers = 0
    for _ in range(scale.killed):
        freed.sample()
    worst = max(freed.took)
    return Figure(
        what="the same, every RQ worker killed",
        value=f"p50 {median(freed.took):.2f} s, worst {worst:.2f} s",
        against="nothing: only the ticker is left",
        target=f"<= {WITHOUT_WORKERS} s",
        met=worst <= WITHOUT_WORKERS,
    )
