"""What the carrier tells us, in our own words."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from ivr.core.model.address import PhoneNumber
from ivr.core.model.identifiers import CallId


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
    """The carrier's queue was full or broke, or we led the caller out of it, who is
    still there."""


class RoomEvent(StrEnum):
    """What happened in a room."""

    BEGAN = "began"
    JOINED = "joined"
    LEFT = "left"
    ENDED = "ended"
    OTHER = "other"


class CarrierEvent(Struct, frozen=True, kw_only=True):
    """One request of the carrier.

    ``dialled`` is the hotline's own number, ``origin`` the other one, whoever of
    the two has rung; where the carrier does not say who, they are as sent.
    ``caller`` is None when the number is withheld. ``keys`` is empty for silence.
    What follows them is set by notices only, but for what a recorded message
    tells: ``recording`` is the carrier's key for it, None when nothing was said;
    ``recorded`` its length, to the second; ``hung_up`` whether the caller ended
    it, and so the call, by putting the receiver down. Of a room: ``ended_by`` is
    the leg with which it ended, ``came_out`` whether somebody has left it without
    hanging up, because it ended or because we have moved that leg. ``put_through``:
    somebody outside the house, whom we had dialled, has talked to the caller.
    """

    leg: CallId | None
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
    ended_by: CallId | None = None
    came_out: bool = False
    put_through: bool = False
