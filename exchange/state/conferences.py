"""Conference rooms: who is in them, when they start and why they end."""

from dataclasses import dataclass, field
from enum import StrEnum

from exchange.kernel.tasks import Task
from exchange.state.leg import Leg, Target


class RoomStatus(StrEnum):
    """The state of a conference in REST."""

    INIT = "init"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class WhyEnded(StrEnum):
    """ReasonConferenceEnded."""

    VIA_API = "conference-ended-via-api"
    LAST_KICKED = "last-participant-kicked"
    LAST_LEFT = "last-participant-left"
    MODERATOR_KICKED = "participant-with-end-conference-on-exit-kicked"
    MODERATOR_LEFT = "participant-with-end-conference-on-exit-left"


class WhyLeft(StrEnum):
    """ReasonParticipantLeft."""

    VIA_API = "conference_ended_via_api"
    MODERATOR = "moderator_ended_conference"
    UPDATED = "participant_updated_via_api"
    HUNG_UP = "participant_hung_up"


@dataclass(slots=True, kw_only=True, eq=False)
class Participant:
    """A leg in a conference, with the settings it came with."""

    leg: Leg
    joined: float
    label: str = ""
    start_on_enter: bool = True
    end_on_exit: bool = False
    muted: bool = False
    hold: bool = False
    coaching: bool = False
    coached: str = ""
    beep: str = "true"
    waiting: bool = False
    left: WhyLeft | None = None
    music: Task | None = None
    updated: float = 0.0


@dataclass(slots=True, kw_only=True, eq=False)
class Conference:
    """A room; `callbacks` are those of the participant who came first."""

    sid: str
    name: str
    created: float
    max_size: int = 250
    updated: float = 0.0
    status: RoomStatus = RoomStatus.INIT
    callback: Target = field(default_factory=Target)
    events: frozenset[str] = frozenset()
    participants: list[Participant] = field(default_factory=list)
    why_ended: WhyEnded | None = None
    ended_by: Participant | None = None
    sequence: int = 0

    @property
    def can_start(self) -> bool:
        """Tell whether two are in, and one of them may start it."""
        enough = len(self.participants) > 1
        return enough and any(p.start_on_enter for p in self.participants)

    def find(self, call_or_label: str) -> Participant | None:
        """Return the participant with that call or that label."""
        for participant in self.participants:
            if call_or_label in {participant.leg.sid, participant.label}:
                return participant
        return None
