"""The live state in Redis or Valkey; the one place that knows its keys.

Every key of a line carries the hash tag ``{line}``, so that one script may
touch them all, on a cluster too.

====================================  ======  ====================================
key                                   type    what; how long
====================================  ======  ====================================
hotline:{L}:call:ID                   hash    rev, doc; an hour after its end
hotline:{L}:claim:ID                  hash    rev, doc; an hour after its end
hotline:{L}:operator:ID               hash    rev, doc; as long as the operator
hotline:{L}:operators                 set     operators' ids
hotline:{L}:live                      zset    calls not ended, by start
hotline:{L}:claims                    zset    claims that bind, by making
hotline:{L}:queues                    set     the queues below that were ever used
hotline:{L}:queue:LANGUAGE:CLASS      zset    callers who wait, by arrival
hotline:{L}:polls                     zset    callers on hold, by the next poll
hotline:{L}:due                       zset    "kind:id" by the time it is due
hotline:{L}:facts                     stream  facts until they are in the call log
hotline:{L}:routing                   hash    wanted, served, since
hotline:{L}:asked:route, :write       string  a job was sent; a second
hotline:{L}:rules                     string  the rule set in force, as TOML
hotline:{carrier}:legs                string  when the next leg may be created
====================================  ======  ====================================

State changes by one script alone: ``commit`` saves new versions of entities
if, and only if, each stored one still has the version it was decided from.
What is personal in an entity or a fact (the area) is sealed before it is sent.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from pydantic import TypeAdapter
from redis import Redis
from redis.exceptions import (
    BusyLoadingError,
    OutOfMemoryError,
    ReadOnlyError,
)
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
)
from redis.exceptions import (
    TimeoutError as RedisTimeoutError,
)

from ivr.core import facts as core_facts
from ivr.core.call import Call, CallId, ClaimId, LineKey, OperatorId, Stage
from ivr.core.claim import Claim
from ivr.core.errors import Unavailable
from ivr.core.facts import Fact, LocationTold
from ivr.core.operator import Operator
from ivr.core.queue import Head
from ivr.core.routing import Snapshot
from ivr.ports import Change, Clock, Due, Entity, Saved, Vault

ENDED_TTL = timedelta(hours=1)
"""A late or doubled request finds what has ended, and changes nothing."""

JOB_FLAG = timedelta(seconds=1)
"""How long a sent job is trusted to come before another may be sent."""

BREAK = timedelta(seconds=1)
"""How long Redis is left alone after it did not answer: a hung server must not
cost every webhook its own time limit."""

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

# KEYS[1..4]: facts, routing, asked:route, asked:write, then the rest as numbered
# in the change. ARGV[1]: the change as JSON; ARGV[2]: now; ARGV[3]: how
# long a sent job is trusted, in ms. Gives nil when a version has moved on, else
# whether a routing job and a writing job should be sent.
COMMIT = """#!lua
local change = cjson.decode(ARGV[1])
for _, e in ipairs(change.entities) do
  local rev = redis.call('HGET', KEYS[e.key], 'rev') or '0'
  if rev ~= e.rev then return false end
end
for _, e in ipairs(change.entities) do
  redis.call('HSET', KEYS[e.key], 'rev', e.next, 'doc', e.doc)
  if e.ttl then redis.call('EXPIRE', KEYS[e.key], e.ttl) end
  for _, place in ipairs(e.places) do
    if place.score then
      redis.call('ZADD', KEYS[place.key], place.score, place.member)
    else
      redis.call('ZREM', KEYS[place.key], place.member)
    end
  end
  for _, set in ipairs(e.sets) do redis.call('SADD', KEYS[set.key], set.member) end
end
for _, fact in ipairs(change.facts) do redis.call('XADD', KEYS[1], '*', 'f', fact) end
local route, write = 0, 0
if change.wake then
  redis.call('HINCRBY', KEYS[2], 'wanted', 1)
  redis.call('HSETNX', KEYS[2], 'since', ARGV[2])
  if redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[3]) then route = 1 end
end
if #change.facts > 0 then
  if redis.call('SET', KEYS[4], '1', 'NX', 'PX', ARGV[3]) then write = 1 end
end
return {route, write}
"""

# KEYS: routing, due. ARGV: the request served, when to look again ("" never).
# Gives 1 when nothing was asked since, else 0.
SERVED = """#!lua
local wanted = tonumber(redis.call('HGET', KEYS[1], 'wanted') or '0')
redis.call('HSET', KEYS[1], 'served', ARGV[1])
if ARGV[2] ~= '' then
  redis.call('ZADD', KEYS[2], ARGV[2], 'routing:')
