"""Facts: what happened, when, written down once.

A fact carries opaque identifiers only. The one personal thing that a fact may hold is a
sealed text (ciphertext), never the clear one.
"""

import json
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from msgspec import Struct, structs

from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import (
    ClaimId,
    ContactId,
    LegId,
    LineKey,
    OperatorId,
    ShiftId,
)
from ivr.core.model.operator import Operator


class Fact(Struct, frozen=True, kw_only=True):
    """Something that happened at ``at`` on a line; in a ``call``, or in none.

    ``newer`` keeps what only a newer version of this service knows about it, as a JSON
    object: it is written down with the rest, and that version reads it.
    """

    name: ClassVar[str] = ""

    at: datetime
    line: LineKey
    call: ContactId | None = None
    newer: str = ""


class CallStarted(Fact, frozen=True, kw_only=True):
    """Somebody dialled ``number``; ``caller`` is a keyed pseudonym or None."""

    name = "call-started"
    number: str
    channel: str = "voice"
    caller: str | None = None


class LanguageChosen(Fact, frozen=True, kw_only=True):
    """The caller chose a language."""

    name = "language-chosen"
    language: str


class TopicChosen(Fact, frozen=True, kw_only=True):
    """The caller chose a topic, which has a class of urgency."""

    name = "topic-chosen"
    topic: str
    urgency: str


class SectionPlayed(Fact, frozen=True, kw_only=True):
    """The caller began to hear recorded part number ``part`` (from 1)."""

    name = "part-heard"
    part: int


class MenuGivenUp(Fact, frozen=True, kw_only=True):
    """The caller was asked twice at ``node`` and gave no usable answer."""

    name = "menu-given-up"
    node: str


class LocationGiven(Fact, frozen=True, kw_only=True):
    """The caller said where they are: the kind, and the sealed area if any."""

    name = "location-told"
    location: str
    area: str = ""


class LinkSent(Fact, frozen=True, kw_only=True):
    """A link to share the location was sent to the number that calls."""

    name = "link-sent"


class CallerQueued(Fact, frozen=True, kw_only=True):
    """The caller waits, in this language and class; ``again`` after a lost talk."""

    name = "caller-queued"
    language: str
    urgency: str
    again: bool = False


class OfferMade(Fact, frozen=True, kw_only=True):
    """Routing promised a caller and an operator to each other; ``why`` explains."""

    name = "offer-made"
    claim: ClaimId
    operator: OperatorId
    why: str = ""


class OfferRung(Fact, frozen=True, kw_only=True):
    """The operator's telephone was called: the leg exists at the carrier."""

    name = "offer-rung"
    claim: ClaimId
    operator: OperatorId


class OfferTaken(Fact, frozen=True, kw_only=True):
    """The operator took the offered call."""

    name = "offer-taken"
    claim: ClaimId
    operator: OperatorId


class OfferEnded(Fact, frozen=True, kw_only=True):
    """The offer came to nothing; ``reason`` is one of ``claim.OFFER_ENDS``."""

    name = "offer-ended"
    claim: ClaimId
    operator: OperatorId
    reason: str


class CallerConnected(Fact, frozen=True, kw_only=True):
    """Caller and operator are both in the room."""

    name = "caller-connected"
    claim: ClaimId
    operator: OperatorId


class CallerHeld(Fact, frozen=True, kw_only=True):
    """The operator has put the caller on hold."""

    name = "caller-held"
    claim: ClaimId
    operator: OperatorId


class CallerUnheld(Fact, frozen=True, kw_only=True):
    """The caller is back in the talk after a hold."""

    name = "caller-unheld"
    claim: ClaimId
    operator: OperatorId


class OperatorInvited(Fact, frozen=True, kw_only=True):
    """An operator was asked into the talk of another one, ``by``."""

    name = "operator-invited"
    claim: ClaimId
    operator: OperatorId
    by: OperatorId


class OperatorJoined(Fact, frozen=True, kw_only=True):
    """An operator who was invited has come into the talk."""

    name = "operator-joined"
    claim: ClaimId
    operator: OperatorId


class OperatorParted(Fact, frozen=True, kw_only=True):
    """An operator has left a talk that goes on, or went on until just then.

    ``why``: operator, caller, carrier, withdrawn (by the host), or transferred (the
    guest kept the caller).
    """

    name = "operator-parted"
    claim: ClaimId
    operator: OperatorId
    why: str


class CallTransferred(Fact, frozen=True, kw_only=True):
    """An operator has handed the caller over.

    ``kind``: queue, operator or team (back to the queue, first for the one named), or
    warm (the operator ``to`` was brought in before and has the caller now).
    """

    name = "call-transferred"
    kind: str
    to: str


class TalkEnded(Fact, frozen=True, kw_only=True):
    """The talk is over; ``by`` is caller, operator or carrier."""

    name = "talk-ended"
    claim: ClaimId
    operator: OperatorId
    by: str


class CallEnded(Fact, frozen=True, kw_only=True):
    """The caller is gone, with an ``Outcome`` of ``ivr.core.model.contact.ending``."""

    name = "call-ended"
    outcome: str


class CallerReturned(Fact, frozen=True, kw_only=True):
    """The caller of the call ``before``, which broke off, has its place again."""

    name = "caller-returned"
    before: ContactId


