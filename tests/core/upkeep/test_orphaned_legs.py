"""What is done about a leg that nobody knows: as little as can be."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.model.identifiers import LegId
from ivr.core.upkeep.orphaned_legs import (
    LONGEST_DOCUMENT,
    LOOKS,
    SUSPICIOUS,
    LegAction,
    LegLocation,
    LiveLeg,
    action_for,
    legs_to_check,
)

NOW = datetime(2026, 1, 5, 17, tzinfo=UTC)
CALLER = LiveLeg(id=LegId("leg-1"), rang_us=True)
OURS = LiveLeg(id=LegId("leg-2"), rang_us=False)
MESSAGE = timedelta(seconds=120)
LONG = LONGEST_DOCUMENT + MESSAGE

lengths = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=1))


@given(place=st.sampled_from(LegLocation), strange_for=lengths, message=lengths)
def test_leg_of_caller_never_ended(
    place: LegLocation, strange_for: timedelta, message: timedelta
) -> None:
    assert action_for(CALLER, place, strange_for, message) in {None, LegAction.RESCUED}


@pytest.mark.parametrize("leg", [CALLER, OURS])
@pytest.mark.parametrize(
    "place", [LegLocation.TOGETHER, LegLocation.QUEUED, LegLocation.OVER]
)
def test_healthy_or_ended_leg_left_alone(leg: LiveLeg, place: LegLocation) -> None:
    assert action_for(leg, place, timedelta(days=1), MESSAGE) is None


def test_caller_alone_in_room_rescued() -> None:
    assert (
        action_for(CALLER, LegLocation.ALONE, SUSPICIOUS, MESSAGE) is LegAction.RESCUED
    )


@pytest.mark.parametrize(
    ("strange_for", "done"),
    [
        (SUSPICIOUS, None),
        (LONG - timedelta(seconds=1), None),
        (LONG, LegAction.RESCUED),
    ],
)
def test_listening_or_speaking_caller_given_time(
    strange_for: timedelta, done: LegAction | None
) -> None:
    assert action_for(CALLER, LegLocation.NOWHERE, strange_for, MESSAGE) is done


@pytest.mark.parametrize("place", [LegLocation.ALONE, LegLocation.NOWHERE])
def test_our_unattached_leg_is_ended(place: LegLocation) -> None:
    assert action_for(OURS, place, SUSPICIOUS, MESSAGE) is LegAction.ENDED


def test_leg_not_checked_before_suspicious() -> None:
    fresh = NOW - SUSPICIOUS + timedelta(microseconds=1)
    since = {CALLER.id: fresh, OURS.id: NOW - SUSPICIOUS}

    assert legs_to_check([CALLER, OURS], since, NOW) == [OURS]


def test_longest_strange_checked_first_and_few() -> None:
    legs = [
        LiveLeg(id=LegId(f"leg-{number:03d}"), rang_us=True) for number in range(100)
    ]
    since = {
        leg.id: NOW - timedelta(seconds=100 + number) for number, leg in enumerate(legs)
    }

    assert legs_to_check(legs, since, NOW) == legs[: -LOOKS - 1 : -1]
