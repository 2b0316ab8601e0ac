"""Rule sets: shown, checked, published, taken back, and kept to."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.carrier import Carrier
from tests.processes.hotline import Hotline, eventually, hotline
from tests.processes.legs import Leg
from tests.processes.people import BRISK, everyone_leaves, lines, queue_up, talk

PHONE = "+12025550120"
ALL_DAY = {
    'from = "18:00"': 'from = "00:00"',
    'to = "23:00"': 'to = "24:00"',
    'zone = "Europe/Kyiv"': 'zone = "America/St_Johns"',
    "urgent = 4.0, family = 2.0": "urgent = 40.0, family = 8.0",
    "missed_to_away = 3": "missed_to_away = 2",
}


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Hotline, Carrier]]:
    folder = tmp_path_factory.mktemp("rules")
    content = lines(folder, {**BRISK, **ALL_DAY})
    with hotline(folder, HOTLINE_LINES=content) as (service, carrier, _):
        service.enrol("Ann", PHONE)
        yield service, carrier


@pytest.fixture
def away(house: tuple[Hotline, Carrier]) -> Iterator[tuple[Hotline, Carrier]]:
    """An operator who is away, and nobody waiting."""
    service, carrier = house
    service.say("operators", "status", "Ann", "away")
    before = service.say("rules", "show")
    yield house
    everyone_leaves(carrier)
    put_in_force(service, before)
    assert eventually(lambda: service.waiting() == 0)
    assert not carrier.faults


def put_in_force(service: Hotline, text: str) -> None:
    if text != service.say("rules", "show"):
        path = service.data.parent / "wanted.toml"
        path.write_text(text)
        service.say("rules", "publish", str(path))


def change(service: Hotline, old: str, new: str) -> None:
    text = service.say("rules", "show")
    assert old in text
    put_in_force(service, text.replace(old, new))


def served(house: tuple[Hotline, Carrier], count: int) -> list[Leg]:
    """Who comes next, again and again, with one operator."""
    service, carrier = house
    service.say("operators", "status", "Ann", "available")
    order = []
    for _ in range(count):
        operator, caller = talk(carrier, PHONE)
        order.append(caller)
        carrier.hang_up(caller)
        assert eventually(lambda leg=operator: not leg.live)  # type: ignore[misc]
    return order


def test_rules_in_force_are_lines_own(
    house: tuple[Hotline, Carrier],
) -> None:
    service, _ = house
    file = Path(service.settings["HOTLINE_LINES"]) / "example" / "rules.toml"
    shown = tomllib.loads(service.say("rules", "show"))
    assert shown == tomllib.loads(file.read_text())


def test_urgent_served_before_information_that_came_earlier(
    away: tuple[Hotline, Carrier],
) -> None:
    service, carrier = away
    information = queue_up(carrier, "uk", "information")
    family = queue_up(carrier, "ru", "family")
    urgent = [queue_up(carrier, "en"), queue_up(carrier, "uk")]

    def is_overtaken() -> bool:
        calls = [row["call"] for row in service.rows("queue")]
        return calls == [leg.sid for leg in (*urgent, family, information)]

    assert eventually(is_overtaken), service.rows("queue")
    assert served(away, 4) == [*urgent, family, information]


def test_overdue_come_first_in_order_of_coming(
    away: tuple[Hotline, Carrier],
) -> None:
    service, carrier = away
    change(service, "overdue_after = 900", "overdue_after = 1")
    legs = [
        queue_up(carrier, "en", "information"),
        queue_up(carrier, "uk", "family"),
        queue_up(carrier, "ru", "urgent"),
    ]
    wanted = [leg.sid for leg in legs]
    assert eventually(lambda: [row["call"] for row in service.rows("queue")] == wanted)
    assert served(away, 3) == legs


def test_publishing_and_rollback_effective_at_once(
    away: tuple[Hotline, Carrier],
) -> None:
    service, carrier = away
    first = queue_up(carrier, "en", "information")
    change(service, "head_start = 0", "head_start = 50000")
    urgent = queue_up(carrier, "en")
    assert [row["call"] for row in service.rows("queue")] == [urgent.sid, first.sid]
    assert "head_start = 50000" in service.say("rules", "show")
    service.say("rules", "rollback")
    assert "head_start = 0" in service.say("rules", "show")
    rows = service.rows("queue")
    assert max(row["priority"] for row in rows) < 50000


def test_missing_many_offers_counts_as_away(
    away: tuple[Hotline, Carrier],
) -> None:
    service, carrier = away
    caller = queue_up(carrier)
    service.say("operators", "status", "Ann", "available")
    assert eventually(lambda: carrier.rung(PHONE))
    carrier.hang_up(carrier.rung(PHONE)[0], "no-answer")
    assert eventually(lambda: carrier.rung(PHONE)), "cool_down = 1, and it never ends"
    leg = carrier.rung(PHONE)[0]
    assert leg.rings_for == 5
    assert eventually(lambda: not leg.live), "ring_seconds = 5, and it rings on"
    assert eventually(lambda: service.states() == {"Ann": "away"})
    assert caller.waiting
    offers = [row for row in service.rows("calls") if row["call"] == caller.sid]
    assert offers[0]["offers"] == 2


def test_who_declines_is_asked_again_after_pause(
    away: tuple[Hotline, Carrier],
) -> None:
    service, carrier = away
    caller = queue_up(carrier)
    service.say("operators", "status", "Ann", "available")
    assert eventually(lambda: carrier.rung(PHONE))
    leg = carrier.rung(PHONE)[0]
    carrier.answer(leg)
    carrier.press(leg, "2")
    assert not leg.live
    _, met = talk(carrier, PHONE)
    assert met is caller


def test_faulty_rule_set_refused_with_every_fault(
    house: tuple[Hotline, Carrier], tmp_path: Path
) -> None:
    service, _ = house
    path = tmp_path / "faulty.toml"
    path.write_text(
        'zone = "Europe/Nowhere"\n[class.urgent]\nweigth = 2.0\n[wait]\n'
        'overdue_after = -1\n[offer]\nring_seconds = "long"\n'
    )
    before = service.say("rules", "show")
    for verb in ("check", "publish"):
        done = service.ask("rules", verb, str(path))
        said = done.out + done.err
        assert done.code != 0
        named = ("Europe/Nowhere", "weigth", "weight", "overdue_after", "ring_seconds")
        assert [word for word in named if word not in said] == []
        assert "Traceback" not in said
    assert service.say("rules", "show") == before


@pytest.mark.parametrize("text", ["[class", "\x00\xff", ""])
def test_no_rule_set_refused_without_traceback(
    house: tuple[Hotline, Carrier], tmp_path: Path, text: str
) -> None:
    service, _ = house
    path = tmp_path / "odd.toml"
    path.write_bytes(text.encode("latin-1"))
    for file in (path, tmp_path / "none.toml", tmp_path):
        done = service.ask("rules", "check", str(file))
        assert done.code != 0
        assert "Traceback" not in done.err + done.out
