"""What waits at the desk for an operator, and how the own day went."""

from datetime import timedelta

import pytest

from exchange.state.faults import FaultKind
from exchange.state.people import (
    Callee,
    Pickup,
    Press,
    accepting_operator,
    declining_operator,
)
from ivr.actions.desk import work_lists
from ivr.actions.desk.call_records import end_follow_up, follow_ups
from ivr.actions.desk.scheduled_callback import schedule_callback
from ivr.actions.operators.roster import choose_state
from ivr.core.history.operator_stats import OwnDay
from ivr.core.history.record import RecordId, Revealed
from ivr.core.model.account import Account, Role
from ivr.core.model.errors import Stale
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import State
from tests.dsl.callbacks import promised
from tests.dsl.desk_work import account, reveals, talked, talking_to, writes
from tests.dsl.doing import (
    OTHER_CALLER,
    OTHER_OPERATOR,
    call_in,
    facts_named,
    fault,
    until_state,
)
from tests.dsl.ways_out import left_message
from tests.world import LINE, World

ANNA, BELA = OperatorId("anna"), OperatorId("bela")


@pytest.fixture
def world(world: World) -> World:
    """The shipped hotline, with Anna for all languages and Bela for English alone."""
    world.operator("anna", accepting_operator())
    world.operator(
        "bela", accepting_operator(), languages=("en",), phone=OTHER_OPERATOR
    )
    for key in (ANNA, BELA):
        choose_state(world.ports, LINE, key, State.AWAY, "test")
    return world


def come(world: World) -> None:
    choose_state(world.ports, LINE, ANNA, State.AVAILABLE, "test")
    world.work()


# --- call backs -------------------------------------------------------------


def test_promised_calls_seen_by_whoever_speaks_language(world: World) -> None:
    caller = promised(world)

    (found,) = work_lists.promised_calls(world.ports, account())

    promise = found.record.promise
    assert (promise.call, promise.topic, found.state) == (
        caller.sid,
        "myself",
        "waiting",
    )
    assert work_lists.promised_calls(world.ports, account("bela")) == []


def test_call_promised_for_moment_seen_with_it(world: World) -> None:
    come(world)
    caller = talked(world)
    moment = world.clock.now() + timedelta(hours=1)
    schedule_callback(world.ports, account(), ContactId(caller.sid), moment)

    (found,) = work_lists.promised_calls(world.ports, account())

    assert (found.state, found.due) == ("later", moment)


def test_letter_wish_seen_as_such(world: World) -> None:
    promised(world, Press(digits="1", after=3), Press(digits="1"), Press(digits="3"))

    (found,) = work_lists.promised_calls(world.ports, account())

    assert (found.state, found.due) == ("in-writing", None)


# --- messages ---------------------------------------------------------------


def test_heard_message_stays_until_done(
    world: World,
) -> None:
    key = left_message(world)
    assert [each.call for each in work_lists.list_messages(world.ports, account())] == [
        key
    ]

    for _ in range(2):
        assert work_lists.play_message(world.ports, account(), key).startswith(b"RIFF")

    heard = [(who, call, what) for who, call, what, _ in reveals(world)]
    assert heard == [("anna", key, Revealed.MESSAGE)] * 2
    work_lists.done_with(world.ports, account(), key)
    assert work_lists.list_messages(world.ports, account()) == []
    (taken,) = facts_named(world, "message-taken")
    assert taken.how == "heard"  # type: ignore[attr-defined]
    assert not world.exchange.state.recordings


def test_message_done_by_another_told_taken(world: World) -> None:
    key = left_message(world)
    work_lists.play_message(world.ports, account(), key)
    work_lists.done_with(world.ports, account(), key)

    for act in (work_lists.play_message, work_lists.done_with):
        with pytest.raises(Stale) as stale:
            act(world.ports, account(), key)
        assert stale.value.reason == "taken"


def test_unheard_message_not_deleted(world: World) -> None:
    key = left_message(world)

    with pytest.raises(Stale) as stale:
        work_lists.done_with(world.ports, account(), key)

    assert stale.value.reason == "unheard"
    assert len(work_lists.list_messages(world.ports, account())) == 1


def test_message_in_unspoken_language_unheard(
    world: World,
) -> None:
    key = left_message(world)

    assert work_lists.list_messages(world.ports, account("bela")) == []
    with pytest.raises(Stale):
        work_lists.play_message(world.ports, account("bela"), key)
    assert reveals(world) == []


