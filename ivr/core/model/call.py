"""A contact: who wants something, where they are in it, and what may happen to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType, Self

from msgspec import Struct

from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.exit_menu import ExitMenu
from ivr.core.model.contact.location import Location
from ivr.core.model.contact.menu_position import MenuPosition
from ivr.core.model.contact.need import Need
from ivr.core.model.values import replace

CallId = NewType("CallId", str)
"""The carrier's own identifier of a leg; opaque to us."""

LineKey = NewType("LineKey", str)
OperatorId = NewType("OperatorId", str)
ShiftId = NewType("ShiftId", str)
ClaimId = NewType("ClaimId", str)
"""Random and unguessable: it is also the token that accepts the offer."""


class PhoneNumber:
    """A telephone number that does not show itself.

    ``str`` and ``repr`` are masked so that no log line, traceback or template
    can carry the digits by accident; ``reveal`` is the one way to them.
    """

    __slots__ = ("_digits",)

    def __init__(self, e164: str) -> None:
        self._digits = e164

    def reveal(self) -> str:
        """The number as it was given; call this in adapters only."""
        return self._digits

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PhoneNumber) and self._digits == other._digits

    def __hash__(self) -> int:
        return hash(self._digits)

    def __repr__(self) -> str:
        return "PhoneNumber(•••)"


@dataclass(frozen=True, slots=True)
class Softphone:
    """The telephone in an operator's browser, by the name it registers under."""

    identity: str


Address = PhoneNumber | Softphone
"""Where somebody can be rung."""


class Stage(StrEnum):
    """Where a caller is: always in exactly one of these."""

    MENU = "menu"
    WAITING = "waiting"
    CLAIMED = "claimed"
    CONNECTED = "connected"
    AFTER = "after"
    """The operator has left and the caller is still on the line."""
    PROMISED = "promised"
    """A call back is promised, and it is not its time yet."""
    GOODBYE = "goodbye"
    """The last words are being said; the end itself is the carrier's to tell."""
    ENDED = "ended"


class Outcome(StrEnum):
    """How a call ended, as the call log tells it."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    CALLBACK = "callback"
    MESSAGE = "message"
    INFORMATION = "information"
    REFUSED = "refused"
    FAILED = "failed"


class CallbackPreferences(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a caller wants to be called back; clock hours are the rule set's zone's.

    ``number`` is sealed: it is opened when it is dialled, and not before. Without
    hours of their own (``start``, ``end``: whole hours, 0 to 23) the quiet hours
    are kept, unless ``at_any_hour``. Who asked ``in_writing`` is never called.
    ``at`` is the moment that an operator has promised: nobody calls before it.
    ``typed``: the number is not the one of the call.
    """

    number: str
    at_any_hour: bool = False
    start: int | None = None
    end: int | None = None
    in_writing: bool = False
    at: datetime | None = None
    typed: bool = False


class CallbackRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A call back that was promised, as wished, and how far it has come.

    ``begun``: the caller has hung up and the promise is ours to keep. ``leg`` is
    the carrier's leg to the person while there is one, ``reached`` whether the
    person has asked there to be put through, ``kept`` whether they talked.
    ``tries`` counts the legs that reached nobody; ``due`` is when to look again.
    ``phone`` is the keyed name of the number to which the leg was made.
    ``not_before`` is when the number may be called again, ``renews`` the call whose
    promise to it this one stands for, and whose place it will have.
    """

    made: datetime
    begun: bool = False
    leg: CallId | None = None
    phone: str = ""
    reached: bool = False
    kept: bool = False
    tries: int = 0
    due: datetime | None = None
    not_before: datetime | None = None
    renews: CallId | None = None


class Arrival(Struct, frozen=True):
    """The moment from which a place in the queue counts, and what it was used for.

    ``at`` is the arrival that priority is counted from: it is kept through whatever
    breaks off. ``counts_from`` stands for it, as far as priority goes, once the class
    of urgency has been another. ``spent`` says that a talk has used it up,
    ``given_back`` that its caller was cut off in a talk once and came back,
    ``handed_on`` how often an operator has handed the caller on in that place (see
    ``ivr.core.queue.arrival``).
    """

    at: datetime | None = None
    counts_from: datetime | None = None
    spent: bool = False
    given_back: bool = False
    handed_on: int = 0


class QueueWait(Struct, frozen=True):
    """The present wait in the queue, and the other calls that it has to do with.

    ``since`` is when it began, ``told_until`` when it should be over by what the caller
    was told first. ``before`` is a call of the same caller that broke off just now: its
    place is kept. ``beside``: it waits without a place, for another call of the same
    number holds it (see ``ivr.core.dialogue.one_number``).
    """

    since: datetime | None = None
    told_until: datetime | None = None
    before: CallId | None = None
    beside: bool = False


class Affinity(Struct, frozen=True):
    """For whom a caller is kept, if not for anybody.

    ``operator`` is the one with whom a talk broke off, or to whom the caller was
    handed over, by ``handed_by``, until somebody else has talked to them; ``team`` the
    team to which that was, at ``handed_at``.
    """

    operator: OperatorId | None = None
    team: str = ""
    handed_at: datetime | None = None
    handed_by: OperatorId | None = None

    def clear_team(self) -> Self:
        """For no team any more."""
        return replace(self, team="", handed_at=None)


class TalkState(Struct, frozen=True):
    """Who talks to a caller, or is to.

    ``claim`` binds the caller to an operator now. ``since`` is when the latest talk
    began; ``answered`` says that there was one.
    """

    claim: ClaimId | None = None
    since: datetime | None = None
    answered: bool = False

    def begin_at(self, at: datetime) -> Self:
        """In a talk."""
        return replace(self, answered=True, since=at)

    def bind_claim(self, claim: ClaimId) -> Self:
        """With the claim of an operator."""
        return replace(self, claim=claim)

    def release_claim(self) -> Self:
        """With no operator bound to the caller."""
        return replace(self, claim=None)


class Ending(Struct, frozen=True):
    """How a call ended, and when.

    ``stage`` is the one in which it ended. ``outcome`` may be known before the end.
    """

    at: datetime | None = None
    stage: Stage | None = None
    outcome: Outcome | None = None


class Callback(Struct, frozen=True):
    """The call back that a caller wants, or was promised.

    ``preferences`` say how, ``request`` how far it has come. ``came_from`` are the
    preferences of a promise whose place this caller, who has rung again, has taken: it
    binds again if nobody talks.
    """

    preferences: CallbackPreferences | None = None
    request: CallbackRequest | None = None
    came_from: CallbackPreferences | None = None

    @property
    def due(self) -> datetime | None:
        """When to look at the promise again; None at no moment of its own."""
        return self.request.due if self.request else None


class Contact(Struct, frozen=True):
    """Somebody who wants something from the line, from the first ring to the end.

    The identifier is the channel's own, and opaque. ``rev`` counts the saved versions:
    a change is saved only on top of the version that it was decided from.
    """

    id: CallId
    line: LineKey
    caller: Caller
    started: datetime
    stage: Stage = Stage.MENU
    menu: MenuPosition = MenuPosition()
    need: Need = Need()
    location: Location = Location()
    exit_menu: ExitMenu = ExitMenu()
    arrival: Arrival = Arrival()
    wait: QueueWait = QueueWait()
    affinity: Affinity = Affinity()
    talk: TalkState = TalkState()
    ending: Ending = Ending()
    callback: Callback = Callback()
    rev: int = 0

    @property
    def is_live(self) -> bool:
        """Whether the caller is still with us, or promised a call back."""
        return self.stage is not Stage.ENDED

    def say_goodbye(self, outcome: Outcome) -> Self:
        """The call in which the last words are said, with what the log tells of it."""
        ending = replace(self.ending, outcome=outcome)
        return replace(self, stage=Stage.GOODBYE, ending=ending)

    def end_at(self, at: datetime) -> Self:
        """The call at its end, out of the stage that it was in."""
        return replace(
            self,
            stage=Stage.ENDED,
            talk=self.talk.release_claim(),
            ending=replace(self.ending, at=at, stage=self.stage),
        )

    @property
    def leg(self) -> CallId | None:
        """The leg that the caller is on; None while a promise waits to be kept."""
        request = self.callback.request
        return request.leg if request and request.begun else self.id

    def with_request(self, request: CallbackRequest | None) -> Self:
        """The call with the promise of a call back as far as it has come."""
        return replace(self, callback=replace(self.callback, request=request))

    def with_preferences(self, preferences: CallbackPreferences | None) -> Self:
        """The call with how its caller wants to be called back."""
        return replace(self, callback=replace(self.callback, preferences=preferences))

    def with_notices(self, *notices: str) -> Self:
        """The call with what the caller is told before the next question."""
        return replace(self, menu=self.menu.with_notices(*notices))
