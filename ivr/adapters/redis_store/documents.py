"""Entities as they are kept in Redis, and the sorted sets in which they stand.

What is personal in an entity or a fact (the area) is sealed before it is sent.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from ivr.core import facts as core_facts
from ivr.core.call import Call, LineKey, Stage
from ivr.core.claim import Claim
from ivr.core.facts import Fact, LocationTold
from ivr.core.operator import Operator
from ivr.ports import Change, Entity, Vault

ENDED_TTL = timedelta(hours=1)
"""A late or doubled request finds what has ended, and changes nothing."""

FIRST_POLL = timedelta(seconds=60)
"""Within which whoever begins to wait must have asked for the wait document."""

CALLS = TypeAdapter(Call)
CLAIMS = TypeAdapter(Claim)
OPERATORS = TypeAdapter(Operator)
KINDS: dict[type, tuple[str, TypeAdapter[Any]]] = {
    Call: ("call", CALLS),
    Claim: ("claim", CLAIMS),
    Operator: ("operator", OPERATORS),
}

Place = tuple[tuple[str, ...], str, datetime | None]
"""A sorted set, a member, and when it stands there; None: it does not."""

POLLS = ("polls",)
"""Here an older moment is kept: a poll that was expected late stays so."""

ON_HOLD = frozenset({Stage.WAITING, Stage.CLAIMED})


def key_of(line: LineKey, *parts: str) -> str:
    """A key of a line, with the line as its hash tag."""
    return ":".join((f"hotline:{{{line}}}", *parts))


def score(at: datetime) -> str:
    """A moment as a score, to the microsecond: Lua would round a number."""
    return repr(at.timestamp())


def moment(timestamp: float) -> datetime:
    """The moment that a score stands for."""
    return datetime.fromtimestamp(timestamp, UTC)


class Keys:
    """The keys of one script call, each numbered once as Lua counts."""

    def __init__(self, line: LineKey, *names: str) -> None:
        self._line = line
        self.names = [key_of(line, name) for name in names]

    def number(self, *parts: str) -> int:
        """The number of a key of the line, which is declared by asking for it."""
        name = key_of(self._line, *parts)
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name) + 1


class Documents:
    """Writes changes for the script, and reads entities back."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def change(self, keys: Keys, change: Change, now: datetime) -> str:
        """The change as the script takes it.

        A missing value is sent as false: null would be true in Lua.
        """
        body = {
            "entities": [self._entity(keys, entity, now) for entity in change.save],
            "facts": [json.dumps(self._sealed(fact)) for fact in change.facts],
            "wake": change.wake,
        }
        return json.dumps(body)

    def call(self, doc: bytes) -> Call:
        """The call that was kept as ``doc``."""
        call = CALLS.validate_json(doc)
        if not (call.area or call.draft):
            return call
        unseal = self._vault.unseal
        return replace(call, area=unseal(call.area), draft=unseal(call.draft))

    def _entity(self, keys: Keys, entity: Entity, now: datetime) -> dict[str, Any]:
        kind, adapter = KINDS[type(entity)]
        following = self._closed(replace(entity, rev=entity.rev + 1))
        return {
            "key": keys.number(kind, entity.id),
            "rev": str(entity.rev),
            "next": following.rev,
            "doc": adapter.dump_json(following, exclude_defaults=True).decode(),
            "ttl": not _is_live(entity) and int(ENDED_TTL.total_seconds()),
            "places": [
                {
                    "key": keys.number(*name),
                    "member": member,
                    "score": score(at) if at else False,
                    "keeps": name == POLLS,
                }
                for name, member, at in _places(entity, now)
            ],
            "sets": [
                {"key": keys.number(name), "member": member}
                for name, member in _memberships(entity)
            ],
        }

    def _closed(self, entity: Entity) -> Entity:
        if not isinstance(entity, Call) or not (entity.area or entity.draft):
            return entity
        seal = self._vault.seal
        return replace(entity, area=seal(entity.area), draft=seal(entity.draft))

    def _sealed(self, fact: Fact) -> dict[str, Any]:
        if isinstance(fact, LocationTold):
            fact = replace(fact, area=self._vault.seal(fact.area))
        return core_facts.to_dict(fact)


def _is_live(entity: Entity) -> bool:
    match entity:
        case Call():
            return entity.is_live
        case Claim():
            return entity.is_open
        case Operator():
            return True


def _places(entity: Entity, now: datetime) -> Iterator[Place]:
    live = _is_live(entity)
    match entity:
        case Call():
            waits = entity.stage is Stage.WAITING
            yield ("live",), entity.id, entity.started if live else None
            on_hold = entity.stage in ON_HOLD
            yield POLLS, entity.id, now + FIRST_POLL if on_hold else None
            if entity.queued is not None:
                queue = ("queue", f"{entity.language}:{entity.urgency}")
                yield queue, entity.id, entity.queued if waits else None
        case Claim():
            yield ("claims",), entity.id, entity.made if live else None
            yield ("due",), f"claim:{entity.id}", entity.deadline
        case Operator():
            yield ("due",), f"operator:{entity.id}", entity.due


def _memberships(entity: Entity) -> Iterator[tuple[str, str]]:
    match entity:
        case Call() if entity.queued is not None:
            yield "queues", f"{entity.language}:{entity.urgency}"
        case Operator():
            yield "operators", entity.id
        case _:
            return
