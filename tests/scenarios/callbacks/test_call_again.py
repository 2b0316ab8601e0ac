"""An operator promises a caller another call, and it is kept."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from exchange.state.faults import FaultKind
from exchange.state.leg import Leg
from exchange.state.people import Callee, Press, Stay, Talk, accepting_operator
from ivr.actions.calls import callbacks
from ivr.actions.desk.scheduled_callback import (
    promised_for,
    schedule_callback,
    take_back,
)
from ivr.actions.operators.roster import choose_state
from ivr.core.callback.scheduled_callback import callback_id
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Invalid, Stale
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import State
from tests.dsl.callbacks import IS_CALLED, persons_legs
from tests.dsl.desk_work import account, lines_with, talked, talking_to
from tests.dsl.doing import (
    OTHER_OPERATOR,
    by_the_minute,
    call_in,
    facts_named,
    fault,
    state_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.settling import settle
from tests.dsl.rules import publish
from tests.world import CALLER, LINE, World, build_world, later

SOON = timedelta(minutes=10)


@pytest.fixture
def world(world: World) -> World:
    """The shipped hotline, with an operator and a caller who can be called."""
    world.operator("anna", accepting_operator())
    world.exchange.put_person(CALLER, IS_CALLED)
    return world


def promises(world: World, leg: Leg, length: timedelta = SOON) -> datetime:
    """Anna promises the caller another call."""
    moment = world.clock.now() + length
    due = schedule_callback(world.ports, account(), ContactId(leg.sid), moment)
    world.work()
    return due


def again_of(world: World, leg: Leg) -> Contact:
    """The call that was promised, as the house sees it."""
    call = world.ports.contacts.call(LINE, callback_id(ContactId(leg.sid)))
    assert call is not None
    return call


def until_called(world: World, leg: Leg, limit: float = 3600) -> None:
    """Let time pass until the person talks to an operator again."""
    world.exchange.run_until(
        lambda: again_of(world, leg).stage is Stage.CONNECTED, limit
    )


def reasons(world: World) -> list[str]:
    return [fact.reason for fact in facts_named(world, "callback-ended")]  # type: ignore[attr-defined]


def test_caller_called_again_now(world: World) -> None:
    caller = talking_to(world)
    due = promises(world, caller)
    assert due == world.clock.now() + SOON
    assert promised_for(world.ports, LINE, ContactId(caller.sid)) == due
    world.exchange.hang_up(caller)
    world.exchange.run_for(60)
    assert world.record(caller).outcome == "answered"
    assert not persons_legs(world)

    until_called(world, caller)

    assert due <= world.clock.now() < due + later(60)
    (leg,) = persons_legs(world)
    world.exchange.hang_up(leg)
    world.exchange.run_for(5)
    assert reasons(world) == ["kept"]
    record = next(r for r in world.log() if r.call == again_of(world, caller).id)
    assert (record.outcome, record.operator, record.language) == (
        "callback",
        "anna",
        "uk",
    )
    assert record.talk_seconds is not None
    assert record.talk_seconds < 60
    assert world.record(caller).talk_seconds < 60  # type: ignore[operator]


def test_promise_given_in_wrap_up_too(world: World) -> None:
    caller = talked(world)
    assert state_of(world) is State.WRAP_UP

    promises(world, caller)
    until_called(world, caller)

    assert len(persons_legs(world)) == 1


def test_promise_that_is_given_again_is_moved(world: World) -> None:
    caller = talked(world)
    promises(world, caller)
    due = promises(world, caller, timedelta(hours=1))

    with by_the_minute(world):
        until_called(world, caller, limit=2 * 3600)

    assert world.clock.now() >= due
    assert len(persons_legs(world)) == 1
    assert len(world.ports.promises.callbacks(LINE, ended=True)) == 1


def test_promise_taken_back_not_kept(world: World) -> None:
    caller = talked(world)
    promises(world, caller)

    take_back(world.ports, account(), ContactId(caller.sid))
    world.exchange.run_for(SOON.total_seconds() + 600)

    assert promised_for(world.ports, LINE, ContactId(caller.sid)) is None
    assert not persons_legs(world)
    assert reasons(world) == ["cancelled"]


def test_promise_taken_back_can_be_renewed(world: World) -> None:
    caller = talked(world)
    promises(world, caller)
    take_back(world.ports, account(), ContactId(caller.sid))
    with pytest.raises(Stale):
        take_back(world.ports, account(), ContactId(caller.sid))

    promises(world, caller)
    until_called(world, caller)

    assert len(persons_legs(world)) == 1


def test_unreached_person_tried_again(world: World) -> None:
    world.exchange.put_person(CALLER, Callee(after=99.0), IS_CALLED)
    caller = talked(world)
    promises(world, caller)

    until_called(world, caller)

    assert len(persons_legs(world)) == 2


def test_quiet_hours_hold_promise_back(world: World) -> None:
    publish(world, quiet='{ from = "19:05", to = "20:00" }')
    caller = talked(world)

    due = promises(world, caller)
    with by_the_minute(world):
        until_called(world, caller, limit=3 * 3600)

    assert (due.hour, due.minute) == (18, 0)  # 20:00 in Kyiv
    assert world.clock.now() >= due


def test_caller_before_moment_called_anyway(
    world: World,
) -> None:
    caller = talked(world)
    promises(world, caller)
    until_state(world, State.AVAILABLE)

    between = call_in(world, Talk(seconds=10))
    until_stage(world, between, Stage.ENDED)
    until_called(world, caller)

    assert reasons(world) == ["kept"]
    assert len(persons_legs(world)) == 1


def test_dropped_caller_has_place_beside_promise(
    world: World,
) -> None:
    caller = talking_to(world)
    promises(world, caller)
    world.exchange.hang_up(caller)
    until_state(world, State.WRAP_UP)

    back = world.dial(Press(digits="*"), Stay())
    until_stage(world, back, Stage.CONNECTED, limit=120)

    assert again_of(world, caller).stage is Stage.PROMISED


def test_promise_outlives_live_state(world: World) -> None:
    caller = talked(world)
    due = promises(world, caller)
    world.exchange.run_for(60)
    world.redis.flushall()
    world.exchange.run_for(60)
    choose_state(world.ports, LINE, OperatorId("anna"), State.AVAILABLE, "test")
    assert again_of(world, caller).stage is Stage.PROMISED

    until_called(world, caller)

    assert world.clock.now() >= due


def test_called_again_can_be_promised_more(world: World) -> None:
    world.exchange.put_person(CALLER, IS_CALLED, IS_CALLED)
    caller = talked(world)
    promises(world, caller)
    until_called(world, caller)
    again = again_of(world, caller)

    due = schedule_callback(world.ports, account(), again.id, world.clock.now() + SOON)
    (leg,) = persons_legs(world)
    world.exchange.hang_up(leg)
    world.exchange.run_until(lambda: len(persons_legs(world)) == 2, 3600)

    assert world.clock.now() >= due
    until_state(world, State.TALKING)


def test_refusing_person_spared_every_promise(world: World) -> None:
    world.exchange.put_person(
        CALLER, Callee(after=2.0, deeds=(Press(digits="2"), Stay()))
    )
    caller = talked(world)
    promises(world, caller)

    world.exchange.run_until(lambda: reasons(world) == ["refused"], 3600)

    assert again_of(world, caller).stage is Stage.ENDED


def test_promise_cancelled_by_identifier_as_every_other(world: World) -> None:
    caller = talked(world)
    promises(world, caller)

    callbacks.end_callback(world.ports, LINE, again_of(world, caller).id, "cancelled")
    world.exchange.run_for(SOON.total_seconds() + 600)

    assert not persons_legs(world)


# --- refusals ---------------------------------------------------------------


def refused(world: World, leg: Leg, name: str = "anna") -> str:
    """Why a promise cannot be given."""
    moment = world.clock.now() + SOON
    with pytest.raises(Stale) as stale:
        schedule_callback(world.ports, account(name), ContactId(leg.sid), moment)
    assert world.ports.contacts.call(LINE, callback_id(ContactId(leg.sid))) is None
    return stale.value.reason


def test_withheld_number_promised_no_call(
    world: World,
) -> None:
    assert refused(world, talking_to(world, from_="anonymous")) == "no-number"


def test_costly_number_not_called(world: World) -> None:
    assert refused(world, talking_to(world, from_="+449098790000")) == "no-number"


def test_carrier_that_does_not_answer_promises_nothing(world: World) -> None:
    caller = talking_to(world)
    fault(world, FaultKind.BROKEN, r"/Calls/CA", method="GET", seconds=1)

    assert refused(world, caller) == "carrier"


def test_nobody_promises_for_call_of_another(world: World) -> None:
    world.operator("bela", accepting_operator(), phone=OTHER_OPERATOR)
    choose_state(world.ports, LINE, OperatorId("bela"), State.AWAY, "test")
    caller = talking_to(world)

    assert refused(world, caller, "bela") == "not-yours"


def test_form_of_earlier_call_promises_nothing(world: World) -> None:
    first = talked(world)
    until_state(world, State.AVAILABLE)
    talking_to(world, from_="+447700900124")

    assert refused(world, first) == "not-now"


def test_moment_that_is_past_is_refused(world: World) -> None:
    caller = talking_to(world)

    with pytest.raises(Invalid):
        promises(world, caller, timedelta(seconds=-1))


def test_line_without_callbacks_promises_none(redis: Redis, tmp_path: Path) -> None:
    lines = lines_with(tmp_path, "call_back = true", "call_back = false")
    with build_world(redis, tmp_path, lines=lines) as world:
        world.operator("anna", accepting_operator())
        assert refused(world, talking_to(world)) == "not-now"
        settle(world)


def test_number_kept_sealed_and_shown_nowhere(world: World) -> None:
    caller = talking_to(world)
    promises(world, caller)

    wish = again_of(world, caller).callback.preferences
    assert wish is not None
    assert world.ports.vault.unseal_number(wish.number).reveal() == CALLER
    assert "7700900123" not in repr(world.ports.promises.callbacks(LINE))
    assert "7700900123" not in repr(world.notes.kept)
