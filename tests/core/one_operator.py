"""One operator, in each of the states of an evening."""

from datetime import UTC, datetime, timedelta

from ivr.core.model.identifiers import ClaimId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, State, chosen, ringing, talking

NOW = datetime(2026, 1, 5, 17, tzinfo=UTC)
PAUSE, WRAP = timedelta(seconds=15), timedelta(seconds=30)
CLAIM = ClaimId("claim-1")
OFFLINE = Operator(
    id=OperatorId("anna"),
    line=LineKey("harbour"),
    profile=Profile(name="anna", languages=("uk", "ru")),
    since=NOW,
    idle_since=NOW,
)


def after(seconds: float) -> datetime:
    """So many seconds into the evening."""
    return NOW + timedelta(seconds=seconds)


FREE = chosen(OFFLINE, State.AVAILABLE, NOW)
RUNG = ringing(FREE, CLAIM, after(10))
TALKS = talking(RUNG, after(20))
