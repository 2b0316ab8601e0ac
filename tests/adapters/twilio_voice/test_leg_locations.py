"""Whose a live leg is, and where it is: by what the carrier's lists say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from twilio.rest import Client

from ivr.adapters.twilio_voice.rest.leg_locations import (
    MOST_ROOMS,
    TwilioLegLocations,
    own_legs,
)
from ivr.core.model.identifiers import LegId, LineKey
from ivr.core.upkeep.orphaned_legs import LegLocation, LiveLeg

LINE = LineKey("example")
OURS, OTHERS, PERSON = "+12025550101", "+12025550180", "+447700900123"
LEG = LegId("leg-1")


@dataclass
class Lists:
    """The carrier's lists as the library gives them."""

    rooms: Sequence[Sequence[str]] = ()
    waiting: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dialled: Sequence[str] = ()

    def client(self) -> Client:
        return cast("Client", SimpleNamespace(**self._resources()))

    def _resources(self) -> dict[str, object]:
        rooms = [SimpleNamespace(sid=str(at)) for at in range(len(self.rooms))]
        queues = [SimpleNamespace(sid=key, friendly_name=key) for key in self.waiting]
        legs = [SimpleNamespace(status=status) for status in self.dialled]
        return {
            "conferences": Resource(
                lambda status: rooms if status == "in-progress" else [],
                lambda sid: {"participants": Resource(_people(self.rooms[int(sid)]))},
            ),
            "queues": Resource(
                lambda: queues,
                lambda sid: {"members": Resource(_people(self.waiting[sid]))},
            ),
            "calls": Resource(
                lambda parent_call_sid: legs if parent_call_sid == LEG else []
            ),
        }


def _people(legs: Sequence[str]) -> Any:
    return lambda: [SimpleNamespace(call_sid=leg) for leg in legs]


@dataclass
class Resource:
    """One list of the carrier, and what is below each of its entries."""

    shown: Any
    below: Any = None

    def __call__(self, sid: str) -> Any:
        return SimpleNamespace(**self.below(sid))

    def stream(self, page_size: int, **asked: str) -> Iterator[Any]:
        assert page_size <= 1000
        return iter(self.shown(**asked))

    def list(self, page_size: int, **asked: str) -> list[Any]:
        return list(self.stream(page_size, **asked))


def leg(direction: str, to: str, from_: str) -> Any:
    return SimpleNamespace(sid=LEG, direction=direction, to=to, _from=from_)


@pytest.mark.parametrize(
    ("found", "mine"),
    [
        (leg("inbound", OURS, PERSON), [LiveLeg(id=LEG, rang_us=True)]),
        (leg("outbound-api", PERSON, OURS), [LiveLeg(id=LEG, rang_us=False)]),
        (leg("inbound", OTHERS, PERSON), []),
        (leg("inbound", OTHERS, OURS), []),
        (leg("outbound-api", PERSON, OTHERS), []),
        (leg("outbound-api", OURS, OTHERS), []),
        # Dialled by a document: it lives and ends with the leg that dials.
        (leg("outbound-dial", PERSON, OURS), []),
    ],
)
def test_legs_of_lines_own_numbers_are_ours(found: Any, mine: list[LiveLeg]) -> None:
    assert own_legs([found], (OURS,)) == mine


@pytest.mark.parametrize(
    ("lists", "place"),
    [
        (Lists(), LegLocation.NOWHERE),
        (Lists(rooms=[[LEG]]), LegLocation.ALONE),
        (Lists(rooms=[["leg-2"], ["leg-3", LEG]]), LegLocation.TOGETHER),
        (Lists(rooms=[["leg-2", "leg-3"]]), LegLocation.NOWHERE),
        (Lists(waiting={"example": ["leg-2", LEG]}), LegLocation.QUEUED),
        (Lists(waiting={"other": [LEG]}), LegLocation.NOWHERE),
        (Lists(dialled=["completed", "in-progress"]), LegLocation.TOGETHER),
        (Lists(dialled=["ringing"]), LegLocation.TOGETHER),
        (Lists(dialled=["completed", "no-answer"]), LegLocation.NOWHERE),
    ],
)
def test_leg_found_where_it_is(lists: Lists, place: LegLocation) -> None:
    assert TwilioLegLocations.looked_up(lists.client(), LINE).of(LEG) is place


def test_nowhere_only_after_every_room_looked() -> None:
    full = [["leg-2"]] * MOST_ROOMS
    last = Lists(rooms=[*full[1:], [LEG]]).client()
    beyond = Lists(rooms=[*full, [LEG]]).client()

    assert TwilioLegLocations.looked_up(Lists(rooms=full).client(), LINE).of(LEG) is (
        LegLocation.NOWHERE
    )
    assert TwilioLegLocations.looked_up(last, LINE).of(LEG) is LegLocation.ALONE
    assert TwilioLegLocations.looked_up(beyond, LINE).of(LEG) is None
