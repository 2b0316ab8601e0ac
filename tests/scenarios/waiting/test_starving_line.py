"""Whoever only waits is served in the end, whatever the others do to come back."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import pytest

from exchange.state.leg import Leg
from exchange.state.people import Press, Stay, accepting_operator
from ivr.actions.desk.scheduled_callback import schedule_callback
from ivr.actions.talk_controls import talk, transfer
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Stale
from ivr.core.model.identifiers import ClaimId
from ivr.core.model.operator import State
from ivr.core.queue.arrival import MOST_TALKS
from tests.dsl.callbacks import ASKS, IS_CALLED
from tests.dsl.desk_work import account
from tests.dsl.doing import (
    TO_THE_QUEUE,
    call_in,
    call_of,
    claim_now,
    is_known,
    stage_of,
    state_of,
    until_stage,
)
from tests.dsl.talking import ANNA
from tests.world import LINE, World, later

OTHERS = ("+447700900151", "+447700900152")
PATIENT = "+447700900160"
STAR = Press(digits="*")

Habit = Callable[[World, Leg], None]


def rings(world: World, leg: Leg, *deeds: object) -> None:
    """They ring again from the same number, and come to the queue."""
    again: Leg = world.dial(*deeds, from_=theirs(leg))  # type: ignore[arg-type]
    world.exchange.run_until(
        lambda: is_known(world, again) and stage_of(world, again) is not Stage.MENU
    )


def hangs_up_and_returns(world: World, leg: Leg) -> None:
    world.exchange.hang_up(leg)
    world.exchange.run_for(1)
    rings(world, leg, STAR, *TO_THE_QUEUE, Stay())


def drops_twice_and_returns(world: World, leg: Leg) -> None:
    hangs_up_and_returns(world, leg)
    for each in up(world, theirs(leg)):
        world.exchange.hang_up(each)
    world.exchange.run_for(1)
    rings(world, leg, *TO_THE_QUEUE, Stay())


def rings_beside_and_hangs_up(world: World, leg: Leg) -> None:
    rings(world, leg, STAR, Stay())
    rings(world, leg, *TO_THE_QUEUE, Stay())
    world.exchange.hang_up(leg)
    world.exchange.run_for(1)


def asks_for_a_call_back(world: World, leg: Leg) -> None:
    world.exchange.hang_up(leg)
    world.exchange.run_for(1)
    again: Leg = world.dial(STAR, *TO_THE_QUEUE, *ASKS, from_=theirs(leg))
    world.exchange.run_until(lambda: again.ended, 300)


def is_ended_at_the_desk(world: World, leg: Leg) -> None:
    talk.end_talk(world.ports, LINE, ANNA)
    world.exchange.run_until(lambda: leg.ended or stage_of(world, leg) is Stage.AFTER)
    hangs_up_and_returns(world, leg)


def is_handed_on(world: World, _: Leg) -> None:
    transfer.to_queue(world.ports, LINE, ANNA)


def is_promised_another(world: World, leg: Leg) -> None:
    key, now = claim_now(world).call, world.clock.now()
    # Whoever was called back there is promised one more, or is not.
    with suppress(Stale):
        schedule_callback(world.ports, account(), key, now + later(1))
    hangs_up_and_returns(world, leg)


HABITS: tuple[Habit, ...] = (
    hangs_up_and_returns,
    drops_twice_and_returns,
    rings_beside_and_hangs_up,
    asks_for_a_call_back,
    is_ended_at_the_desk,
    is_handed_on,
    is_promised_another,
)


def up(world: World, number: str) -> list[Leg]:
    """The legs on which somebody rings us from a number."""
    legs = world.exchange.state.legs.values()
    return [leg for leg in legs if leg.from_ == number and not leg.ended]


def theirs(leg: Leg) -> str:
    """The number of whoever talks on a leg, be it one that we have called."""
    return leg.from_ if leg.from_ in OTHERS else leg.to


def until_over(world: World, key: ClaimId) -> None:
    """Let time pass until a claim binds nobody any more."""
    contacts = world.ports.contacts
    world.exchange.run_until(lambda: key not in contacts.open_claims(LINE), 60)


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.__name__)
def test_waiter_passed_by_limited_talks(world: World, habit: Habit) -> None:
    for number in OTHERS:
        world.exchange.put_person(number, IS_CALLED)
        call_in(world, from_=number)
    patient = call_in(world, from_=PATIENT)
    arrived = call_of(world, patient).arrival.at
    world.operator("anna", accepting_operator())
    talks: Counter[datetime | None] = Counter()

    while True:
        world.exchange.run_until(lambda: state_of(world) is State.TALKING, 600)
        claim = claim_now(world)
        call = world.ports.contacts.call(LINE, claim.call)
        assert call is not None
        if call.id == patient.sid:
            break
        talks[call.arrival.at] += 1
        assert talks.total() <= len(OTHERS) * MOST_TALKS
        assert call.arrival.at is not None
        assert arrived is not None
        assert call.arrival.at < arrived, "nobody passes who came later, of one class"
        habit(world, world.exchange.state.legs[claim.party])
        until_over(world, claim.id)

    assert max(talks.values()) <= MOST_TALKS
    until_stage(world, patient, Stage.CONNECTED)
