"""Callers, operators and claims as plain values for the tests of the store."""

from datetime import datetime, timedelta

from ivr.core.model.claim import Claim
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.facts import CallerQueued, Fact, LocationGiven
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator, Profile, Reach, State
from ivr.core.queue.routing import Snapshot
from ivr.ports import Change, Entity, Store
from tests.ports.fakes import EVENING

LINE = LineKey("example")


def at(seconds: float) -> datetime:
    """So many seconds into the evening."""
    return EVENING + timedelta(seconds=seconds)


def waiting(
    name: str,
    arrived: float,
    urgency: str = "urgent",
    caller: str | None = None,
    language: str = "uk",
    **more: object,
) -> Contact:
    """A caller who waits."""
    values: dict[str, object] = {
        "id": ContactId(name),
        "line": LINE,
        "caller": Caller("+12025550101", caller),
        "started": at(arrived),
        "arrival": Arrival(at=at(arrived)),
        "stage": Stage.WAITING,
        "need": Need(language, "myself", urgency),
    }
    return Contact(**(values | more))  # type: ignore[arg-type]


def operator(name: str, reach: Reach = Reach.PHONE, **more: object) -> Operator:
    """An operator who is free."""
    values: dict[str, object] = {
        "id": OperatorId(name),
        "line": LINE,
        "profile": Profile(name=name, languages=("uk", "ru"), reach=reach),
        "state": State.AVAILABLE,
        "since": at(0),
        "idle_since": at(0),
    }
    return Operator(**(values | more))  # type: ignore[arg-type]


def claim(name: str, call: str, whose: str, **more: object) -> Claim:
    """A claim just made."""
    values: dict[str, object] = {
        "id": ClaimId(name),
        "line": LINE,
        "call": ContactId(call),
        "operator": OperatorId(whose),
        "made": at(0),
        "deadline": at(1.5),
    }
    return Claim(**(values | more))  # type: ignore[arg-type]


def queued(name: str) -> Fact:
    """The fact that a caller waits."""
    return CallerQueued(
        at=at(0), line=LINE, call=ContactId(name), language="uk", urgency="urgent"
    )


def located(name: str, area: str) -> Fact:
    """The fact that a caller told an area."""
    return LocationGiven(
        at=at(0), line=LINE, call=ContactId(name), location="area", area=area
    )


def keep(store: Store, *entities: Entity) -> None:
    """Save what must be saved."""
    assert store.changes.commit(LINE, Change(save=entities)) is not None


def kept_call(store: Store, name: str) -> Contact:
    """The call as it is kept."""
    call = store.contacts.call(LINE, ContactId(name))
    assert call is not None
    return call


def seen(snapshot: Snapshot) -> tuple[set[str], set[str]]:
    """The callers and the operators who are seen."""
    callers = {head.call for queue in snapshot.heads for head in queue}
    return set(callers), {each.id for each in snapshot.operators}
