"""Thirty operators and sixty callers at once: one operator for each caller."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.processes.carrier import Carrier
from tests.processes.hotline import PATIENCE, Hotline, eventually, hotline
from tests.processes.legs import Leg
from tests.processes.people import PHONES, lines, queue_up


def enrol_all(service: Hotline) -> None:
    """Each operator speaks two of three languages."""
    pairs = ("uk,ru", "ru,en", "en,uk")
    people = [(f"Op{n}", p, pairs[n % 3]) for n, p in enumerate(PHONES)]
    service.operators(*people)


def ring(carrier: Carrier, number: int) -> Leg:
    language = ("uk", "ru", "en")[number % 3]
    return queue_up(carrier, language, ("urgent", "family")[number % 2])


def test_everyone_reaches_exactly_one_operator(
    tmp_path: Path,
) -> None:
    with hotline(tmp_path, HOTLINE_LINES=lines(tmp_path)) as (service, carrier, _):
        enrol_all(service)
        doubled: list[str] = []

        def work(leg: Leg) -> None:
            busy = [
                other
                for other in list(carrier.legs.values())
                if other.number_to == leg.number_to and other.live and other is not leg
            ]
            doubled.extend(other.sid for other in busy)
            carrier.answer(leg)
            carrier.press(leg, "1")

        carrier.on_created = work
        with ThreadPoolExecutor(20) as pool:
            callers = list(pool.map(lambda n: ring(carrier, n), range(60)))
        talked: set[str] = set()

        def all_have_talked() -> bool:
            carrier.poll_all()
            for caller in callers:
                if caller.sid not in talked and carrier.partners(caller):
                    talked.add(caller.sid)
                    carrier.hang_up(caller)
            return len(talked) == 60

        # Some eight hundred webhooks: more than one thing to be patient with.
        assert eventually(all_have_talked, 4 * PATIENCE), f"{len(talked)} of 60"
        assert doubled == []
        meetings = Counter(
            leg.sid
            for room in carrier.rooms
            for leg in room.ever
            if leg.direction == "inbound"
        )
        assert set(meetings.values()) == {1}
        assert all(len(room.ever) <= 2 for room in carrier.rooms)
        assert eventually(lambda: service.waiting() == 0)
        idle = 'state="available"'
        assert eventually(lambda: service.measured("hotline_operators", idle) == 30)
        assert eventually(lambda: all(row["ended"] for row in service.rows("calls")))
        assert len(service.rows("calls")) == 60
        assert not carrier.faults
