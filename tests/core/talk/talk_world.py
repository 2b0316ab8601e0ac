"""A line as decisions about talks see it: who is there, what is kept, and the time.

It stands for the store and the clock, and for nothing else: it saves what is decided.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ivr.core.line.menu import Line
from ivr.core.model import callee as callees
from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import ClaimId, ContactId, LegId, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import RuleSet
from ivr.core.talk.deciding import decide
from ivr.core.talk.decision import Decision
from ivr.core.talk.endings.leaving import REFUSED
from ivr.core.talk.events import (
    CallbackRevoked,
    CallerCameOut,
    CallerHungUp,
    DeskEvent,
    InviteAsked,
    PersonAgreed,
    PersonLegCreated,
    PersonLegEnded,
    PersonPickedUp,
    PersonWanted,
    StandingLegEnded,
    TalkEvent,
)
from ivr.core.talk.links import names_linked
from ivr.core.talk.talk import Context, Entity, Talk
from tests.core.utc_rules import rules_of
from tests.core.walking import LINE, NOW

RULES = rules_of()
TELEPHONE = "keyed-name"
"""The keyed name of the one telephone that promises are made to here."""

PERSONS = (PersonWanted, PersonLegCreated, PersonPickedUp, PersonLegEnded)
"""Events for which it counts how often the telephone was called."""

KINDS = {Contact: "call", Claim: "claim", Operator: "operator", Callee: "callee"}


@dataclass(slots=True, kw_only=True)
class TalkWorld:
    """Everybody on the line, each by kind and identifier, and what was told of them.

    ``one_number``: all callers have the same telephone. ``engaged`` are operators who
    are on another call; ``owes`` whether the record of each talk still lacks something.
    """

    now: datetime = NOW
    kept: dict[str, Entity] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    rules: RuleSet = RULES
    line: Line = LINE
    one_number: bool = False
    engaged: frozenset[OperatorId] = frozenset()
    owes: bool = False
    spoken: frozenset[str] = frozenset({"uk"})

    def copy(self) -> "TalkWorld":
        """The same world, which may go another way from here."""
        return replace(self, kept=dict(self.kept), facts=list(self.facts))

    # --- who is there -------------------------------------------------------------

    def claims(self) -> list[Claim]:
        """All claims, the eldest first."""
        return [each for each in self.kept.values() if isinstance(each, Claim)]

    def open_claims(self) -> list[Claim]:
        """The claims that bind somebody."""
        return [each for each in self.claims() if each.is_open]

    def calls(self) -> list[Contact]:
        """All calls."""
        return [each for each in self.kept.values() if isinstance(each, Contact)]

    def operators(self) -> list[Operator]:
        """All operators."""
        return [each for each in self.kept.values() if isinstance(each, Operator)]

    def claim(self, key: ClaimId | None) -> Claim | None:
        """The claim of that name."""
        found = self.kept.get(f"claim:{key}")
        return found if isinstance(found, Claim) else None

    def call(self, key: ContactId | LegId | None) -> Contact | None:
        """The call of that name, or that of a person who is called back on that leg."""
        found = self.kept.get(f"call:{key}")
        if isinstance(found, Contact):
            return found
        return next((e for e in self.calls() if key is not None and e.leg == key), None)

    def operator(self, key: OperatorId | None) -> Operator | None:
        """The operator of that name."""
        found = self.kept.get(f"operator:{key}")
        return found if isinstance(found, Operator) else None

    def save(self, *entities: Entity) -> None:
        """Keep these versions."""
        for each in entities:
            self.kept[f"{KINDS[type(each)]}:{each.id}"] = each

    def pass_time(self, length: timedelta) -> None:
        """Let time go by."""
        self.now += length

    # --- what is decided ----------------------------------------------------------

    @property
    def context(self) -> Context:
        """The moment, the rules, the line."""
        return Context(now=self.now, rules=self.rules, line=self.line)

    def decide(self, event: TalkEvent) -> Decision:
        """What an event leads to just now; nothing is kept of it."""
        return decide(self.load(event), event, self.context)

    def keep(self, decision: Decision) -> None:
        """Save what was decided, and write down what is told."""
        self.save(*decision.saved)
        self.facts.extend(decision.facts)

    def load(self, event: TalkEvent) -> Talk:
        """All that the decision may depend on, found as the store finds it."""
        key, caller, roots = self._roots_of(event)
        found = self._linked(roots)
        talk = {kind: {} for kind in KINDS}  # type: dict[type, dict[str, Entity]]
        for each in found:
            talk[type(each)][each.id] = each
        promised = self._promised(caller, found)
        for other in promised:
            talk[Contact][other.id] = other
        is_known = self.one_number or isinstance(event, PERSONS) or _is_refusal(event)
        known = self.kept.get(f"callee:{TELEPHONE}") if is_known else None
        if known is not None:
            talk[Callee][known.id] = known
        return Talk(
            line=self.line.key,
            key=key,
            caller=caller,
            claims=talk[Claim],  # type: ignore[arg-type]
            calls=talk[Contact],  # type: ignore[arg-type]
            operators=talk[Operator],  # type: ignore[arg-type]
            callees=talk[Callee],  # type: ignore[arg-type]
            number=TELEPHONE if known is not None else "",
            promised=tuple(each.id for each in promised),
            engaged=self.engaged,
            lacking=frozenset(ClaimId(key) for key in talk[Claim] if self.owes),
            spoken=self.spoken,
        )

    def _roots_of(
        self, event: TalkEvent
    ) -> tuple[ClaimId | None, ContactId | None, list[Entity | None]]:
        match event:
            case StandingLegEnded() | DeskEvent():
                return self._roots_of_operator(event)
            case CallerHungUp():
                call, named = self.call(event.leg), None
            case CallerCameOut():
                call, named = self.call(event.leg), event.of
            case PersonAgreed():
                call, named = self.call(event.leg), event.claim
            case CallbackRevoked():
                call, named = self.call(event.call), None
            case _:
                call, named = None, event.claim
        key = (call.talk.claim if call else None) or named
        return key, call.id if call else None, [call, self.claim(named)]

    def _roots_of_operator(
        self, event: StandingLegEnded | DeskEvent
    ) -> tuple[ClaimId | None, ContactId | None, list[Entity | None]]:
        operator = self.operator(event.operator)
        bound = self.claim(operator.claim if operator else None)
        roots: list[Entity | None] = [operator, bound]
        if isinstance(event, InviteAsked):
            roots.append(self.operator(event.colleague))
        return bound.id if bound else None, None, roots

    def _linked(self, roots: Iterable[Entity | None]) -> list[Entity]:
        found = {id(each): each for each in roots if each is not None}
        queue = list(found.values())
        for each in queue:
            for name in names_linked(each):
                other = self.kept.get(name)
                if other is not None and id(other) not in found:
                    found[id(other)] = other
                    queue.append(other)
        return queue

    def _promised(self, caller: ContactId | None, found: list[Entity]) -> list[Contact]:
        """The other calls for which the one telephone is promised to be called."""
        if not self.one_number:
            return []
        own = {each.id for each in found if isinstance(each, Contact)} | {caller}
        return [e for e in self.calls() if e.id not in own and callees.is_binding(e)]


def _is_refusal(event: TalkEvent) -> bool:
    return isinstance(event, CallbackRevoked) and event.reason == REFUSED
