"""What operators write: on top of what was read, complete or not, and for whom."""

from datetime import datetime

import pytest

from ivr.core.history.record import (
    LONGEST_FOLLOW_UP,
    LONGEST_NOTE,
    Draft,
    FollowUp,
    Record,
    RecordId,
    apply_draft,
    check_draft,
    complete_record,
    may_end,
    may_read,
    missing_fields,
    tidy_draft,
    write_draft,
)
from ivr.core.line.desk_rules import DeskRules, EarlierRecords, Required
from ivr.core.model.account import Account, Role
from ivr.core.model.errors import Invalid, Stale
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.values import replace
from ivr.core.text.nearest import did_you_mean
from tests.core.one_operator import NOW, after

CALL, LINE = ContactId("call-1"), LineKey("harbour")
ANNA, BELA = OperatorId("anna"), OperatorId("bela")
BLANK = Record(id=RecordId("r1"), line=LINE, call=CALL, operator=ANNA, saved=NOW)
READ = replace(BLANK, version=3, note="She is safe.", disposition="helped")
TITLES = {"uk": "Допомогли", "ru": "Помогли", "en": "Helped"}
FREE = DeskRules(dispositions={"helped": TITLES})
STRICT = replace(FREE, required=(Required.DISPOSITION, Required.NOTE))


def draft(**values: object) -> Draft:
    usual = {"call": CALL, "version": 3, "note": READ.note, "disposition": "helped"}
    return Draft(**(usual | values))  # type: ignore[arg-type]


def account(name: OperatorId = BELA, role: Role = Role.OPERATOR) -> Account:
    return Account(operator=name, line=LINE, name=name, role=role)


# --- versions -------------------------------------------------------------


def test_text_saved_on_version_read() -> None:
    record = write_draft(READ, draft(note="She is safe now."), after(9))

    assert record == replace(READ, note="She is safe now.", saved=after(9))


@pytest.mark.parametrize("version", [0, 2, 4])
def test_text_on_other_version_says_so(version: int) -> None:
    with pytest.raises(Stale) as stale:
        write_draft(READ, draft(version=version, note="Another window."), after(9))

    assert stale.value.reason == "newer"


@pytest.mark.parametrize("version", [0, 2, 3])
def test_same_text_is_no_conflict(version: int) -> None:
    assert write_draft(READ, draft(version=version), after(9)) is READ


def test_line_ends_of_browser_are_no_change() -> None:
    kept = replace(READ, note="one\ntwo")

    assert write_draft(kept, tidy_draft(draft(note="one\r\ntwo")), after(9)) is kept


def test_text_of_spaces_alone_is_none() -> None:
    tidy = tidy_draft(draft(note=" \r\n ", follow_up="\n", follow_up_to=BELA))

    assert (tidy.note, tidy.follow_up, tidy.follow_up_to) == ("", "", None)
    assert tidy_draft(Draft(call=CALL, note="  ")) == Draft(call=CALL)


# --- for another operator ---------------------------------------------------


def test_passed_on_done_until_rewritten() -> None:
    asked = write_draft(READ, draft(follow_up="Ring the clinic."), after(9)).follow_up
    assert asked == FollowUp(text="Ring the clinic.", made=after(9))
    done = replace(READ, follow_up=replace(asked, done=after(20), done_by=BELA))

    same = write_draft(done, draft(note="More.", follow_up=asked.text), after(30))
    anew = write_draft(done, draft(follow_up="Ring the shelter."), after(30))
    to_one = write_draft(
        done, draft(follow_up=asked.text, follow_up_to=BELA), after(30)
    )

    assert same.follow_up == done.follow_up
    assert anew.follow_up == FollowUp(text="Ring the shelter.", made=after(30))
    assert to_one.follow_up == FollowUp(text=asked.text, made=after(30), to=BELA)


def test_passed_on_can_be_taken_back() -> None:
    asked = replace(READ, follow_up=FollowUp(text="Ring the clinic.", made=NOW))

    assert write_draft(asked, draft(), after(9)).follow_up is None


