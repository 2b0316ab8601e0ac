"""A talk in one look: a claim or a call, and whatever it hangs together with."""

from ivr.adapters.redis_store.documents import kind_of
from ivr.adapters.redis_store.entities import EntityReader
from ivr.adapters.redis_store.reading import named
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey, OperatorId
from ivr.core.talk.links import names_linked
from ivr.core.talk.talk import Entity, Talk
from ivr.ports import LoadedTalk


class StoredTalks:
    """``ports.Talks`` over the reading of a store."""

    __slots__ = ("_entities",)

    def __init__(self, entities: EntityReader) -> None:
        self._entities = entities

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
        asked = (
            ("claim", claim),
            ("call", contact),
            ("operator", operator),
            ("operator", colleague),
        )
        roots = [f"{kind}:{key}" for kind, key in asked if key]
        found: dict[str, bytes] = {}
        talk = self._put_linked(line, Talk(line=line), roots, found)
        whose = talk.operators.get(operator) if operator else None
        if whose is not None and whose.claim is not None:
            talk = self._put_linked(line, talk, [f"claim:{whose.claim}"], found)
        name = named(found, f"call:{contact}") if contact else None
        caller = ContactId(name.partition(":")[2]) if name else None
        key = _claim_of(talk, caller, operator) or claim
        rules = self._entities.reading.known_rules(line)
        return LoadedTalk(talk=talk.about(key, caller), rules=rules)

    def _put_linked(
        self, line: LineKey, talk: Talk, roots: list[str], found: dict[str, bytes]
    ) -> Talk:
        """The talk with what is kept under names, and whatever that is linked with.

        What is read along may be more; and less, where a version of before has saved
        no links, or others.
        """
        wanted, reached = list(roots), set()
        while wanted:
            name = wanted.pop()
            if name not in found:
                found |= self._entities.reading.find(line, [name, *wanted], leads=True)
            own = named(found, name)
            if own is not None and own not in reached:
                reached.add(own)
                entity = self._read_entity(line, own, found[own])
                talk = talk.put(entity)
                wanted += names_linked(entity)
        return talk

    def _read_entity(self, line: LineKey, name: str, doc: bytes) -> Entity:
        entity = self._entities.documents.entity(kind_of(name), doc)
        if entity is None:
            raise self._entities.unreadable_as(line, name)
        return entity


def _claim_of(
    talk: Talk, caller: ContactId | None, operator: OperatorId | None
) -> ClaimId | None:
    bound: Contact | None = talk.calls.get(caller) if caller else None
    if bound is not None:
        return bound.talk.claim
    whose = talk.operators.get(operator) if operator else None
    return whose.claim if whose else None
