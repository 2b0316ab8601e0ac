"""From an operator who becomes free to the request that reaches the carrier.

The moment begins before the change that frees the operator is saved, in a process
of its own, as a webhook or a command would save it; it ends when the first byte is
at the carrier. In between: two RQ jobs, each picked up by a worker of its own.
Against it, in turns: a bare RQ job on the same Redis that sends a bare request.

With every worker killed, the ticker does the same work when it sees it undone.

The request is the creation of the operator's leg; for an operator on a standing line,
whose leg is up, it is the move of the caller.
"""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench import bare
from bench.house import Arrival, Carrier, House, eventually, house
from bench.people import enrol, fill
from bench.report import Figure, Say, milliseconds, percentile
from bench.scale import Scale
from ivr.actions.on_line.standing import attach
from ivr.actions.operators.roster import choose_state
from ivr.actions.talks.ending import call_off
from ivr.adapters.job_queue import FACTS, OFFERS, ROUTING
from ivr.adapters.system import elapsed
from ivr.core.model.claim import Claim
from ivr.core.model.identifiers import LegId, LineKey
from ivr.core.model.operator import Reach, State

MEDIAN, WORST = 0.015, 0.080
"""Seconds: the median and the 99th percentile that must be reached."""

GROWTH = 1.3
WITHOUT_WORKERS = 2
WORKERS = 4
"""Routing, two for offers, and the bare one."""

STANDING = LineKey("standing")
"""The line whose operator stands on it; the fewest wait there."""

LEG = LegId(f"CA{'5' * 32}")
"""The standing leg, as the carrier would name it."""

WARM = 5
"""Samples that are thrown away: the first ones open connections."""


def run(scale: Scale, say: Say) -> Iterator[Figure]:
    """The figures, for each number who wait."""
    lines = {LineKey(f"waiting-{count}"): count for count in scale.waiting}
    with (
        TemporaryDirectory(prefix="bench-") as folder,
        house(Path(folder), [*lines, STANDING]) as built,
    ):
        carrier = built.carrier()
        for line, count in (*lines.items(), (STANDING, scale.waiting[0])):
            say(f"free: {count:,} callers begin to wait")
            fill(built, line, count)
        freed = [Freed(built, carrier, line) for line in lines]
        standing = _Standing(built, carrier, STANDING)
        built.start("ivr.cli", "tick")
        floor = _Floor(built, carrier)
        workers = built.workers(ROUTING, OFFERS, OFFERS, FACTS)
        for number in range(scale.freed + WARM):
            floor.sample()
            for each in (*freed, standing):
                each.sample()
            if number % 100 == 0:
                say(f"free: {number} of {scale.freed}")
        yield from _told(list(lines.values()), freed, floor)
        for worker in workers:
            built.end(worker)
        yield _killed(scale, say, freed[0])
        count = scale.waiting[0]
        what = f"standing line: free -> caller's move at the carrier, {count:,} waiting"
        yield _timed(what, standing, floor)


class _Floor:
    """A bare job through RQ, which sends a bare request."""

    def __init__(self, built: House, carrier: Carrier) -> None:
        self.took: list[float] = []
        self._built = built
        self._carrier = carrier
        self._queue = bare.make_queue(built.redis)
        self._url = f"{built.context.settings.twilio_api_url}/bare.json"
        built.start("bench.bare", built.context.redis_url)

    def sample(self) -> None:
        """Send a job, see the request come, and let the worker finish."""
        began = elapsed()
        self._queue.enqueue_call(bare.post, args=(self._url,), result_ttl=0)
        self.took.append(self._carrier.next().to("/bare.json").at - began)
        eventually(lambda: self._built.idle_workers() >= WORKERS)


