"""The call back that a caller wants, and how far the promise has come."""

from datetime import datetime

from msgspec import Struct, field

from ivr.core.model.identifiers import ContactId, LegId


class CallbackPreferences(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a caller wants to be called back; hours are in the rule set's zone.

    ``number`` is sealed: it is opened when we dial it, and not before. Without hours of
    their own (``start``, ``end``: whole hours, 0 to 23) we keep the quiet hours, unless
    ``at_any_hour``. A caller who chose ``in_writing`` is never called. ``at`` is the
    moment that an operator has promised: nobody calls before it. ``typed``: the number
    is not the one of the call.
    """

    number: str
    at_any_hour: bool = False
    start: int | None = None
    end: int | None = None
    in_writing: bool = False
    at: datetime | None = None
    typed: bool = False


class CallbackRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call back that was promised, and how far it has come.

    ``activated``: the caller has hung up and the promise is ours to keep. ``leg`` is
    the carrier's leg to the person while there is one, ``reached`` whether the person
    has asked there to be put through, ``fulfilled`` whether they talked. ``tries``
    counts the legs that reached nobody; ``due`` is when to look again. ``phone`` is the
    keyed name of the number that the leg was made to. ``not_before`` is when the number
    may be called again. ``renews`` is an earlier call with a promise to the same
    number: this one replaces it, and will have its place.
    """

    made: datetime
    activated: bool = field(default=False, name="begun")
    leg: LegId | None = None
    phone: str = ""
    reached: bool = False
    fulfilled: bool = field(default=False, name="kept")
    tries: int = 0
    due: datetime | None = None
    not_before: datetime | None = None
    renews: ContactId | None = None


class Callback(Struct, frozen=True):
    """The call back that a caller wants, or was promised.

    ``preferences`` say how, ``request`` how far it has come. ``came_from`` belongs to a
    caller who has rung again and has taken the place of a promise: its preferences,
    which bind again if nobody talks.
    """

    preferences: CallbackPreferences | None = None
    request: CallbackRequest | None = None
    came_from: CallbackPreferences | None = None

    @property
    def due(self) -> datetime | None:
        """When to look at the promise again; None if it has no moment of its own."""
        return self.request.due if self.request else None
