"""Where live legs are at the carrier: in a room, in the queue, on a call of theirs.

The carrier has no question "where is this leg": rooms and the queue are listed,
and the leg is looked for in them.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from twilio.rest import Client

from ivr.adapters.twilio_voice.rest.client import PAGE
from ivr.core.model.identifiers import LegId, LineKey
from ivr.core.upkeep.orphaned_legs import LegLocation, LiveLeg

# https://www.twilio.com/docs/voice/api/call-resource: Status, Direction
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
INBOUND, CREATED = "inbound", "outbound-api"

# A room where one leg waits for another has not begun.
OPEN_ROOMS = ("init", "in-progress")

MOST_ROOMS = 100
"""Rooms that are looked into at the most: each is one request."""


def own_legs(live: Iterable[Any], numbers: Collection[str]) -> list[LiveLeg]:
    """The carrier's legs that rang one of these numbers, or that we rang from one.

    We filter them here: a search by number would put it into an address.
    """
    return [
        LiveLeg(id=LegId(leg.sid), rang_us=leg.direction == INBOUND)
        for leg in live
        if (leg.direction == INBOUND and leg.to in numbers)
        or (leg.direction == CREATED and leg._from in numbers)  # noqa: SLF001 - its name
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioLegLocations:
    """The legs in each room and in the queue at one moment.

    ``all_rooms`` is false when there were more rooms than we could look into.
    """

    client: Client
    rooms: tuple[frozenset[str], ...]
    all_rooms: bool
    queued: frozenset[str]

    @classmethod
    def looked_up(cls, client: Client, queue: LineKey) -> "TwilioLegLocations":
        """Look into every open room, and into one queue."""
        found = list(islice(_live_rooms(client), MOST_ROOMS + 1))
        return cls(
            client=client,
            rooms=tuple(_legs_inside(client, room) for room in found[:MOST_ROOMS]),
            all_rooms=len(found) <= MOST_ROOMS,
            queued=frozenset(_queue_members(client, queue)),
        )

    def of(self, leg: LegId) -> LegLocation | None:
        """Where a leg that lives is; None: it cannot be told."""
        for room in self.rooms:
            if leg in room:
                return LegLocation.TOGETHER if len(room) > 1 else LegLocation.ALONE
        if leg in self.queued:
            return LegLocation.QUEUED
        if _has_dialled(self.client, leg):
            return LegLocation.TOGETHER
        return LegLocation.NOWHERE if self.all_rooms else None


def _live_rooms(client: Client) -> Iterator[str]:
    for status in OPEN_ROOMS:
        for room in client.conferences.stream(status=status, page_size=PAGE):
            yield room.sid


def _legs_inside(client: Client, room: str) -> frozenset[str]:
    people = client.conferences(room).participants.list(page_size=PAGE)
    return frozenset(each.call_sid for each in people)


def _queue_members(client: Client, queue: LineKey) -> Iterator[str]:
    for each in client.queues.stream(page_size=PAGE):
        if each.friendly_name == queue:
            for member in client.queues(each.sid).members.stream(page_size=PAGE):
                yield member.call_sid


def _has_dialled(client: Client, leg: LegId) -> bool:
    dialled = client.calls.stream(parent_call_sid=leg, page_size=PAGE)
    return any(each.status not in ENDED for each in dialled)