def test_undeleted_message_stays_on_list(
    world: World,
) -> None:
    key = left_message(world)
    work_lists.play_message(world.ports, account(), key)
    fault(world, FaultKind.BROKEN, "/Recordings/", method="DELETE", seconds=1)

    with pytest.raises(Stale) as stale:
        work_lists.done_with(world.ports, account(), key)

    assert stale.value.reason == "carrier"
    assert len(work_lists.list_messages(world.ports, account())) == 1


def test_unavailable_message_told_so(world: World) -> None:
    key = left_message(world)
    fault(world, FaultKind.BROKEN, "/Recordings/", method="GET", seconds=1)

    with pytest.raises(Stale) as stale:
        work_lists.play_message(world.ports, account(), key)

    assert stale.value.reason == "carrier"


# --- for one another --------------------------------------------------------


def passed_on(world: World, to: OperatorId | None) -> RecordId:
    """Anna has passed something on."""
    come(world)
    caller = talked(world)
    written = writes(world, caller, follow_up="Ring the clinic.", follow_up_to=to)
    return written.id


def asked(world: World, who: Account) -> list[str]:
    found = follow_ups(world.ports, who)
    return [record.follow_up.text for record in found if record.follow_up]


def test_passed_on_listed_for_addressee(
    world: World,
) -> None:
    key = passed_on(world, BELA)
    assert asked(world, account("bela")) == ["Ring the clinic."]
    assert asked(world, account()) == []
    with pytest.raises(Stale) as stale:
        end_follow_up(world.ports, account(), key)
    assert stale.value.reason == "not-yours"

    end_follow_up(world.ports, account("bela"), key)

    assert asked(world, account("bela")) == []
    with pytest.raises(Stale) as stale:
        end_follow_up(world.ports, account("bela"), key)
    assert stale.value.reason == "taken"


def test_open_follow_up_done_by_anybody(world: World) -> None:
    key = passed_on(world, None)
    assert asked(world, account("bela")) == asked(world, account())

    end_follow_up(world.ports, account(), key)

    assert asked(world, account("bela")) == []


def test_supervisor_ends_what_is_for_another(world: World) -> None:
    key = passed_on(world, BELA)

    end_follow_up(world.ports, account(role=Role.SUPERVISOR), key)

    assert asked(world, account("bela")) == []


def test_never_passed_on_not_ended(world: World) -> None:
    with pytest.raises(Stale):
        end_follow_up(world.ports, account(), RecordId("no-such-record"))


# --- the own day ------------------------------------------------------------


def test_own_day_counts_conversations_and_waits(world: World) -> None:
    caller = call_in(world)
    queued = world.clock.now()
    world.exchange.run_for(60)
    come(world)
    until_state(world, State.TALKING)
    waited = world.clock.now() - queued
    world.exchange.run_for(30)
    world.exchange.hang_up(caller)
    until_state(world, State.AVAILABLE)
    talked(world, from_=OTHER_CALLER, seconds=20)

    day = work_lists.figures_of_today(world.ports, account())

    assert (day.calls, day.missed, day.declined) == (2, 0, 0)
    assert 50 <= day.talked.total_seconds() <= 53
    assert day.longest_wait is not None
    assert abs((day.longest_wait - waited).total_seconds()) < 3
    assert work_lists.figures_of_today(world.ports, account("bela")) == OwnDay()


def test_conversation_that_goes_on_is_in_day(world: World) -> None:
    come(world)
    talking_to(world)
    world.exchange.run_for(30)

    day = work_lists.figures_of_today(world.ports, account())

    assert day.calls == 1
    assert 30 <= day.talked.total_seconds() <= 32


def test_missed_and_declined_offers_told_with_reason(world: World) -> None:
    silent, engaged = Callee(pickup=Pickup.NO_ANSWER), Callee(pickup=Pickup.BUSY)
    world.exchange.put_person(
        "+447700900201", silent, engaged, declining_operator(), accepting_operator()
    )
    caller = call_in(world)
    come(world)
    until_state(world, State.TALKING, limit=300)

    missed = work_lists.missed_today(world.ports, account())

    assert [offer.reason for offer in missed] == ["declined", "busy", "no-answer"]
    assert {offer.call for offer in missed} == {caller.sid}
    day = work_lists.figures_of_today(world.ports, account())
    assert (day.missed, day.declined) == (2, 1)


def test_day_before_is_not_todays(world: World) -> None:
    come(world)
    talked(world)
    assert work_lists.figures_of_today(world.ports, account()).calls == 1
    world.clock.pass_by(timedelta(hours=6))

    assert work_lists.figures_of_today(world.ports, account()) == OwnDay()
