"""Events of a person at a telephone: what they hear and do."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of event in a transcript."""

    RINGING = "ringing"
    ANSWERED = "answered"
    SAY = "say"
    PLAY = "play"
    DTMF = "dtmf"
    SILENCE = "silence"
    GATHER = "gather"
    GATHER_END = "gather-end"
    PRESSED = "pressed"
    SPOKE = "spoke"
    RECORD = "record"
    RECORD_END = "record-end"
    QUEUE = "queue"
    QUEUE_LEFT = "queue-left"
    MUSIC = "music"
    DIAL = "dial"
    CONFERENCE = "conference"
    CONFERENCE_LEFT = "conference-left"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    BEEP = "beep"
    HOLD = "hold"
    MUTED = "muted"
    ENDED = "ended"


SPEECH = frozenset({Kind.SAY, Kind.PLAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptEvent:
    """One event: `at` in seconds of the exchange, `text` or `url` as it fits."""

    at: float
    kind: Kind
    text: str = ""
    language: str = ""
    voice: str = ""
    url: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the event as the control API shows it."""
        return asdict(self) | {"kind": str(self.kind)}
