"""Calls, claims, operators and talks in memory."""

from collections.abc import Collection, Mapping

from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.presence import (
    number_on_line,
)
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.telephones import TelephoneUse
from ivr.core.talk.links import names_linked
from ivr.core.talk.talk import Talk
from ivr.ports import Entity, LoadedTalk
from tests.ports.memory_store.state import MemoryState


class MemoryContacts:
    """``ports.Contacts`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def call(self, line: LineKey, key: ContactId) -> Contact | None:
        """The call, also by the leg of a person who is called back; or None."""
        kept = self._state.lines[line]
        return self._state.find_entity(line, Contact, key) or self._state.find_entity(
            line, Contact, kept.legs.get(key)
        )

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim, or None."""
        return self._state.find_entity(line, Claim, key)

    def callee(self, line: LineKey, name: str) -> Callee | None:
        """What is known of a number that is to be called back, by its keyed name."""
        return self._state.find_entity(line, Callee, name)

    def live_calls(self, line: LineKey) -> list[ContactId]:
        """Every call that has not ended, oldest first."""
        return [call.id for call in self._state.live_in(line)]

    def open_claims(self, line: LineKey) -> list[ClaimId]:
        """Every claim that still binds somebody, oldest first."""
        found = (each for each in self._state.lines[line].all(Claim) if each.is_open)
        return [each.id for each in sorted(found, key=lambda each: each.made)]

    def last_call(self, line: LineKey, caller: str) -> Contact | None:
        """The latest call of a caller (a pseudonym) that has left the queue's line."""
        return self._state.find_entity(
            line, Contact, self._state.lines[line].left.get(caller)
        )

    def calls_of(self, line: LineKey, caller: str) -> list[Contact]:
        """The live calls of a caller (a pseudonym), the first to begin first."""
        return [
            call
            for call in self._state.live_in(line)
            if call.caller.pseudonym == caller
        ]


class MemoryOperators:
    """``ports.Operators`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def operator(self, line: LineKey, key: OperatorId) -> Operator | None:
        """The operator, or None."""
        return self._state.find_entity(line, Operator, key)

    def operators(self, line: LineKey) -> list[Operator]:
        """All operators of the line, by id."""
        return self._state.lines[line].all(Operator)

    def enrolled(self, line: LineKey, phone: str) -> list[Operator]:
        """The operators whose number has that keyed name, by id."""
        return [each for each in self.operators(line) if each.telephone.name == phone]

    def find_telephone_uses(
        self, lines: Collection[LineKey], phones: Collection[str]
    ) -> Mapping[str, TelephoneUse]:
        """Who uses each telephone, by its keyed name, on these lines."""
        return {
            phone: TelephoneUse(
                is_on_call=any(self._is_on_call(line, phone) for line in lines),
                operators=tuple(
                    e for line in lines for e in self.enrolled(line, phone)
                ),
            )
            for phone in phones
        }

    def _is_on_call(self, line: LineKey, phone: str) -> bool:
        return any(number_on_line(call) == phone for call in self._state.calls_in(line))


class MemoryTalks:
    """``ports.Talks`` in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def load_talk(
        self,
        line: LineKey,
        *,
        claim: ClaimId | None = None,
        contact: ContactId | None = None,
        operator: OperatorId | None = None,
        colleague: OperatorId | None = None,
    ) -> LoadedTalk:
        """All that a decision may depend on, and the rules that count."""
        find, kept = self._state.find_entity, self._state.lines[line]
        whose = find(line, Operator, operator)
        call = find(line, Contact, contact) or find(
            line, Contact, kept.legs.get(contact or "")
        )
        found = find(line, Claim, claim)
        bound = find(line, Claim, whose.claim) if whose else None
        other = find(line, Operator, colleague)
        talk, roots = Talk(line=line), [whose, call, found, bound, other]
        for entity in self._linked(line, [each for each in roots if each]):
            talk = talk.put(entity)
        own = call.talk.claim if call else (bound.id if bound else None)
        key, caller = own or claim, call.id if call else None
        return LoadedTalk(talk=talk.about(key, caller), rules=kept.rules)

    def _linked(self, line: LineKey, entities: list[Entity]) -> list[Entity]:
        kinds: Mapping[str, type[Entity]] = {
            "call": Contact,
            "claim": Claim,
            "operator": Operator,
            "callee": Callee,
        }
        kept, found = self._state.lines[line].entities, list(entities)
        for entity in found:
            for kind, _, key in (name.partition(":") for name in names_linked(entity)):
                other = kept.get((kinds[kind], key))
                if other is not None and other not in found:
                    found.append(other)
        return found
