"""What is required holds the wrap-up; what two windows write loses nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from exchange.state.leg import Leg
from exchange.state.people import Press, Stay, accepting_operator
from ivr.actions.desk.call_records import complete_record, how_shown, save_record
from ivr.actions.operators.roster import choose_state
from ivr.actions.operators.wrap_up import more_time
from ivr.core.desk.record_shown import Shown
from ivr.core.model.contact.stage import Stage
from ivr.core.model.errors import Invalid, Stale
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import State
from tests.dsl.desk_work import (
    account,
    completes,
    draft,
    lines_with,
    talked,
    talking_to,
    writes,
)
from tests.dsl.doing import (
    OTHER_CALLER,
    OTHER_OPERATOR,
    call_in,
    call_of,
    facts_named,
    is_known,
    queued,
    stage_of,
    state_of,
    until_stage,
    until_state,
)
from tests.dsl.faults.settling import settle
from tests.dsl.faults.wire import broken_database
from tests.dsl.rules import publish
from tests.world import LINE, World, build_world

ANNA = OperatorId("anna")


@pytest.fixture
def strict(redis: Redis, tmp_path: Path) -> Iterator[World]:
    """A hotline whose line requires a disposition of every call."""
    required = 'required = ["disposition"]'
    lines = lines_with(tmp_path, "required = []", required)
    with build_world(redis, tmp_path, lines=lines) as built:
        built.operator("anna", accepting_operator())
        yield built
        settle(built)


@pytest.fixture
def world(world: World) -> World:
    """The shipped hotline, with an operator."""
    world.operator("anna", accepting_operator())
    return world


# --- wrap-up is held --------------------------------------------------------


def test_wrap_up_held_until_record_is_complete(strict: World) -> None:
    first = talked(strict)
    second = call_in(strict, from_=OTHER_CALLER)
    assert strict.operator_now().wrap_up.owes == first.sid
    strict.exchange.run_for(120)
    assert strict.operator_now().is_held
    assert stage_of(strict, second) is Stage.WAITING

    record = completes(strict, first, disposition="helped")

    assert record.complete == strict.clock.now()
    assert stage_of(strict, second) is Stage.CLAIMED
    (told,) = facts_named(strict, "record-completed")
    assert (told.call, told.disposition) == (first.sid, "helped")  # type: ignore[attr-defined]


def test_record_without_what_is_required_frees_nobody(strict: World) -> None:
    caller = talked(strict)
    strict.exchange.run_for(60)

    record = completes(strict, caller, note="All is well.")

    assert (record.complete, record.version) == (None, 1)
    assert strict.operator_now().is_held


def test_timely_record_leaves_breathing_time(
    strict: World,
) -> None:
    caller = talked(strict)

    completes(strict, caller, disposition="helped")

    assert state_of(strict) is State.WRAP_UP
    assert strict.operator_now().wrap_up.owes is None
    until_state(strict, State.AVAILABLE, limit=35)


def test_written_in_talk_not_owed(strict: World) -> None:
    caller = talking_to(strict)
    writes(strict, caller, disposition="helped")

    strict.exchange.hang_up(caller)
    until_state(strict, State.WRAP_UP)

    assert strict.operator_now().wrap_up.owes is None
    until_state(strict, State.AVAILABLE, limit=35)


def test_owed_record_holds_without_breathing(strict: World) -> None:
    publish(strict, seconds="0")
    caller = talked(strict)
    assert strict.operator_now().is_held

    completes(strict, caller, disposition="helped")

    assert state_of(strict) is State.AVAILABLE


def test_person_who_says_available_ends_it_all(strict: World) -> None:
    talked(strict)
    second = call_in(strict, from_=OTHER_CALLER)
    strict.exchange.run_for(60)

    choose_state(strict.ports, LINE, ANNA, State.AVAILABLE, "command line")
    strict.work()

    assert strict.operator_now().wrap_up.owes is None
    assert stage_of(strict, second) is Stage.CLAIMED


def test_record_completed_during_pause_too(strict: World) -> None:
    caller = talked(strict)
    choose_state(strict.ports, LINE, ANNA, State.AWAY, "desk")

    completes(strict, caller, disposition="helped")

    assert state_of(strict) is State.AWAY
    assert strict.operator_now().wrap_up.owes is None


def test_completing_twice_changes_and_tells_nothing_more(strict: World) -> None:
    caller = talked(strict)
    strict.exchange.run_for(60)
    first = completes(strict, caller, disposition="helped")

    second = completes(strict, caller, disposition="helped")

    assert second == first
    assert len(facts_named(strict, "record-completed")) == 1


def test_while_database_is_away_nobody_held(strict: World, tmp_path: Path) -> None:
    caller = talking_to(strict)
    strict.jobs.are_lost, strict.reconciles = True, False
    with broken_database(tmp_path):
        strict.exchange.hang_up(caller)
        until_state(strict, State.WRAP_UP)

        until_state(strict, State.AVAILABLE, limit=35)

    assert "record not asked for" in strict.notes.events()


def test_shipped_line_holds_nobody(world: World) -> None:
    talked(world)

    assert (state_of(world), world.operator_now().wrap_up.owes) == (State.WRAP_UP, None)
    until_state(world, State.AVAILABLE, limit=35)


def breaks_off_and_rings_again(world: World) -> Leg:
    """A caller of Anna's whose line has dropped; Bela has come meanwhile."""
    caller = talking_to(world)
    world.operator("bela", accepting_operator(), phone=OTHER_OPERATOR)
    world.exchange.hang_up(caller)
    until_state(world, State.WRAP_UP)
    back: Leg = world.dial(Press(digits="*"), Stay())
    world.exchange.run_until(lambda: is_known(world, back) and queued(world, back))
    assert call_of(world, back).affinity.operator == ANNA
    return back


