"""Calls, claims and numbers to be called back, each by its name or by a list."""

from functools import partial

from ivr.adapters.redis_store.documents import CALLEES, CLAIMS, read
from ivr.adapters.redis_store.entities import EntityReader
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
        decode = self._entities.documents.call
        return self._entities.find_entity(line, f"call:{key}", decode)

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim, or None."""
        return self._entities.find_entity(line, f"claim:{key}", partial(read, CLAIMS))

    def callee(self, line: LineKey, name: str) -> Callee | None:
        """What we know of a number to call back, by its keyed name."""
        decode = partial(read, CALLEES)
        return self._entities.find_entity(line, f"callee:{name}", decode)

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
        return [ContactId(key) for key in self._entities.list_members(line, "live")]

    def open_claims(self, line: LineKey) -> list[ClaimId]:
        """Every claim that still binds somebody, oldest first."""
        return [ClaimId(key) for key in self._entities.list_members(line, "claims")]
