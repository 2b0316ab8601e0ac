"""Two hotlines in one house: requests of the one never touch the other."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from ivr.actions import upkeep
from ivr.actions.operators import bring_in, choose_state
from ivr.core.call import CallId, LineKey, OperatorId, PhoneNumber, Stage
from ivr.core.operator import Operator, State
from ivr.exchange.config import Number
from ivr.exchange.people import Stay, accepts
from tests.dsl.doing import OTHER_OPERATOR, TO_THE_QUEUE
from tests.made_once import LINES
from tests.world import BASE, World, build_world

OTHER = LineKey("zweite")
OTHER_NUMBER = "+12025550103"


@pytest.fixture
def both(redis: Redis, tmp_path: Path) -> Iterator[World]:
    """The example line, and a copy of it that answers another number."""
    lines = tmp_path / "lines"
    shutil.copytree(LINES / "example", lines / "example")
    shutil.copytree(LINES / "example", lines / OTHER)
    file = lines / OTHER / "line.toml"
    numbers = 'numbers = ["+12025550101", "+12025550102"]'
    text = file.read_text()
    assert numbers in text
    file.write_text(text.replace(numbers, f'numbers = ["{OTHER_NUMBER}"]'))
    with build_world(redis, tmp_path, lines) as built:
        built.exchange.board.add_number(
            Number(
                number=OTHER_NUMBER,
                voice_url=f"{BASE}/voice/incoming",
                voice_fallback_url=f"{BASE}/voice/fallback",
                status_callback=f"{BASE}/voice/status",
            )
        )
        yield built


def enrol(world: World, line: LineKey, name: str, phone: str) -> None:
    now = world.clock.now()
    key = OperatorId(f"{line}-{name}")
    enrolled = Operator(
        id=key, line=line, name=name, languages=("uk",), since=now, idle_since=now
    )
    world.ports.roster.add(enrolled, PhoneNumber(phone))  # type: ignore[attr-defined]
    bring_in(world.ports, line)
    choose_state(world.ports, line, key, State.AVAILABLE, "test")
    world.exchange.put_person(phone, accepts())
    world.work()


def test_call_on_the_second_line_is_answered_at_once(both: World) -> None:
    """Events of a room name no number: the line must come from elsewhere."""
    enrol(both, OTHER, "anna", OTHER_OPERATOR)
    caller = both.dial(*TO_THE_QUEUE, Stay(), to=OTHER_NUMBER)
    both.exchange.run_until(
        lambda: any(event.kind == "connected" for event in caller.transcript), 120
    )
    both.exchange.run_for(1)

    call = both.ports.store.call(OTHER, CallId(caller.sid))
    assert call is not None
    assert call.stage is Stage.CONNECTED


def test_operator_of_one_line_is_not_rung_for_the_other(both: World) -> None:
    enrol(both, OTHER, "anna", OTHER_OPERATOR)
    caller = both.dial(*TO_THE_QUEUE, Stay())
    both.exchange.run_for(30)
    upkeep.tick(both.ports, OTHER)

    assert caller.queue
    assert both.ports.store.open_claims(OTHER) == []