def test_ended_by_its_addressee() -> None:
    for_bela = FollowUp(text="x", made=NOW, to=BELA)
    for_all = replace(for_bela, to=None)

    assert may_end(for_bela, account(BELA))
    assert not may_end(for_bela, account(ANNA))
    assert may_end(for_bela, account(ANNA, Role.SUPERVISOR))
    assert may_end(for_all, account(ANNA))


# --- what is required -------------------------------------------------------


def test_required_missed_until_there() -> None:
    assert missing_fields(None, STRICT) == (Required.DISPOSITION, Required.NOTE)
    assert missing_fields(replace(READ, note=""), STRICT) == (Required.NOTE,)
    assert missing_fields(READ, STRICT) == ()
    assert missing_fields(None, FREE) == ()


def test_record_is_complete_once_nothing_is_missing() -> None:
    assert complete_record(BLANK, STRICT, after(9)).complete is None
    assert complete_record(BLANK, FREE, after(9)).complete == after(9)
    done = complete_record(READ, STRICT, after(9))
    assert done.complete == after(9)
    assert complete_record(done, STRICT, after(30)).complete == after(9)
    assert complete_record(replace(done, note=""), STRICT, after(30)).complete is None


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"disposition": "helpt"}, "helped"),
        ({"note": "x" * (LONGEST_NOTE + 1)}, str(LONGEST_NOTE)),
        ({"follow_up": "x" * (LONGEST_FOLLOW_UP + 1)}, str(LONGEST_FOLLOW_UP)),
    ],
)
def test_unshown_form_refused_with_remedy(
    wrong: dict[str, object], remedy: str
) -> None:
    with pytest.raises(Invalid, match=remedy):
        check_draft(draft(**wrong), FREE)


def test_code_unknown_to_line_shows_itself() -> None:
    assert FREE.title("helped", "uk") == "Допомогли"
    assert FREE.title("retired", "uk") == "retired"


# --- who may read -----------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "reader", "may"),
    [
        (EarlierRecords.OWN, account(ANNA), True),
        (EarlierRecords.OWN, account(BELA), False),
        (EarlierRecords.LINE, account(BELA), True),
        (EarlierRecords.NONE, account(ANNA), False),
        (EarlierRecords.NONE, account(BELA, Role.SUPERVISOR), True),
        (EarlierRecords.OWN, account(BELA, Role.OPS), True),
    ],
)
def test_line_allows_who_reads_earlier_notes(
    setting: EarlierRecords, reader: Account, *, may: bool
) -> None:
    assert may_read(replace(FREE, earlier_notes=setting), reader, ANNA) is may


def test_texts_show_themselves_in_no_log() -> None:
    secret = replace(READ, follow_up=FollowUp(text="She is safe.", made=NOW))

    assert "safe" not in f"{secret} {secret!r} {draft(follow_up='safe')}"


def test_overlong_word_compared_with_nothing() -> None:
    assert did_you_mean("refferred", ["referred"]) == 'did you mean "referred"?'
    assert did_you_mean("referred" * 20, ["referred" * 20]) == (
        f"there is: {'referred' * 20}"
    )


def test_draft_without_news_not_saved() -> None:
    assert apply_draft(READ, NOW, draft=draft(), desk=FREE, is_last=False) is None


def test_last_draft_completes_record() -> None:
    now = after(60)

    done = apply_draft(READ, now, draft=draft(), desk=FREE, is_last=True)

    assert done == replace(READ, complete=now)


@pytest.mark.parametrize(("desk", "complete"), [(FREE, NOW), (STRICT, None)])
def test_complete_record_stays_while_nothing_missing(
    desk: DeskRules, complete: datetime | None
) -> None:
    before = replace(READ, complete=NOW)

    later = apply_draft(
        before, after(60), draft=draft(note=""), desk=desk, is_last=False
    )

    assert later is not None
    assert later.complete == complete
