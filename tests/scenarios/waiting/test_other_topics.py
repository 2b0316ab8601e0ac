"""A topic that is chosen anew changes what is gathered from now on, and only that."""

import pytest

from exchange.state.leg import Leg
from exchange.state.people import Press, Stay, accepting_operator
from ivr.actions.calls.estimates import ahead_of
from ivr.actions.rules import in_force, put_in_force
from ivr.actions.talk_controls import transfer
from ivr.core.history.report import queue_entry_of, queue_rows
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.queue.priority import priority_of
from tests.dsl.callbacks import ASKS
from tests.dsl.doing import OTHER_CALLER, call_of, is_known, queued, until_stage
from tests.dsl.rules import publish
from tests.dsl.talking import ANNA
from tests.world import CALLER, LINE, World

MYSELF, RELATIVE, HOW = "1", "2", "3"
URGENT, INFORMATION = 4.0, 1.0
"""What a second counts in the evening."""


def comes(world: World, topic: str, from_: str = CALLER, *deeds: object) -> Leg:
    """Somebody comes to the queue with a topic."""
    to_the_queue = [Press(digits=key) for key in ("1", topic)]
    if topic == HOW:
        to_the_queue.append(Press(digits="1"))
    keys = (*to_the_queue, Press(digits="0"))
    leg: Leg = world.dial(*keys, *(deeds or (Stay(),)), from_=from_)  # type: ignore[arg-type]
    world.exchange.run_until(lambda: is_known(world, leg) and queued(world, leg))
    return leg


def points(world: World, call: Contact) -> float:
    rules = in_force(world.ports, LINE)
    return priority_of(rules, queue_entry_of(call), world.clock.now())


def listed(world: World) -> list[str]:
    """Who waits, the next one first."""
    waiting, rules = world.ports.queues.waiting(LINE), in_force(world.ports, LINE)
    rows = queue_rows(waiting, {}, rules, world.clock.now())
    return [row["call"] for row in rows]


def gathered(world: World, call: Contact, weight: float) -> float:
    assert call.arrival.at is not None
    return weight * (world.clock.now() - call.arrival.at).total_seconds()


def test_other_topics_wait_counts_as_gathered(world: World) -> None:
    first = comes(world, HOW)
    world.exchange.run_for(33)
    world.exchange.hang_up(first)
    second = comes(world, MYSELF)
    call = call_of(world, second)

    was = gathered(world, call, INFORMATION)
    assert call.arrival.at == call_of(world, first).arrival.at
    assert points(world, call) == pytest.approx(was, abs=1)
    before = points(world, call)
    world.exchange.run_for(10)
    assert points(world, call) == pytest.approx(before + 10 * URGENT)


def test_always_urgent_is_next_anyway(world: World) -> None:
    first = comes(world, HOW)
    world.exchange.run_for(40)
    urgent = comes(world, MYSELF, OTHER_CALLER)
    world.exchange.run_for(20)
    world.exchange.hang_up(first)
    second = comes(world, MYSELF)

    assert listed(world) == [urgent.sid, second.sid]
    rules, now = in_force(world.ports, LINE), world.clock.now()
    for place, leg in enumerate([urgent, second]):
        ahead = ahead_of(world.ports, call_of(world, leg), rules, now)
        assert sum(ahead.values()) == place
    world.operator("anna", accepting_operator())
    until_stage(world, urgent, Stage.CONNECTED)


def test_less_urgent_topic_loses_nothing(world: World) -> None:
    first = comes(world, MYSELF)
    world.exchange.run_for(30)
    world.exchange.hang_up(first)
    second = comes(world, HOW)
    call = call_of(world, second)

    assert points(world, call) == pytest.approx(gathered(world, call, URGENT), abs=1)


def test_change_back_and_forth_gathers_nothing(world: World) -> None:
    leg = comes(world, HOW)
    world.exchange.run_for(60)
    for topic in (MYSELF, HOW, MYSELF):
        world.exchange.hang_up(leg)
        leg = comes(world, topic)
    most = gathered(world, call_of(world, leg), URGENT) - 60 * (URGENT - INFORMATION)

    assert points(world, call_of(world, leg)) < most


def test_handing_over_topic_re_scores_nothing(
    world: World,
) -> None:
    world.operator("anna", accepting_operator())
    leg = comes(world, MYSELF)
    until_stage(world, leg, Stage.CONNECTED)
    comes(world, RELATIVE, OTHER_CALLER)
    world.exchange.run_for(30)

    transfer.to_queue(world.ports, LINE, ANNA, topic="how")

    call = call_of(world, leg)
    assert call.need.urgency == "information"
    assert points(world, call) == pytest.approx(gathered(world, call, URGENT), abs=1)


def test_overdue_other_class_found_behind_head(world: World) -> None:
    publish(world, overdue_after="120")
    first = comes(world, HOW)
    world.exchange.run_for(60)
    urgent = comes(world, MYSELF, OTHER_CALLER)
    world.exchange.hang_up(first)
    second = comes(world, MYSELF)
    world.exchange.run_for(50)

    assert listed(world) == [second.sid, urgent.sid]
    world.operator("anna", accepting_operator())
    until_stage(world, second, Stage.CONNECTED)


def test_published_rules_re_score_nothing(world: World) -> None:
    first = comes(world, HOW)
    world.exchange.run_for(30)
    world.exchange.hang_up(first)
    second = comes(world, MYSELF)
    before = points(world, call_of(world, second))

    text = world.ports.content.rules_text(LINE)
    put_in_force(world.ports, LINE, text.replace("urgent = 4.0", "urgent = 9.0"))

    assert points(world, call_of(world, second)) == pytest.approx(before)
    world.exchange.run_for(10)
    assert points(world, call_of(world, second)) == pytest.approx(before + 90)


def test_what_was_gathered_outlives_live_state(world: World) -> None:
    first = comes(world, HOW)
    world.exchange.run_for(30)
    world.exchange.hang_up(first)
    second = comes(world, MYSELF)
    world.exchange.run_until(lambda: bool(second.queue))
    before = call_of(world, second)
    world.redis.flushall()

    world.exchange.run_until(lambda: is_known(world, second))

    after = call_of(world, second)
    assert before.arrival.counts_from is not None
    assert (after.arrival.at, after.arrival.counts_from) == (
        before.arrival.at,
        before.arrival.counts_from,
    )


def test_promise_keeps_other_classs_gathering(world: World) -> None:
    first = comes(world, HOW)
    world.exchange.run_for(30)
    world.exchange.hang_up(first)
    second = comes(world, MYSELF, CALLER, *ASKS)
    before = call_of(world, second)
    world.exchange.run_until(lambda: second.ended, 120)
    world.work()
    world.redis.flushall()
    world.reconcile()

    after = call_of(world, second)
    assert before.arrival.counts_from is not None
    assert (after.arrival.at, after.arrival.counts_from) == (
        before.arrival.at,
        before.arrival.counts_from,
    )