class CallbackPromised(Fact, frozen=True, kw_only=True):
    """A call back was promised, with everything that is needed to keep it.

    ``number`` is sealed. ``started`` and ``arrived`` are ISO 8601 moments, ``start``
    and ``end`` whole hours between which the caller may be called. ``not_before`` is
    the moment that an operator has promised. ``given_back`` and ``handed_on`` tell what
    the arrival was used for before; ``counts_from`` (ISO 8601) is set for a caller who
    has changed the class of urgency: priority counts from it. ``to`` is the number's
    keyed name.
    """

    name = "callback-promised"
    number: str
    at_any_hour: bool
    start: int | None = None
    end: int | None = None
    in_writing: bool
    not_before: str | None = None
    dialled: str
    caller: str | None = None
    started: str
    arrived: str
    language: str
    topic: str
    urgency: str
    location: str
    given_back: bool = False
    handed_on: int = 0
    counts_from: str | None = None
    to: str | None = None


class CallbackTried(Fact, frozen=True, kw_only=True):
    """The person was called and not put through; ``how``: how the leg ended."""

    name = "callback-tried"
    claim: ClaimId | None = None
    how: str


class CallbackEnded(Fact, frozen=True, kw_only=True):
    """The promise does not bind any more.

    ``reason``: kept, refused (by the person called), given-up, caller-rang, renewed (by
    another promise to the same number), message (the caller left one instead), done or
    cancelled (both by a person at the desk).
    """

    name = "callback-ended"
    reason: str


class PersonLeft(Fact, frozen=True, kw_only=True):
    """The person who was called back has hung up, after they had talked.

    There is no such fact for a person who has another promise by then: they are still
    to come. ``CallEnded`` was written when the caller hung up. ``outcome`` is
    "abandoned" where the person waited in the queue once more, else as for a call.
    """

    name = "person-left"
    outcome: str


class MessageLeft(Fact, frozen=True, kw_only=True):
    """The caller has left a message of some seconds; the carrier holds it."""

    name = "message-left"
    recording: str
    seconds: int
    language: str


class MessageTaken(Fact, frozen=True, kw_only=True):
    """Somebody fetched a message, or threw it away unheard; the carrier has deleted it.

    An older fact without ``recording`` means the first message of the call.
    """

    name = "message-taken"
    how: str
    recording: str = ""


class CallbackScheduled(Fact, frozen=True, kw_only=True):
    """The operator has promised the caller another call, not before ``moment``."""

    name = "again-promised"
    operator: OperatorId
    moment: str


class LocationRevealed(Fact, frozen=True, kw_only=True):
    """The operator was shown where the caller is; ``what`` is "area"."""

    name = "location-revealed"
    operator: OperatorId
    what: str


class RecordCompleted(Fact, frozen=True, kw_only=True):
    """The operator has written everything that is required about the call."""

    name = "record-completed"
    operator: OperatorId
    disposition: str | None = None


class OperatorChanged(Fact, frozen=True, kw_only=True):
    """An operator's state changed, and why."""

    name = "operator-changed"
    operator: OperatorId
    state: str
    why: str


class CallingInLocked(Fact, frozen=True, kw_only=True):
    """Too many wrong PINs: nobody may call in as this operator until ``until``."""

    name = "calling-in-locked"
    operator: OperatorId
    until: str


class ShiftConfirmed(Fact, frozen=True, kw_only=True):
    """An operator said that they come to a shift, perhaps after all."""

    name = "shift-confirmed"
    shift: ShiftId
    operator: OperatorId


class ShiftDeclined(Fact, frozen=True, kw_only=True):
    """An operator said that they cannot come to a shift; it does not say why."""

    name = "shift-declined"
    shift: ShiftId
    operator: OperatorId


class OrphanedLegFound(Fact, frozen=True, kw_only=True):
    """We dealt with a live leg that no state of ours knew.

    ``done``: rescued (a caller was sent to us again) or ended (a leg of ours).
    """

    name = "stranger-met"
    leg: LegId
    done: str


F = TypeVar("F", bound=Fact)


def of_claim(kind: type[F], claim: Claim, at: datetime, /, **told: str) -> F:
    """A fact about a claim, with its line, call, operator and identifier."""
    return kind(
        at=at,
        line=claim.line,
        call=claim.call,
        **{"claim": claim.id, "operator": claim.operator, **told},
    )


def of_call(kind: type[F], call: Contact, at: datetime, /, **told: Any) -> F:
    """A fact about a call, with its line and identifier."""
    return kind(at=at, line=call.line, call=call.id, **told)


def started_fact(call: Contact, at: datetime) -> CallStarted:
    """The fact that somebody has turned to the line: on which channel and number."""
    who = call.caller
    return of_call(
        CallStarted,
        call,
        at,
        number=who.dialled,
        caller=who.pseudonym,
        channel=who.channel.value,
    )


def of_operator(operator: Operator, at: datetime, why: str) -> OperatorChanged:
    """The fact of an operator's state, or of the state chosen for after the call."""
    return OperatorChanged(
        at=at,
        line=operator.line,
        operator=operator.id,
        state=(operator.wish or operator.state).value,
        why=why,
    )


KINDS: dict[str, type[Fact]] = {kind.name: kind for kind in Fact.__subclasses__()}


def to_dict(fact: Fact) -> dict[str, Any]:
    """A fact as plain JSON values, ``fact`` naming its kind."""
    # Each field is a plain value: no need for a deep copy.
    told = structs.asdict(fact)
    values = {key: value for key, value in told.items() if value is not None}
    del values["newer"]
    newer = json.loads(fact.newer) if fact.newer else {}
    return {**newer, **values, "at": fact.at.isoformat(), "fact": fact.name}
