"""Calls, claims and numbers to be called back, each by its name or by a list."""

from ivr.adapters.redis_store.documents import CALLEES, CLAIMS, key_of, read
from ivr.adapters.redis_store.entities import EntityReader
from ivr.adapters.redis_store.reading import texts_of
from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.identifiers import ClaimId, ContactId, LineKey


class StoredContacts:
    """``ports.Contacts`` over the reading of a store."""

    __slots__ = ("_entities",)

    def __init__(self, entities: EntityReader) -> None:
        self._entities = entities

    def call(self, line: LineKey, key: ContactId) -> Contact | None:
        """The call, also by the leg of a person who is called back; or None."""
        name = f"call:{key}"
        doc = self._entities.find_doc(line, name)
        if doc is None:
            return None
        return self._entities.require_legible(
            line, name, self._entities.documents.call(doc)
        )

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim, or None."""
        name = f"claim:{key}"
        doc = self._entities.find_doc(line, name)
        return (
            None
            if doc is None
            else self._entities.require_legible(line, name, read(CLAIMS, doc))
        )

    def callee(self, line: LineKey, name: str) -> Callee | None:
        """What we know of a number to call back, by its keyed name."""
        key = f"callee:{name}"
        doc = self._entities.find_doc(line, key)
        return (
            None
            if doc is None
            else self._entities.require_legible(line, key, read(CALLEES, doc))
        )

    def last_call(self, line: LineKey, caller: str) -> Contact | None:
        """The latest call of a caller (a pseudonym) that has left the queue's line."""
        doc = self._entities.find_doc(line, f"caller:{caller}")
        return None if doc is None else self._entities.documents.call(doc)

    def calls_of(self, line: LineKey, caller: str) -> list[Contact]:
        """The live calls of a caller (a pseudonym), the first to begin first."""
        docs = self._entities.read_list(line, f"calls-of:{caller}", "call")
        calls = (self._entities.documents.call(doc) for doc in docs)
        return [call for call in calls if call is not None and call.is_live]

    def live_calls(self, line: LineKey) -> list[ContactId]:
        """Every call that has not ended, oldest first."""
        with self._entities.context.reach():
            found = self._entities.context.client.zrange(key_of(line, "live"), 0, -1)
        return [ContactId(key) for key in texts_of(found)]

    def open_claims(self, line: LineKey) -> list[ClaimId]:
        """Every claim that still binds somebody, oldest first."""
        with self._entities.context.reach():
            found = self._entities.context.client.zrange(key_of(line, "claims"), 0, -1)
        return [ClaimId(key) for key in texts_of(found)]
