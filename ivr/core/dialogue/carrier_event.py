"""The carrier's events, in our own words."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from ivr.core.model.address import PhoneNumber
from ivr.core.model.identifiers import LegId


class LegEnd(StrEnum):
    """How a leg ended."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


class QueueEnd(StrEnum):
    """How a caller left the carrier's queue."""

    MOVED = "moved"
    """We moved the caller: a notice, nothing to say."""
    LEFT = "left"
    """The caller hung up."""
    FAILED = "failed"
    """The carrier's queue was full or broke, or we led the caller out of it.

    The caller is still there.
    """


class RoomEvent(StrEnum):
    """What happened in a room."""

    BEGAN = "began"
    JOINED = "joined"
    LEFT = "left"
    ENDED = "ended"
    OTHER = "other"


class CarrierEvent(Struct, frozen=True, kw_only=True):
    """One request of the carrier.

    ``dialled`` is the hotline's own number, ``origin`` the other one, whichever of them
    has rung; if the carrier does not say which, they are as sent. ``caller`` is None
    when the number is withheld. ``keys`` is empty for silence. Only notices set the
    other fields, except those of a recorded message: ``recording`` is the carrier's key
    for it, None when nothing was said; ``recorded`` its length, to the second;
    ``hung_up`` whether the caller ended it, and so the call, by hanging up. For a room:
    ``ended_by`` is the leg that ended it; ``came_out`` says that somebody has left it
    without hanging up, because it ended or because we have moved that leg.
    ``put_through``: the person that we dialled outside has talked to the caller.
    """

    leg: LegId | None
    dialled: str
    origin: str
    caller: PhoneNumber | None
    keys: str = ""
    leg_end: LegEnd | None = None
    picked_up: bool = False
    queue_end: QueueEnd | None = None
    room_event: RoomEvent = RoomEvent.OTHER
    recording: str | None = None
    recorded: timedelta | None = None
    hung_up: bool = False
    ended_by: LegId | None = None
    came_out: bool = False
    put_through: bool = False
