"""Redis hung, dead or wiped: who waits keeps the place, and it heals by itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes.carrier import Carrier
from tests.processes.hotline import Hotline, eventually, hotline
from tests.processes.legs import Leg
from tests.processes.people import everyone_leaves, lines, queue_up, talk
from tests.processes.valkey import Valkey

PHONE = "+12025550120"
House = tuple[Hotline, Carrier, Valkey]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("redis")
    valkey = Valkey(folder)
    content = lines(folder)
    try:
        with hotline(folder, HOTLINE_LINES=content, REDIS_URL=valkey.url) as one:
            service, carrier, _ = one
            service.enrol("Ann", PHONE)
            yield service, carrier, valkey
    finally:
        valkey.end()


@pytest.fixture
def waiting(house: House) -> Iterator[tuple[House, list[Leg]]]:
    """Three who wait and nobody who answers."""
    service, carrier, _ = house
    del carrier.odd[:], carrier.answers[:]
    service.say("operators", "status", "Ann", "away")
    legs = [queue_up(carrier, language) for language in ("uk", "ru", "en")]
    yield house, legs
    everyone_leaves(carrier)
    assert eventually(lambda: service.waiting() == 0)
    assert not carrier.faults
    assert not carrier.odd


def kill(valkey: Valkey) -> None:
    valkey.kill()


def hang(valkey: Valkey) -> None:
    valkey.hang()


HARMS = [
    (kill, Valkey.start, "+12025550151"),
    (hang, Valkey.wake, "+12025550152"),
    (Valkey.fill, Valkey.empty, "+12025550153"),
]
"""Each with a newcomer of its own: who rings again would have the old place."""


@pytest.mark.parametrize(("harm", "heal", "caller"), HARMS)
def test_redis_absence_keeps_callers_places(
    waiting: tuple[House, list[Leg]],
    harm: Callable[[Valkey], None],
    heal: Callable[[Valkey], None],
    caller: str,
) -> None:
    (service, carrier, valkey), legs = waiting
    before = {row["call"]: row["arrived"] for row in service.rows("queue")}
    harm(valkey)
    for _ in range(2):
        carrier.poll_all()
    assert eventually(lambda: service.readiness() == "degraded")
    newcomer = carrier.dial(caller=caller)
    assert newcomer.heard
    carrier.press(newcomer, "3") if newcomer.gather else None
    assert not carrier.late
    carrier.poll_all()
    heal(valkey)
    assert eventually(lambda: service.readiness() == "ready")
    assert all(leg.waiting for leg in legs)
    carrier.poll_all()
    kept = {row["call"]: row["arrived"] for row in service.rows("queue")}
    assert {sid: kept.get(sid) for sid in before} == before
    # Whoever rang meanwhile is in the queue too, behind those who were there.
    assert eventually(lambda: comes_in(service, carrier, newcomer))
    assert queued(service) == [*(leg.sid for leg in legs), newcomer.sid]
    assert newcomer.sid in {row["call"] for row in service.rows("calls")}
    carrier.hang_up(newcomer)
    service.say("operators", "status", "Ann", "available")
    for leg in legs:
        operator, met = talk(carrier, PHONE)
        assert met is leg
        carrier.hang_up(leg)
        assert eventually(lambda one=operator: not one.live)  # type: ignore[misc]


def comes_in(service: Hotline, carrier: Carrier, leg: Leg) -> bool:
    carrier.poll(leg)
    return leg.sid in queued(service)


def queued(service: Hotline) -> list[object]:
    return [row["call"] for row in service.rows("queue")]


def test_wiped_redis_refilled_by_waiters(
    waiting: tuple[House, list[Leg]],
) -> None:
    (service, carrier, valkey), legs = waiting
    before = {row["call"]: row["arrived"] for row in service.rows("queue")}
    valkey.wipe()

    def are_there_again() -> bool:
        for leg in reversed(legs):
            carrier.poll(leg)
        after = {row["call"]: row["arrived"] for row in service.rows("queue")}
        return after == before

    # A poll whose store is slow to answer restores nobody, and the next one does.
    assert eventually(are_there_again)
    assert [row["call"] for row in service.rows("queue")] == [leg.sid for leg in legs]
    available = ("operators", "status", "Ann", "available")
    assert eventually(lambda: service.ask(*available).code == 0)
    for leg in legs:
        operator, met = talk(carrier, PHONE)
        assert met is leg
        carrier.hang_up(leg)
        assert eventually(lambda one=operator: not one.live)  # type: ignore[misc]
    kept = {row["call"]: row["outcome"] for row in service.rows("calls")}
    assert eventually(lambda: {leg.sid for leg in legs} <= kept.keys())


def test_operators_and_rules_survive_wipe(house: House) -> None:
    service, carrier, valkey = house
    service.say("operators", "status", "Ann", "available")
    rules = service.say("rules", "show")
    valkey.wipe()
    assert eventually(lambda: "Ann" in service.states())
    assert service.say("rules", "show") == rules
    caller = queue_up(carrier)
    service.say("operators", "status", "Ann", "available")
    operator, met = talk(carrier, PHONE)
    assert met is caller
    carrier.hang_up(caller)
    assert eventually(lambda: not operator.live)


def test_command_says_plainly_that_redis_is_away(house: House, tmp_path: Path) -> None:
    service, _, _ = house
    lost = Hotline(tmp_path / "data", {**service.settings})
    lost.settings |= {"REDIS_URL": "redis://127.0.0.1:1/0"}
    lost.settings |= {"HOTLINE_DATA": service.settings["HOTLINE_DATA"]}
    for words in (("queue", "--json"), ("operators", "list")):
        done = lost.run(*words)
        assert done.returncode != 0
        assert "REDIS_URL" in done.stderr + done.stdout
        assert "Traceback" not in done.stderr + done.stdout
