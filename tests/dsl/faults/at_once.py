"""The same moment, really: threads with a client, and a queue that is full."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

from ivr.actions.calls import calls
from ivr.actions.rules import put_in_force
from ivr.core.model.address import PhoneNumber
from ivr.core.model.claim import Claim
from ivr.core.model.contact.caller import Caller
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.leg import leg_of_contact
from ivr.core.model.contact.need import Need
from ivr.core.model.contact.stage import Stage
from ivr.core.model.contact.waiting import Arrival
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.operator import Operator, Profile, State
from ivr.ports import Change, Ports
from tests.world import HOTLINE, LINE

THREADS = 8
CALLERS, OPERATORS = 8, 3
ACTS_EACH = 12
NO_PACE = 1e12
RESTLESS = (("seconds = 30", "seconds = 0"), ("cool_down = 15", "cool_down = 0"))
"""Rules without pauses: time stands still here, and operators must come back."""


@dataclass(frozen=True, slots=True)
class FastIds:
    """Identifiers that several threads may take at once."""

    numbers: Iterator[int] = field(default_factory=itertools.count)

    def token(self) -> str:
        """The next one."""
        return f"claim-{next(self.numbers):08d}"

    def secret(self) -> str:
        """The next one too: nobody guesses here."""
        return self.token()


class WillingCarrier:
    """Creates every leg and moves everybody; its legs are named by their claim."""

    def ring(self, claim: Claim, *_: object) -> LegId:
        """A leg at once."""
        return leg_of(claim.id)

    def send_to_room(self, leg: LegId, claim: ClaimId) -> None:
        """Do it."""

    def send_back(self, leg: LegId) -> None:
        """Do it."""

    def move_to_explanation(self, leg: LegId, claim: ClaimId) -> None:
        """Do it."""

    def end(self, leg: LegId) -> None:
        """Do it."""


def leg_of(claim: str) -> LegId:
    """The leg that this carrier creates for a claim."""
    return LegId(f"CA{claim.encode().hex().zfill(32)[-32:]}")


def caller_ids() -> list[ContactId]:
    """The callers who wait."""
    return [ContactId(f"caller-{number:04d}") for number in range(CALLERS)]


def fill(ports: Ports) -> None:
    """Put callers into the queue, and operators beside them."""
    now, rules = ports.clock.now(), ports.content.rules_text(LINE)
    for old, new in RESTLESS:
        assert old in rules
        rules = rules.replace(old, new)
    put_in_force(ports, LINE, rules)
    for number, key in enumerate(caller_ids()):
        call = Contact(
            id=key,
            line=LINE,
            caller=Caller(HOTLINE),
            started=now,
            arrival=Arrival(at=now.replace(microsecond=number)),
            stage=Stage.WAITING,
            need=Need("uk", "myself", "urgent"),
        )
        assert ports.changes.commit(LINE, Change(save=(call,), wake=True))
    for number in range(OPERATORS):
        operator = Operator(
            id=OperatorId(f"op-{number}"),
            line=LINE,
            profile=Profile(name=f"op-{number}", languages=("uk",)),
            state=State.AVAILABLE,
            since=now,
            idle_since=now,
        )
        ports.roster.add(operator, PhoneNumber(f"+4477009002{number:02d}"))
        assert ports.changes.commit(LINE, Change(save=(operator,), wake=True))


Act = Callable[[], object]


def all_at_once(acts: Sequence[Act]) -> list[object]:
    """Run all at the same moment, each in a thread; return their results."""
    start = Barrier(len(acts))

    def run(act: Act) -> object:
        start.wait(timeout=10)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def assert_history_is_sound(facts: Sequence[Fact]) -> None:
    """Each call ends at most once; no operator has two offers at a time."""
    ends = [fact.call for fact in facts if fact.name == "call-ended"]
    assert len(ends) == len(set(ends))
    bound: dict[str, str] = {}
    for fact in facts:
        operator, claim = getattr(fact, "operator", None), getattr(fact, "claim", "")
        if fact.name == "offer-made":
            assert operator not in bound, "an operator is offered two callers"
            bound[str(operator)] = claim
        if fact.name in {"offer-ended", "talk-ended"}:
            assert bound.pop(str(operator)) == claim


def empty(ports: Ports) -> None:
    """Everybody goes home; what is left must be nobody."""
    for key in ports.contacts.live_calls(LINE):
        calls.end_leg(ports, LINE, leg_of_contact(key))
    assert ports.contacts.live_calls(LINE) == []
    assert ports.contacts.open_claims(LINE) == []
    for operator in ports.operators.operators(LINE):
        assert operator.claim is None
