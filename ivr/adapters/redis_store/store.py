"""What the house asks of its live state, over one Redis client.

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
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, cast

from redis import Redis
from redis.exceptions import BusyLoadingError, OutOfMemoryError, ReadOnlyError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from ivr.adapters.redis_store.documents import (
    CLAIMS,
    OPERATORS,
    Documents,
    Keys,
    key_of,
    moment,
)
from ivr.adapters.redis_store.scripts import COMMIT, LEG_SLOT, SERVED
from ivr.core import facts as core_facts
from ivr.core.call import Call, CallId, ClaimId, LineKey, OperatorId, Stage
from ivr.core.claim import Claim
from ivr.core.errors import Unavailable
from ivr.core.facts import Fact
from ivr.core.operator import Operator
from ivr.core.queue import Head
from ivr.core.routing import Snapshot
from ivr.ports import Change, Clock, Due, Saved, Vault

_Members = tuple[tuple[str, ...], tuple[str, ...]]
"""The queues and the operators of a line, each by name."""

_Look = tuple[_Members, list[Any], list[bytes | None]]

JOB_FLAG = timedelta(seconds=1)
"""How long a sent job is trusted to come before another may be sent."""

WHERE = "the live state (REDIS_URL) does not answer"

BREAK = timedelta(seconds=1)
"""How long Redis is left alone after it did not answer: a hung server must not
cost every webhook its own time limit."""


class RedisStore:
    """``ports.Store`` and ``ports.Journal`` over one Redis client."""

    def __init__(self, client: "Redis", vault: Vault, clock: Clock) -> None:
        self._redis = client
        self._documents = Documents(vault)
        self._clock = clock
        self._closed_until: datetime | None = None
        self._looked_at: dict[LineKey, _Members] = {}
        self._commit = client.register_script(COMMIT)
        self._served = client.register_script(SERVED)
        self._leg_slot = client.register_script(LEG_SLOT)

    # --- reading ----------------------------------------------------------

    def call(self, line: LineKey, key: CallId) -> Call | None:
        """The call, or None."""
        doc = self._doc(key_of(line, "call", key))
        return None if doc is None else self._documents.call(doc)

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim, or None."""
        doc = self._doc(key_of(line, "claim", key))
        return None if doc is None else CLAIMS.validate_json(doc)

    def operator(self, line: LineKey, key: OperatorId) -> Operator | None:
        """The operator, or None."""
        doc = self._doc(key_of(line, "operator", key))
        return None if doc is None else OPERATORS.validate_json(doc)

    def operators(self, line: LineKey) -> list[Operator]:
        """All operators of the line, by id."""
        with self._reach():
            ids = sorted(_text(self._redis.smembers(key_of(line, "operators"))))
            docs = self._docs([key_of(line, "operator", key) for key in ids])
        return [OPERATORS.validate_json(doc) for doc in docs]

    def live_calls(self, line: LineKey) -> list[CallId]:
        """Every call that has not ended, oldest first."""
        with self._reach():
            found = self._redis.zrange(key_of(line, "live"), 0, -1)
        return [CallId(key) for key in _text(found)]

    def open_claims(self, line: LineKey) -> list[ClaimId]:
        """Every claim that still binds somebody, oldest first."""
        with self._reach():
            found = self._redis.zrange(key_of(line, "claims"), 0, -1)
        return [ClaimId(key) for key in _text(found)]

    def waiting(self, line: LineKey) -> list[Call]:
        """Every caller who waits or is claimed, in order of arrival."""
        keys = [key_of(line, "call", key) for key in self.live_calls(line)]
        with self._reach():
            calls = [self._documents.call(doc) for doc in self._docs(keys)]
        here = [call for call in calls if call.stage in (Stage.WAITING, Stage.CLAIMED)]
        return sorted(here, key=lambda call: (call.queued or call.started, call.id))

    def snapshot(self, line: LineKey, depth: int) -> Snapshot:
        """The first ``depth`` callers of each queue, and all operators.

        The cost does not grow with the number who wait.
        """
        members = self._looked_at.get(line, ((), ()))
        found, rows, docs = self._look(line, depth, members)
        if found != members:
            self._looked_at[line] = members = found
            _, rows, docs = self._look(line, depth, members)
        heads = (_heads(name, row) for name, row in zip(members[0], rows, strict=True))
        operators = (OPERATORS.validate_json(doc) for doc in docs if doc is not None)
        return Snapshot(heads=tuple(heads), operators=tuple(operators))

    def _look(self, line: LineKey, depth: int, members: _Members) -> _Look:
        """Who belongs to the line, and what stands where these members are.

        Members seldom change, so those of the last look are asked about in the
        same round trip as who they are now.
        """
        queues, operators = members
        with self._reach(), self._redis.pipeline(transaction=False) as pipe:
            pipe.smembers(key_of(line, "queues"))
            pipe.smembers(key_of(line, "operators"))
            for name in queues:
                pipe.zrange(key_of(line, "queue", name), 0, depth - 1, withscores=True)
            for key in operators:
                pipe.hget(key_of(line, "operator", key), "doc")
            names, keys, *rest = pipe.execute()
        found = tuple(sorted(_text(names))), tuple(sorted(_text(keys)))
        return found, rest[: len(queues)], rest[len(queues) :]

    def ahead(self, line: LineKey, marks: Mapping[tuple[str, str], datetime]) -> int:
        """How many wait who arrived before the mark of their (language, class)."""
        with self._reach():
            pipe = self._redis.pipeline(transaction=False)
            for (language, urgency), mark in marks.items():
                key = key_of(line, "queue", f"{language}:{urgency}")
                pipe.zcount(key, "-inf", f"({mark.timestamp()}")
            return sum(pipe.execute())

    # --- changing ---------------------------------------------------------

    def commit(self, line: LineKey, change: Change) -> Saved | None:
        """Save the change atomically; None when somebody was first."""
        keys = Keys(line, "facts", "routing", "asked:route", "asked:write")
        now = self._clock.now()
        body = self._documents.change(keys, change, now)
        with self._reach():
            done = self._commit(
                keys=keys.names, args=[body, now.timestamp(), _ms(JOB_FLAG)]
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
            pipe.delete(key_of(line, "asked:route"))
            pipe.hget(key_of(line, "routing"), "wanted")
            return int(pipe.execute()[1] or 0)

    def served(self, line: LineKey, request: int, again: datetime | None) -> bool:
        """Routing is done up to ``request``; False when more was asked meanwhile."""
        keys = [key_of(line, "routing"), key_of(line, "due")]
        when = "" if again is None else again.timestamp()
        with self._reach():
            return bool(self._served(keys=keys, args=[request, when]))

    def unserved_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has stood unserved, or None."""
        with self._reach():
            since = self._redis.hget(key_of(line, "routing"), "since")
        return None if since is None else moment(float(cast("bytes", since)))

    def due(self, line: LineKey, now: datetime) -> list[Due]:
        """What has its time come; it stays due until a change moves it."""
        with self._reach():
            found = self._redis.zrange(
                key_of(line, "due"),
                "-inf",
                now.timestamp(),
                byscore=True,
            )
        pairs = [member.partition(":") for member in _text(found)]
        return [Due(kind=kind, key=key) for kind, _, key in pairs]

    def seen(self, line: LineKey, key: CallId, until: datetime) -> None:
        """A caller on hold has polled and is expected again before ``until``."""
        with self._reach():
            # Only whoever is on hold still: a poll may come after the end.
            self._redis.zadd(key_of(line, "polls"), {key: until.timestamp()}, xx=True)

    def is_strayed(self, line: LineKey, key: CallId, now: datetime) -> bool:
        """Whether a caller on hold is overdue with the next poll."""
        with self._reach():
            until = self._redis.zscore(key_of(line, "polls"), key)
        return until is not None and until < now.timestamp()

    def leg_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the place for one created call; if it is not free yet, when it is."""
        following = now.timestamp() + 1 / per_second
        with self._reach():
            free = self._leg_slot(
                keys=["hotline:{carrier}:legs"], args=[now.timestamp(), following]
            )
        return moment(float(free)) if free else None

    def rules_text(self, line: LineKey) -> str | None:
        """The text of the rule set in force, or None when none was put."""
        with self._reach():
            text = cast("bytes | None", self._redis.get(key_of(line, "rules")))
        return None if text is None else text.decode()

    def put_rules_text(self, line: LineKey, text: str) -> None:
        """Put a rule set in force; whoever publishes asks for routing."""
        with self._reach():
            self._redis.set(key_of(line, "rules"), text)

    # --- the journal ------------------------------------------------------

    def begin_writing(self, line: LineKey) -> None:
        """From here on a new fact sends a job of its own."""
        with self._reach():
            self._redis.delete(key_of(line, "asked:write"))

    def take(self, line: LineKey, most: int) -> list[tuple[str, Fact]]:
        """The oldest facts with the stream's identifiers; they stay until dropped."""
        with self._reach():
            rows = cast("Any", self._redis.xrange(key_of(line, "facts"), count=most))
        return [
            (entry.decode(), core_facts.from_dict(json.loads(values[b"f"])))
            for entry, values in rows
        ]

    def drop(self, line: LineKey, entries: Sequence[str]) -> None:
        """Forget entries that are safely written."""
        if entries:
            with self._reach():
                self._redis.xdel(key_of(line, "facts"), *entries)

    # --- inside -----------------------------------------------------------

    @contextmanager
    def _reach(self) -> Iterator[None]:
        # Only what an absent or broken server raises becomes Unavailable; a
        # fault in a script or a command is ours and must be seen.
        now = self._clock.now()
        if self._closed_until is not None and now < self._closed_until:
            raise Unavailable(f"{WHERE}, a moment ago")
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
            raise Unavailable(f"{WHERE}: {type(error).__name__}") from error

    def _doc(self, key: str) -> bytes | None:
        with self._reach():
            return cast("bytes | None", self._redis.hget(key, "doc"))

    def _docs(self, keys: Sequence[str]) -> list[bytes]:
        pipe = self._redis.pipeline(transaction=False)
        for key in keys:
            pipe.hget(key, "doc")
        return [doc for doc in pipe.execute() if doc is not None]


def _heads(name: str, rows: Sequence[tuple[bytes, float]]) -> tuple[Head, ...]:
    language, _, urgency = name.partition(":")
    return tuple(
        Head(
            call=CallId(member.decode()),
            language=language,
            urgency=urgency,
            arrived=moment(at),
        )
        for member, at in rows
    )


def _ms(length: timedelta) -> int:
    return int(length.total_seconds() * 1000)


def _text(values: Any) -> list[str]:
    return [value.decode() for value in values]
