"""What the house asks of its live state, over one Redis client.

A line's keys share the hash tag ``{line}``: a script may touch all, on clusters too.

====================================  ======  ====================================
key                                   type    what; how long
====================================  ======  ====================================
hotline:{L}:call:ID                   hash    rev, doc, links; an hour after its end
hotline:{L}:call:LEG                  hash    of: the call of a called-back leg; a day
hotline:{L}:claim:ID                  hash    rev, doc, links; an hour after its end
hotline:{L}:callee:PSEUDONYM          hash    rev, doc, links; 15 days
hotline:{L}:operator:ID               hash    rev, doc, links; as long as the operator
hotline:{L}:operators                 set     operators' ids
hotline:{L}:phone:PSEUDONYM           set     operators whose number it is; as long
hotline:{L}:on-call:PSEUDONYM         zset    live calls that it is on, by start
hotline:{L}:live                      zset    calls not ended, by start
hotline:{L}:claims                    zset    claims that bind, by making
hotline:{L}:queues                    set     the queues below that hold somebody
hotline:{L}:queue:LANGUAGE:CLASS      zset    callers who wait, by arrival
hotline:{L}:queue:…:…:~MOMENT         zset    those who came from another class, by
                                              what they gathered there; and so below
hotline:{L}:queue:…:…:OPERATOR        zset    those who belong to an operator
hotline:{L}:queue:…:…:@MOMENT:TEAM    zset    those handed to a team at that moment
hotline:{L}:calls-of:PSEUDONYM        zset    the caller's live calls, by start
hotline:{L}:caller:PSEUDONYM          hash    of: the caller's call that left; a week
hotline:{L}:polls                     zset    callers, by the next request due
hotline:{L}:waits                     zset    callers who wait, by since when
hotline:{L}:due                       zset    "kind:id" by the time it is due
hotline:{L}:strangers                 zset    live legs nobody knows, by when first
                                              seen or last looked at; ten minutes
hotline:{L}:recordings                string  how far the carrier's recordings were
                                              looked through, as JSON
hotline:{L}:facts                     stream  facts until they are in the call log
hotline:{L}:routing                   hash    wanted, served, since
hotline:{L}:asked:route, :write       string  a job was sent; a second
hotline:{L}:told                      channel ids of operators of whom something
                                              was saved: what they do, or a claim
hotline:{L}:rule-sets                 hash    version in force; sets: it, and others
                                              that those who wait came under
hotline:{L}:figures                   string  what the last weeks' waits count
                                              to, as JSON; a day
hotline:{carrier}:legs                string  when the next leg may be created
hotline:{health}:written              string  that something may be written; 10 s
====================================  ======  ====================================

State changes by one script alone: ``commit`` saves new versions of entities
if, and only if, each stored one still has the version it was decided from.
"""

from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Any, cast

from redis import Redis

from ivr.adapters.redis_store.documents import (
    OF_NUMBER,
    Documents,
    Keys,
    fact_of,
    key_of,
    moment,
    name_of,
    written,
)
from ivr.adapters.redis_store.figures import StoredFigures
from ivr.adapters.redis_store.looks import StoredLooks
from ivr.adapters.redis_store.queues import Members, StoredQueues
from ivr.adapters.redis_store.reach import Reach
from ivr.adapters.redis_store.reading import (
    Asked,
    FreshReading,
    Reading,
    ReadingOnce,
    scores_of,
    texts_of,
)
from ivr.adapters.redis_store.scripts import COMMIT, LEG_SLOT, PUT_RULES, SERVED
from ivr.adapters.redis_store.talks import StoredTalks
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.stage import Stage
from ivr.core.model.facts import Fact
from ivr.core.model.identifiers import CallId, ClaimId, LineKey, OperatorId
from ivr.core.model.values import replace
from ivr.core.queue.versions import RuleVersion
from ivr.ports import Change, Clock, Due, Saved, Vault

OF_LEG, OF_CLAIM = ("call:{}",), ("claim:{}",)
OF_CALLER = tuple(f"{kind}:{{}}" for kind in OF_NUMBER)
OF_ROSTER = ("operators",)
OF_WAIT = (*OF_ROSTER, "figures", "routing", "queues", "due")
"""What a request about a leg, a claim, a caller's number, those on duty or the wait
reads first."""

JOB_FLAG = timedelta(seconds=1)
"""How long a sent job is trusted to come before another may be sent."""