def test_held_operators_caller_is_everybodys(strict: World) -> None:
    back = breaks_off_and_rings_again(strict)

    until_stage(strict, back, Stage.CONNECTED, limit=60)

    assert (state_of(strict), state_of(strict, "bela")) == (
        State.WRAP_UP,
        State.TALKING,
    )


def test_slow_operators_caller_is_everybodys(world: World) -> None:
    back = breaks_off_and_rings_again(world)

    more_time(world.ports, LINE, ANNA)
    world.work()

    assert stage_of(world, back) is Stage.CLAIMED
    until_state(world, State.TALKING, "bela")


# --- more time --------------------------------------------------------------


def test_more_time_keeps_next_call_away(world: World) -> None:
    talked(world)
    over = world.exchange.now
    second = call_in(world, from_=OTHER_CALLER)

    more_time(world.ports, LINE, ANNA)
    until_stage(world, second, Stage.CLAIMED)

    assert 89 <= (world.exchange.now - over).total_seconds() <= 92


def test_more_time_given_five_times(world: World) -> None:
    talked(world)
    for _ in range(5):
        more_time(world.ports, LINE, ANNA)

    with pytest.raises(Stale):
        more_time(world.ports, LINE, ANNA)


def test_more_time_only_in_wrap_up(world: World) -> None:
    with pytest.raises(Stale) as stale:
        more_time(world.ports, LINE, ANNA)

    assert stale.value.reason == "not-now"
    assert state_of(world) is State.AVAILABLE


# --- what is written --------------------------------------------------------


def test_second_window_told_and_changes_nothing(world: World) -> None:
    caller = talking_to(world)
    one = writes(world, caller, note="She is safe.")
    assert one.version == 1

    with pytest.raises(Stale) as stale:
        writes(world, caller, note="Another window.")

    assert stale.value.reason == "newer"
    two = writes(world, caller, version=1, note="She is safe now.")
    assert (two.note, two.version) == ("She is safe now.", 2)


def test_unanswered_save_is_no_conflict(world: World) -> None:
    caller = talking_to(world)
    writes(world, caller, note="She is safe.")

    again = writes(world, caller, note="She is safe.")

    assert again.version == 1


def test_form_that_is_empty_leaves_no_record(world: World) -> None:
    caller = talking_to(world)

    assert writes(world, caller).version == 0
    assert world.ports.records.of(ContactId(caller.sid), ANNA) is None


def test_note_saved_despite_next_call(world: World) -> None:
    first = talking_to(world)
    writes(world, first, note="She is")
    world.exchange.hang_up(first)
    second = talking_to(world, from_=OTHER_CALLER)
    writes(world, second, note="He rings for a friend.")

    late = writes(world, first, version=1, note="She is safe.")

    assert late.note == "She is safe."
    assert how_shown(world.ports, account()) == (second.sid, Shown.NOW)


def test_form_open_now_folded_for_last(
    world: World,
) -> None:
    def shown() -> tuple[str | None, Shown]:
        return how_shown(world.ports, account())

    assert shown() == (None, Shown.NOT)
    caller = talking_to(world)
    assert shown() == (caller.sid, Shown.NOW)
    world.exchange.hang_up(caller)
    until_state(world, State.WRAP_UP)
    assert shown() == (caller.sid, Shown.NOW)
    until_state(world, State.AVAILABLE)
    assert shown() == (caller.sid, Shown.LAST)


def test_nobody_writes_of_call_of_another(world: World) -> None:
    world.operator("bela", accepting_operator(), phone=OTHER_OPERATOR)
    choose_state(world.ports, LINE, OperatorId("bela"), State.AWAY, "test")
    caller = talking_to(world)

    for write in (save_record, complete_record):
        with pytest.raises(Stale) as stale:
            write(world.ports, account("bela"), draft(caller, note="I was not there."))
        assert stale.value.reason == "not-yours"


def test_nothing_passed_to_unknown_operator(world: World) -> None:
    caller = talking_to(world)

    with pytest.raises(Invalid, match="choose one who does"):
        writes(world, caller, follow_up="Ring her.", follow_up_to=OperatorId("x"))

    passed = writes(world, caller, follow_up="Ring her.", follow_up_to=ANNA)
    assert passed.follow_up is not None


def test_cleared_disposition_makes_record_incomplete_again(
    strict: World,
) -> None:
    caller = talked(strict)
    done = completes(strict, caller, disposition="helped")

    record = writes(strict, caller, version=done.version, note="Not yet.")

    assert record.complete is None