else
  redis.call('ZREM', KEYS[2], 'routing:')
end
if wanted > tonumber(ARGV[1]) then return 0 end
redis.call('HDEL', KEYS[1], 'since')
return 1
"""

# KEYS: legs. ARGV: now, seconds between two legs. Gives "" when the place was
# taken, else the moment at which the next one is free. A rate of one a second is
# the carrier's default for created calls (CPS).
LEG_SLOT = """#!lua
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local now = tonumber(ARGV[1])
if free > now then return redis.call('GET', KEYS[1]) end
redis.call('SET', KEYS[1], ARGV[2], 'EX', 60)
return ''
"""


class RedisStore:
    """``ports.Store`` and ``ports.Journal`` over one Redis client."""

    def __init__(self, client: "Redis", vault: Vault, clock: Clock) -> None:
        self._redis = client
        self._vault = vault
        self._clock = clock
        self._closed_until: datetime | None = None
        self._commit = client.register_script(COMMIT)
        self._served = client.register_script(SERVED)
        self._leg_slot = client.register_script(LEG_SLOT)

    # --- reading ----------------------------------------------------------

    def call(self, line: LineKey, key: CallId) -> Call | None:
        """The call, or None."""
        doc = self._doc(_key(line, "call", key))
        return None if doc is None else self._opened(doc)

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim, or None."""
        doc = self._doc(_key(line, "claim", key))
        return None if doc is None else CLAIMS.validate_json(doc)

    def operator(self, line: LineKey, key: OperatorId) -> Operator | None:
        """The operator, or None."""
        doc = self._doc(_key(line, "operator", key))
        return None if doc is None else OPERATORS.validate_json(doc)

    def operators(self, line: LineKey) -> list[Operator]:
        """All operators of the line, by id."""
        with self._reach():
            ids = sorted(_text(self._redis.smembers(_key(line, "operators"))))
            docs = self._docs([_key(line, "operator", key) for key in ids])
        return [OPERATORS.validate_json(doc) for doc in docs]

    def live_calls(self, line: LineKey) -> list[CallId]:
        """Every call that has not ended, oldest first."""
        with self._reach():
            found = self._redis.zrange(_key(line, "live"), 0, -1)
        return [CallId(key) for key in _text(found)]

    def open_claims(self, line: LineKey) -> list[ClaimId]:
        """Every claim that still binds somebody, oldest first."""
        with self._reach():
            found = self._redis.zrange(_key(line, "claims"), 0, -1)
        return [ClaimId(key) for key in _text(found)]

    def waiting(self, line: LineKey) -> list[Call]:
        """Every caller who waits or is claimed, in order of arrival."""
        keys = [_key(line, "call", key) for key in self.live_calls(line)]
        with self._reach():
            calls = [self._opened(doc) for doc in self._docs(keys)]
        here = [call for call in calls if call.stage in (Stage.WAITING, Stage.CLAIMED)]
        return sorted(here, key=lambda call: (call.queued or call.started, call.id))

    def snapshot(self, line: LineKey, depth: int) -> Snapshot:
        """The first ``depth`` callers of each queue, and all operators.

        The cost does not grow with the number who wait.
        """
        with self._reach():
            names = sorted(_text(self._redis.smembers(_key(line, "queues"))))
            pipe = self._redis.pipeline(transaction=False)
            for name in names:
                pipe.zrange(_key(line, "queue", name), 0, depth - 1, withscores=True)
            found = pipe.execute()
        heads = tuple(
            _heads(name, rows) for name, rows in zip(names, found, strict=True)
        )
        return Snapshot(heads=heads, operators=tuple(self.operators(line)))

    def ahead(self, line: LineKey, marks: Mapping[tuple[str, str], datetime]) -> int:
        """How many wait who arrived before the mark of their (language, class)."""
        with self._reach():
            pipe = self._redis.pipeline(transaction=False)
            for (language, urgency), mark in marks.items():
                key = _key(line, "queue", f"{language}:{urgency}")
                pipe.zcount(key, "-inf", f"({mark.timestamp()}")
            return sum(pipe.execute())

    # --- changing ---------------------------------------------------------

    def commit(self, line: LineKey, change: Change) -> Saved | None:
        """Save the change atomically; None when somebody was first."""
        keys = _Keys(
            _key(line, name)
            for name in ("facts", "routing", "asked:route", "asked:write")
        )
        body = {
            # A missing value is sent as false: null would be true in Lua.
            "entities": [self._entity(keys, line, entity) for entity in change.save],
            "facts": [json.dumps(self._sealed(fact)) for fact in change.facts],
            "wake": change.wake,
        }
        now = self._clock.now().timestamp()
        with self._reach():
            done = self._commit(
                keys=keys.names, args=[json.dumps(body), now, _ms(JOB_FLAG)]
            )
        return None if done is None else Saved(route=bool(done[0]), write=bool(done[1]))

    def wake(self, line: LineKey) -> bool:
        """Ask for routing; whether a job should be sent for it."""
        saved = self.commit(line, Change(save=(), wake=True))
        return bool(saved and saved.route)

    def begin_routing(self, line: LineKey) -> int:
        """The number of the newest request; later ones send a job of their own."""
        with self._reach():
            pipe = self._redis.pipeline()
            pipe.delete(_key(line, "asked:route"))
            pipe.hget(_key(line, "routing"), "wanted")
            return int(pipe.execute()[1] or 0)

    def served(self, line: LineKey, request: int, again: datetime | None) -> bool:
        """Routing is done up to ``request``; False when more was asked meanwhile."""
        keys = [_key(line, "routing"), _key(line, "due")]
        when = "" if again is None else again.timestamp()
        with self._reach():
            return bool(self._served(keys=keys, args=[request, when]))

    def unserved_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has stood unserved, or None."""
        with self._reach():
            since = self._redis.hget(_key(line, "routing"), "since")
        return None if since is None else _moment(float(cast("bytes", since)))

    def due(self, line: LineKey, now: datetime) -> list[Due]:
        """What has its time come; it stays due until a change moves it."""
        with self._reach():
            found = self._redis.zrange(
                _key(line, "due"),
                "-inf",
                now.timestamp(),
                byscore=True,
            )
        pairs = [member.partition(":") for member in _text(found)]
        return [Due(kind=kind, key=key) for kind, _, key in pairs]

    def seen(self, line: LineKey, key: CallId, until: datetime) -> None:
        """A caller on hold has polled and is expected again before ``until``."""
        with self._reach():
            self._redis.zadd(_key(line, "polls"), {key: until.timestamp()})

    def is_strayed(self, line: LineKey, key: CallId, now: datetime) -> bool:
        """Whether a caller on hold is overdue with the next poll."""
        with self._reach():
            until = self._redis.zscore(_key(line, "polls"), key)
        return until is not None and until < now.timestamp()

    def leg_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the place for one created call; if it is not free yet, when it is."""
        following = now.timestamp() + 1 / per_second
        with self._reach():
            free = self._leg_slot(
                keys=["hotline:{carrier}:legs"], args=[now.timestamp(), following]
            )
        return _moment(float(free)) if free else None

    def rules_text(self, line: LineKey) -> str | None:
        """The text of the rule set in force, or None when none was put."""
        with self._reach():
            text = cast("bytes | None", self._redis.get(_key(line, "rules")))
        return None if text is None else text.decode()

    def put_rules_text(self, line: LineKey, text: str) -> None:
        """Put a rule set in force; whoever publishes asks for routing."""
        with self._reach():
            self._redis.set(_key(line, "rules"), text)

    # --- the journal ------------------------------------------------------

    def begin_writing(self, line: LineKey) -> None:
        """From here on a new fact sends a job of its own."""
        with self._reach():
            self._redis.delete(_key(line, "asked:write"))

    def take(self, line: LineKey, most: int) -> list[tuple[str, Fact]]:
        """The oldest facts with the stream's identifiers; they stay until dropped."""
        with self._reach():
            rows = cast("Any", self._redis.xrange(_key(line, "facts"), count=most))
        return [
            (entry.decode(), core_facts.from_dict(json.loads(values[b"f"])))
            for entry, values in rows
        ]

    def drop(self, line: LineKey, entries: Sequence[str]) -> None:
        """Forget entries that are safely written."""
        if entries:
            with self._reach():
                self._redis.xdel(_key(line, "facts"), *entries)

    # --- inside -----------------------------------------------------------

    @contextmanager
    def _reach(self) -> Iterator[None]:
        # Only what an absent or broken server raises becomes Unavailable; a
        # fault in a script or a command is ours and must be seen.
        now = self._clock.now()
        if self._closed_until is not None and now < self._closed_until:
            raise Unavailable("Redis did not answer a moment ago")
        try:
            yield
        except (
            RedisConnectionError,
            RedisTimeoutError,
            BusyLoadingError,
            ReadOnlyError,
            OutOfMemoryError,
        ) as error:
            self._closed_until = now + BREAK
            raise Unavailable(f"Redis: {type(error).__name__}") from error

    def _doc(self, key: str) -> bytes | None:
        with self._reach():
            return cast("bytes | None", self._redis.hget(key, "doc"))

    def _docs(self, keys: Sequence[str]) -> list[bytes]:
        pipe = self._redis.pipeline(transaction=False)
        for key in keys:
            pipe.hget(key, "doc")
        return [doc for doc in pipe.execute() if doc is not None]

    def _opened(self, doc: bytes) -> Call:
        call = CALLS.validate_json(doc)
        unseal = self._vault.unseal
        return replace(call, area=unseal(call.area), draft=unseal(call.draft))

    def _sealed(self, fact: Fact) -> dict[str, Any]:
        if isinstance(fact, LocationTold):
            fact = replace(fact, area=self._vault.seal(fact.area))
        return core_facts.to_dict(fact)

    def _entity(self, keys: "_Keys", line: LineKey, entity: Entity) -> dict[str, Any]:
        kind, adapter = KINDS[type(entity)]
        following = replace(entity, rev=entity.rev + 1)
        if isinstance(following, Call):
            seal = self._vault.seal
            following = replace(
                following, area=seal(following.area), draft=seal(following.draft)
            )
        return {
            "key": keys.number(_key(line, kind, entity.id)),
            "rev": str(entity.rev),
            "next": following.rev,
            "doc": adapter.dump_json(following, exclude_defaults=True).decode(),
            "ttl": _ttl(entity) or False,
            "places": [
                {
                    "key": keys.number(_key(line, *name)),
                    "member": member,
                    "score": score or False,
                }
                for name, member, score in _places(entity, self._clock.now())
            ],
            "sets": [
                {"key": keys.number(_key(line, name)), "member": member}
                for name, member in _memberships(entity)
            ],
        }