class RedisStore(StoredTalks, StoredQueues, StoredLooks, StoredFigures):
    """``ports.Store`` and ``ports.Journal`` over one Redis client.

    A sent job is ``trusted`` to come for so long before another is sent.
    """

    def __init__(
        self,
        client: "Redis",
        vault: Vault,
        clock: Clock,
        trusted: timedelta = JOB_FLAG,
    ) -> None:
        self._redis = client
        self._documents = Documents(vault)
        self._clock = clock
        self._trusted = _milliseconds_of(trusted)
        self._reach = Reach(client, clock)
        self._looked_at: dict[LineKey, Members] = {}
        self._commit = client.register_script(COMMIT)
        self._served = client.register_script(SERVED)
        self._leg_slot = client.register_script(LEG_SLOT)
        self._put_rules = client.register_script(PUT_RULES)
        self._fresh = FreshReading(client, self._reach)
        self._reading: Reading = self._fresh

    def for_request(
        self,
        line: LineKey,
        *,
        leg: str = "",
        claim: str = "",
        caller: str = "",
        roster: bool = False,
        waits: bool = False,
    ) -> "RedisStore":
        """The same store for one request: it reads what hangs together at once."""
        of_roster, of_wait = "all" if roster else "", "all" if waits else ""
        about = (
            (leg, OF_LEG),
            (claim, OF_CLAIM),
            (caller, OF_CALLER),
            (of_roster, OF_ROSTER),
            (of_wait, OF_WAIT),
        )
        asked = [(key, names) for key, names in about if key]
        roots = [name.format(key) for key, names in asked for name in names]
        return self._read_by(ReadingOnce(self._fresh, line, roots))

    def _read_by(self, reading: Reading) -> "RedisStore":
        store = copy(self)
        store.__dict__["_reading"] = reading
        return store

    # --- lists ------------------------------------------------------------

    def live_calls(self, line: LineKey) -> list[CallId]:
        """Every call that has not ended, oldest first."""
        with self._reach():
            found = self._redis.zrange(key_of(line, "live"), 0, -1)
        return [CallId(key) for key in texts_of(found)]

    def open_claims(self, line: LineKey) -> list[ClaimId]:
        """Every claim that still binds somebody, oldest first."""
        with self._reach():
            found = self._redis.zrange(key_of(line, "claims"), 0, -1)
        return [ClaimId(key) for key in texts_of(found)]

    # --- changing ---------------------------------------------------------

    def commit(self, line: LineKey, change: Change) -> Saved | None:
        """Save the change atomically; None when somebody was first."""
        keys = Keys(line, "facts", "routing", "asked:route", "asked:write", "told")
        now = self._clock.now()
        body = self._documents.change(keys, change, now)
        args = [body, now.timestamp(), self._trusted]
        done = self._run_change(line, change, (self._commit, keys.names, args), now)
        return None if done is None else Saved(route=bool(done[0]), write=bool(done[1]))

    def _run_change(
        self, line: LineKey, change: Change, script: Asked, now: datetime
    ) -> Any:
        if _is_menu_answer(change):
            return self._reading.change_last(script)
        slot = () if change.pace is None else (self._dial_slot(now, change.pace),)
        return self._reading.change(script, line, map(name_of, change.save), slot)

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

    def ack_routing(self, line: LineKey, request: int, again: datetime | None) -> bool:
        """Routing is done up to ``request``; False when more was asked meanwhile."""
        keys = [key_of(line, "routing"), key_of(line, "due")]
        when = "" if again is None else again.timestamp()
        with self._reach():
            return bool(self._served(keys=keys, args=[request, when]))

    def routing_pending_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has stood unserved, or None."""
        since = self._reading.find(line, ["routing"], leads=False)["routing"]
        return moment(float(since)) if since else None

    def due(self, line: LineKey, now: datetime) -> list[Due]:
        """The expired timers; each stays due until a change moves it."""
        with self._reach():
            found = self._redis.zrange(
                key_of(line, "due"),
                "-inf",
                now.timestamp(),
                byscore=True,
            )
        return [_due(member) for member in texts_of(found)]

    def first_due(self, line: LineKey, now: datetime) -> Due | None:
        """The timer that expired first, or None."""
        kept = self._reading.find(line, ["due"], leads=False)["due"]
        expired = (key for key, at in scores_of(kept) if at <= now.timestamp())
        return next(map(_due, expired), None)

    def note_due(self, line: LineKey, due: Due, at: datetime) -> None:
        """Let something be due that is no entity's own moment."""
        with self._reach():
            member = f"{due.kind}:{due.key}"
            self._redis.zadd(key_of(line, "due"), {member: at.timestamp()})
        self._reading.forget()

    def drop_due(self, line: LineKey, due: Due) -> None:
        """Let it be due no more."""
        with self._reach():
            self._redis.zrem(key_of(line, "due"), f"{due.kind}:{due.key}")
        self._reading.forget()

    def put_off(self, line: LineKey, due: Due, until: datetime) -> None:
        """Let what is due be due later, if it stands there still."""
        names = (f"{due.kind}:{due.key}", due.kind)
        until_then = dict.fromkeys(names, until.timestamp())
        with self._reach():
            self._redis.zadd(key_of(line, "due"), until_then, xx=True, gt=True)
        self._reading.forget()

    def expect_poll(self, line: LineKey, key: CallId, until: datetime) -> None:
        """A caller on hold has polled and is expected again before ``until``."""
        with self._reach():
            # Only whoever is on hold still: a poll may come after the end.
            self._redis.zadd(key_of(line, "polls"), {key: until.timestamp()}, xx=True)

    def expect_desk(self, line: LineKey, key: OperatorId, until: datetime) -> None:
        """A desk of the operator is open, and is heard of again before ``until``."""
        with self._reach():
            self._redis.zadd(key_of(line, "due"), {f"desk:{key}": until.timestamp()})

    def desk_until(self, line: LineKey, key: OperatorId) -> datetime | None:
        """Until when the operator's desk is believed in; None without any."""
        with self._reach():
            until = self._redis.zscore(key_of(line, "due"), f"desk:{key}")
        return None if until is None else moment(until)

    def forget_desk(self, line: LineKey, key: OperatorId) -> None:
        """Expect nothing of the operator's desk any more."""
        with self._reach():
            self._redis.zrem(key_of(line, "due"), f"desk:{key}")

    def is_poll_overdue(self, line: LineKey, key: CallId, now: datetime) -> bool:
        """Whether a caller on hold is overdue with the next poll."""
        with self._reach():
            until = self._redis.zscore(key_of(line, "polls"), key)
        return until is not None and until < now.timestamp()

    def acquire_dial_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the place for one created call; if it is not free yet, when it is."""
        free = self._fresh.run_together([self._dial_slot(now, per_second)])[0]
        return moment(float(free)) if free else None

    def _dial_slot(self, now: datetime, per_second: float) -> Asked:
        following = now.timestamp() + 1 / per_second
        return self._leg_slot, ["hotline:{carrier}:legs"], [now.timestamp(), following]

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count, in order, the last in force; none when lost."""
        return self._reading.rule_versions(line)

    def put_rule_versions(self, line: LineKey, versions: Sequence[RuleVersion]) -> None:
        """Let these count, unless the last of them is no newer than the one known."""
        sets = written([replace(each, note="") for each in versions])
        with self._reach():
            self._put_rules(
                keys=[key_of(line, "rule-sets")], args=[versions[-1].version, sets]
            )
        self._reading.forget()

    def try_write(self) -> None:
        """Write something that means nothing; Unavailable when that is refused."""
        self._reach.try_write()

    # --- the journal ------------------------------------------------------

    def begin_writing(self, line: LineKey) -> None:
        """From here on a new fact sends a job of its own."""
        with self._reach():
            self._redis.delete(key_of(line, "asked:write"))

    def take(self, line: LineKey, most: int) -> list[tuple[str, Fact]]:
        """The oldest facts with the stream's identifiers; they stay until dropped.

        What this version cannot read comes as an UnreadFact, in its place.
        """
        with self._reach():
            rows = cast("Any", self._redis.xrange(key_of(line, "facts"), count=most))
        return [
            (entry.decode(), fact_of(line, entry, values)) for entry, values in rows
        ]

    def drop(self, line: LineKey, entries: Sequence[str]) -> None:
        """Forget entries that are safely written."""
        if entries:
            with self._reach():
                self._redis.xdel(key_of(line, "facts"), *entries)


def _is_menu_answer(change: Change) -> bool:
    """Whether a change is a caller's answer in the menu: the commonest of all.

    What is spoken next depends on nothing but what is saved.
    """
    match change.save:
        case (Contact(stage=Stage.MENU, rev=rev),):
            return rev > 0 and change.pace is None
        case _:
            return False


def _due(member: str) -> Due:
    kind, _, key = member.partition(":")
    return Due(kind=kind, key=key)


def _milliseconds_of(length: timedelta) -> int:
    return int(length.total_seconds() * 1000)
