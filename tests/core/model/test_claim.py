"""A claim is a lease: it binds until it is over, and has a deadline until then."""

from datetime import UTC, datetime, timedelta

import pytest

from ivr.core.model.claim import (
    CARRIER_GRACE,
    MADE_LEASE,
    TAKEN_LEASE,
    WHISPER_LEASE,
    Claim,
    ClaimState,
    ended,
    moved,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId

NOW = datetime(2026, 1, 5, 17, tzinfo=UTC)
MADE = Claim(
    id=ClaimId("claim-1"),
    line=LineKey("harbour"),
    call=ContactId("call-1"),
    operator=OperatorId("anna"),
    made=NOW,
    deadline=NOW + MADE_LEASE,
)


@pytest.mark.parametrize(
    ("state", "offered", "is_open"),
    [
        (ClaimState.MADE, True, True),
        (ClaimState.DIALLING, True, True),
        (ClaimState.RINGING, True, True),
        (ClaimState.ANSWERED, True, True),
        (ClaimState.TAKEN, False, True),
        (ClaimState.CONNECTED, False, True),
        (ClaimState.OVER, False, False),
    ],
)
def test_claim_offered_until_taken_or_over(
    state: ClaimState, *, offered: bool, is_open: bool
) -> None:
    claim = moved(MADE, state, None)

    assert (claim.is_offered, claim.is_open) == (offered, is_open)


def test_every_state_has_been_thought_of() -> None:
    assert len(ClaimState) == 7


def test_moved_claim_changes_only_deadline() -> None:
    until = NOW + timedelta(seconds=25)

    claim = moved(MADE, ClaimState.DIALLING, until)

    assert (claim.state, claim.deadline) == (ClaimState.DIALLING, until)
    assert moved(claim, MADE.state, MADE.deadline) == MADE


def test_ended_claim_knows_why_undue() -> None:
    claim = ended(MADE, "caller-left")

    assert (claim.state, claim.reason) == (ClaimState.OVER, "caller-left")
    assert claim.deadline is None


def test_claim_ends_for_one_reason() -> None:
    assert ended(ended(MADE, "expired"), "declined").reason == "declined"


def test_leases_outlast_what_they_await() -> None:
    whisper_and_key = timedelta(seconds=20 + 8)
    assert whisper_and_key < WHISPER_LEASE
    assert timedelta(seconds=5) <= CARRIER_GRACE
    assert MADE_LEASE < TAKEN_LEASE
