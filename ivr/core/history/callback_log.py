"""The lasting log of promised call backs and of messages, folded from facts.

Facts are folded in the order in which they happened.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import (
    CallbackEnded,
    CallbackPromised,
    CallbackTried,
    Fact,
    MessageLeft,
    MessageTaken,
)
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.model.values import replace

OF_CALLBACKS = (CallbackPromised, CallbackTried, CallbackEnded)
OF_MESSAGES = (MessageLeft, MessageTaken)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRecord:
    """A promised call back: as it was promised, and how far it has come.

    ``tries`` counts the calls that reached nobody, ``tried`` is the last of them.
    ``ended`` is None while the promise binds.
    """

    promise: CallbackPromised
    tries: int = 0
    tried: datetime | None = None
    ended: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord:
    """A message that was left; ``taken`` is when it was fetched or thrown away."""

    call: ContactId
    line: LineKey
    left: datetime
    recording: str
    seconds: int
    language: str
    taken: datetime | None = None
    how: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedCall:
    """A promised call back as operators see it: topic, time, state; no number.

    ``state``: later, waiting (its turn in the queue), going-on (somebody is on it),
    in-writing, or lost (from the live state: it comes back by itself).
    """

    record: CallbackRecord
    state: str
    due: datetime | None = None


_STATES = {
    Stage.PROMISED: "later",
    Stage.WAITING: "waiting",
    Stage.CLAIMED: "going-on",
    Stage.CONNECTED: "going-on",
    Stage.AFTER: "going-on",
}


def promised_call(record: CallbackRecord, call: Contact | None) -> PromisedCall:
    """The promise, and where its call stands now."""
    if record.promise.in_writing:
        return PromisedCall(record=record, state="in-writing")
    state = _STATES.get(call.stage, "lost") if call else "lost"
    due = call.callback.due if call else None
    return PromisedCall(record=record, state=state, due=due)


def callback_of(facts: Iterable[Fact]) -> CallbackRecord | None:
    """The promise in the facts of one call, or None."""
    record: CallbackRecord | None = None
    for fact in facts:
        if isinstance(fact, CallbackPromised):
            record = CallbackRecord(promise=fact)
        elif record is not None and isinstance(fact, CallbackTried):
            record = replace(record, tries=record.tries + 1, tried=fact.at)
        elif record is not None and isinstance(fact, CallbackEnded):
            record = replace(record, ended=fact.at, reason=fact.reason)
    return record


def messages_of(facts: Iterable[Fact]) -> list[MessageRecord]:
    """The messages in the facts of one call, each recording once."""
    records: dict[str, MessageRecord] = {}
    for fact in facts:
        if isinstance(fact, MessageLeft) and fact.call is not None:
            records.setdefault(fact.recording, _record_message(fact, fact.call))
        elif isinstance(fact, MessageTaken):
            key = fact.recording or next(iter(records), "")
            if key in records:
                records[key] = replace(records[key], taken=fact.at, how=fact.how)
    return list(records.values())


def _record_message(fact: MessageLeft, call: ContactId) -> MessageRecord:
    return MessageRecord(
        call=call,
        line=fact.line,
        left=fact.at,
        recording=fact.recording,
        seconds=fact.seconds,
        language=fact.language,
    )


def callback_row(record: CallbackRecord, state: str) -> dict[str, Any]:
    """A promise as ``hotline callbacks`` prints it, without any number."""
    promise = record.promise
    return {
        "call": promise.call,
        "line": promise.line,
        "language": promise.language,
        "class": promise.urgency,
        "state": state,
        "promised": promise.at.isoformat(),
        "arrived": promise.arrived,
        "when": when_promised(promise),
        "tries": record.tries,
        "tried": record.tried.isoformat() if record.tried else None,
        "ended": record.ended.isoformat() if record.ended else None,
        "reason": record.reason,
    }


def when_promised(promise: CallbackPromised) -> str:
    """A few words for when and how the person wants to be reached."""
    if promise.in_writing:
        return "in writing"
    if promise.not_before is not None:
        moment = datetime.fromisoformat(promise.not_before)
        return f"from {moment:%Y-%m-%d %H:%M} UTC"
    if promise.start is not None and promise.end is not None:
        return f"{promise.start:02}:00-{promise.end:02}:00"
    return "any hour" if promise.at_any_hour else "not at night"


def message_row(record: MessageRecord) -> dict[str, Any]:
    """A message as ``hotline messages`` prints it."""
    return {
        "call": record.call,
        "line": record.line,
        "language": record.language,
        "left": record.left.isoformat(),
        "seconds": record.seconds,
        "taken": record.taken.isoformat() if record.taken else None,
        "how": record.how,
    }
