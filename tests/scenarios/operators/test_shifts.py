"""Shifts: what operators say to them, and how they are reminded."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from exchange.state.faults import FaultKind
from ivr.actions.operators import shifts
from ivr.core.model.errors import Conflict, NotFound, Stale
from ivr.core.model.facts import Fact, ShiftConfirmed, ShiftDeclined
from ivr.core.model.identifiers import OperatorId, ShiftId
from ivr.core.model.values import replace
from ivr.core.shifts.reminding import AGAIN, MOST_TRIES
from ivr.core.shifts.shift import LONGEST_REASON, Reminder, Shift, ShiftState
from tests.dsl.doing import fault
from tests.dsl.shifts import HOUR, STARTS, look, planned
from tests.dsl.texting import PHONE, messages, with_reminders
from tests.world import LINE, World

ENDS = STARTS + timedelta(hours=8)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ANNA, OLHA = OperatorId("anna"), OperatorId("olha")
REASON = "A canary is ill."


@pytest.fixture
def night(world: World) -> Shift:
    """A night shift of Anna, whom messages reach."""
    with_reminders(world)
    world.operator("anna", languages=("uk",))
    return planned(world)[0]


def now_of(world: World, shift: Shift) -> Shift:
    found = world.ports.shifts.find(shift.id)
    assert found is not None
    return found


def told(world: World) -> list[Fact]:
    """What the log tells of shifts."""
    facts: list[Fact] = world.ports.call_search.facts_of(None)
    return [fact for fact in facts if isinstance(fact, ShiftConfirmed | ShiftDeclined)]


def written(world: World, prompt: str, language: str = "uk") -> str:
    values = {"day": "weekday.wed", "start": "22:00", "end": "06:00"}
    return world.ports.content.text(LINE, language, prompt, values)


# --- what operators and those who plan say ----------------------------------


def test_shift_confirmed_once_and_log_tells_so(world: World, night: Shift) -> None:
    shifts.confirm_shift(world.ports, ANNA, night.id)
    shifts.confirm_shift(world.ports, ANNA, night.id)

    assert now_of(world, night).state is ShiftState.CONFIRMED
    assert told(world) == [
        ShiftConfirmed(at=world.clock.now(), line=LINE, shift=night.id, operator=ANNA)
    ]


def test_shift_declined_and_taken_back(world: World, night: Shift) -> None:
    shifts.decline_shift(world.ports, ANNA, night.id, REASON)
    world.clock.pass_by(MINUTE)
    shifts.confirm_shift(world.ports, ANNA, night.id)

    after = now_of(world, night)
    assert (after.state, after.reason) == (ShiftState.CONFIRMED, "")
    assert [type(fact) for fact in told(world)] == [ShiftDeclined, ShiftConfirmed]


def test_reason_short_sealed_and_factless(world: World, night: Shift) -> None:
    shifts.decline_shift(world.ports, ANNA, night.id, f"  {REASON}\r\n{'x' * 999}")

    after = now_of(world, night)
    opened = world.ports.vault.unseal(after.reason)
    assert opened.startswith(f"{REASON} xxx")
    assert len(opened) == LONGEST_REASON
    assert "canary" not in repr(after)
    assert "canary" not in repr(told(world))


def test_declining_needs_no_reason(world: World, night: Shift) -> None:
    shifts.decline_shift(world.ports, ANNA, night.id, "")

    after = now_of(world, night)
    assert (after.state, after.reason) == (ShiftState.DECLINED, "")


def say_no(world: World, operator: OperatorId, key: ShiftId) -> None:
    shifts.decline_shift(world.ports, operator, key, REASON)


def say_yes(world: World, operator: OperatorId, key: ShiftId) -> None:
    shifts.confirm_shift(world.ports, operator, key)


Say = Callable[[World, OperatorId, ShiftId], None]


@pytest.mark.parametrize("say", [say_yes, say_no])
def test_nobody_speaks_for_colleague(world: World, night: Shift, say: Say) -> None:
    for operator, key in ((OLHA, night.id), (ANNA, ShiftId("nothing"))):
        with pytest.raises(Stale) as refusal:
            say(world, operator, key)
        assert refusal.value.reason == "not-yours"

    assert now_of(world, night) == replace(night, rev=1)
    assert told(world) == []


@pytest.mark.parametrize("say", [say_yes, say_no])
def test_cancelled_meanwhile_stays_cancelled(
    world: World, night: Shift, say: Say
) -> None:
    shifts.revoke_shift(world.ports, night.id)

    with pytest.raises(Stale) as refusal:
        say(world, ANNA, night.id)

    assert refusal.value.reason == "shift-cancelled"
    assert now_of(world, night).state is ShiftState.CANCELLED
    assert told(world) == []


@pytest.mark.parametrize("say", [say_yes, say_no])
def test_ended_shift_told_and_unchanged(world: World, night: Shift, say: Say) -> None:
    world.clock.move(ENDS)

    with pytest.raises(Stale) as refusal:
        say(world, ANNA, night.id)

    assert refusal.value.reason == "shift-over"
    assert now_of(world, night) == replace(night, rev=1)


def test_cancelling_cancelled_or_unknown_refused(world: World, night: Shift) -> None:
    shifts.revoke_shift(world.ports, night.id)

    with pytest.raises(Conflict, match="cancelled before"):
        shifts.revoke_shift(world.ports, night.id)
    with pytest.raises(NotFound, match="hotline shifts list"):
        shifts.revoke_shift(world.ports, ShiftId("nothing"))


def test_shift_in_way_named_with_remedy(world: World, night: Shift) -> None:
    with pytest.raises(Conflict) as refusal:
        planned(world, "anna", STARTS + DAY, STARTS + HOUR)

    said = str(refusal.value)
    assert "anna has another shift then" in said
    assert "Wed 2026-01-07 22:00-06:00" in said
    assert f"hotline shifts cancel {night.id}" in said
    later = world.ports.shifts.between(LINE, STARTS + DAY, STARTS + 2 * DAY)
    assert later == []


def test_operator_and_planner_leave_one_state(world: World, night: Shift) -> None:
    together = Barrier(2)

    def confirm() -> None:
        together.wait()
        shifts.confirm_shift(world.ports, ANNA, night.id)

    def cancel() -> None:
        together.wait()
        shifts.revoke_shift(world.ports, night.id)

    with ThreadPoolExecutor(2) as people:
        said, taken_back = people.submit(confirm), people.submit(cancel)

    assert taken_back.exception() is None
    assert now_of(world, night).state is ShiftState.CANCELLED
    assert len(told(world)) == (said.exception() is None)


# --- reminders ----------------------------------------------------------------


def test_operator_reminded_a_day_and_hour_before(world: World, night: Shift) -> None:
    for minutes in range(-25 * 60, 10):
        look(world, STARTS + minutes * MINUTE)

    assert messages(world) == [
        (PHONE, written(world, "shift.day-before")),
        (PHONE, written(world, "shift.hour-before")),
    ]
    assert set(now_of(world, night).reminded) == set(Reminder)


def test_message_names_day_and_times_by_wall(world: World, night: Shift) -> None:
    look(world, STARTS - DAY + MINUTE)

    ((_, body),) = messages(world)
    assert "середу, з 22:00 до 06:00" in str(body)
    assert now_of(world, night).state is ShiftState.PLANNED


def test_confirmed_reminded_in_last_hour_alone(world: World, night: Shift) -> None:
    shifts.confirm_shift(world.ports, ANNA, night.id)

    look(world, STARTS - 20 * HOUR)
    assert messages(world) == []
    look(world, STARTS - MINUTE)

    assert messages(world) == [(PHONE, written(world, "shift.hour-before"))]


def test_declined_or_cancelled_not_reminded(world: World, night: Shift) -> None:
    (other,) = planned(world, "anna", STARTS + 12 * HOUR)
    shifts.decline_shift(world.ports, ANNA, night.id, "")
    shifts.revoke_shift(world.ports, other.id)

    for hours in range(-23, 13):
        look(world, STARTS + hours * HOUR)

    assert messages(world) == []


def test_of_many_tickers_one_sends_reminder(world: World, night: Shift) -> None:
    tickers = 6
    together = Barrier(tickers)
    world.clock.move(STARTS - HOUR)

    def tick(_: int) -> None:
        together.wait()
        shifts.send_reminders(world.ports, LINE)

    with ThreadPoolExecutor(tickers) as looking:
        list(looking.map(tick, range(tickers)))

    assert len(messages(world)) == 1
    assert now_of(world, night).reminded[Reminder.HOUR].sent == STARTS - HOUR


def test_failed_message_retried_and_sent_once(world: World, night: Shift) -> None:
    fault(world, FaultKind.BROKEN, r"/Messages\.json", times=1)
    looks = [STARTS - DAY + MINUTE + n * timedelta(seconds=30) for n in range(30)]

    for at in looks:
        look(world, at)

    assert messages(world) == [(PHONE, written(world, "shift.day-before"))]
    assert world.notes.events().count("operator not reminded") == 1
    sending = now_of(world, night).reminded[Reminder.DAY]
    assert (sending.tries, sending.tried - looks[0]) == (2, AGAIN)


def test_always_failing_message_given_up(world: World, night: Shift) -> None:
    fault(world, FaultKind.BROKEN, r"/Messages\.json")

    for minutes in range(60):
        look(world, STARTS - DAY + minutes * MINUTE)

    assert world.notes.events().count("operator not reminded") == MOST_TRIES
    assert now_of(world, night).reminded[Reminder.DAY].sent is None


def test_unreachable_one_holds_up_nobody(world: World, night: Shift) -> None:
    world.operator("olha", languages=("ru",), phone="+447700900202")
    planned(world, "olha")
    fault(world, FaultKind.BROKEN, r"/Messages\.json", times=1)

    look(world, STARTS - MINUTE)

    assert len(messages(world)) == 1
    assert now_of(world, night).reminded[Reminder.HOUR].tries == 1


@pytest.mark.parametrize(("language", "said"), [("ru", "ru"), ("en", "en")])
def test_reminder_is_in_operators_own_language(
    world: World, language: str, said: str
) -> None:
    with_reminders(world)
    world.operator("anna", languages=(language, "uk"))
    planned(world)

    look(world, STARTS - MINUTE)

    assert messages(world) == [(PHONE, written(world, "shift.hour-before", said))]


def test_messageless_line_leaves_it_to_desk(world: World) -> None:
    world.operator("anna")
    (shift,) = planned(world)

    for minutes in (3, 2, 1):
        look(world, STARTS - minutes * MINUTE)

    assert messages(world) == []
    assert world.notes.events().count("operator not reminded") == 0
    assert now_of(world, shift).reminded[Reminder.HOUR].tries == 1
