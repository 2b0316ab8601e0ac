"""Operators, each by name, all of a line, and those who use a telephone."""

from collections.abc import Collection, Mapping
from functools import partial

from ivr.adapters.redis_store.documents import OPERATORS, read
from ivr.adapters.redis_store.entities import EntityReader, docs_of
from ivr.adapters.redis_store.reading import Found
from ivr.core.model.identifiers import LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.telephones import TelephoneUse


class StoredOperators:
    """``ports.Operators`` over the reading of a store."""

    __slots__ = ("_entities",)

    def __init__(self, entities: EntityReader) -> None:
        self._entities = entities

    def operator(self, line: LineKey, key: OperatorId) -> Operator | None:
        """The operator, or None."""
        decode = partial(read, OPERATORS)
        return self._entities.find_entity(line, f"operator:{key}", decode)

    def operators(self, line: LineKey) -> list[Operator]:
        """All operators of the line, by id."""
        found = self._entities.reading.find(line, ["operators"], leads=False)
        return _operators_of(found, "operators")

    def enrolled(self, line: LineKey, phone: str) -> list[Operator]:
        """The operators whose number has that keyed name, by id."""
        found = self._entities.reading.find(line, [f"phone:{phone}"], leads=False)
        return _enrolled_in(found, phone)

    def find_telephone_uses(
        self, lines: Collection[LineKey], phones: Collection[str]
    ) -> Mapping[str, TelephoneUse]:
        """Who uses each telephone, by its keyed name: all lines in one look."""
        if not phones:
            return {}
        kinds = ("phone", "on-call")
        names = [f"{kind}:{phone}" for phone in phones for kind in kinds]
        found = self._entities.reading.find_in(
            [(line, names) for line in lines], leads=False
        )
        return {phone: _use_in(found.values(), phone) for phone in phones}


def _operators_of(found: Found, name: str) -> list[Operator]:
    """The operators in a list, by id."""
    operators = (read(OPERATORS, doc) for doc in docs_of(found, name, "operator"))
    return sorted((each for each in operators if each), key=lambda each: each.id)


def _enrolled_in(found: Found, phone: str) -> list[Operator]:
    """The operators of a line whose number has that keyed name, by id."""
    operators = _operators_of(found, f"phone:{phone}")
    # An operator who has another number by now is still in the old one's set.
    return [each for each in operators if each.telephone.name == phone]


def _use_in(lines: Collection[Found], phone: str) -> TelephoneUse:
    """Who uses a telephone, from what was found in each line."""
    return TelephoneUse(
        is_on_call=any(found[f"on-call:{phone}"] for found in lines),
        operators=tuple(each for found in lines for each in _enrolled_in(found, phone)),
    )
