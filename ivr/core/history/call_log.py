"""The call log's record of one call, folded from the facts of that call.

Facts may arrive late, twice and in any order: every field is the earliest or the latest
of what its own facts say, so that the same facts give the same record.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from ivr.core.model.contact.ending import Outcome
from ivr.core.model.contact.location import LocationKind
from ivr.core.model.facts import (
    CallEnded,
    CallerConnected,
    CallerQueued,
    CallStarted,
    Fact,
    LanguageChosen,
    LocationGiven,
    MessageLeft,
    OfferRung,
    TalkEnded,
    TopicChosen,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.values import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Folding:
    """Notes on the facts so far, which later facts need to fold correctly.

    ``final`` is the outcome in ``CallEnded``; ask ``CallRecord.outcome`` for the one
    that counts. ``rung`` holds the claims whose operator was rung. ``told`` says when
    each field that may be told again was last told.
    """

    final: str | None = None
    rung: frozenset[ClaimId] = frozenset()
    told: Mapping[str, datetime] = field(default_factory=dict)

    def stamp_fields(self, at: datetime, *names: str) -> Self:
        """With these fields stamped as told at a moment."""
        return replace(self, told={**self.told, **dict.fromkeys(names, at)})


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """What we know of one call so far.

    ``started`` is the earliest moment in any fact. ``number`` is the hotline number
    that was called, ``caller`` a keyed pseudonym. ``queued`` and ``answered`` are the
    first of their kind, ``operator`` is who answered first, ``talk_ended`` the end of
    the last talk.
    """

    call: ContactId
    line: LineKey
    started: datetime
    number: str | None = None
    channel: str = "voice"
    caller: str | None = None
    language: str | None = None
    urgency: str | None = None
    topic: str | None = None
    location: str = LocationKind.NONE
    queued: datetime | None = None
    answered: datetime | None = None
    operator: OperatorId | None = None
    talk_ended: datetime | None = None
    ended: datetime | None = None
    folding: Folding = field(default_factory=Folding)

    @property
    def outcome(self) -> str | None:
        """How the call ended, None until then; once answered it stays answered.

        A promise still counts as one after it was kept: that was another call, and
        ``answered`` and ``operator`` tell of it. A message counts even when we heard of
        the end of the call first, and in place of a promise made before it.
        """
        if self.ended is None:
            return None
        final, told = self.folding.final, self.folding.told
        if final == Outcome.CALLBACK and not self._was_answered_before(self.ended):
            return self._outcome_of_callback(self.ended)
        if self.answered:
            return Outcome.ANSWERED
        return Outcome.MESSAGE if "message" in told else final

    def _outcome_of_callback(self, made: datetime) -> str:
        left = self.folding.told.get("message")
        instead = left is not None and left >= made and self.answered is None
        return Outcome.MESSAGE if instead else Outcome.CALLBACK

    def _was_answered_before(self, moment: datetime) -> bool:
        return self.answered is not None and self.answered <= moment

    @property
    def offers(self) -> int:
        """How many operators were rung, each claim counted once."""
        return len(self.folding.rung)

    @property
    def wait_seconds(self) -> float | None:
        """From the queue to the answer, else to the end; None while neither came."""
        return _seconds_between(self.queued, self.answered or self.ended)

    @property
    def talk_seconds(self) -> float | None:
        """From the answer to the end of the talk, else of the call."""
        return _seconds_between(self.answered, self.talk_ended or self.ended)


def apply_fact(record: CallRecord | None, fact: Fact) -> CallRecord | None:
    """The record after a fact of the same call; a fact of no call changes nothing."""
    if fact.call is None:
        return record
    if record is None:
        record = CallRecord(call=fact.call, line=fact.line, started=fact.at)
    elif fact.at < record.started:
        record = replace(record, started=fact.at)
    step = _STEPS.get(type(fact))
    return step(record, fact) if step else record


def fold_facts(record: CallRecord | None, facts: Iterable[Fact]) -> CallRecord | None:
    """The record after all these facts of the same call."""
    for fact in facts:
        record = apply_fact(record, fact)
    return record


def to_json(record: CallRecord, operator_name: str | None) -> dict[str, Any]:
    """The record as ``hotline calls --json`` prints it; no person by number."""
    return {
        "call": record.call,
        "channel": record.channel,
        "line": record.line,
        "number": record.number,
        "language": record.language,
        "class": record.urgency,
        "topic": record.topic,
        "started": _iso_or_none(record.started),
        "queued": _iso_or_none(record.queued),
        "answered": _iso_or_none(record.answered),
        "ended": _iso_or_none(record.ended),
        "outcome": record.outcome,
        "operator": operator_name,
        "wait_seconds": record.wait_seconds,
        "talk_seconds": record.talk_seconds,
        "offers": record.offers,
        "location": record.location,
    }


def _fold_start(record: CallRecord, fact: CallStarted) -> CallRecord:
    told = record.folding.told.get("number")
    before = (told, record.number or "", record.channel, record.caller or "")
    now = (fact.at, fact.number, fact.channel, fact.caller or "")
    if told and before <= now:
        return record
    return replace(
        record,
        number=fact.number,
        channel=fact.channel,
        caller=fact.caller,
        folding=record.folding.stamp_fields(fact.at, "number"),
    )


def _fold_language(record: CallRecord, fact: LanguageChosen) -> CallRecord:
    return _with_values(record, fact.at, language=fact.language)


def _fold_topic(record: CallRecord, fact: TopicChosen) -> CallRecord:
    return _with_values(record, fact.at, topic=fact.topic, urgency=fact.urgency)


def _fold_location(record: CallRecord, fact: LocationGiven) -> CallRecord:
    return _with_values(record, fact.at, location=fact.location)


def _fold_queued(record: CallRecord, fact: CallerQueued) -> CallRecord:
    record = _with_values(record, fact.at, language=fact.language, urgency=fact.urgency)
    return replace(record, queued=min(record.queued or fact.at, fact.at))


def _fold_rung(record: CallRecord, fact: OfferRung) -> CallRecord:
    rung = record.folding.rung | {fact.claim}
    return replace(record, folding=replace(record.folding, rung=rung))


def _fold_connected(record: CallRecord, fact: CallerConnected) -> CallRecord:
    before = (record.answered, record.operator or "")
    if record.answered and before <= (fact.at, fact.operator):
        return record
    return replace(record, answered=fact.at, operator=fact.operator)


def _fold_message(record: CallRecord, fact: MessageLeft) -> CallRecord:
    at = min(record.folding.told.get("message", fact.at), fact.at)
    return replace(record, folding=record.folding.stamp_fields(at, "message"))


def _talk_ended(record: CallRecord, fact: TalkEnded) -> CallRecord:
    return replace(record, talk_ended=max(record.talk_ended or fact.at, fact.at))


def _fold_end(record: CallRecord, fact: CallEnded) -> CallRecord:
    before = (record.ended, record.folding.final or "")
    if record.ended and before <= (fact.at, fact.outcome):
        return record
    folding = replace(record.folding, final=fact.outcome)
    return replace(record, ended=fact.at, folding=folding)


def _with_values(record: CallRecord, at: datetime, **values: str) -> CallRecord:
    """The values told at ``at``, unless a later fact has told them already."""
    news = {
        name: value
        for name, value in values.items()
        if _is_later(record, name, at, value)
    }
    if not news:
        return record
    folding = record.folding.stamp_fields(at, *news)
    changes: dict[str, Any] = {**news, "folding": folding}
    return replace(record, **changes)


def _is_later(record: CallRecord, name: str, at: datetime, value: str) -> bool:
    before = record.folding.told.get(name)
    # If two values are told at the same moment, the greater stays: any fixed choice
    # will do, but it must not depend on which of them arrived first.
    return before is None or (before, getattr(record, name)) < (at, value)


def _seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    # Two processes' clocks may differ by a little; nobody waited less than nothing.
    return max(0.0, round((end - start).total_seconds(), 3))


def _iso_or_none(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


_STEPS: Mapping[type[Fact], Callable[[CallRecord, Any], CallRecord]] = {
    CallStarted: _fold_start,
    LanguageChosen: _fold_language,
    TopicChosen: _fold_topic,
    LocationGiven: _fold_location,
    CallerQueued: _fold_queued,
    OfferRung: _fold_rung,
    CallerConnected: _fold_connected,
    TalkEnded: _talk_ended,
    MessageLeft: _fold_message,
    CallEnded: _fold_end,
}
