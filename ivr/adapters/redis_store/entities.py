"""Calls, claims, operators and numbers, each by its name or by a list it stands in."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from redis import Redis

from ivr.adapters.redis_store.documents import (
    CALLEES,
    CLAIMS,
    OPERATORS,
    Documents,
    key_of,
    kind_of,
    read,
)
from ivr.adapters.redis_store.reach import Reach
from ivr.adapters.redis_store.reading import Found, Reading, members, named
from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.errors import Unreadable
from ivr.core.model.identifiers import CallId, ClaimId, LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.telephones import TelephoneUse

T = TypeVar("T")


class StoredEntities:
    """``ports.Contacts`` and ``ports.Operators`` over the reading of a store."""

    _redis: Redis
    _reach: Reach
    _documents: Documents
    _reading: Reading

    def call(self, line: LineKey, key: CallId) -> Contact | None:
        """The call, also by the leg of a person who is called back; or None."""
        name = f"call:{key}"
        doc = self._find_doc(line, name)
        if doc is None:
            return None
        return self._require_legible(line, name, self._documents.call(doc))

    def last_call(self, line: LineKey, caller: str) -> Contact | None:
        """The latest call of a caller (a pseudonym) that has left the queue's line."""
        doc = self._find_doc(line, f"caller:{caller}")
        return None if doc is None else self._documents.call(doc)

    def calls_of(self, line: LineKey, caller: str) -> list[Contact]:
        """The live calls of a caller (a pseudonym), the first to begin first."""
        docs = self._read_list(line, f"calls-of:{caller}", "call")
        calls = (self._documents.call(doc) for doc in docs)
        return [call for call in calls if call is not None and call.is_live]

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim, or None."""
        name = f"claim:{key}"
        doc = self._find_doc(line, name)
        return (
            None
            if doc is None
            else self._require_legible(line, name, read(CLAIMS, doc))
        )

    def operator(self, line: LineKey, key: OperatorId) -> Operator | None:
        """The operator, or None."""
        name = f"operator:{key}"
        doc = self._find_doc(line, name)
        return (
            None
            if doc is None
            else self._require_legible(line, name, read(OPERATORS, doc))
        )

    def callee(self, line: LineKey, name: str) -> Callee | None:
        """What is known of a number that is to be called back, by its keyed name."""
        key = f"callee:{name}"
        doc = self._find_doc(line, key)
        return (
            None
            if doc is None
            else self._require_legible(line, key, read(CALLEES, doc))
        )

    def operators(self, line: LineKey) -> list[Operator]:
        """All operators of the line, by id."""
        return self._operators_in(line, "operators")

    def enrolled(self, line: LineKey, phone: str) -> list[Operator]:
        """The operators whose number has that keyed name, by id."""
        found = self._reading.find(line, [f"phone:{phone}"], leads=False)
        return _enrolled_in(found, phone)

    def find_telephone_uses(
        self, lines: Collection[LineKey], phones: Collection[str]
    ) -> Mapping[str, TelephoneUse]:
        """Who uses each telephone, by its keyed name: of all lines in one look."""
        if not phones:
            return {}
        kinds = ("phone", "on-call")
        names = [f"{kind}:{phone}" for phone in phones for kind in kinds]
        found = self._reading.find_in([(line, names) for line in lines], leads=False)
        return {phone: _use_in(found.values(), phone) for phone in phones}

    # --- inside -----------------------------------------------------------

    def _operators_in(self, line: LineKey, name: str) -> list[Operator]:
        return _operators_of(self._reading.find(line, [name], leads=False), name)

    def _read_list(self, line: LineKey, name: str, kind: str) -> list[bytes]:
        return _docs_of(self._reading.find(line, [name], leads=False), name, kind)

    def _find_doc(self, line: LineKey, name: str) -> bytes | None:
        """What is kept under a name, or under the name that it stands for."""
        found = self._reading.find(line, [name], leads=False)
        own = named(found, name)
        return None if own is None else found[own]

    def _require_legible(self, line: LineKey, name: str, entity: T | None) -> T:
        """The entity; Unreadable with its version when a newer one wrote it."""
        if entity is None:
            raise self._unreadable_as(line, name)
        return entity

    def _unreadable_as(self, line: LineKey, name: str) -> Unreadable:
        with self._reach():
            rev = self._redis.hget(key_of(line, name), "rev")
        return Unreadable(key_of(line, kind_of(name)), int(rev or 0))


def _docs_of(found: Found, name: str, kind: str) -> list[bytes]:
    """What is kept of the entities in a list, in its order."""
    kept = (found.get(each) for each in members(found, name, kind))
    return [doc for doc in kept if doc]


def _operators_of(found: Found, name: str) -> list[Operator]:
    """The operators in a list, by id."""
    operators = (read(OPERATORS, doc) for doc in _docs_of(found, name, "operator"))
    return sorted((each for each in operators if each), key=lambda each: each.id)


def _enrolled_in(found: Found, phone: str) -> list[Operator]:
    """The operators of a line whose number has that keyed name, by id."""
    operators = _operators_of(found, f"phone:{phone}")
    # Whoever has another number by now stands in the old one's set still.
    return [each for each in operators if each.telephone.name == phone]


def _use_in(lines: Collection[Found], phone: str) -> TelephoneUse:
    """Who uses a telephone, by what was found of each line."""
    return TelephoneUse(
        is_on_call=any(found[f"on-call:{phone}"] for found in lines),
        operators=tuple(each for found in lines for each in _enrolled_in(found, phone)),
    )
