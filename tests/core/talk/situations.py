"""Words of the examples: what happens in many of them, and when."""

from datetime import timedelta
from typing import Any

from ivr.core.model.contact.callback import CallbackRequest
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import ClaimId, LegId, OperatorId
from ivr.core.model.values import replace
from ivr.core.talk.events import (
    AcceptedAtDesk,
    CallerHungUp,
    DeclinedAtDesk,
    Joined,
    LeftRoom,
    LegNotCreated,
    OfferDue,
)
from tests.core.talk import moves
from tests.core.talk.beginnings import (
    BROWSER,
    BY_PHONE,
    CALLER_LEG,
    GUEST,
    HOST,
    PERSON,
    PERSONS_LEG,
    PHONE,
    PHONED,
    STANDING,
    STANDS,
    Side,
)
from tests.core.talk.moves import Move
from tests.core.talk.talk_world import TELEPHONE, TalkWorld
from tests.core.talk.telling import with_field
from tests.core.talk.walks.carrier import Step
from tests.core.walking import NOW

OTHER = LegId("another-leg")
AGAIN = Side(GUEST, OperatorId("phone-2"), LegId("second-leg"))
"""Another operator, to whom somebody is offered next."""

BY_STANDING = Side(GUEST, STANDING, STANDS)
AGAIN_INVITED = ClaimId("second-guest")

GONE = CallerHungUp(leg=CALLER_LEG, how="completed")
ACCEPTED = AcceptedAtDesk(claim=HOST, operator=BROWSER)
PHONE_ACCEPTED = AcceptedAtDesk(claim=HOST, operator=PHONE)
DECLINED = DeclinedAtDesk(claim=HOST, operator=PHONE)
ENGAGED = Move(moves.engage, (PHONE,))
NOT_RUNG: tuple[Step, ...] = (OfferDue(claim=HOST), LegNotCreated(claim=HOST))
BOTH_IN: tuple[Step, ...] = (
    Joined(claim=HOST, leg=PERSONS_LEG),
    Joined(claim=HOST, leg=PHONED.leg),
)
"""The person who is called back talks."""

GUEST_LEFT: tuple[Step, ...] = (LeftRoom(claim=GUEST, leg=BY_PHONE.leg),)
KEPT = CallbackRequest(
    made=NOW, activated=True, reached=True, fulfilled=True, leg=PERSONS_LEG
)


def due(world: TalkWorld, key: ClaimId) -> TalkWorld:
    """The same line at the moment when the lease of a claim is over."""
    claim = world.claim(key)
    assert claim is not None
    assert claim.deadline is not None
    world.now = claim.deadline
    return world


def without(world: TalkWorld, kind: str) -> TalkWorld:
    """The same line, once nothing is known of some any more: ``operator:``."""
    kept = {name: each for name, each in world.kept.items() if kind not in name}
    return replace(world, kept=kept)


def wait(seconds: float) -> Move:
    """Time goes by, beside the second that each step takes."""
    return Move(moves.wait, (timedelta(seconds=seconds),))


# --- as it never comes by itself, or only after hours ---------------------------------


def changed(name: str, **fields: object) -> Move:
    """Somebody is as they would be after other events: ``call:caller``."""
    return Move(_change, (name, fields))


def _change(world: TalkWorld, name: str, fields: dict[str, Any]) -> None:
    entity = world.kept[name]
    for field, value in fields.items():
        entity = with_field(entity, field, value)
    world.save(entity)


def tried(times: int) -> Move:
    """The person was called in vain so often."""
    return Move(_promise_anew, ({"tries": times},))


def made_anew(seconds: float) -> Move:
    """The promise to the person was made so long after the line began."""
    return Move(_promise_anew, ({"made": NOW + timedelta(seconds=seconds)},))


def _promise_anew(world: TalkWorld, fields: dict[str, Any]) -> None:
    call = world.call(PERSON)
    assert isinstance(call, Contact)
    assert call.callback.request is not None
    world.save(call.with_request(replace(call.callback.request, **fields)))


def speaking(*languages: str) -> Move:
    """Those on duty speak these languages."""
    return Move(_speak, languages)


def _speak(world: TalkWorld, *languages: str) -> None:
    world.spoken = frozenset(languages)


def disabled(key: OperatorId) -> Move:
    """Ops staff disable an operator."""
    return Move(moves.disable, (key,))


RUNG_OFTEN = changed(f"callee:{TELEPHONE}", rung=(NOW,) * 50)
