"""Entities as they are kept in Redis, and the sorted sets in which they stand.

Personal values of an entity or a fact (the area) are sealed before they are sent.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Protocol, TypeVar

from msgspec import DecodeError
from msgspec.json import Decoder, Encoder
from msgspec.msgpack import encode as pack

from ivr.adapters.redis_store.flat_documents import PATHS, FlatForm
from ivr.core.history.fact_reading import read_entry
from ivr.core.model import facts as core_facts
from ivr.core.model.address import PhoneNumber
from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.exit_menu import Page
from ivr.core.model.contact.presence import (
    has_left,
    has_place,
    is_on_hold,
    next_request_within,
    number_on_line,
    numbers_of,
    waits_on_line,
)
from ivr.core.model.errors import Invalid
from ivr.core.model.facts import Fact, LocationGiven
from ivr.core.model.identifiers import ContactId, LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.values import replace
from ivr.core.queue.estimate import WaitFigures
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.versions import RuleVersion
from ivr.core.talk.links import names_linked
from ivr.core.upkeep.recordings import Looked
from ivr.ports import Change, Entity, Vault

ENDED_TTL = timedelta(hours=1)
"""A late or doubled request finds what has ended, and changes nothing."""

LEG_TTL = timedelta(days=1)
"""The carrier ends a leg before: it was created with a limit."""

CALLEE_TTL = timedelta(days=15)
"""As long as a promise may bind: operators promise for a fortnight ahead."""

CALLER_TTL = timedelta(days=7)
"""As long as a promise may be open to its caller; for a call that broke off the rule
set's grace is far shorter."""

CALLS = FlatForm(Contact, PATHS)
CLAIMS = FlatForm(Claim, PATHS)
OPERATORS = FlatForm(Operator, PATHS)
CALLEES = FlatForm(Callee, PATHS)
RULE_VERSIONS = Decoder(tuple[RuleVersion, ...])
FIGURES = Decoder(WaitFigures)
LOOKED = Decoder(Looked)
KINDS: dict[type, tuple[str, FlatForm[Any]]] = {
    Contact: ("call", CALLS),
    Claim: ("claim", CLAIMS),
    Operator: ("operator", OPERATORS),
    Callee: ("callee", CALLEES),
}
_encoded = Encoder().encode

Place = tuple[tuple[str, ...], str, datetime | None]
"""A sorted set, a member, and when it stands there; None: it does not."""

QUEUE = "queue"
HANDED = "@"
"""Marks a queue of a team's; no operator's id begins with it."""
COUNTED = "~"
"""Marks a queue of those whose priority counts from a moment of its own: they have
come from another class. No operator's id begins with it."""
POLLS = ("polls",)


OF_NUMBER = ("phone", "on-call", "calls-of", "caller", "callee")
"""The kinds of keys for a number, by its keyed name."""


def key_of(line: LineKey, *parts: str) -> str:
    """A key of a line, with the line as its hash tag."""
    return ":".join((f"hotline:{{{line}}}", *parts))


def score(at: datetime) -> str:
    """A moment as a score, to the microsecond: Lua would round a number."""
    return repr(at.timestamp())


def moment(timestamp: float) -> datetime:
    """The moment that a score stands for."""
    return datetime.fromtimestamp(timestamp, UTC)


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Readable(Protocol[T_co]):
    """Reads documents of one kind."""

    def decode(self, doc: bytes, /) -> T_co:
        """The value; a ``DecodeError`` if it cannot be read."""
        ...


def written(value: object) -> bytes:
    """A value as it is kept: JSON, without the fields that say nothing.

    Versions of before and after this one read it, for they ignore what they do not
    know, and take what is missing for said by the default.
    """
    kind = KINDS.get(type(value))
    return _encoded(value if kind is None else kind[1].flatten(value))


def read(decoder: Readable[T], doc: bytes) -> T | None:
    """The value kept as ``doc``; None when only a newer version can read it."""
    try:
        return decoder.decode(doc)
    except (DecodeError, UnicodeDecodeError):
        return None


def _encode_fact(fact: Mapping[str, Any]) -> str:
    """A fact as it is kept in the stream: JSON."""
    return _encoded(fact).decode()


def fact_of(line: LineKey, entry: bytes, values: Mapping[bytes, bytes]) -> Fact:
    """The fact of an entry of the stream, whose identifier begins with its moment."""
    raw = values.get(b"f", repr(values).encode())
    came = moment(int(entry.partition(b"-")[0]) / 1000)
    return read_entry(raw.decode(errors="backslashreplace"), line, came)


@cache
def _first_numbers(prefix: str, names: tuple[str, ...]) -> dict[str, int]:
    return {prefix + name: number for number, name in enumerate(names, 1)}


