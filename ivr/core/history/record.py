"""An operator's record of a call, and its follow-up for somebody else.

There is one record for each call and operator. Its texts are about people in danger: no
``repr`` shows them, and they are sealed wherever they are kept.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from ivr.core.line.desk_rules import DeskRules, EarlierRecords, Required
from ivr.core.model.account import Account, Role
from ivr.core.model.errors import Invalid, Stale
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.values import replace
from ivr.core.text.nearest import did_you_mean

RecordId = NewType("RecordId", str)

LONGEST_NOTE = 10_000
LONGEST_FOLLOW_UP = 2_000
"""The most characters: more is no note, and would be a load for every page."""

NEWER = "newer"
"""Why nothing was saved: another window has saved something else meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Something to do, for one operator or (``to`` None) for anybody."""

    text: str = field(repr=False)
    made: datetime
    to: OperatorId | None = None
    done: datetime | None = None
    done_by: OperatorId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record that an operator has written of a call.

    ``version`` counts the saved texts: one is saved only on top of the version that it
    was written on. ``complete`` is when the operator was done with it.
    """

    id: RecordId
    line: LineKey
    call: ContactId
    operator: OperatorId
    saved: datetime
    version: int = 0
    note: str = field(default="", repr=False)
    disposition: str | None = None
    follow_up: FollowUp | None = None
    complete: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The content of the form: the text for one call, on top of a version."""

    call: ContactId
    version: int = 0
    note: str = field(default="", repr=False)
    disposition: str | None = None
    follow_up: str = field(default="", repr=False)
    follow_up_to: OperatorId | None = None


class Revealed(StrEnum):
    """Hidden things that an operator may ask to see; each time is written down."""

    AREA = "area"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    """Somebody saw something hidden: who, when, of which call, what."""

    id: str
    at: datetime
    line: LineKey
    operator: OperatorId
    call: ContactId
    what: Revealed


def tidy_draft(draft: Draft) -> Draft:
    """The draft with our line ends: a browser's form sends two characters."""
    return replace(
        draft,
        note=_tidy_lines(draft.note),
        follow_up=_tidy_lines(draft.follow_up),
        follow_up_to=draft.follow_up_to if draft.follow_up.strip() else None,
    )


def _tidy_lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines if lines.strip() else ""


def check_draft(draft: Draft, desk: DeskRules) -> None:
    """Raise Invalid when the line's form cannot have sent the draft."""
    if draft.disposition and draft.disposition not in desk.dispositions:
        hint = did_you_mean(draft.disposition, desk.dispositions)
        raise Invalid(f"no such disposition on this line; {hint}")
    if len(draft.note) > LONGEST_NOTE or len(draft.follow_up) > LONGEST_FOLLOW_UP:
        raise Invalid(
            f"the text is too long; a note takes {LONGEST_NOTE} characters,"
            f" a follow-up {LONGEST_FOLLOW_UP}"
        )


def write_draft(record: Record, draft: Draft, now: datetime) -> Record:
    """The record with the draft's content; the same record when that is no change.

    Stale when the draft was written on another version, and says something else.
    """
    if _says_record(record) == _says_draft(draft):
        return record
    if draft.version != record.version:
        raise Stale(NEWER)
    return replace(
        record,
        saved=now,
        note=draft.note,
        disposition=draft.disposition,
        follow_up=_follow_up(record.follow_up, draft, now),
    )


Said = tuple[str, str | None, str, OperatorId | None]


def _says_record(record: Record) -> Said:
    follow = record.follow_up
    passed_on = (follow.text, follow.to) if follow else ("", None)
    return (record.note, record.disposition, *passed_on)


def _says_draft(draft: Draft) -> Said:
    return (draft.note, draft.disposition, draft.follow_up, draft.follow_up_to)


def _follow_up(before: FollowUp | None, draft: Draft, now: datetime) -> FollowUp | None:
    """The follow-up; a changed text must be done again."""
    if not draft.follow_up:
        return None
    if before and (before.text, before.to) == (draft.follow_up, draft.follow_up_to):
        return before
    return FollowUp(text=draft.follow_up, to=draft.follow_up_to, made=now)


def missing_fields(record: Record | None, desk: DeskRules) -> tuple[Required, ...]:
    """The fields that the line requires and the record lacks."""
    there = {
        Required.DISPOSITION: record is not None and bool(record.disposition),
        Required.NOTE: record is not None and bool(record.note),
    }
    return tuple(each for each in desk.required if not there[each])


def complete_record(record: Record, desk: DeskRules, now: datetime) -> Record:
    """The record after its operator is done: complete, unless something is missing."""
    if missing_fields(record, desk):
        return replace(record, complete=None)
    return replace(record, complete=record.complete or now)


def apply_draft(
    record: Record, now: datetime, *, draft: Draft, desk: DeskRules, is_last: bool
) -> Record | None:
    """The record with a draft on top; None when it stays as it was.

    ``is_last``: the operator says that this is all. A complete record stays complete
    only as long as nothing is missing.
    """
    after = write_draft(record, draft, now)
    if is_last or after.complete is not None:
        after = complete_record(after, desk, now)
    return None if after == record else after


def may_read(desk: DeskRules, reader: Account, writer: OperatorId) -> bool:
    """Whether somebody may read an operator's note about a caller's earlier call."""
    if reader.role.may(Role.SUPERVISOR):
        return True
    match desk.earlier_notes:
        case EarlierRecords.LINE:
            return True
        case EarlierRecords.OWN:
            return reader.operator == writer
        case EarlierRecords.NONE:
            return False


def may_end(follow_up: FollowUp, reader: Account) -> bool:
    """Whether somebody may mark a follow-up done."""
    asked = follow_up.to in {None, reader.operator}
    return asked or reader.role.may(Role.SUPERVISOR)
