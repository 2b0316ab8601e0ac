"""Verbs of the hard cases."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from werkzeug.test import TestResponse

from exchange.kernel.transcript import SPEECH
from exchange.state.faults import Fault, FaultKind
from exchange.state.leg import Leg
from exchange.state.people import Deed, Press, Stay
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ContactId
from ivr.core.model.operator import State
from tests.dsl.faults.invariants import outbound_legs
from tests.web.signing import post
from tests.world import ACCOUNT, CALLER, HOTLINE, LINE, World

TO_THE_QUEUE = (Press(digits="1"), Press(digits="1"), Press(digits="0"))
"""Ukrainian, "I need help for myself", "I would rather not say"."""

OTHER_CALLER = "+447700900124"
OTHER_OPERATOR = "+447700900202"
THIRD_OPERATOR = "+447700900203"

CREATE = r"/Calls\.json"
MOVE = r"/Calls/CA"
CALLER_STATUS = "/voice/status$"
NOTICES = "/voice/(status|room-events)"


def call_in(world: World, *deeds: Deed, from_: str = CALLER) -> Leg:
    """Somebody rings, goes through the menu and waits (or does other things)."""
    leg: Leg = world.dial(*TO_THE_QUEUE, *(deeds or (Stay(),)), from_=from_)
    world.exchange.run_until(lambda: is_known(world, leg) and queued(world, leg))
    return leg


def is_known(world: World, leg: Leg) -> bool:
    """Whether the service knows this call."""
    return world.ports.contacts.call(LINE, ContactId(leg.sid)) is not None


def queued(world: World, leg: Leg) -> bool:
    """Whether the caller has come to the queue at some time."""
    return call_of(world, leg).arrival.at is not None


def call_of(world: World, leg: Leg) -> Contact:
    """The call as the service sees it now."""
    call = world.ports.contacts.call(LINE, ContactId(leg.sid))
    assert call is not None
    return call


def stage_of(world: World, leg: Leg) -> Stage:
    """Where the caller is."""
    return call_of(world, leg).stage


def state_of(world: World, name: str = "anna") -> State:
    """What an operator is doing."""
    return world.operator_now(name).state


def claim_now(world: World) -> Claim:
    """The one open claim."""
    (key,) = world.ports.contacts.open_claims(LINE)
    claim = world.ports.contacts.claim(LINE, key)
    assert claim is not None
    return claim


@contextmanager
def by_the_minute(world: World) -> Iterator[None]:
    """Hours in which the ticker looks each minute, and not each second."""
    before, world.exchange.tick = world.exchange.tick, 60.0
    yield
    world.exchange.tick = before


def until_stage(world: World, leg: Leg, stage: Stage, limit: float = 120) -> None:
    """Let time pass until the caller is there."""
    world.exchange.run_until(lambda: stage_of(world, leg) is stage, limit)


def until_state(
    world: World, state: State, name: str = "anna", limit: float = 120
) -> None:
    """Let time pass until an operator does that."""
    world.exchange.run_until(lambda: state_of(world, name) is state, limit)


def until_rung(world: World, number: int = 1, limit: float = 120) -> Leg:
    """Let time pass until this many operators' telephones have rung.

    Return the last.
    """

    def rung() -> list[Leg]:
        legs = outbound_legs(world)
        return [leg for leg in legs if any(e.kind == "ringing" for e in leg.transcript)]

    world.exchange.run_until(lambda: len(rung()) >= number, limit)
    return rung()[-1]


def fault(world: World, kind: FaultKind, path: str, **more: object) -> None:
    """Switch a fault on."""
    world.exchange.state.faults.add(Fault(kind=kind, path=path, **more))  # type: ignore[arg-type]


def heard(leg: Leg) -> list[str]:
    """The words spoken to the person at this telephone."""
    return [event.text for event in leg.transcript if event.kind in SPEECH]


def says(world: World, prompt: str, language: str = "uk") -> str:
    """The words of a prompt without placeholders."""
    return world.ports.content.text(LINE, language, prompt, {})


def has_heard(world: World, leg: Leg, prompt: str, language: str = "uk") -> bool:
    """Whether a prompt was spoken to this telephone."""
    return says(world, prompt, language) in heard(leg)


def carrier_says(
    world: World, path: str, leg: str, fields: Mapping[str, str] | None = None
) -> TestResponse:
    """One more request of the carrier about a leg, rightly signed."""
    form = {
        "CallSid": leg,
        "AccountSid": ACCOUNT,
        "From": CALLER,
        "To": HOTLINE,
        **(fields or {}),
    }
    answer = post(world.app.test_client(), path, form)
    world.work()
    return answer


def facts_named(world: World, name: str) -> list[Fact]:
    """Every fact of a kind in the call log, of all calls."""
    log = world.ports.call_search
    facts = [fact for record in world.log() for fact in log.facts_of(record.call)]
    return [fact for fact in facts if fact.name == name]
