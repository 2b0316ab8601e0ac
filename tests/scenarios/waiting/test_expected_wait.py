"""What callers on hold are told of their wait, and what it is drawn from."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from exchange.state.leg import Leg
from exchange.state.people import Stay, accepting_operator
from ivr.actions.calls import estimates
from ivr.actions.rules import in_force
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Unavailable
from ivr.core.model.facts import (
    CallEnded,
    CallerConnected,
    CallerQueued,
    CallStarted,
    Fact,
    TalkEnded,
)
from ivr.core.model.identifiers import ClaimId, ContactId, OperatorId
from ivr.core.queue.estimate import WaitFigures
from ivr.core.queue.priority import is_overdue
from tests.dsl.doing import (
    OTHER_CALLER,
    call_in,
    call_of,
    has_heard,
    heard,
    until_stage,
)
from tests.dsl.faults.wire import broken_database
from tests.world import HOTLINE, LINE, World

SECOND = timedelta(seconds=1)
MINUTE = 60.0
WEEK = timedelta(weeks=1)
CALLS = 500
BELIEVED = (5, 20)
"""One operator who talks, nobody ahead: a step of ten minutes, as the rules say."""
MEASURED = (1, 5)
"""The same on a line whose talks take two minutes, wrap-up included."""


def answered(number: int, at: datetime) -> Iterator[Fact]:
    """A call that was answered after ten seconds and talked for a minute and a half."""
    call = ContactId(f"past-{number}")
    claim, anna = ClaimId(f"claim-{number}"), OperatorId("anna")
    talk = {"claim": claim, "operator": anna}
    queue = {"language": "uk", "urgency": "urgent"}

    def told(kind: type[Fact], seconds: float, **values: str) -> Fact:
        return kind(at=at + seconds * SECOND, line=LINE, call=call, **values)

    yield told(CallStarted, 0, number=HOTLINE)
    yield told(CallerQueued, 1, **queue)
    yield told(CallerConnected, 11, **talk)
    yield told(TalkEnded, 101, by="caller", **talk)
    yield told(CallEnded, 101, outcome="answered")


def with_history(world: World, first: int = 0, ago: timedelta = WEEK) -> None:
    """Calls so long ago, at this same hour."""
    start = world.clock.now() - ago
    numbers = range(first, first + CALLS)
    told = [fact for number in numbers for fact in answered(number, start)]
    world.ports.call_log.write(
        [(f"1600000000000-{first}-{place}", fact) for place, fact in enumerate(told)]
    )


def waiting_for_anna(world: World) -> Leg:
    """Somebody waits, nobody is ahead, and the one operator talks to another."""
    world.operator("anna", accepting_operator())
    first = call_in(world, from_=OTHER_CALLER)
    until_stage(world, first, Stage.CONNECTED)
    leg = call_in(world, Stay())
    world.exchange.run_for(20)
    return leg


def ranges(world: World, leg: Leg) -> list[str]:
    """The ranges that this caller has heard, in order."""
    spoken = {
        world.ports.content.text(LINE, "uk", "wait.range", {"low": low, "high": high})
        for low, high in (BELIEVED, MEASURED)
    }
    return [text for text in heard(leg) if text in spoken]


def words(world: World, told: tuple[int, int]) -> str:
    values = dict(zip(("low", "high"), told, strict=True))
    return world.ports.content.text(LINE, "uk", "wait.range", values)


def figures(world: World) -> WaitFigures:
    found = world.ports.statistics.figures(LINE)
    assert found is not None
    return found


def test_line_without_history_foretells_by_rules(world: World) -> None:
    leg = waiting_for_anna(world)

    assert ranges(world, leg) == [words(world, BELIEVED)]
    assert has_heard(world, leg, "wait.stay")


def test_forecast_uses_measured_history(world: World) -> None:
    with_history(world)
    estimates.renew_figures(world.ports, LINE)

    leg = waiting_for_anna(world)

    assert ranges(world, leg) == [words(world, MEASURED)]


def test_lost_figures_counted_anew(world: World) -> None:
    with_history(world)
    estimates.renew_figures(world.ports, LINE)
    world.redis.delete(*world.redis.keys("*:figures"))

    leg = waiting_for_anna(world)
    estimates.renew_figures(world.ports, LINE)
    world.exchange.run_for(MINUTE)

    told = ranges(world, leg)
    assert (told[0], told[-1]) == (words(world, BELIEVED), words(world, MEASURED))


def test_figures_recounted_after_ten_minutes(world: World) -> None:
    with_history(world)
    estimates.renew_figures(world.ports, LINE)
    before = figures(world)

    with_history(world, first=CALLS)
    world.exchange.run_for(9 * MINUTE)
    estimates.renew_figures(world.ports, LINE)
    assert figures(world) == before
    world.exchange.run_for(1 * MINUTE)
    estimates.renew_figures(world.ports, LINE)

    assert sum(each.talks for each in figures(world).hours.values()) == 2 * CALLS


def test_calls_of_long_ago_not_counted(world: World) -> None:
    with_history(world, ago=4 * WEEK + timedelta(minutes=1))

    estimates.renew_figures(world.ports, LINE)

    assert figures(world).hours == {}


def test_figures_used_while_database_away(world: World, tmp_path: Path) -> None:
    with_history(world)
    estimates.renew_figures(world.ports, LINE)
    world.exchange.run_for(11 * MINUTE)
    leg = waiting_for_anna(world)
    world.jobs.are_lost = True
    with broken_database(tmp_path):
        world.reconciles = False
        with pytest.raises(Unavailable):
            estimates.renew_figures(world.ports, LINE)
        world.exchange.run_for(MINUTE)
        world.reconciles = True

    assert set(ranges(world, leg)) == {words(world, MEASURED)}


def test_waiting_longer_than_said_told(
    world: World,
) -> None:
    leg = waiting_for_anna(world)
    rev = call_of(world, leg).rev
    world.exchange.run_for(18 * MINUTE)

    call = call_of(world, leg)
    rules = in_force(world.ports, LINE)
    assert is_overdue(rules, call.arrival.at or call.started, world.clock.now())
    assert not has_heard(world, leg, "wait.longer")
    assert call.rev == rev, "an announcement after the first one was kept too"

    world.exchange.run_for(4 * MINUTE)
    said = heard(leg)
    apology = said.index(world.ports.content.text(LINE, "uk", "wait.longer", {}))
    assert said[apology + 1] == words(world, BELIEVED)


def test_nothing_foretold_without_operators(world: World) -> None:
    leg = call_in(world, Stay())
    world.exchange.run_for(20)

    assert has_heard(world, leg, "wait.unknown")
    assert ranges(world, leg) == []
    assert call_of(world, leg).wait.told_until is None
