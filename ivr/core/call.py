"""A call: who is on the line, where they are in it, and what may happen to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

CallId = NewType("CallId", str)
"""The carrier's own identifier of a leg; opaque to us."""

LineKey = NewType("LineKey", str)
OperatorId = NewType("OperatorId", str)
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


class Stage(StrEnum):
    """Where a caller is: always in exactly one of these."""

    MENU = "menu"
    WAITING = "waiting"
    CLAIMED = "claimed"
    CONNECTED = "connected"
    AFTER = "after"
    """The operator has left and the caller is still on the line."""
    GOODBYE = "goodbye"
    """The last words are being said; the end itself is the carrier's to tell."""
    ENDED = "ended"


class LocationKind(StrEnum):
    """What the caller chose to tell of where they are."""

    NONE = "none"
    DECLINED = "declined"
    AREA = "area"
    EXACT = "exact"


class Outcome(StrEnum):
    """How a call ended, as the call log tells it."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    CALLBACK = "callback"
    MESSAGE = "message"
    INFORMATION = "information"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One caller's call, from the first ring to the end.

    ``rev`` counts the saved versions: a change is saved only on top of the
    version that it was decided from. ``step`` counts the caller's answers:
    a request that was made for an older step changes nothing.

    ``draft`` holds an area code that was typed and is not yet confirmed;
    ``area`` the confirmed one. Both are sealed wherever they are stored.
    ``notices`` are the prompts spoken before the present node's own. ``part``
    counts inside a node: the recorded part, or the page of the location step.
    ``told_until`` is when the wait should be over by what the caller was told first.
    """

    id: CallId
    line: LineKey
    number: str
    started: datetime
    caller: str | None = None
    reachable: bool = False
    stage: Stage = Stage.MENU
    node: str = ""
    trail: tuple[str, ...] = ()
    step: int = 0
    tries: int = 0
    part: int = 0
    parts_heard: int = 0
    notices: tuple[str, ...] = ()
    language: str | None = None
    topic: str | None = None
    urgency: str | None = None
    location: LocationKind = LocationKind.NONE
    draft: str = ""
    area: str = ""
    queued: datetime | None = None
    told_until: datetime | None = None
    claim: ClaimId | None = None
    answered: bool = False
    outcome: Outcome | None = None
    rev: int = 0

    @property
    def is_live(self) -> bool:
        """Whether the caller is still with us."""
        return self.stage is not Stage.ENDED
