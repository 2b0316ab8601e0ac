"""The store refuses writes: nobody is sent away, and all come in once it takes them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from exchange.state.leg import Leg
from exchange.state.people import (
    NOBODY,
    Callee,
    HangUp,
    Press,
    Stay,
    Talk,
    Wait,
    accepting_operator,
)
from ivr.core.model.contact.stage import Stage
from tests.dsl.doing import (
    OTHER_CALLER,
    TO_THE_QUEUE,
    call_in,
    call_of,
    carrier_says,
    has_heard,
    heard,
    is_known,
    says,
    stage_of,
    until_rung,
    until_stage,
)
from tests.dsl.line_people import enrol, rings_in
from tests.made_once import LINES
from tests.world import HOTLINE, LINE, World, build_world

ON_CALL = "+12025550199"
REFUSALS = {
    "maxmemory": ("1", "0"),
    "min-replicas-to-write": ("1", "0"),
}
"""A setting with which a store takes nothing more, and the usual one."""


@contextmanager
def refusing(world: World, setting: str = "maxmemory") -> Iterator[None]:
    """The store answers, and takes nothing that is written, meanwhile."""
    harm, usual = REFUSALS[setting]
    world.redis.config_set(setting, harm)
    world.reconciles = world.ticks = False
    try:
        yield
    finally:
        world.redis.config_set(setting, usual)
    world.reconciles = world.ticks = True
    world.exchange.run_for(2)


@contextmanager
def read_only(world: World) -> Iterator[None]:
    """After a fail-over the store is a replica of nobody, meanwhile."""
    world.redis.replicaof("127.0.0.1", 1)
    world.reconciles = world.ticks = False
    try:
        yield
    finally:
        world.redis.replicaof("NO", "ONE")
    world.reconciles = world.ticks = True
    world.exchange.run_for(2)


@pytest.fixture
def on_call_world(redis: Redis, tmp_path: Path) -> Iterator[World]:
    """A hotline with somebody on call for when it fails itself."""
    shutil.copytree(LINES / "example", tmp_path / "lines" / "example")
    file = tmp_path / "lines" / "example" / "line.toml"
    text = file.read_text()
    file.write_text(
        text.replace('# on_call = "+12025550199"', f'on_call = "{ON_CALL}"')
    )
    with build_world(redis, tmp_path, tmp_path / "lines") as built:
        yield built


def apologies(world: World, leg: Leg) -> int:
    return heard(leg).count(says(world, "flow.sorry"))


@pytest.mark.parametrize("setting", REFUSALS)
def test_caller_queued_once_store_has_room(world: World, setting: str) -> None:
    before = call_in(world, from_=OTHER_CALLER)
    with refusing(world, setting):
        caller = world.dial(Stay())
        rang = world.clock.now()
        world.exchange.run_for(400)
        assert not caller.ended
        assert apologies(world, caller) == 1
        later = world.dial(Stay(), from_="+447700900125")
        world.exchange.run_for(60)
    world.exchange.run_until(lambda: is_known(world, later), limit=20)

    assert is_known(world, caller)
    assert [each.id for each in world.ports.queues.waiting(LINE)] == [
        before.sid,
        caller.sid,
        later.sid,
    ]
    arrived = call_of(world, caller).arrival.at
    assert arrived is not None
    assert arrived - rang < timedelta(seconds=5)
    assert world.record(caller).started == arrived
    assert apologies(world, caller) == 1


def test_fail_over_holds_callers_until_writable(world: World) -> None:
    with read_only(world):
        caller = world.dial(Stay())
        world.exchange.run_for(200)
        assert not caller.ended
    world.operator("anna", accepting_operator())

    world.exchange.run_until(lambda: is_known(world, caller), limit=20)
    until_stage(world, caller, Stage.CONNECTED)


def test_held_caller_served_in_chosen_language(world: World) -> None:
    with refusing(world):
        caller = world.dial(Press(digits="3", after=1), Stay())
        world.exchange.run_for(60)
        assert has_heard(world, caller, "wait.stay", "en")
    world.exchange.run_until(lambda: is_known(world, caller), limit=20)

    assert call_of(world, caller).need.language == "en"


def test_short_refusal_costs_only_apology(world: World) -> None:
    with refusing(world):
        caller = world.dial(*TO_THE_QUEUE, Stay())
        world.exchange.run_until(lambda: has_heard(world, caller, "flow.sorry"))
    world.exchange.run_until(lambda: bool(is_known(world, caller) and caller.queue))

    assert stage_of(world, caller) is Stage.WAITING
    assert call_of(world, caller).need.language == "uk"


def test_menu_resumes_with_pressed_key(
    world: World,
) -> None:
    caller = world.dial(Press(digits="3", after=1), Press(digits="2"), Stay())
    world.exchange.run_until(lambda: is_known(world, caller))
    with refusing(world):
        world.exchange.run_for(120)
        assert not caller.ended
        assert heard(caller).count(says(world, "flow.sorry", "en")) == 1
    world.exchange.run_for(60)

    assert call_of(world, caller).need.language == "en"
    assert call_of(world, caller).need.topic == "relative"


def test_held_caller_told_once_keeps_place(world: World) -> None:
    caller = call_in(world)
    place = call_of(world, caller).arrival.at
    with refusing(world):
        world.exchange.run_for(200)
        assert caller.queue
        assert heard(caller).count(says(world, "wait.stay")) == 1
    world.exchange.run_for(60)

    assert call_of(world, caller).arrival.at == place


def test_unsaved_acceptance_swallows_nobody(
    world: World,
) -> None:
    world.operator("anna", accepting_operator(after=2))
    caller = call_in(world)
    leg = until_rung(world)
    world.exchange.run_until(lambda: any(e.kind == "gather" for e in leg.transcript))
    with refusing(world):
        world.exchange.run_for(120)
        assert leg.ended
        assert caller.queue
        assert not has_heard(world, leg, "flow.sorry")
        assert has_heard(world, leg, "operator.failed")
    until_stage(world, caller, Stage.CONNECTED, limit=200)


def test_calling_in_during_outage_asks_pin_later(world: World) -> None:
    enrol(world)
    world.work()
    with refusing(world):
        leg = rings_in(world, Stay())
        world.exchange.run_for(60)
    world.exchange.run_for(20)

    assert has_heard(world, leg, "operator.pin")
    assert not is_known(world, leg)


def test_hung_up_held_caller_logged(world: World) -> None:
    with refusing(world):
        early = world.dial(Wait(seconds=2), HangUp())
        late = world.dial(Wait(seconds=90), HangUp(), from_=OTHER_CALLER)
        world.exchange.run_for(120)
        assert early.ended
        assert late.ended

    for leg in (early, late):
        record = world.record(leg)
        assert (record.outcome, record.number) == ("abandoned", HOTLINE)
        assert not is_known(world, leg)


def test_hangup_at_recovery_is_logged(
    world: World,
) -> None:
    with refusing(world):
        caller = world.dial(Stay())
        world.exchange.run_for(61)
    world.exchange.hang_up(caller)
    world.exchange.run_for(5)

    assert world.record(caller).outcome == "abandoned"


def test_cut_off_caller_regains_place_later(world: World) -> None:
    first = call_in(world)
    place = call_of(world, first).arrival.at
    world.exchange.hang_up(first)
    world.exchange.run_for(5)
    with refusing(world):
        again = world.dial(Stay())
        world.exchange.run_for(60)
    world.exchange.run_until(lambda: is_known(world, again), limit=20)

    assert call_of(world, again).arrival.at == place


def test_nobody_held_for_longer_than_anybody_waits(world: World) -> None:
    with refusing(world):
        caller = world.dial(Stay())
        world.exchange.run_until(lambda: caller.ended, limit=3000)
        assert has_heard(world, caller, "flow.sorry-end")


def test_closed_line_says_so_unsaved(redis: Redis, tmp_path: Path) -> None:
    shutil.copytree(LINES / "example", tmp_path / "lines" / "example")
    file = tmp_path / "lines" / "example" / "line.toml"
    hours = '\n[[hours]]\nfrom = "09:00"\nto = "10:00"\n\n[undecided]'
    file.write_text(file.read_text().replace("\n[undecided]", hours, 1))
    with build_world(redis, tmp_path, tmp_path / "lines") as world, refusing(world):
        caller = world.dial(Stay())
        world.exchange.run_until(lambda: caller.ended, limit=120)
        assert has_heard(world, caller, "flow.closed")


# --- the on-call number ----------------------------------------------------


def on_calls(world: World) -> list[Leg]:
    return [leg for leg in world.exchange.state.legs.values() if leg.to == ON_CALL]


def test_on_call_number_takes_held_caller(on_call_world: World) -> None:
    world = on_call_world
    world.exchange.put_person(ON_CALL, Callee(after=3))
    with refusing(world):
        caller = world.dial(Stay())
        world.exchange.run_until(lambda: bool(on_calls(world)), limit=120)
        (leg,) = on_calls(world)
        world.exchange.run_until(lambda: leg.is_connected, limit=30)
        assert leg.from_ == HOTLINE
        world.exchange.run_for(60)
        world.exchange.hang_up(leg)
        world.exchange.run_until(lambda: caller.ended, limit=30)

    assert world.record(caller).outcome == "answered"


def test_held_caller_stays_without_on_call(on_call_world: World) -> None:
    world = on_call_world
    world.exchange.put_person(ON_CALL, NOBODY)
    with refusing(world):
        caller = world.dial(Stay())
        world.exchange.run_for(600)
        assert not caller.ended
        assert 2 <= len(on_calls(world)) <= 5
        assert apologies(world, caller) == 1
    world.exchange.run_until(lambda: is_known(world, caller), limit=60)

    assert stage_of(world, caller) is Stage.WAITING


def test_full_store_still_connects_on_call(
    on_call_world: World,
) -> None:
    world = on_call_world
    world.exchange.put_person(ON_CALL, Callee(after=3, deeds=(Talk(seconds=20),)))
    caller = call_in(world)
    with refusing(world):
        world.exchange.run_until(lambda: bool(on_calls(world)), limit=200)
        world.exchange.run_until(lambda: caller.ended, limit=90)
    world.exchange.run_for(30)

    assert stage_of(world, caller) is Stage.ENDED


def test_operator_never_connected_to_on_call(on_call_world: World) -> None:
    world = on_call_world
    world.operator("anna", accepting_operator(after=2))
    call_in(world)
    leg = until_rung(world)
    world.exchange.run_until(lambda: any(e.kind == "gather" for e in leg.transcript))
    with refusing(world):
        world.exchange.run_until(lambda: leg.ended, limit=200)

    assert not any(each.parent is leg for each in on_calls(world))


def test_full_carriers_queue_makes_no_loop(
    world: World,
) -> None:
    world.exchange.state.add_queue(LINE, 0)
    with refusing(world):
        caller = world.dial(Stay())
        world.exchange.run_for(300)
        assert not caller.ended
        requests = [url for _, url in world.asked]
        assert len(requests) < 60
        assert apologies(world, caller) == 1


def test_unsigned_token_holds_nobody(world: World) -> None:
    for path in ("", "/key", "/over", "/dialled"):
        told = {"QueueResult": "leave", "DialCallStatus": "busy", "CallStatus": ""}
        answer = carrier_says(
            world, f"/voice/held{path}?t=a.b&n=1", "CA" + "6" * 32, told
        )
        assert answer.status_code == 200
        assert b"<Response" in answer.data
