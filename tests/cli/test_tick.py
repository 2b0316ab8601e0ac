"""``hotline tick``: what the server's clock looks at."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from ivr.actions.operators import shifts
from ivr.cli.commands.tick import REMINDERS, keep_ticking
from ivr.core.shifts.shift_times import Span
from tests.dsl.texting import messages, with_reminders
from tests.world import LINE, World

PATIENCE = 1500
"""Looks of the clock, each of at least 20 ms, after which nothing comes any more."""


def test_ticker_reminds_of_shifts(world: World) -> None:
    with_reminders(world)
    world.operator("anna")
    soon = world.clock.now() + timedelta(minutes=30)
    (anna,) = world.ports.roster.all(LINE)
    shifts.plan_shifts(
        world.ports, anna, [Span(starts=soon, ends=soon + timedelta(hours=4))]
    )
    fast = SimpleNamespace(clock_speed=REMINDERS / 0.05, reconcile_seconds=1e9)
    house: Any = SimpleNamespace(
        settings=fast, ports=world.ports, content=world.ports.content
    )
    looks = count()

    keep_ticking(house, lambda: bool(messages(world)) or next(looks) > PATIENCE)

    assert len(messages(world)) == 1
    assert not world.notes.failures
