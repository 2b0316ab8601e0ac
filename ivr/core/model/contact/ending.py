"""The end of a contact: how, and when."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ivr.core.model.contact.stage import Stage


class Outcome(StrEnum):
    """How a call ended, as the call log says it."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    CALLBACK = "callback"
    MESSAGE = "message"
    INFORMATION = "information"
    REFUSED = "refused"
    FAILED = "failed"


class Ending(Struct, frozen=True):
    """How a call ended, and when.

    ``stage`` is the one in which it ended. ``outcome`` may be known before the end.
    """

    at: datetime | None = None
    stage: Stage | None = None
    outcome: Outcome | None = None
