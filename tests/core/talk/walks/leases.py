"""Every promise ends: with nobody telling anything, leases alone lead out of it."""

from collections.abc import Iterator

from ivr.core.model.identifiers import LegId
from ivr.core.talk.events import LeaseExpired, RoomInspected
from ivr.core.talk.requests import InspectRoom
from tests.core.talk.talk_world import TalkWorld

NOBODY = frozenset[LegId]()
MOST_LEASES = 40
"""How many leases may end one after the other until nobody is bound by one."""


def faults_of_leases(world: TalkWorld) -> Iterator[str]:
    """Who is bound for ever, if leases end and the carrier knows of nobody.

    It tells nothing by itself, and says that each room is empty when it is asked.
    """
    world = world.copy()
    for _ in range(MOST_LEASES):
        bound = [each for each in world.open_claims() if each.deadline]
        if not bound:
            return
        claim = min(bound, key=lambda each: (each.deadline or world.now, each.id))
        world.now = max(world.now, claim.deadline or world.now)
        _expire(world, LeaseExpired(claim=claim.id))
    yield f"{[each.id for each in bound]} bind for ever"


def _expire(world: TalkWorld, event: LeaseExpired) -> None:
    decision = world.decide(event)
    world.keep(decision)
    for request in decision.requests:
        if isinstance(request, InspectRoom):
            seen = RoomInspected(claim=request.claim, legs=NOBODY)
            world.keep(world.decide(seen))
