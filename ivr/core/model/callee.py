"""A number that is to be called back: one promise at a time, and so many rings.

It is known by its keyed name alone. Whoever typed it may be anybody, and type it in
many calls: the person at that telephone is still rung no oftener than the rules allow.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.identifiers import CallId, LineKey
from ivr.core.model.values import replace

DAY = timedelta(days=1)


class Callee(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a number on a line; ``id`` is its keyed name.

    ``promise`` is the call whose promise to this number was made last, ``appointment``
    the one that an operator has promised for a moment. ``rung`` is when the number was
    called of late, ``asked`` when somebody asked there for calls to other numbers,
    ``refused`` when the person said that no call was wanted, ``talked`` when a talk
    with that telephone began last.
    """

    id: str
    line: LineKey
    promise: CallId | None = None
    appointment: CallId | None = None
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


def bound_callback(callee: Callee, call: Contact) -> CallId | None:
    """Which call's promise of the same kind was made to the number last."""
    return callee.appointment if is_appointment(call) else callee.promise


def is_appointment(call: Contact) -> bool:
    """Whether an operator has promised it for a moment: that stands by itself."""
    preferences = call.callback.preferences
    return preferences is not None and preferences.at is not None


def is_binding(call: Contact | None) -> bool:
    """Whether somebody is still to be called, or written to, for a call's promise."""
    if call is None or not call.is_live or call.callback.request is None:
        return False
    return not (call.callback.request.kept or call.callback.request.reached)


def with_talk(callee: Callee, at: datetime) -> Callee:
    """The number once somebody there has talked with an operator."""
    return replace(callee, talked=max(at, callee.talked or at))


def is_talked_out(callee: Callee, call: Contact) -> bool:
    """Whether somebody at the number has talked since a call's promise was made.

    What an operator has promised for a moment stands by itself.
    """
    request = call.callback.request
    if request is None or callee.talked is None or is_appointment(call):
        return False
    return callee.talked >= request.made


def has_talked_since(other: Contact, call: Contact) -> bool:
    """Whether a person was talked to for one promise once another one was made."""
    request = call.callback.request
    if other.talk.since is None or request is None:
        return False
    return other.talk.since >= request.made


def is_unreached(call: Contact) -> bool:
    """Whether nobody is on the way to the person of a promise."""
    return call.stage in {Stage.WAITING, Stage.PROMISED} and call.leg is None


def note_ring(callee: Callee, now: datetime) -> Callee:
    """The number once it is called."""
    return replace(callee, rung=(*moments_since(callee.rung, now - DAY), now))


def note_request(callee: Callee, now: datetime) -> Callee:
    """The number once somebody has asked there for a call to another one."""
    return replace(callee, asked=(*moments_since(callee.asked, now - DAY), now))


def wants_no_call(callee: Callee, now: datetime) -> bool:
    """Whether the person has lately refused every call that others ask for."""
    return callee.refused is not None and now - callee.refused < DAY


def moments_since(moments: Iterable[datetime], start: datetime) -> tuple[datetime, ...]:
    """Those of the moments that are later than ``start``, in order."""
    return tuple(sorted(each for each in moments if each > start))
