"""Rules published while callers wait: nobody loses what was gathered."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from exchange.state.leg import Leg
from exchange.state.people import Press, Stay, accepting_operator
from ivr.actions.rules import in_force, put_in_force, text_in_force
from ivr.adapters.vault import KeyVault
from ivr.bootstrap.live_state import make_store
from ivr.core.history.report import queue_rows
from ivr.core.model.errors import Unavailable
from ivr.core.model.values import replace
from ivr.core.queue.priority import priority
from tests.dsl.doing import (
    OTHER_CALLER,
    call_in,
    call_of,
    claim_now,
)
from tests.dsl.faults.wire import Wire, broken_database
from tests.world import LINE, World

WEIGHTS = "urgent = 4.0, family = 2.0"
PUBLISHERS = 8


@pytest.fixture
def wire(valkey_url: str) -> Iterator[Wire]:
    made = Wire(valkey_url)
    yield made
    made.client.close()


def rules_with(world: World, weights: str) -> str:
    text = world.ports.content.rules_text(LINE)
    assert WEIGHTS in text
    return text.replace(WEIGHTS, weights)


def publish(world: World, weights: str) -> int:
    version = put_in_force(world.ports, LINE, rules_with(world, weights)).version
    world.work()
    return version


def arrival_of(world: World, leg: Leg) -> datetime:
    arrived = call_of(world, leg).arrival.at
    assert arrived is not None
    return arrived


def queue_now(world: World) -> dict[str, float]:
    """The priority of everybody who waits, the next one first."""
    waiting, rules = world.ports.queues.waiting(LINE), in_force(world.ports, LINE)
    rows = queue_rows(waiting, {}, rules, world.clock.now())
    return {str(row["call"]): float(row["priority"]) for row in rows}


def gathered(world: World, leg: Leg) -> float:
    return queue_now(world)[leg.sid]


def relative_calls(world: World) -> Leg:
    keys = (Press(digits="1"), Press(digits="2"), Press(digits="0"))
    leg: Leg = world.dial(*keys, Stay())
    world.exchange.run_until(lambda: leg.queue)
    return leg


def test_gathered_time_outlives_publication(
    world: World,
) -> None:
    leg = relative_calls(world)
    world.exchange.run_for(60)
    before, published = gathered(world, leg), world.clock.now()

    publish(world, "urgent = 4.0, family = 0.1")
    assert gathered(world, leg) == before
    world.exchange.run_for(10)

    waited = (published - arrival_of(world, leg)).total_seconds()
    since = (world.clock.now() - published).total_seconds()
    assert gathered(world, leg) == round(waited * 2.0 + since * 0.1, 3)


def test_published_weights_overtake_only_in_time(world: World) -> None:
    relative = relative_calls(world)
    world.exchange.run_for(60)
    urgent = call_in(world, from_=OTHER_CALLER)
    world.exchange.run_for(10)

    # Were the whole wait weighed anew, urgent would pass at once: 10 * 20 > 70 * 2.
    publish(world, "urgent = 20.0, family = 2.0")
    assert list(queue_now(world)) == [relative.sid, urgent.sid]
    world.exchange.run_for(10)
    assert list(queue_now(world)) == [urgent.sid, relative.sid]


def test_reason_of_claim_names_version_of_rules(world: World) -> None:
    publish(world, "urgent = 4.0, family = 2.0")
    publish(world, "urgent = 5.0, family = 2.0")
    call_in(world)
    world.operator("anna", accepting_operator(after=10))

    assert json.loads(claim_now(world).offer.why)["rules"] == 2


def test_wiped_store_gets_rules_and_former(world: World) -> None:
    start = world.clock.now()
    for weights in ("urgent = 5.0, family = 9.0", "urgent = 6.0, family = 0.5"):
        world.exchange.run_for(60)
        publish(world, weights)
    world.exchange.run_for(60)
    known, now = in_force(world.ports, LINE), world.clock.now()
    gained = priority(known, "family", start, now)
    kept = world.ports.live_rules.rule_versions(LINE)
    assert [each.version for each in kept] == [0, 1, 2]

    world.redis.flushall()

    refilled = in_force(world.ports, LINE)
    assert (refilled.version, len(refilled.before)) == (2, 2)
    assert priority(refilled, "family", start, now) == gained
    assert priority(known.before[0].rules, "family", start, now) != gained
    assert world.ports.live_rules.rule_versions(LINE) == kept


def test_store_wiped_offline_learns_rules_later(world: World, tmp_path: Path) -> None:
    publish(world, "urgent = 5.0, family = 9.0")
    world.redis.flushall()
    with broken_database(tmp_path):
        assert in_force(world.ports, LINE).version == 0
        assert world.ports.live_rules.rule_versions(LINE) == ()

    assert in_force(world.ports, LINE).version == 1


def test_while_redis_is_away_nothing_published(world: World, wire: Wire) -> None:
    away = replace(
        world.ports,
        store=make_store(wire.client, KeyVault.with_fresh_keys(), world.clock),
    )
    wire.cut()

    with pytest.raises(Unavailable):
        put_in_force(away, LINE, rules_with(world, WEIGHTS))

    assert world.ports.rule_sets.history(LINE) == []


def test_rules_nobody_needs_forgotten(world: World) -> None:
    for weights in ("urgent = 5.0, family = 9.0", "urgent = 6.0, family = 0.5"):
        publish(world, weights)
        world.clock.pass_by(timedelta(days=8))
    publish(world, "urgent = 7.0, family = 0.5")

    kept = [each.version for each in world.ports.live_rules.rule_versions(LINE)]
    assert kept == [2, 3]


def test_last_of_many_publications_in_force(
    world: World,
) -> None:
    ready = Barrier(PUBLISHERS)

    def one(number: int) -> int:
        ready.wait()
        text = rules_with(world, f"urgent = {number + 1}, family = 2.0")
        return put_in_force(world.ports, LINE, text).version

    with ThreadPoolExecutor(PUBLISHERS) as people:
        versions = list(people.map(one, range(PUBLISHERS)))

    last = versions.index(max(versions)) + 1
    assert sorted(versions) == list(range(1, PUBLISHERS + 1))
    assert in_force(world.ports, LINE).version == PUBLISHERS
    assert f"urgent = {last}, family" in text_in_force(world.ports, LINE)
    kept = [each.version for each in world.ports.live_rules.rule_versions(LINE)]
    assert kept == list(range(PUBLISHERS + 1))
