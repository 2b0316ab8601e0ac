"""Ways out of the queue while something is lost, late or away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import (
    Callee,
    HangUp,
    Press,
    Speak,
    Stay,
    Wait,
    accepting_operator,
)
from ivr.actions.calls import callbacks
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import State
from tests.dsl.callbacks import (
    ASKS,
    IS_CALLED,
    SAY_YES,
    come,
    operator_to_come,
    persons_legs,
    promised,
)
from tests.dsl.doing import (
    CREATE,
    TO_THE_QUEUE,
    call_in,
    call_of,
    carrier_says,
    claim_now,
    facts_named,
    fault,
    has_heard,
    heard,
    stage_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.settling import settle
from tests.dsl.faults.wire import Wire, broken_database
from tests.dsl.ways_out import TO_A_MESSAGE
from tests.world import CALLER, HOTLINE, LINE, World, build_world


def test_lost_end_of_first_call_found(
    world: World,
) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    fault(world, FaultKind.LOST, "/voice/status$", times=1)
    leg: Leg = world.dial(*TO_THE_QUEUE, *ASKS, Stay())
    world.exchange.run_until(lambda: leg.ended, 120)
    come(world)

    until_stage(world, leg, Stage.CONNECTED)

    assert world.record(leg).outcome == "callback"


def test_lost_notices_count_as_try(
    world: World,
) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(
        CALLER, Callee(after=2.0, deeds=(Wait(seconds=1), HangUp()))
    )
    fault(world, FaultKind.LOST, "/voice/back/status")
    caller = promised(world)
    come(world)

    until_stage(world, caller, Stage.PROMISED)

    assert len(facts_named(world, "callback-tried")) == 1
    until_state(world, State.AVAILABLE)


@pytest.mark.parametrize("kind", [FaultKind.HANG_AFTER, FaultKind.BROKEN_AFTER])
def test_unheard_leg_called_once(world: World, kind: FaultKind) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    caller = promised(world)
    come(world)
    world.exchange.run_until(lambda: claim_now(world).leg is not None)
    fault(world, kind, CREATE, method="POST", times=1)

    until_stage(world, caller, Stage.CONNECTED)

    assert len(persons_legs(world)) == 1


def test_leg_without_notices_still_reached(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, Callee(after=20.0, deeds=IS_CALLED.deeds))
    fault(world, FaultKind.LOST, "/voice/back/status")
    caller = promised(world)
    come(world)

    until_stage(world, caller, Stage.CONNECTED)

    assert len(persons_legs(world)) == 1


def test_operator_gone_before_notice_stops_ringing(world: World) -> None:
    agrees_and_goes = Callee(after=2.0, deeds=(SAY_YES, Wait(seconds=3), HangUp()))
    operator_to_come(world, agrees_and_goes, accepting_operator())
    world.exchange.put_person(CALLER, Callee(after=25.0, deeds=(SAY_YES, Stay())))
    fault(world, FaultKind.DELAYED, "/voice/back/status", seconds=6)
    caller = promised(world)
    come(world)

    world.exchange.run_until(lambda: len(persons_legs(world)) == 1)
    world.exchange.run_until(lambda: persons_legs(world)[0].ended, 10)

    assert persons_legs(world)[0].answered_at is None
    until_stage(world, caller, Stage.CONNECTED, limit=300)
    assert len(persons_legs(world)) == 2


def test_operator_gone_without_notices_stops_ringing(world: World) -> None:
    agrees_and_goes = Callee(after=2.0, deeds=(SAY_YES, Wait(seconds=3), HangUp()))
    operator_to_come(world, agrees_and_goes, accepting_operator())
    world.exchange.put_person(CALLER, Callee(after=25.0, deeds=(SAY_YES, Stay())))
    fault(world, FaultKind.LOST, "/voice/back/status")
    promised(world)
    come(world)

    world.exchange.run_until(lambda: len(persons_legs(world)) == 1)
    world.exchange.run_until(lambda: persons_legs(world)[0].ended, 10)

    assert persons_legs(world)[0].answered_at is None


def test_leg_never_created_is_dialled_anew(world: World) -> None:
    operator_to_come(world, accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    caller = promised(world)
    come(world)
    world.exchange.run_until(lambda: claim_now(world).leg is not None)
    fault(world, FaultKind.HANG, CREATE, method="POST", times=1)

    world.exchange.run_until(lambda: not persons_legs(world), 1)
    until_stage(world, caller, Stage.CONNECTED, limit=300)

    assert len(persons_legs(world)) == 1


def test_message_kept_though_live_state_lost_meanwhile(
    world: World,
) -> None:
    leg: Leg = world.dial(*TO_A_MESSAGE, Speak(text="We are two."), Stay())
    world.exchange.run_until(lambda: any(e.kind == "record" for e in leg.transcript))
    world.ticks = False
    world.redis.flushall()

    world.exchange.run_until(lambda: has_heard(world, leg, "message.thanks"), 120)

    assert len(facts_named(world, "message-left")) == 1


def test_ended_promise_not_brought_back(world: World) -> None:
    caller = promised(world)
    callbacks.end_callback(world.ports, LINE, ContactId(caller.sid), "cancelled")
    world.record(caller)
    world.redis.flushall()

    world.exchange.run_for(60)

    assert world.ports.queues.waiting(LINE) == []


def test_called_persons_number_never_ours(
    world: World,
) -> None:
    """A leg of ours that the live state has lost: its To is the person."""
    leg, form = "CA" + "8" * 32, {"From": HOTLINE, "To": CALLER}
    place = {"line": LINE, "language": "uk", "class": "urgent"}
    token = world.ports.vault.sign({**place, "queued": world.clock.now().isoformat()})

    carrier_says(world, f"/voice/wait?t={token}", leg, form)

    call = world.ports.contacts.call(LINE, ContactId(leg))
    assert call is not None
    assert call.caller.dialled == HOTLINE
    carrier_says(world, "/voice/status", leg, {**form, "CallStatus": "completed"})


BREAKER_OPEN = 2
"""Seconds after which the store is asked again for certain."""


# --- away -------------------------------------------------------------------


@pytest.fixture
def wire(valkey_url: str, redis: Redis) -> Iterator[Wire]:
    """A wire of its own to the emptied store."""
    assert redis.dbsize() == 0
    made = Wire(valkey_url)
    yield made
    made.client.close()


@pytest.fixture
def cut_world(wire: Wire, tmp_path: Path) -> Iterator[World]:
    """A hotline whose wire to Redis can be cut."""
    with build_world(wire.client, tmp_path) as built:
        yield built
        settle(built)


def test_message_during_outage_kept(cut_world: World, wire: Wire) -> None:
    world = cut_world
    leg: Leg = world.dial(*TO_A_MESSAGE, Speak(text="We are two."), Stay())
    world.exchange.run_until(lambda: any(e.kind == "record" for e in leg.transcript))
    with away(world, wire):
        world.exchange.run_until(lambda: has_heard(world, leg, "flow.sorry"), 60)

    world.exchange.run_until(lambda: has_heard(world, leg, "message.thanks"), 60)

    (fact,) = facts_named(world, "message-left")
    assert fact.recording.startswith("RE")  # type: ignore[attr-defined]


@pytest.mark.parametrize("answers_after", [2.0, 6.0])
def test_pickup_during_outage_asked_afterwards(
    cut_world: World, wire: Wire, answers_after: float
) -> None:
    world = cut_world
    operator_to_come(world, accepting_operator())
    yes = Press(digits="1", after=3)
    world.exchange.put_person(CALLER, Callee(after=answers_after, deeds=(yes, Stay())))
    caller = promised(world)
    come(world)
    world.exchange.run_until(lambda: bool(persons_legs(world)))
    world.exchange.run_until(lambda: call_of(world, caller).leg is not None)
    with away(world, wire):
        world.exchange.run_for(answers_after + 1)

    until_stage(world, caller, Stage.CONNECTED)

    (leg,) = persons_legs(world)
    assert heard(leg)[0] == world.ports.content.text(
        LINE, "uk", "back.question", {"key": "1"}
    )


@contextmanager
def away(world: World, wire: Wire) -> Iterator[None]:
    """Redis does not answer meanwhile; the ticker, which needs it, stands still."""
    wire.cut()
    world.ticks = False
    yield
    world.ticks = True
    wire.mend()
    world.exchange.run_for(BREAKER_OPEN)


def test_ended_calls_found_without_database(world: World, tmp_path: Path) -> None:
    caller = call_in(world)
    fault(world, FaultKind.LOST, "/voice/(status|left)")
    world.jobs.are_lost = True
    with broken_database(tmp_path):
        world.exchange.hang_up(caller)
        world.exchange.run_for(40)

        assert stage_of(world, caller) is Stage.ENDED
