"""What may happen next, drawn from a seed: any event, about anybody, at any time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from random import Random  # noqa: TID251 - the type; chance itself is handed in
from typing import Any, TypeVar, get_type_hints

from msgspec.structs import fields

from ivr.core.model.claim import OFFER_ENDS, Claim, ExitKind, PendingExit
from ivr.core.model.identifiers import ClaimId, LegId
from ivr.core.talk.events import (
    CallbackRevoked,
    CallerCameOut,
    CallerHungUp,
    Joined,
    LeftRoom,
    PersonAgreed,
    PersonLegCreated,
    PersonLegEnded,
    PersonPickedUp,
    SpokenMessage,
    Switch,
    TalkEvent,
)
from tests.core.talk.talk_world import TalkWorld

T = TypeVar("T")

HOW = ("completed", "busy", "no-answer", "failed", "canceled")
REVOKED = ("refused", "caller-rang", "withdrawn")
BY = ("caller", "operator", "carrier")
KEYS = ("1", "1", "2", "", "9")
OF_CALLERS = frozenset(
    {
        *(CallerCameOut, CallerHungUp, Joined, LeftRoom),
        *(PersonAgreed, PersonLegCreated, PersonLegEnded, PersonPickedUp),
    }
)
"""Events that may be told of a caller's leg."""

UNKNOWN = ClaimId("claim-nobody-knows")


@dataclass(slots=True)
class Draw:
    """Chance from a seed, and names that nobody has as yet."""

    rng: Random
    count: int = 0

    def one_of(self, values: Sequence[T]) -> T:
        """One of these."""
        return values[int(self.rng.random() * len(values))]

    def is_so(self, share: float) -> bool:
        """Whether it comes about that happens so often."""
        return self.rng.random() < share

    def new_leg(self) -> LegId:
        """A leg that the carrier has just created."""
        self.count += 1
        return LegId(f"leg-{self.count}")

    def new_claim(self) -> ClaimId:
        """A claim that is made just now."""
        self.count += 1
        return ClaimId(f"claim-{self.count}")


# --- any event at all -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an event is to be about: a claim as a rule, of those that are known."""

    world: TalkWorld
    kind: type
    claim: Claim | None


def _any_claim(_: Draw, subject: Subject) -> ClaimId:
    return subject.claim.id if subject.claim else UNKNOWN


def _any_leg(draw: Draw, subject: Subject) -> LegId:
    """A leg of the claim as a rule; what is asked of operators no caller's leg asks."""
    claim = subject.claim
    if claim is None or draw.is_so(0.1):
        return draw.new_leg()
    own = [claim.leg, claim.leg, claim.participants.dropped]
    if subject.kind in OF_CALLERS:
        own += [claim.party, claim.party]
    legs = [each for each in own if each]
    return draw.one_of(legs) if legs else draw.new_leg()


def _any_legs(draw: Draw, subject: Subject) -> frozenset[LegId]:
    claim, world = subject.claim, subject.world
    if claim is None:
        return frozenset()
    guest = world.claim(claim.companions.guest)
    inside = (claim.party, claim.leg, guest.leg if guest else None)
    return frozenset(each for each in inside if each and draw.is_so(0.6))


def _any_operator(draw: Draw, subject: Subject) -> str:
    if subject.claim is not None and not draw.is_so(0.2):
        return subject.claim.operator
    return draw.one_of(subject.world.operators()).id


def _any_reason(draw: Draw, subject: Subject) -> str:
    revoked = subject.kind is CallbackRevoked
    return draw.one_of(REVOKED if revoked else sorted(OFFER_ENDS))


def _any_colleague(draw: Draw, subject: Subject) -> str:
    operators, now = subject.world.operators(), subject.world.now
    free = [each for each in operators if each.is_free(now)]
    return draw.one_of(free or operators).id


def _any_going(draw: Draw, subject: Subject) -> PendingExit:
    way = draw.one_of((ExitKind.QUEUE, ExitKind.OPERATOR, ExitKind.TEAM))
    return PendingExit(way=way, to=draw.one_of(subject.world.operators()).id)


def _any_switch(draw: Draw, _: Subject) -> Switch:
    return draw.one_of((Switch.HOLD, Switch.MUTE))


def _perhaps(draw: Draw, _: Subject) -> bool | None:
    return draw.one_of((True, False, None))


def any_message(draw: Draw) -> SpokenMessage | None:
    """What a caller who hangs up may have said until then: nothing, as a rule."""
    if draw.is_so(0.8):
        return None
    recording = draw.one_of(("recording-1", "recording-2", None))
    return SpokenMessage(recording=recording, length=timedelta(seconds=4))


Filler = Callable[[Draw, Subject], Any]

FIELDS: Mapping[str, Filler] = {
    "claim": _any_claim,
    "of": lambda draw, subject: _any_claim(draw, subject) if draw.is_so(0.9) else None,
    "leg": _any_leg,
    "legs": _any_legs,
    "operator": _any_operator,
    "call": lambda draw, subject: draw.one_of(subject.world.calls()).id,
    "keys": lambda draw, _: draw.one_of(KEYS),
    "attempt": lambda draw, _: draw.one_of((1, 2, 3, 4)),
    "how": lambda draw, _: draw.one_of(HOW),
    "message": lambda draw, _: any_message(draw),
    "reason": _any_reason,
    "by": lambda draw, _: draw.one_of(BY),
    "colleague": _any_colleague,
    "invitation": lambda draw, _: draw.new_claim(),
    "going": _any_going,
    "switch": _any_switch,
    "is_on": _perhaps,
    "wanted": _perhaps,
}
"""What the fields of events may hold, by their names; flags are of either kind."""


@cache
def fillers_of(kind: type) -> tuple[tuple[str, Filler], ...]:
    """How each field of an event is filled; KeyError for one that FIELDS lacks."""
    hints = get_type_hints(kind)
    return tuple(
        (each.name, _flip if hints[each.name] is bool else FIELDS[each.name])
        for each in fields(kind)
    )


def _draw_claim(draw: Draw, world: TalkWorld) -> Claim | None:
    claims = world.claims()
    is_open = [each for each in claims if each.is_open]
    known = is_open if is_open and draw.is_so(0.8) else claims
    return draw.one_of(known) if known and draw.is_so(0.98) else None


def _flip(draw: Draw, _: Subject) -> bool:
    return draw.is_so(0.5)


def draw_event(
    draw: Draw, world: TalkWorld, kind: type, claim: Claim | None = None
) -> TalkEvent:
    """An event of a kind, about a claim, or anybody."""
    subject = Subject(world, kind, claim or _draw_claim(draw, world))
    event: TalkEvent = kind(
        **{name: fill(draw, subject) for name, fill in fillers_of(kind)}
    )
    return event
