"""A number to call back: one promise at a time, and a limit to the rings.

We know the number by its keyed name alone. Anybody may type it, and in many calls: the
person at that telephone is still rung no more often than the rules allow.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import ContactId, LineKey
from ivr.core.model.values import replace

DAY = timedelta(days=1)


class Callee(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What we know of a number on a line; ``id`` is its keyed name.

    ``promise`` is the call that made the latest promise to this number; ``appointment``
    is the call that an operator has promised for a moment. ``rung`` tells when we
    called the number lately, ``asked`` when somebody at it asked for calls to other
    numbers, ``refused`` when the person said that they want no call, ``talked`` when
    the latest talk with that telephone began.
    """

    id: str
    line: LineKey
    promise: ContactId | None = None
    appointment: ContactId | None = None
    rung: tuple[datetime, ...] = ()
    asked: tuple[datetime, ...] = ()
    refused: datetime | None = None
    talked: datetime | None = None
    rev: int = 0


def bind_callback(callee: Callee, call: Contact) -> Callee:
    """The number with a call as the one whose promise binds."""
    if is_appointment(call):
        return replace(callee, appointment=call.id)
    return replace(callee, promise=call.id)


def bound_callback(callee: Callee, call: Contact) -> ContactId | None:
    """The call that made the latest promise of the same kind to the number."""
    return callee.appointment if is_appointment(call) else callee.promise


def is_appointment(call: Contact) -> bool:
    """Whether an operator has promised the call for a moment: it is a promise apart."""
    preferences = call.callback.preferences
    return preferences is not None and preferences.at is not None


def is_binding(call: Contact | None) -> bool:
    """Whether a call's promise still has to be kept, by calling or writing."""
    if call is None or not call.is_live or call.callback.request is None:
        return False
    return not (call.callback.request.fulfilled or call.callback.request.reached)


def with_talk(callee: Callee, at: datetime) -> Callee:
    """The number once somebody there has talked with an operator."""
    return replace(callee, talked=max(at, callee.talked or at))


def is_talked_out(callee: Callee, call: Contact) -> bool:
    """Whether somebody at the number has talked since a call's promise was made.

    A promise that an operator made for a moment does not lapse this way.
    """
    request = call.callback.request
    if request is None or callee.talked is None or is_appointment(call):
        return False
    return callee.talked >= request.made


def has_talked_since(other: Contact, call: Contact) -> bool:
    """Whether the person of one promise has talked since the other promise was made."""
    request = call.callback.request
    if other.talk.since is None or request is None:
        return False
    return other.talk.since >= request.made


def is_unreached(call: Contact) -> bool:
    """Whether nobody is on the way to the person of a promise."""
    return call.stage in {Stage.WAITING, Stage.PROMISED} and call.leg is None


def note_ring(callee: Callee, now: datetime) -> Callee:
    """The number after we have called it."""
    return replace(callee, rung=(*moments_since(callee.rung, now - DAY), now))


def note_request(callee: Callee, now: datetime) -> Callee:
    """The number after somebody at it has asked for a call to another number."""
    return replace(callee, asked=(*moments_since(callee.asked, now - DAY), now))


def wants_no_call(callee: Callee, now: datetime) -> bool:
    """Whether the person has lately refused every call that others ask for."""
    return callee.refused is not None and now - callee.refused < DAY


def moments_since(moments: Iterable[datetime], start: datetime) -> tuple[datetime, ...]:
    """The moments later than ``start``, in order."""
    return tuple(sorted(each for each in moments if each > start))
