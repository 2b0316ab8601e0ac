"""Shifts, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select, update

from ivr.adapters.sql.database import begin_reading, begin_writing
from ivr.adapters.sql.roster import SqlRoster
from ivr.adapters.sql.shifts import SqlShifts
from ivr.adapters.sql.shifts import shifts as table
from ivr.adapters.sql.tables import facts
from ivr.core.model.facts import ShiftConfirmed
from ivr.core.model.identifiers import LineKey, OperatorId, ShiftId
from ivr.core.model.operator import Operator, Profile
from ivr.core.model.values import replace
from ivr.core.shifts.shift import Reminder, Sending, Shift, ShiftState
from tests.adapters.sql import story
from tests.adapters.sql.mirror import MirrorVault

HOUR = 3600
ANNA, OLHA = OperatorId("operator-1"), OperatorId("operator-2")


def shift(number: int, start: float, hours: float = 1, who: OperatorId = ANNA) -> Shift:
    """A shift that begins so many hours after noon."""
    return Shift(
        id=ShiftId(f"shift-{number}"),
        line=story.LINE,
        operator=who,
        starts=story.after(start * HOUR),
        ends=story.after((start + hours) * HOUR),
    )


NIGHT = shift(1, 10, 8)
STORED = replace(NIGHT, rev=1)
TOLD = ShiftConfirmed(at=story.NOON, line=story.LINE, shift=NIGHT.id, operator=ANNA)


@pytest.fixture
def shifts(db: Engine, vault: MirrorVault) -> SqlShifts:
    roster = SqlRoster(db, vault)
    for key in (ANNA, OLHA):
        roster.add(
            Operator(
                id=key,
                line=story.LINE,
                profile=Profile(name=key, languages=("uk",)),
                since=story.NOON,
                idle_since=story.NOON,
            ),
            None,
        )
    return SqlShifts(db)


def all_of(shifts: SqlShifts, line: LineKey = story.LINE) -> list[ShiftId]:
    year = timedelta(days=365)
    found = shifts.between(line, story.NOON - year, story.NOON + year)
    return [each.id for each in found]


def facts_in(db: Engine) -> list[str]:
    with begin_reading(db) as connection:
        return list(connection.execute(select(facts.c.name)).scalars())


def test_planned_shift_found_as_it_was_planned(shifts: SqlShifts) -> None:
    assert shifts.add([NIGHT]) is None

    assert shifts.find(NIGHT.id) == STORED
    for odd in ("shift-2", "", "\0", "shift-1\0", "'", "%", "х" * 9999):  # noqa: RUF001
        assert shifts.find(ShiftId(odd)) is None


def test_everything_known_of_shift_kept(shifts: SqlShifts) -> None:
    told = {
        Reminder.DAY: Sending(tries=1, tried=story.NOON, sent=story.after(1)),
        Reminder.HOUR: Sending(tries=2, tried=story.after(60)),
    }
    shifts.add([NIGHT])
    known = replace(
        STORED,
        state=ShiftState.DECLINED,
        reason="sealed",
        reminded=told,
        seen=story.NOON,
    )

    assert shifts.save(known)

    assert shifts.find(NIGHT.id) == replace(known, rev=2)


def test_overlapping_shift_told_and_none_kept(
    shifts: SqlShifts,
) -> None:
    shifts.add([NIGHT])

    found = shifts.add([shift(2, 2), shift(3, 12)])

    assert found == STORED
    assert all_of(shifts) == [NIGHT.id]


def test_colleague_and_cancelled_shift_no_obstacle(shifts: SqlShifts) -> None:
    shifts.add([NIGHT])
    shifts.save(replace(STORED, state=ShiftState.CANCELLED))

    assert shifts.add([shift(2, 12)]) is None
    assert shifts.add([shift(3, 12, who=OLHA)]) is None


def test_adding_no_shifts_adds_nothing(shifts: SqlShifts) -> None:
    assert shifts.add([]) is None
    shifts.mark_shown([], story.NOON)

    assert all_of(shifts) == []


def test_first_of_many_same_plans_wins(shifts: SqlShifts) -> None:
    people = 4
    together = Barrier(people)

    def plan(number: int) -> Shift | None:
        together.wait()
        return shifts.add([shift(number, 10 + number / 10, 2)])

    with ThreadPoolExecutor(people) as planning:
        found = list(planning.map(plan, range(people)))

    assert len(all_of(shifts)) == 1
    assert found.count(None) == 1


def test_shifts_between_told_in_order(shifts: SqlShifts) -> None:
    other = replace(shift(9, 3), line=LineKey("other"), operator=OperatorId("nobody"))
    for each in (shift(3, 5), shift(1, 1), shift(2, 3), other):
        shifts.add([each])

    def told(since: float, until: float) -> list[str]:
        since_, until_ = story.after(since * HOUR), story.after(until * HOUR)
        return [each.id for each in shifts.between(story.LINE, since_, until_)]

    assert told(0, 9) == ["shift-1", "shift-2", "shift-3"]
    assert told(1.5, 3.5) == ["shift-1", "shift-2"]
    assert told(2, 3) == []
    assert all_of(shifts, LineKey("other")) == ["shift-9"]


def test_change_and_what_happened_are_kept_together(
    shifts: SqlShifts, db: Engine
) -> None:
    shifts.add([NIGHT])

    assert shifts.save(replace(STORED, state=ShiftState.CONFIRMED), [TOLD])

    assert facts_in(db) == ["shift-confirmed"]


def test_who_has_seen_older_version_changes_nothing(
    shifts: SqlShifts, db: Engine
) -> None:
    shifts.add([NIGHT])
    shifts.save(replace(STORED, state=ShiftState.CANCELLED))

    assert not shifts.save(replace(STORED, state=ShiftState.CONFIRMED), [TOLD])

    found = shifts.find(NIGHT.id)
    assert found is not None
    assert found.state is ShiftState.CANCELLED
    assert facts_in(db) == []


def test_first_of_many_shift_changes_wins(shifts: SqlShifts, db: Engine) -> None:
    people = 4
    together = Barrier(people)
    shifts.add([NIGHT])

    def confirm(_: int) -> bool:
        together.wait()
        return shifts.save(replace(STORED, state=ShiftState.CONFIRMED), [TOLD])

    with ThreadPoolExecutor(people) as confirming:
        saved = list(confirming.map(confirm, range(people)))

    assert sorted(saved) == [False, False, False, True]
    assert facts_in(db) == ["shift-confirmed"]


def test_shift_that_is_missing_is_not_changed(shifts: SqlShifts, db: Engine) -> None:
    assert not shifts.save(STORED, [TOLD])
    assert facts_in(db) == []


def test_first_time_that_shift_is_seen_counts(shifts: SqlShifts) -> None:
    for each in (NIGHT, shift(2, 2)):
        shifts.add([each])

    shifts.mark_shown([NIGHT.id], story.after(1))
    shifts.mark_shown([NIGHT.id], story.after(2))

    found, unseen = shifts.find(NIGHT.id), shifts.find(ShiftId("shift-2"))
    assert found is not None
    assert unseen is not None
    assert (found.seen, unseen.seen) == (story.after(1), None)
    assert not shifts.save(STORED), "it has changed since"


def test_shift_named_by_beginning_of_identifier(shifts: SqlShifts) -> None:
    for each in (NIGHT, shift(2, 2), shift(3, 4)):
        shifts.add([each])

    assert [each.id for each in shifts.named("shift-2")] == ["shift-2"]
    assert len(shifts.named("shift")) == 2
    assert shifts.named("shift_") == []


def test_unreadable_shift_hides_no_other(shifts: SqlShifts, db: Engine) -> None:
    other = shift(2, 30)
    shifts.add([NIGHT, other])
    with begin_writing(db) as connection:
        dreamt = update(table).where(table.c.id == NIGHT.id)
        connection.execute(dreamt.values(state="dreamt"))
        reminded = update(table).where(table.c.id == other.id)
        connection.execute(reminded.values(reminded={"year": {}}))

    assert all_of(shifts) == [other.id]
