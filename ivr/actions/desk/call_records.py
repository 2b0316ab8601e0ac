"""Records of calls that operators write, and pass on to one another."""

from datetime import datetime
from functools import partial

from ivr.actions.desk.current_contact import current_contact_id
from ivr.actions.records import write_facts
from ivr.actions.updating import retry_on_conflict, update_line
from ivr.core.desk.record_shown import Shown, record_shown
from ivr.core.history.record import (
    Draft,
    Record,
    RecordId,
    apply_draft,
    check_draft,
    may_end,
    tidy_draft,
)
from ivr.core.model import operator as operators
from ivr.core.model.account import Account
from ivr.core.model.errors import Invalid, Stale, Unavailable
from ivr.core.model.facts import (
    CallerConnected,
    Fact,
    OperatorJoined,
    RecordCompleted,
    of_operator,
)
from ivr.core.model.identifiers import ContactId, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.values import replace
from ivr.ports import Change, Ports, Roster


def how_shown(ports: Ports, who: Account) -> tuple[ContactId | None, Shown]:
    """The call whose record the desk shows at this moment, and how."""
    operator = ports.operators.operator(who.line, who.operator)
    if operator is None:
        return None, Shown.NOT
    return record_shown(operator, current_contact_id(ports, operator))


def start_of_handling(ports: Ports, who: Account, call: ContactId) -> datetime | None:
    """When an operator's part of a call began; None while nobody can tell."""
    try:
        write_facts(ports, who.line)
        facts = ports.call_log.facts_of_calls([call])
    except Unavailable as error:
        ports.log.warning("begin of call not known", call=call, error=str(error))
        return None
    mine = (
        each.at
        for each in facts
        if isinstance(each, CallerConnected | OperatorJoined)
        and each.operator == who.operator
    )
    return next(mine, None)


def save_record(ports: Ports, who: Account, draft: Draft) -> Record:
    """Save the form.

    Stale, and nothing changed, when another window has saved something else on top of
    the same version, or the call was never this operator's.
    """
    return _write_draft(ports, who, draft, is_last=False)[1]


def complete_record(ports: Ports, who: Account, draft: Draft) -> Record:
    """Save the form as complete.

    If something is missing that the line requires, the record is saved but not
    complete, and the operator stays held. A second call frees the operator if that had
    failed.
    """
    before, after = _write_draft(ports, who, draft, is_last=True)
    if after.complete is not None:
        _relieve_operator(ports, after, is_news=before.complete is None)
    return after


def _write_draft(
    ports: Ports, who: Account, draft: Draft, *, is_last: bool
) -> tuple[Record, Record]:
    """Save a draft; return the record as it was, and as it is now."""
    draft, desk = tidy_draft(draft), ports.content.lines()[who.line].desk
    check_draft(draft, desk)
    _check_colleague(ports.roster, who, draft.follow_up_to)
    before, after = retry_on_conflict(
        ports,
        partial(_load_record, ports, who, draft.call),
        partial(apply_draft, draft=draft, desk=desk, is_last=is_last),
        ports.records.save,
    )
    return before, before if after is None else _next_version(after)


def _load_record(ports: Ports, who: Account, call: ContactId) -> Record:
    """The record as it is; a blank one for an operator who has, or had, the call."""
    record = ports.records.of(call, who.operator)
    if record is None:
        _refuse_others(ports, who, call)
    return record or _make_blank(ports, who, call)


def _next_version(record: Record) -> Record:
    return replace(record, version=record.version + 1)


def _make_blank(ports: Ports, who: Account, call: ContactId) -> Record:
    return Record(
        id=RecordId(ports.ids.token()),
        line=who.line,
        call=call,
        operator=who.operator,
        saved=ports.clock.now(),
    )


def _refuse_others(ports: Ports, who: Account, call: ContactId) -> None:
    """Refuse to begin a record for anybody but an operator who had the call."""
    operator = ports.operators.operator(who.line, who.operator)
    if operator is None:
        raise Stale("not-yours")
    after = operator.wrap_up
    if call not in {current_contact_id(ports, operator), after.owes, after.last}:
        raise Stale("not-yours")


def _check_colleague(roster: Roster, who: Account, to: OperatorId | None) -> None:
    if to is None or to in {each.id for each in roster.all(who.line)}:
        return
    raise Invalid("no operator of that name answers this line; choose one who does")


def _relieve_operator(ports: Ports, record: Record, *, is_news: bool) -> None:
    """Free an operator held only by this record; write the fact the first time."""
    load = partial(ports.operators.operator, record.line, record.operator)
    decide = partial(relieve_operator, record=record, is_news=is_news)
    update_line(ports, record.line, load, decide)


def relieve_operator(
    operator: Operator | None, now: datetime, *, record: Record, is_news: bool
) -> Change | None:
    """Free an operator who owes this record, if there is one; with the facts."""
    facts = [_fact_of_completion(record, now)] if is_news else []
    if operator is None or operator.wrap_up.owes != record.call:
        return Change(save=(), facts=facts) if facts else None
    after = operators.relieved(operator, record.call, now)
    if after.state is not operator.state:
        facts.append(of_operator(after, now, "record complete"))
    return Change(save=(after,), facts=facts, wake=True)


def _fact_of_completion(record: Record, now: datetime) -> Fact:
    return RecordCompleted(
        at=now,
        line=record.line,
        call=record.call,
        operator=record.operator,
        disposition=record.disposition,
    )


# --- for one another ------------------------------------------------------


def follow_ups(ports: Ports, who: Account) -> list[Record]:
    """The follow-ups of this operator, and those of anybody."""
    return ports.records.follow_ups(who.line, who.operator)


def end_follow_up(ports: Ports, who: Account, key: RecordId) -> None:
    """Mark a follow-up done; Stale when it was done before."""
    record = ports.records.find(key)
    follow = record.follow_up if record and record.line == who.line else None
    if follow is None or not may_end(follow, who):
        raise Stale("not-yours")
    if not ports.records.end_follow_up(key, who.operator, ports.clock.now()):
        raise Stale("taken")