class _Keys:
    """The keys of one script call, each numbered once as Lua counts."""

    def __init__(self, names: Iterator[str]) -> None:
        self.names = list(names)

    def number(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name) + 1


Place = tuple[tuple[str, ...], str, str | None]


def _places(entity: Entity, now: datetime) -> Iterator[Place]:
    """Where an entity stands in the sorted sets: (set, member, score or None)."""
    match entity:
        case Call():
            live = entity.started if entity.is_live else None
            yield ("live",), entity.id, _score(live)
            waits = entity.stage is Stage.WAITING
            yield ("polls",), entity.id, _score(now + FIRST_POLL if waits else None)
            if entity.queued is not None:
                queue = ("queue", f"{entity.language}:{entity.urgency}")
                yield queue, entity.id, _score(entity.queued if waits else None)
        case Claim():
            yield (
                ("claims",),
                entity.id,
                _score(entity.made if entity.is_open else None),
            )
            yield ("due",), f"claim:{entity.id}", _score(entity.deadline)
        case Operator():
            yield ("due",), f"operator:{entity.id}", _score(entity.due)


def _memberships(entity: Entity) -> Iterator[tuple[str, str]]:
    match entity:
        case Call() if entity.queued is not None:
            yield "queues", f"{entity.language}:{entity.urgency}"
        case Operator():
            yield "operators", entity.id
        case _:
            return


def _ttl(entity: Entity) -> int | None:
    over = (isinstance(entity, Call) and not entity.is_live) or (
        isinstance(entity, Claim) and not entity.is_open
    )
    return int(ENDED_TTL.total_seconds()) if over else None


def _key(line: LineKey, *parts: str) -> str:
    return ":".join((f"hotline:{{{line}}}", *parts))


def _heads(name: str, rows: Sequence[tuple[bytes, float]]) -> tuple[Head, ...]:
    language, _, urgency = name.partition(":")
    return tuple(
        Head(
            call=CallId(member.decode()),
            language=language,
            urgency=urgency,
            arrived=_moment(score),
        )
        for member, score in rows
    )


def _score(at: datetime | None) -> str | None:
    return None if at is None else repr(at.timestamp())


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def _ms(length: timedelta) -> int:
    return int(length.total_seconds() * 1000)


def _text(values: Any) -> list[str]:
    return [value.decode() for value in values]
