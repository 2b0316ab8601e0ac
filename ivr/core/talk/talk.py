"""A talk as a decision sees it: a claim, and everybody and everything it binds."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from ivr.core.line.menu import Line
from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim, ClaimState, Interruption
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.values import replace
from ivr.core.rules.rule_set import RuleSet

Entity = Contact | Operator | Claim | Callee


class Phase(StrEnum):
    """How far a claim has come: its state, and how its talk is interrupted."""

    UNKNOWN = "unknown"
    """We know nothing of the claim: it ended long ago, or the store was lost."""
    MADE = "made"
    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"
    TAKEN = "taken"
    TALKING = "talking"
    DROPPED = "dropped"
    """The operator's browser has dropped out of the talk."""
    RECONNECTING = "reconnecting"
    """A new leg to that browser is on its way."""
    REJOINING = "rejoining"
    """The room has ended, and both are on their way back into it."""
    OVER = "over"


OFFERED = (Phase.MADE, Phase.DIALLING, Phase.RINGING, Phase.ANSWERED)
"""Before the operator has agreed."""

INTERRUPTED = (Phase.DROPPED, Phase.RECONNECTING, Phase.REJOINING)
CONNECTED = (Phase.TALKING, *INTERRUPTED)
"""From the moment at which both were in the room until the talk is over."""

_OF_STATE = {
    ClaimState.MADE: Phase.MADE,
    ClaimState.DIALLING: Phase.DIALLING,
    ClaimState.RINGING: Phase.RINGING,
    ClaimState.ANSWERED: Phase.ANSWERED,
    ClaimState.TAKEN: Phase.TAKEN,
    ClaimState.OVER: Phase.OVER,
}
_OF_INTERRUPTION = {
    Interruption.NONE: Phase.TALKING,
    Interruption.OPERATOR_DROPPED: Phase.DROPPED,
    Interruption.RECONNECTING: Phase.RECONNECTING,
    Interruption.REJOINING: Phase.REJOINING,
}


def phase_of(claim: Claim | None) -> Phase:
    """The phase of a claim."""
    if claim is None:
        return Phase.UNKNOWN
    if claim.is_talk:
        return _OF_INTERRUPTION[claim.interruption]
    return _OF_STATE[claim.state]


class Context(Struct, frozen=True, kw_only=True):
    """What surrounds a decision: the moment, the rules in force, the line itself."""

    now: datetime
    rules: RuleSet
    line: Line


class Talk(Struct, frozen=True, kw_only=True):
    """Everything that a decision may depend on, loaded at once.

    ``key`` names the claim that an event is about, ``caller`` the call. Everything that
    these are bound to is here: host and guest, operators, the promise that a call
    renews. ``number`` is the keyed name of the caller's telephone, and ``promised``
    names the other calls with a promise to call that telephone. Three more are looked
    up only for events whose decision depends on them: ``engaged``, the operators whose
    telephones are in use for another call; ``lacking``, the claims whose record still
    misses something that the line requires; ``spoken``, the languages of those on duty.
    """

    line: LineKey
    key: ClaimId | None = None
    caller: ContactId | None = None
    claims: Mapping[ClaimId, Claim] = field(default_factory=dict)
    calls: Mapping[ContactId, Contact] = field(default_factory=dict)
    operators: Mapping[OperatorId, Operator] = field(default_factory=dict)
    callees: Mapping[str, Callee] = field(default_factory=dict)
    number: str = ""
    promised: tuple[ContactId, ...] = ()
    engaged: frozenset[OperatorId] = frozenset()
    lacking: frozenset[ClaimId] = frozenset()
    spoken: frozenset[str] = frozenset()

    @property
    def claim(self) -> Claim | None:
        """The claim that the event is about."""
        return self.find_claim(self.key)

    @property
    def call(self) -> Contact | None:
        """The caller's call."""
        claim = self.claim
        return self.find_call(claim.call if claim else self.caller)

    @property
    def phase(self) -> Phase:
        """How far the claim has come that the event is about."""
        return phase_of(self.claim)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Everything that was loaded, in the versions decided since."""
        found = (self.claims, self.calls, self.operators, self.callees)
        return tuple(each for kept in found for each in kept.values())

    def about(self, key: ClaimId | None, caller: ContactId | None = None) -> "Talk":
        """The same talk, seen from another claim or from the caller's side."""
        return replace(self, key=key, caller=caller or self.caller)

    def find_claim(self, key: ClaimId | None) -> Claim | None:
        """The claim of that name, if there is one."""
        if key is None:
            return None
        return self.claims.get(key)

    def find_call(self, key: ContactId | None) -> Contact | None:
        """The call of that name, if there is one."""
        if key is None:
            return None
        return self.calls.get(key)

    def call_of(self, claim: Claim) -> Contact | None:
        """The call of a claim."""
        return self.calls.get(claim.call)

    def operator_of(self, claim: Claim | None) -> Operator | None:
        """The operator of a claim."""
        return self.operators.get(claim.operator) if claim else None

    def bound_by(self, claim: Claim) -> Operator | None:
        """The operator of a claim, while this claim binds them and no other does."""
        operator = self.operator_of(claim)
        return operator if operator and operator.claim == claim.id else None

    def guest_of(self, claim: Claim) -> Claim | None:
        """The invitation into a talk, while it binds somebody."""
        guest = self.find_claim(claim.companions.guest)
        return guest if guest is not None and guest.is_open else None

    def host_of(self, claim: Claim) -> Claim | None:
        """The claim of the talk that an invitation leads into."""
        return self.find_claim(claim.companions.host)

    @property
    def in_room(self) -> tuple[Claim, ...]:
        """The claims that a notice about the room can refer to.

        A room is named by its first claim. The caller may belong to another claim by
        now, which may have a guest.
        """
        named, call = self.claim, self.call
        if named is None:
            return ()
        now = self.find_claim(call.talk.claim) if call else None
        present = now if now and now.room == named.room else named
        guest = self.guest_of(present)
        found = {each.id: each for each in (named, present, guest) if each}
        return tuple(found.values())

    def put(self, entity: Entity) -> "Talk":
        """The talk with a new version of one entity."""
        match entity:
            case Claim():
                return replace(self, claims={**self.claims, entity.id: entity})
            case Contact():
                return replace(self, calls={**self.calls, entity.id: entity})
            case Operator():
                return replace(self, operators={**self.operators, entity.id: entity})
            case Callee():
                return replace(self, callees={**self.callees, entity.id: entity})