class Freed:
    """The only operator of a line becomes free, again and again."""

    reach = Reach.PHONE

    def __init__(self, built: House, carrier: Carrier, line: LineKey) -> None:
        self.took: list[float] = []
        self.workers = WORKERS
        self._built = built
        self._ports = built.context.ports
        self._carrier = carrier
        self._line = line
        self._operator = enrol(built, line, "anna", self.reach)

    def sample(self) -> None:
        """Free the operator, see the request come, and take it all back."""
        began = elapsed()
        self._choose(State.AVAILABLE)
        self.took.append(self._request().at - began)
        self._take_back()
        eventually(self._is_quiet)

    def _choose(self, state: State) -> None:
        choose_state(self._ports, self._line, self._operator, state, "bench")

    def _request(self) -> Arrival:
        return self._carrier.next().to("/Calls.json")

    def _take_back(self) -> None:
        """Have the caller wait again, and the operator away."""
        eventually(self._is_rung)
        self._choose(State.AWAY)
        call_off(self._ports, self._line, self._claim().id, "declined")

    def _is_rung(self) -> bool:
        now = self._ports.operators.operator(self._line, self._operator)
        return now is not None and now.leg is not None

    def _claim(self) -> Claim:
        """The one claim of the line."""
        (key,) = self._ports.contacts.open_claims(self._line)
        claim = self._ports.contacts.claim(self._line, key)
        if claim is None:
            raise RuntimeError(f"{self._line}: the claim was over before its time")
        return claim

    def _is_quiet(self) -> bool:
        """No work left, and every worker done with what RQ does after a job.

        But for the one that writes facts, which does so at its own time.
        """
        if self._ports.routing.routing_pending_since(self._line) is not None:
            return False
        return self._built.idle_workers() >= self.workers


class _Standing(Freed):
    """The same of an operator whose leg is up for the shift."""

    reach = Reach.STANDING

    def __init__(self, built: House, carrier: Carrier, line: LineKey) -> None:
        super().__init__(built, carrier, line)
        attach(self._ports, line, self._operator, LEG, "bench")
        carrier.next().to(_leg(LEG))  # asked whether the leg is up still
        self._choose(State.AWAY)

    def _request(self) -> Arrival:
        return self._carrier.next().to(_leg(self._claim().party))

    def _take_back(self) -> None:
        """Have the caller wait again, and the operator away, on the line."""
        self._carrier.next().to(_leg(LEG))  # the operator follows the caller
        self._choose(State.AWAY)
        claim = self._claim()
        call_off(self._ports, self._line, claim.id, "carrier")
        self._carrier.next().to(_leg(claim.party))  # fetched back to the queue


def _leg(leg: LegId) -> str:
    return f"/Calls/{leg}.json"


def _told(counts: list[int], freed: list[Freed], floor: _Floor) -> Iterator[Figure]:
    for count, each in zip(counts, freed, strict=True):
        what = f"operator free -> request at the carrier, {count:,} waiting"
        yield _timed(what, each, floor)
    few, many = (median(each.took[WARM:]) for each in (freed[0], freed[-1]))
    yield Figure(
        what=f"the same, {counts[-1]:,} waiting",
        value=f"{many / few:.2f} x",
        against=f"{counts[0]:,} waiting",
        target=f"<= {GROWTH} x",
        met=many / few <= GROWTH,
    )


def _timed(what: str, freed: Freed, floor: _Floor) -> Figure:
    took = freed.took[WARM:]
    return Figure(
        what=what,
        value=_both(took),
        against=f"a bare RQ job: {_both(floor.took[WARM:])}",
        target=f"p50 <= {MEDIAN * 1000:.0f} ms, p99 <= {WORST * 1000:.0f} ms",
        met=median(took) <= MEDIAN and percentile(took, 0.99) <= WORST,
    )


def _both(took: list[float]) -> str:
    p50, p99 = median(took), percentile(took, 0.99)
    return f"p50 {milliseconds(p50)}, p99 {milliseconds(p99)}"


def _killed(scale: Scale, say: Say, freed: Freed) -> Figure:
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