class NumberedKeys:
    """The keys of one script call, each numbered once as Lua counts."""

    def __init__(self, line: LineKey, *names: str) -> None:
        self._prefix = key_of(line, "")
        # The first ones are the same each time.
        self._numbers = _first_numbers(self._prefix, names).copy()

    @property
    def names(self) -> list[str]:
        """The keys that were asked for, in the order of their numbers."""
        return list(self._numbers)

    def number(self, *parts: str) -> int:
        """The number of a key of the line, which is declared by asking for it."""
        name = self._prefix + ":".join(parts)
        return self._numbers.setdefault(name, len(self._numbers) + 1)


class Documents:
    """Writes changes for the script, and reads entities back."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def change(self, keys: NumberedKeys, change: Change, now: datetime) -> bytes:
        """The change as the script takes it.

        A missing value is sent as false: null would be true in Lua.
        """
        body = {
            "entities": [self._entity(keys, entity, now) for entity in change.save],
            "unchanged": [
                {
                    "key": keys.number(KINDS[type(each)][0], each.id),
                    "rev": str(each.rev),
                }
                for each in change.unchanged
            ],
            "expected": [
                {"key": keys.number(*POLLS), "member": key, "score": score(until)}
                for key, until in change.expected.items()
            ],
            "facts": [_encode_fact(self._sealed(fact)) for fact in change.facts],
            "wake": change.wake,
            "told": sorted({each for each in map(_operator_of, change.save) if each}),
        }
        return pack(body)

    def call(self, doc: bytes) -> Contact | None:
        """The call that was kept as ``doc``; None when a newer version wrote it."""
        call = read(CALLS, doc)
        return call and _with_secrets(call, self._vault.unseal)

    def entity(self, kind: str, doc: bytes) -> Entity | None:
        """The entity of a kind that was kept as ``doc``; None as for a call."""
        if kind == "call":
            return self.call(doc)
        decoder = next(each for name, each in KINDS.values() if name == kind)
        found: Entity | None = read(decoder, doc)
        return found

    def _entity(
        self, keys: NumberedKeys, entity: Entity, now: datetime
    ) -> dict[str, Any]:
        kind, _ = KINDS[type(entity)]
        following = self._closed(replace(entity, rev=entity.rev + 1))
        return {
            "key": keys.number(kind, entity.id),
            "rev": str(entity.rev),
            "next": following.rev,
            "doc": written(following).decode(),
            "links": "\n".join((*names_linked(entity), *self._names_beside(entity))),
            "ttl": _ttl(entity),
            "places": [
                (
                    keys.number(*name),
                    member,
                    score(at) if at else False,
                    name == POLLS and _keeps_poll(entity),
                    *((keys.number("queues"), name[1]) if name[0] == QUEUE else ()),
                )
                for name, member, at in _places(entity, now)
            ],
            "names": [
                {"key": keys.number(*name), "value": value, "ttl": _whole(ttl)}
                for name, value, ttl in _names(entity)
            ],
            "sets": [
                {"key": keys.number(name), "member": member}
                for name, member in _memberships(entity)
            ],
        }

    def _closed(self, entity: Entity) -> Entity:
        if not isinstance(entity, Contact):
            return entity
        return _with_secrets(entity, self._vault.seal)

    def _names_beside(self, entity: Entity) -> Iterator[str]:
        """The names that a request about an entity probably needs, and reads along.

        A promise is also looked up by the number that will be called for it; so is a
        number that a caller has typed, and may ask to be called at.
        """
        match entity:
            case Contact():
                for phone in sorted(numbers_of(entity) | self._numbers_wished(entity)):
                    yield from [f"{kind}:{phone}" for kind in OF_NUMBER]
                yield from _linked(("call", entity.wait.before))
            case Operator():
                own = (
                    ("phone", entity.telephone.name),
                    ("on-call", entity.telephone.name),
                )
                yield from _linked(*own, ("claim", entity.claim))
            case Callee():
                own = (("call", entity.promise), ("call", entity.appointment))
                yield from _linked(*own)
            case Claim():
                pass

    def _numbers_wished(self, call: Contact) -> set[str]:
        """The keyed names of the numbers that the caller asks to be called at."""
        preferences = call.callback.preferences
        vault, found = self._vault, set()
        if call.exit_menu.page is Page.CONFIRMING and call.menu.draft:
            found.add(vault.pseudonym(PhoneNumber(f"+{call.menu.draft}")))
        if preferences is not None:
            # A number that was sealed with a lost key cannot be looked up.
            with suppress(Invalid):
                found.add(vault.pseudonym(vault.unseal_number(preferences.number)))
        return found

    def _sealed(self, fact: Fact) -> dict[str, Any]:
        if isinstance(fact, LocationGiven):
            fact = replace(fact, area=self._vault.seal(fact.area))
        return core_facts.to_dict(fact)


def _with_secrets(call: Contact, change: Callable[[str], str]) -> Contact:
    """The call with what is personal in it sealed, or opened."""
    location, menu = call.location, call.menu
    if not (location.area or menu.draft):
        return call
    return replace(
        call,
        location=replace(location, area=change(location.area)),
        menu=replace(menu, draft=change(menu.draft)),
    )


def name_of(entity: Entity) -> str:
    """Under which name an entity is kept."""
    return f"{KINDS[type(entity)][0]}:{entity.id}"


def kind_of(name: str) -> str:
    """The kind of entity that is kept under a name."""
    return name.partition(":")[0]


def queue_of(call: Contact) -> str:
    """The queue of a call: language and class, and the operator or team it belongs to.

    For a team, the moment of the handover stands before it. Before both stands the
    moment from which priority counts, where that is not the arrival: so inside each
    queue the order is that of the arrivals, in and out of the overdue lane.
    """
    name = f"{call.need.language}:{call.need.urgency}"
    if call.arrival.counts_from is not None:
        name = f"{name}:{COUNTED}{score(call.arrival.counts_from)}"
    own = call.affinity
    if own.handed_at is not None:
        return f"{name}:{HANDED}{score(own.handed_at)}:{own.team}"
    return f"{name}:{own.operator}" if own.operator else name


def parts_of(queue: str) -> tuple[str, str, str]:
    """Language, class, and the owner of a queue ("" for everybody)."""
    language, urgency, *own = (*queue.split(":", 2), "")[:3]
    return language, urgency, own[0] if own else ""


def head_of(queue: str, call: str, arrived: float) -> QueueEntry:
    """A caller who waits in a queue, as the order sees them."""
    language, urgency, own = parts_of(queue)
    since, own = _counted(own)
    head = QueueEntry(
        call=ContactId(call),
        language=language,
        urgency=urgency,
        arrived=moment(arrived),
        counts_from=since,
    )
    if own.startswith(HANDED):
        handed, _, team = own.removeprefix(HANDED).partition(":")
        return replace(head, team=team, handed=moment(float(handed)))
    return replace(head, belongs_to=OperatorId(own)) if own else head


def is_counted_apart(queue: str) -> bool:
    """Whether priority counts from another moment than the arrival in this queue."""
    return parts_of(queue)[2].startswith(COUNTED)


def _counted(own: str) -> tuple[datetime | None, str]:
    if not own.startswith(COUNTED):
        return None, own
    since, _, rest = own.removeprefix(COUNTED).partition(":")
    return moment(float(since)), rest


def _linked(*names: tuple[str, str | None]) -> Iterator[str]:
    return (f"{kind}:{key}" for kind, key in names if key)


def _operator_of(entity: Entity) -> str | None:
    """The operator whose desk shows this, and is told that it has changed."""
    match entity:
        case Operator():
            return entity.id
        case Claim():
            return entity.operator
        case Contact() | Callee():
            return None


def _whole(length: timedelta) -> int:
    return int(length.total_seconds())


def _ttl(entity: Entity) -> int | bool:
    """For how many seconds it is kept; False: for ever."""
    if isinstance(entity, Callee):
        return _whole(CALLEE_TTL)
    return not _is_live(entity) and _whole(ENDED_TTL)


def _is_live(entity: Entity) -> bool:
    match entity:
        case Contact():
            return entity.is_live
        case Claim():
            return entity.is_open
        case Operator() | Callee():
            return True


def _places(entity: Entity, now: datetime) -> Iterator[Place]:
    live = _is_live(entity)
    match entity:
        case Contact():
            yield ("live",), entity.id, entity.started if live else None
            if entity.caller.pseudonym is not None:
                same = ("calls-of", entity.caller.pseudonym)
                yield same, entity.id, entity.started if live else None
            within = next_request_within(entity)
            yield POLLS, entity.id, now + within if within else None
            since = entity.wait.since if waits_on_line(entity) else None
            yield ("waits",), entity.id, since
            if entity.arrival.at is not None:
                queue = (QUEUE, queue_of(entity))
                yield queue, entity.id, entity.arrival.at if has_place(entity) else None
            if entity.callback.request is not None:
                due = entity.callback.due if live else None
                yield ("due",), f"call:{entity.id}", due
            for phone in numbers_of(entity):
                is_on = phone == number_on_line(entity)
                yield ("on-call", phone), entity.id, entity.started if is_on else None
        case Claim():
            yield ("claims",), entity.id, entity.made if live else None
            yield ("due",), f"claim:{entity.id}", entity.deadline
        case Operator():
            yield ("due",), f"operator:{entity.id}", entity.due


def _keeps_poll(entity: Entity) -> bool:
    """A poll that was expected late stays so: others save the call meanwhile."""
    return isinstance(entity, Contact) and is_on_hold(entity)


def _memberships(entity: Entity) -> Iterator[tuple[str, str]]:
    if isinstance(entity, Operator):
        yield "operators", entity.id
        if entity.telephone.name is not None:
            yield f"phone:{entity.telephone.name}", entity.id


def _names(entity: Entity) -> Iterator[tuple[tuple[str, str], str, timedelta]]:
    """Other names under which an entity is found, and for how long."""
    if not isinstance(entity, Contact):
        return
    request = entity.callback.request
    if request is not None and request.leg is not None:
        yield ("call", request.leg), entity.id, LEG_TTL
    if entity.caller.pseudonym is not None and has_left(entity):
        yield ("caller", entity.caller.pseudonym), entity.id, CALLER_TTL
