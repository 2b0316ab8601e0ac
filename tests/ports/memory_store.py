"""The live state in memory: the guarantees of the real store, and no server.

It answers by looking at all that it holds, so it has no index that could be wrong.
Nothing expires here but the trust in a job that was sent.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import Lock
from typing import TypeVar

from ivr.core.history.report import queue_entry_of
from ivr.core.model.callee import Callee
from ivr.core.model.claim import Claim
from ivr.core.model.contact.contact import Contact
from ivr.core.model.contact.presence import (
    has_left,
    has_place,
    is_in_queue,
    is_on_hold,
    next_request_within,
    number_on_line,
    waits_on_line,
)
from ivr.core.model.facts import Fact, LocationGiven
from ivr.core.model.identifiers import CallId, ClaimId, LineKey, OperatorId
from ivr.core.model.operator import Operator
from ivr.core.model.telephones import TelephoneUse
from ivr.core.model.values import replace
from ivr.core.queue.estimate import WaitFigures
from ivr.core.queue.priority import QueueEntry
from ivr.core.queue.routing import Snapshot
from ivr.core.queue.versions import RuleVersion
from ivr.core.talk.links import names_linked
from ivr.core.talk.talk import Talk
from ivr.core.upkeep.recordings import Looked
from ivr.ports import Change, Clock, Due, Entity, LoadedTalk, Saved, Vault

JOB_FLAG = timedelta(seconds=1)
"""How long a sent job is trusted to come before another may be sent."""

E = TypeVar("E", Contact, Claim, Operator, Callee)


@dataclass(slots=True)
class _Line:
    """What is kept of one line."""

    entities: dict[tuple[type, str], Entity] = field(default_factory=dict)
    legs: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    due: dict[Due, datetime] = field(default_factory=dict)
    polls: dict[CallId, datetime] = field(default_factory=dict)
    strangers: dict[CallId, datetime] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    wanted: int = 0
    since: datetime | None = None
    asked: dict[str, datetime] = field(default_factory=dict)
    rules: tuple[RuleVersion, ...] = ()
    figures: WaitFigures | None = None
    looked: Looked = field(default_factory=Looked)

    def all(self, kind: type[E]) -> list[E]:
        """All entities of a kind, by id."""
        found = (each for each in self.entities.values() if isinstance(each, kind))
        return sorted(found, key=lambda each: each.id)


class MemoryStore:
    """``ports.Store`` and ``ports.Journal`` in the memory of one process.

    A sent job is ``trusted`` to come for so long before another is sent.
    """

    def __init__(
        self, vault: Vault, clock: Clock, trusted: timedelta = JOB_FLAG
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._trusted = trusted
        self._lines: defaultdict[LineKey, _Line] = defaultdict(_Line)
        self._next_leg: datetime | None = None
        self._numbers = count(1)
        self._lock = Lock()

    def for_request(self, *_: object, **__: object) -> "MemoryStore":
        """The same store: memory answers at once anyhow."""
        return self

    # --- entities ---------------------------------------------------------

    def call(self, line: LineKey, key: CallId) -> Contact | None:
        """The call, also by the leg of a person who is called back; or None."""
        kept = self._lines[line]
        return self._kept(line, Contact, key) or self._kept(
            line, Contact, kept.legs.get(key)
        )

    def claim(self, line: LineKey, key: ClaimId) -> Claim | None:
        """The claim, or None."""
        return self._kept(line, Claim, key)

    def operator(self, line: LineKey, key: OperatorId) -> Operator | None:
        """The operator, or None."""
        return self._kept(line, Operator, key)

    def callee(self, line: LineKey, name: str) -> Callee | None:
        """What is known of a number that is to be called back, by its keyed name."""
        return self._kept(line, Callee, name)

    def operators(self, line: LineKey) -> list[Operator]:
        """All operators of the line, by id."""
        return self._lines[line].all(Operator)

    def enrolled(self, line: LineKey, phone: str) -> list[Operator]:
        """The operators whose number has that keyed name, by id."""
        return [each for each in self.operators(line) if each.telephone.name == phone]

    def find_telephone_uses(
        self, lines: Collection[LineKey], phones: Collection[str]
    ) -> Mapping[str, TelephoneUse]:
        """Who uses each telephone, by its keyed name, on these lines."""
        return {
            phone: TelephoneUse(
                is_on_call=any(self._is_on_call(line, phone) for line in lines),
                operators=tuple(
                    e for line in lines for e in self.enrolled(line, phone)
                ),
            )
            for phone in phones
        }

    def _is_on_call(self, line: LineKey, phone: str) -> bool:
        return any(number_on_line(call) == phone for call in self._calls(line))

    def live_calls(self, line: LineKey) -> list[CallId]:
        """Every call that has not ended, oldest first."""
        return [call.id for call in self._live(line)]

    def calls_of(self, line: LineKey, caller: str) -> list[Contact]:
        """The live calls of a caller (a pseudonym), the first to begin first."""
        return [call for call in self._live(line) if call.caller.pseudonym == caller]

    def last_call(self, line: LineKey, caller: str) -> Contact | None:
        """The latest call of a caller (a pseudonym) that has left the queue's line."""
        return self._kept(line, Contact, self._lines[line].left.get(caller))

    def open_claims(self, line: LineKey) -> list[ClaimId]:
        """Every claim that still binds somebody, oldest first."""
        found = (each for each in self._lines[line].all(Claim) if each.is_open)
        return [each.id for each in sorted(found, key=lambda each: each.made)]

    def load_talk(
        self,
        line: LineKey,
        *,
        claim: ClaimId | None = None,
        leg: CallId | None = None,
        operator: OperatorId | None = None,
        colleague: OperatorId | None = None,
    ) -> LoadedTalk:
        """All that a decision may depend on, and the rules that count."""
        whose = self.operator(line, operator) if operator else None
        call = self.call(line, leg) if leg else None
        found = self.claim(line, claim) if claim else None
        bound = self.claim(line, whose.claim) if whose and whose.claim else None
        other = self.operator(line, colleague) if colleague else None
        talk, roots = Talk(line=line), [whose, call, found, bound, other]
        for entity in self._linked(line, [each for each in roots if each]):
            talk = talk.put(entity)
        own = call.talk.claim if call else (bound.id if bound else None)
        key, caller = own or claim, call.id if call else None
        return LoadedTalk(talk=talk.about(key, caller), rules=self._lines[line].rules)

    def _linked(self, line: LineKey, entities: list[Entity]) -> list[Entity]:
        kinds: Mapping[str, type[Entity]] = {
            "call": Contact,
            "claim": Claim,
            "operator": Operator,
            "callee": Callee,
        }
        kept, found = self._lines[line].entities, list(entities)
        for entity in found:
            for kind, _, key in (name.partition(":") for name in names_linked(entity)):
                other = kept.get((kinds[kind], key))
                if other is not None and other not in found:
                    found.append(other)
        return found

    # --- queues -----------------------------------------------------------

    def waiting(self, line: LineKey) -> list[Contact]:
        """Who waits, is claimed or promised a call back, in order of arrival."""
        found = filter(is_in_queue, self._calls(line))
        return sorted(
            found, key=lambda call: (call.arrival.at or call.started, call.id)
        )

    def snapshot(self, line: LineKey, depth: int) -> Snapshot:
        """The first ``depth`` callers of each queue, and all operators."""
        queues = defaultdict(list)
        for head in self._heads(line):
            queues[_queue_of(head)].append(head)
        heads = tuple(tuple(queue[:depth]) for queue in queues.values())
        return Snapshot(heads=heads, operators=tuple(self.operators(line)))

    def ahead(
        self,
        line: LineKey,
        marks: Mapping[tuple[str, str], datetime],
        is_ahead: Callable[[QueueEntry], bool],
    ) -> Mapping[str, int]:
        """How many wait who arrived before the mark of their (language, class)."""
        found = Counter({language: 0 for language, _ in marks})
        for head in self._heads(line):
            mark = marks.get((head.language, head.urgency))
            if mark is not None and head.counts_from is not None:
                found[head.language] += is_ahead(head)
            elif mark is not None:
                found[head.language] += head.arrived < mark
        return found

    def waiting_since(self, line: LineKey, since: datetime) -> list[CallId]:
        """Who is on the line, and has waited since then or for longer."""
        on_line = filter(waits_on_line, self._calls(line))
        waits = [(call.wait.since, call.id) for call in on_line if call.wait.since]
        return [key for moment, key in sorted(waits) if moment <= since]

    # --- changing ---------------------------------------------------------

    def commit(self, line: LineKey, change: Change) -> Saved | None:
        """Save the change atomically; None when somebody was first."""
        if change.pace is not None:
            self.acquire_dial_slot(self._clock.now(), change.pace)
        kept = self._lines[line]
        with self._lock:
            decided_on = (*change.unchanged, *change.save)
            if any(each.rev != self._rev(kept, each) for each in decided_on):
                return None
            for entity in change.save:
                self._put(kept, entity)
            for key, until in change.expected.items():
                self.expect_poll(line, key, until)
            for fact in change.facts:
                kept.facts[str(next(self._numbers))] = self._sealed(fact)
            return Saved(
                route=change.wake and self._asks_for_routing(kept),
                write=bool(change.facts) and self._sends(kept, "write"),
            )

    def try_write(self) -> None:
        """Write something that means nothing: memory never refuses it."""

    def wake(self, line: LineKey) -> bool:
        """Ask for routing; whether a job should be sent for it."""
        saved = self.commit(line, Change(save=(), wake=True))
        return saved is not None and saved.route

    def begin_routing(self, line: LineKey) -> int:
        """The number of the newest request; later ones send a job of their own."""
        self._lines[line].asked.pop("route", None)
        return self._lines[line].wanted

    def ack_routing(self, line: LineKey, request: int, again: datetime | None) -> bool:
        """Routing is done up to ``request``; False when more was asked meanwhile."""
        kept = self._lines[line]
        _stand(kept.due, Due(kind="routing", key=""), again)
        if kept.wanted > request:
            return False
        kept.since = None
        return True

    def routing_pending_since(self, line: LineKey) -> datetime | None:
        """Since when a request for routing has stood unserved, or None."""
        return self._lines[line].since

    # --- deadlines --------------------------------------------------------

    def due(self, line: LineKey, now: datetime) -> list[Due]:
        """What has its time come; it stays due until a change moves it."""
        moments = self._lines[line].due.items()
        found = [(at, f"{due.kind}:{due.key}", due) for due, at in moments if at <= now]
        return [due for *_, due in sorted(found, key=lambda each: each[:2])]

    def first_due(self, line: LineKey, now: datetime) -> Due | None:
        """The timer that expired first, or None."""
        return next(iter(self.due(line, now)), None)

    def note_due(self, line: LineKey, due: Due, at: datetime) -> None:
        """Let something be due that is no entity's own moment."""
        self._lines[line].due[due] = at

    def drop_due(self, line: LineKey, due: Due) -> None:
        """Let it be due no more."""
        self._lines[line].due.pop(due, None)

    def put_off(self, line: LineKey, due: Due, until: datetime) -> None:
        """Let what is due be due later, if it stands there still."""
        moments = self._lines[line].due
        if due in moments:
            moments[due] = max(moments[due], until)

    # --- who is still heard of --------------------------------------------

    def expect_poll(self, line: LineKey, key: CallId, until: datetime) -> None:
        """A caller on hold has polled and is expected again before ``until``."""
        if key in self._lines[line].polls:
            self._lines[line].polls[key] = until

    def is_poll_overdue(self, line: LineKey, key: CallId, now: datetime) -> bool:
        """Whether a caller on hold is overdue with the next poll."""
        until = self._lines[line].polls.get(key)
        return until is not None and until < now

    def expect_desk(self, line: LineKey, key: OperatorId, until: datetime) -> None:
        """A desk of the operator is open, and is heard of again before ``until``."""
        self.note_due(line, Due(kind="desk", key=key), until)

    def desk_until(self, line: LineKey, key: OperatorId) -> datetime | None:
        """Until when the operator's desk is believed in; None without any."""
        return self._lines[line].due.get(Due(kind="desk", key=key))

    def forget_desk(self, line: LineKey, key: OperatorId) -> None:
        """Expect nothing of the operator's desk any more."""
        self.drop_due(line, Due(kind="desk", key=key))

    # --- the carrier ------------------------------------------------------

    def acquire_dial_slot(self, now: datetime, per_second: float) -> datetime | None:
        """Take the place for one created call; if it is not free yet, when it is."""
        with self._lock:
            if self._next_leg is not None and self._next_leg > now:
                return self._next_leg
            self._next_leg = now + timedelta(seconds=1 / per_second)
            return None

    def note_orphaned_legs(
        self, line: LineKey, legs: Sequence[CallId], now: datetime
    ) -> dict[CallId, datetime]:
        """Remember these as the live legs that nobody knows; since when each is."""
        before = self._lines[line].strangers
        since = {leg: before.get(leg, now) for leg in legs}
        self._lines[line].strangers = since
        return dict(since)

    def restart_suspicion(self, line: LineKey, leg: CallId, now: datetime) -> None:
        """Count a strange leg's time from now on, if it is one still."""
        if leg in self._lines[line].strangers:
            self._lines[line].strangers[leg] = now

    def count_orphaned_legs(self, line: LineKey) -> int:
        """How many strange legs there were at the last look."""
        return len(self._lines[line].strangers)

    def recordings_looked(self, line: LineKey) -> Looked:
        """How far the carrier's list of recordings was read."""
        return self._lines[line].looked

    def put_recordings_looked(self, line: LineKey, looked: Looked) -> None:
        """Remember how far it was read."""
        self._lines[line].looked = looked

    # --- rules and figures ------------------------------------------------

    def rule_versions(self, line: LineKey) -> tuple[RuleVersion, ...]:
        """The rule sets that count, in order, the last in force; none when lost."""
        return self._lines[line].rules

    def put_rule_versions(self, line: LineKey, versions: Sequence[RuleVersion]) -> None:
        """Let these count, unless the last of them is no newer than the one known."""
        known = self._lines[line].rules
        if not known or known[-1].version < versions[-1].version:
            self._lines[line].rules = tuple(replace(each, note="") for each in versions)

    def figures(self, line: LineKey) -> WaitFigures | None:
        """What was counted of the line's last weeks, or None."""
        return self._lines[line].figures

    def put_figures(self, line: LineKey, figures: WaitFigures) -> None:
        """Keep what was counted."""
        self._lines[line].figures = figures

    # --- the journal ------------------------------------------------------

    def begin_writing(self, line: LineKey) -> None:
        """From here on a new fact sends a job of its own."""
        self._lines[line].asked.pop("write", None)

    def take(self, line: LineKey, most: int) -> list[tuple[str, Fact]]:
        """The oldest facts with their identifiers; they stay until dropped."""
        return list(self._lines[line].facts.items())[:most]

    def drop(self, line: LineKey, entries: Sequence[str]) -> None:
        """Forget entries that are safely written."""
        for entry in entries:
            self._lines[line].facts.pop(entry, None)

    # --- inside -----------------------------------------------------------

    def _kept(self, line: LineKey, kind: type[E], key: str | None) -> E | None:
        found = self._lines[line].entities.get((kind, key or ""))
        return found if isinstance(found, kind) else None

    def _calls(self, line: LineKey) -> list[Contact]:
        return self._lines[line].all(Contact)

    def _live(self, line: LineKey) -> list[Contact]:
        found = (call for call in self._calls(line) if call.is_live)
        return sorted(found, key=lambda call: call.started)

    def _heads(self, line: LineKey) -> Iterator[QueueEntry]:
        """Everybody who has a place, in order of arrival."""
        heads = map(queue_entry_of, filter(has_place, self._calls(line)))
        yield from sorted(heads, key=lambda head: (head.arrived, head.call))

    def _rev(self, kept: _Line, entity: Entity) -> int:
        before = kept.entities.get((type(entity), entity.id))
        return 0 if before is None else before.rev

    def _put(self, kept: _Line, entity: Entity) -> None:
        kept.entities[type(entity), entity.id] = replace(entity, rev=entity.rev + 1)
        match entity:
            case Contact():
                self._expect(kept, entity)
                _name(kept, entity)
                at = (
                    entity.callback.request.due
                    if entity.callback.request and entity.is_live
                    else None
                )
                _stand(kept.due, Due(kind="call", key=entity.id), at)
            case Claim():
                _stand(kept.due, Due(kind="claim", key=entity.id), entity.deadline)
            case Operator():
                _stand(kept.due, Due(kind="operator", key=entity.id), entity.due)

    def _expect(self, kept: _Line, call: Contact) -> None:
        """Expect the next request; a poll that was expected late stays so."""
        within = next_request_within(call)
        if within is None:
            kept.polls.pop(call.id, None)
        elif call.id not in kept.polls or not is_on_hold(call):
            kept.polls[call.id] = self._clock.now() + within

    def _sealed(self, fact: Fact) -> Fact:
        if isinstance(fact, LocationGiven):
            return replace(fact, area=self._vault.seal(fact.area))
        return fact

    def _asks_for_routing(self, kept: _Line) -> bool:
        kept.wanted += 1
        kept.since = kept.since or self._clock.now()
        return self._sends(kept, "route")

    def _sends(self, kept: _Line, job: str) -> bool:
        """Whether a job is to be sent: none is trusted to be on its way."""
        now = self._clock.now()
        if job in kept.asked and now < kept.asked[job]:
            return False
        kept.asked[job] = now + self._trusted
        return True


def _queue_of(head: QueueEntry) -> tuple[object, ...]:
    """What all who stand in one queue have in common."""
    whose = head.belongs_to, head.team, head.handed
    return head.language, head.urgency, head.counts_from, *whose


def _stand(moments: dict[Due, datetime], due: Due, at: datetime | None) -> None:
    """Let something be due at a moment, or not at all."""
    if at is None:
        moments.pop(due, None)
    else:
        moments[due] = at


def _name(kept: _Line, call: Contact) -> None:
    """Keep the other names by which a call is found."""
    if call.callback.request is not None and call.callback.request.leg is not None:
        kept.legs[call.callback.request.leg] = call.id
    if call.caller.pseudonym is not None and has_left(call):
        kept.left[call.caller.pseudonym] = call.id
