"""Records of calls in SQL, on both databases: sealed, versioned, passed on."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, select

from ivr.adapters.sql import records as tables
from ivr.adapters.sql.database import begin_reading, make_engine
from ivr.adapters.sql.records import SqlRecords
from ivr.core.history.record import FollowUp, Record, RecordId, Reveal, Revealed
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.values import replace
from tests.adapters.sql import story
from tests.adapters.sql.mirror import MirrorVault

ANNA, BELA = OperatorId("anna"), OperatorId("bela")
NOTE, ASKED = "She is safe now.\nCall in the morning.", "Ring the clinic."
FOLLOW_UP = FollowUp(text=ASKED, made=story.after(5), to=BELA)
RECORD = Record(
    id=RecordId("r1"),
    line=story.LINE,
    call=story.call_id(1),
    operator=ANNA,
    saved=story.after(5),
    note=NOTE,
    disposition="helped",
    follow_up=FOLLOW_UP,
)


@pytest.fixture
def records(db: Engine, vault: MirrorVault) -> SqlRecords:
    return SqlRecords(db, vault)


def kept(records: SqlRecords) -> Record:
    found = records.of(RECORD.call, ANNA)
    assert found is not None
    return found


def test_record_found_as_written_one_version_on(records: SqlRecords) -> None:
    assert records.of(RECORD.call, ANNA) is None

    assert records.save(RECORD)

    assert kept(records) == replace(RECORD, version=1)
    assert records.find(RECORD.id) == kept(records)
    assert records.of(RECORD.call, BELA) is None
    assert records.find(RecordId("r2")) is None


def test_texts_kept_sealed_only(records: SqlRecords, db: Engine) -> None:
    records.save(RECORD)

    with begin_reading(db) as connection:
        row = repr(connection.execute(select(tables.records)).one())
    assert NOTE not in row
    assert ASKED not in row


def test_save_on_old_version_changes_nothing(records: SqlRecords) -> None:
    records.save(RECORD)
    first = kept(records)
    assert records.save(replace(first, note="one"))

    assert not records.save(replace(first, note="two"))
    assert not records.save(replace(RECORD, id=RecordId("r2"), note="three"))

    assert kept(records).note == "one"
    assert kept(records).version == 2


def test_second_of_two_windows_told_so(url: str) -> None:
    def save(number: int) -> bool:
        own = SqlRecords(make_engine(url), MirrorVault())
        key = RecordId(f"r{number}")
        return own.save(replace(RECORD, id=key, note=str(number)))

    with ThreadPoolExecutor(4) as windows:
        saved = list(windows.map(save, range(4)))

    assert sorted(saved) == [False, False, False, True]
    found = SqlRecords(make_engine(url), MirrorVault()).of(RECORD.call, ANNA)
    assert found is not None
    assert found.note == str(saved.index(True))


def test_records_of_calls_found_whoever_wrote_them(records: SqlRecords) -> None:
    other = replace(RECORD, id=RecordId("r2"), operator=BELA, saved=story.after(9))
    elsewhere = replace(RECORD, id=RecordId("r3"), call=story.call_id(3))
    for record in (other, RECORD, elsewhere):
        records.save(record)

    found = records.of_calls([story.call_id(1), story.call_id(2)])

    assert [record.id for record in found] == ["r1", "r2"]
    assert records.of_calls([]) == []


# --- what is passed on ------------------------------------------------------


def test_passed_on_seen_by_addressee(records: SqlRecords) -> None:
    for_all = replace(FOLLOW_UP, to=None, made=story.after(6))
    others = [
        replace(RECORD, id=RecordId("r2"), operator=BELA, follow_up=for_all),
        replace(RECORD, id=RecordId("r3"), call=story.call_id(3), follow_up=None),
        replace(
            RECORD, id=RecordId("r4"), call=story.call_id(4), line=LineKey("other")
        ),
    ]
    for record in (RECORD, *others):
        records.save(record)

    for_bela = records.follow_ups(story.LINE, BELA)
    for_anna = records.follow_ups(story.LINE, ANNA)

    assert [record.id for record in for_bela] == ["r1", "r2"]
    assert [record.id for record in for_anna] == ["r2"]


def test_what_is_passed_on_is_ended_once(records: SqlRecords) -> None:
    records.save(RECORD)

    assert records.end_follow_up(RECORD.id, BELA, story.after(60))
    assert not records.end_follow_up(RECORD.id, ANNA, story.after(90))

    done = replace(FOLLOW_UP, done=story.after(60), done_by=BELA)
    assert kept(records).follow_up == done
    assert records.follow_ups(story.LINE, BELA) == []


def test_rewritten_note_leaves_done_work_done(records: SqlRecords) -> None:
    records.save(RECORD)
    read = kept(records)
    records.end_follow_up(RECORD.id, BELA, story.after(60))

    assert records.save(replace(read, note="more"))

    follow = kept(records).follow_up
    assert follow is not None
    assert (follow.done, follow.done_by) == (story.after(60), BELA)


def test_passed_on_anew_to_be_done_again(records: SqlRecords) -> None:
    records.save(RECORD)
    records.end_follow_up(RECORD.id, BELA, story.after(60))
    anew = FollowUp(text="Ring the shelter.", made=story.after(90))

    records.save(replace(kept(records), follow_up=anew))

    assert kept(records).follow_up == anew
    assert len(records.follow_ups(story.LINE, BELA)) == 1


def test_nobody_ends_what_was_taken_back(records: SqlRecords) -> None:
    records.save(RECORD)
    records.save(replace(kept(records), follow_up=None))

    assert not records.end_follow_up(RECORD.id, BELA, story.after(60))
    assert kept(records).follow_up is None


# --- who was shown what -----------------------------------------------------


def test_disclosures_kept_in_order(records: SqlRecords) -> None:
    shown = [
        Reveal(
            id=f"v{number}",
            at=story.after(number),
            line=story.LINE,
            operator=ANNA,
            call=RECORD.call,
            what=what,
        )
        for number, what in enumerate(Revealed)
    ]
    for reveal in shown[::-1]:
        records.reveal(reveal)

    assert records.reveals(story.LINE) == shown
    assert all(records.was_shown(RECORD.call, ANNA, what) for what in Revealed)
    assert not records.was_shown(RECORD.call, BELA, Revealed.AREA)
    assert not records.was_shown(story.call_id(2), ANNA, Revealed.AREA)
    assert records.reveals(LineKey("other")) == []
