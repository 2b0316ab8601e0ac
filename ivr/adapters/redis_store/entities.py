"""Entities, each found by its name or by a list that it stands in."""

from collections.abc import Callable
from typing import TypeVar

from ivr.adapters.redis_store.context import StoreContext
from ivr.adapters.redis_store.documents import key_of, kind_of
from ivr.adapters.redis_store.reading import Found, Reading, members, named, texts_of
from ivr.core.model.errors import Unreadable
from ivr.core.model.identifiers import LineKey

T = TypeVar("T")


class EntityReader:
    """Documents of entities, read in one way for all parts of a request."""

    __slots__ = ("context", "documents", "reading")

    def __init__(self, context: StoreContext, reading: Reading) -> None:
        self.context = context
        self.documents = context.documents
        self.reading = reading

    def find_doc(self, line: LineKey, name: str) -> bytes | None:
        """The document under a name, or under the name that it stands for."""
        found = self.reading.find(line, [name], leads=False)
        own = named(found, name)
        return None if own is None else found[own]

    def read_list(self, line: LineKey, name: str, kind: str) -> list[bytes]:
        """The documents of a kind of entity in a list, in its order."""
        return docs_of(self.reading.find(line, [name], leads=False), name, kind)

    def find_entity(
        self, line: LineKey, name: str, decode: Callable[[bytes], T | None]
    ) -> T | None:
        """The entity of a name, or None; Unreadable when a newer version wrote it."""
        doc = self.find_doc(line, name)
        if doc is None:
            return None
        entity = decode(doc)
        if entity is None:
            raise self.unreadable_as(line, name)
        return entity

    def list_members(self, line: LineKey, name: str) -> list[str]:
        """The members of a sorted set, by their scores."""
        with self.context.reach():
            return texts_of(self.context.client.zrange(key_of(line, name), 0, -1))

    def unreadable_as(self, line: LineKey, name: str) -> Unreadable:
        """The error for an entity that a newer version has written."""
        with self.context.reach():
            rev = self.context.client.hget(key_of(line, name), "rev")
        return Unreadable(key_of(line, kind_of(name)), int(rev or 0))


def docs_of(found: Found, name: str, kind: str) -> list[bytes]:
    """The documents of the entities in a list, in its order."""
    kept = (found.get(each) for each in members(found, name, kind))
    return [doc for doc in kept if doc]
